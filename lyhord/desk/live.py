"""What an open page needs to follow the news: a token for the stream, and the same news by asking."""

from time import time

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.http import require_GET

from lyhord.channels import queries as channels
from lyhord.lib import crypto
from lyhord.staff.requests import StaffRequest
from lyhord.web.models import Change

TOKEN_SECONDS = 600
MOST = 500  # changes in one answer; more: the page reads everything anew


@login_required
@require_GET
def token(request: StaffRequest) -> JsonResponse:
    """Who she is and what she may hear of, signed, for ten minutes."""
    claims = {"user": request.user.pk, "audiences": channels.audiences(request.user)}
    signed = crypto.sign(
        claims, crypto.derived(settings.SECRET_KEY, "push"), now=time(), seconds=TOKEN_SECONDS
    )
    return JsonResponse({"token": signed, "expires_in": TOKEN_SECONDS})


@login_required
@require_GET
def since(request: StaffRequest) -> JsonResponse:
    """The news after `id`, where a proxy holds streams back."""
    given = request.GET.get("id", "")
    newest = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        return JsonResponse({"last": newest, "changes": [], "resync": True})
    heard = channels.audiences(request.user)
    rows = list(
        Change.objects.filter(pk__gt=int(given), audience__in=heard)
        .order_by("pk")
        .values_list("pk", "topic", "object_id", "version")[: MOST + 1]
    )
    changes = [{"topic": topic, "id": pk, "v": version} for _, topic, pk, version in rows[:MOST]]
    return JsonResponse({"last": newest, "changes": changes, "resync": len(rows) > MOST})
