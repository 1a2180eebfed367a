"""Pages of intake: what could not be read, and our copies of files."""

import string

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lyhord.intake import actions, files, originals, queries
from lyhord.intake.models import Attachment, Envelope
from lyhord.lib import text
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

A_PAGE = 50
MOST_SHOWN = 4_096  # bytes of an envelope on its page
PRINTABLE = frozenset(string.printable.encode()) - {0x0B, 0x0C}


@login_required
@require_GET
def quarantine(request: StaffRequest) -> HttpResponse:
    rows = queries.quarantine_visible_to(request.user).select_related("account", "app")
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before[:18]))
    envelopes = list(rows.defer("raw")[: A_PAGE + 1])
    context = {
        "envelopes": envelopes[:A_PAGE],
        "next_url": f"?before={envelopes[A_PAGE - 1].pk}" if len(envelopes) > A_PAGE else None,
        "may_retry": mandates.allows(request.user, "retry_quarantine"),
    }
    return render(request, "intake/quarantine.html", context)


@login_required
@require_GET
def envelope(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.quarantine_visible_to(request.user), pk=pk)
    context = {
        "envelope": row,
        "refusals": row.refusals.order_by("position")[:100],
        "raw": raw_as_text(bytes(row.raw)),
        "size": len(row.raw),
        "is_cut": len(row.raw) > MOST_SHOWN,
        "may_retry": mandates.allows(request.user, "retry_quarantine"),
    }
    return render(request, "intake/envelope.html", context)


def raw_as_text(raw: bytes) -> str:
    """Raw bytes for people: what is text as text with its tricks made visible, anything else as hex."""
    shown = raw[:MOST_SHOWN]
    try:
        words = shown.decode("utf-8", "strict" if len(raw) <= MOST_SHOWN else "ignore")
    except UnicodeDecodeError:
        return "\n".join(hex_line(start, shown[start : start + 16]) for start in range(0, len(shown), 16))
    return text.visible(text.clean(words))


def hex_line(start: int, raw: bytes) -> str:
    beside = "".join(chr(byte) if byte in PRINTABLE and byte >= 0x20 else "." for byte in raw)
    return f"{start:06x}  {raw.hex(' '):<47}  {beside}"


@login_required
@require_POST
def retry(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(
        Envelope.objects.filter(pk__in=queries.quarantine_visible_to(request.user)), pk=pk
    )
    try:
        actions.retry(row, request.user, timezone.now())
        messages.success(request, _("It is being read again."))
    except LyhordError as problem:
        messages.error(request, str(problem))
    return redirect("intake:quarantine")


@login_required
@require_POST
def retry_all(request: StaffRequest) -> HttpResponse:
    done = actions.retry_all(request.user, timezone.now())
    messages.success(
        request,
        ngettext("%(count)s is being read again.", "%(count)s are being read again.", done) % {"count": done},
    )
    return redirect("intake:quarantine")


@login_required
@require_GET
def original(request: StaffRequest, pk: int) -> HttpResponse:
    """The markup that a post came with, on a page that can do nothing: no script, no picture, no form, nobody's cookies."""
    post = get_object_or_404(queries.posts_visible_to(request.user).filter(deleted_at=None), pk=pk)
    response = render(request, "intake/original.html", {"post": post, "html": originals.original(post)})
    response.headers["Content-Security-Policy"] = originals.POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_GET
def media(request: StaffRequest, token: str) -> FileResponse:
    kept = queries.attachments_visible_to(request.user).filter(state=Attachment.KEPT)
    attachment = get_object_or_404(kept, token=token)
    path = files.folder() / attachment.path
    if not path.is_file():
        raise Http404
    name = files.safe_name(attachment.name, f"file-{attachment.pk}")
    return files.answer(path, attachment.content_type, name)
