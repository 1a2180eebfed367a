"""Taking out one kind as a file."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from lyhord.lib.errors import LyhordError
from lyhord.moving import exports
from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest

TYPES = {"csv": "text/csv; charset=utf-8; header=present", "jsonl": "application/x-ndjson"}


@login_required
@require_POST
def export(request: StaffRequest) -> HttpResponseBase:
    """One kind as a file. A POST, since it is written to the log."""
    now = timezone.now()
    try:
        scope = exports.scope_of(request.user, whole(request.POST.get("brand", "")))
        return file_of(scope, request.POST.get("kind", ""), request.POST.get("form", ""), now)
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        messages.error(request, str(problem))
        return redirect("moving:overview")


def file_of(scope: exports.Scope, kind: str, form: str, now: datetime) -> StreamingHttpResponse:
    """Streamed: however much it is, a few hundred rows are in memory. Raises exports.NoSuchKind."""
    response = StreamingHttpResponse(exports.export(scope, kind, form, now=now), content_type=TYPES.get(form))
    name = f"lyhord-{kind}-{timezone.localdate(now).isoformat()}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def whole(told: str) -> int | None:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None
