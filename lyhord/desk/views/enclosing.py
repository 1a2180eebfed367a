"""Files beside a draft: taken, described, removed. Each answers with the list as it now stands."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, queries
from lyhord.desk.forms import whole
from lyhord.desk.models import Conversation
from lyhord.lib.errors import LyhordError
from lyhord.staff.mandates import NotYours
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

AT_ONCE = 10


def listed(
    request: StaffRequest, conversation: Conversation, problems: list[str] | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "files": queries.draft_files(conversation.pk, request.user),
        "conversation": conversation,
        "problems": problems or [],
    }
    return render(request, "desk/_files.html", context, status=422 if problems else 200)


@login_required
@require_GET
def files(request: StaffRequest, pk: int) -> HttpResponse:
    return listed(request, get_object_or_404(queries.conversations_visible_to(request.user), pk=pk))


@login_required
@require_POST
def enclose(request: StaffRequest, pk: int) -> HttpResponse:
    """One or several files; each that cannot be sent is told with its reason, the others are kept."""
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    given = request.FILES.getlist("file")
    problems = [] if given else [_("Choose a file first.")]
    for one in given[:AT_ONCE]:
        why = taken(request, conversation, one)
        if why:
            problems.append(f"{one.name}: {why}")
    return listed(request, conversation, problems)


def taken(request: StaffRequest, conversation: Conversation, one: "UploadedFile[Any]") -> str:
    """Keep it; "" or why not. What is larger than any network takes is not even read."""
    detail = queries.conversation(request.user, conversation.pk)
    most = max(detail.accepts.values(), default=0) if detail else 0
    content = one.read(most + 1)
    try:
        actions.enclose(conversation, one.name or "file", content, by=request.user, now=timezone.now())
    except NotYours:
        raise
    except LyhordError as problem:
        return str(problem)
    return ""


@login_required
@require_POST
def take_out(request: StaffRequest, pk: int, file: int) -> HttpResponse:
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    actions.take_out(conversation, file, by=request.user, now=timezone.now())
    return listed(request, conversation)


@login_required
@require_POST
def describe(request: StaffRequest, pk: int) -> HttpResponse:
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    actions.describe(conversation, alts_of(request), by=request.user)
    return HttpResponse(status=204)


def alts_of(request: HttpRequest) -> dict[int, str]:
    """`alt-12=...`: what the writer says that picture 12 shows."""
    told = [name for name in request.POST if name.startswith("alt-")]
    found = ((whole(name.removeprefix("alt-")), str(request.POST[name])) for name in told)
    return {file: alt for file, alt in found if file is not None}


def files_of(request: HttpRequest) -> list[int]:
    """The files that the form showed: these go with the reply, and no other."""
    found = (whole(one) for one in request.POST.getlist("file"))
    return [file for file in found if file is not None]
