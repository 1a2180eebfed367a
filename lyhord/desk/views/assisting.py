"""Help with words in a conversation, and previews of links. Everything shown is a draft for a person."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import previewing, queries
from lyhord.desk.actions import assist as helping
from lyhord.desk.actions import previews
from lyhord.desk.models import LinkPreview
from lyhord.desk.queries import assist
from lyhord.desk.views.answers import refuse
from lyhord.desk.views.toolbox import visible
from lyhord.intake.models import Post
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff.mandates import NotYours
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

LONGEST = 20_000


@login_required
@require_POST
def help_with(request: StaffRequest, pk: int) -> HttpResponse:
    """A suggestion beside the composer; nothing changes there until she takes it."""
    conversation = visible(request, pk)
    what, text = request.POST.get("what", ""), request.POST.get("text", "")[:LONGEST]
    by, now = request.user, timezone.now()
    try:
        if what == "draft":
            found = helping.suggest(conversation, by=by, now=now)
        elif what == "translate":
            found = helping.translate_draft(conversation, text, request.POST.get("to", ""), by=by, now=now)
        else:
            found = helping.rework(conversation, text, what, by=by, now=now)
    except NotYours:
        raise
    except LyhordError as problem:
        return render(request, "desk/_suggestion.html", {"why": str(problem)}, status=422)
    return render(request, "desk/_suggestion.html", {"suggestion": found, "to": request.POST.get("to", "")})


def post_of(request: StaffRequest, pk: int, post: int) -> Post:
    """A post of this very conversation, or one beside it in its threads."""
    conversation = visible(request, pk)
    found = queries.posts_visible_to(request.user).filter(
        pk=post, thread__in=conversation.strands.values("thread")
    )
    return get_object_or_404(found.select_related("account"))


@login_required
@require_GET
def post_tools(request: StaffRequest, pk: int, post: int) -> HttpResponse:
    """What can be done with one post beside moderating: translate it, look at its links."""
    row, conversation = post_of(request, pk, post), visible(request, pk)
    to = reader_language()
    context = {
        "conversation": conversation,
        "post": row,
        "links": previewing.links(row.text) if row.deleted_at is None else [],
        "to": to if "translate" in assist.helps(conversation.brand_id) and row.text.strip() else "",
    }
    return render(request, "desk/_post_tools.html", context)


def reader_language() -> str:
    return (get_language() or "en").partition("-")[0]


@login_required
@require_POST
def translate(request: StaffRequest, pk: int, post: int) -> HttpResponse:
    row = post_of(request, pk, post)
    to = request.POST.get("to") or reader_language()
    try:
        found = helping.translate_post(visible(request, pk), row, to, by=request.user, now=timezone.now())
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    return render(request, "desk/_translation.html", {"translation": found, "to": to})


@login_required
@require_POST
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    """What lies behind a link of a post or a draft; nothing of it is loaded by the browser from there."""
    conversation = visible(request, pk)
    url = request.POST.get("url", "")[:2000]
    try:
        found = previews.preview(conversation, url, by=request.user, now=timezone.now())
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    return render(request, "desk/_preview.html", {"preview": found, "url_shown": url})


@login_required
@require_GET
def picture(request: StaffRequest, digest: str) -> HttpResponse:
    """Our copy of a page's picture. Who may answer somewhere may see it; its name is nobody's to guess."""
    mandates.require(request.user, "reply")
    row = LinkPreview.objects.filter(digest=digest).first()
    if row is None or not row.picture:
        raise Http404(_("There is no such picture."))
    headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(row.picture), row.picture_type, headers=headers)
