"""Which endpoint helps where, and how often it was asked."""

from datetime import datetime, time

from django.db.models import Count
from django.utils import timezone

from lyhord.desk.models import AssistCall, AssistEndpoint

CHAT, TRANSLATE = AssistEndpoint.Protocol.OPENAI, AssistEndpoint.Protocol.LIBRETRANSLATE


def endpoints() -> list[AssistEndpoint]:
    return list(AssistEndpoint.objects.prefetch_related("brands").order_by("name", "pk"))


def endpoint_for(brand: int, what: str) -> AssistEndpoint | None:
    """The one that is on for this brand; for a translation one made for that before one that also can."""
    rows = AssistEndpoint.objects.filter(is_on=True, brands=brand)
    found = list(rows.order_by("pk"))
    if what == "translate":
        found.sort(key=lambda row: row.protocol != TRANSLATE)
        return found[0] if found else None
    return next((row for row in found if row.protocol == CHAT), None)


def helps(brand: int) -> set[str]:
    """What somebody can be helped with: chat, translate."""
    kinds = set(AssistEndpoint.objects.filter(is_on=True, brands=brand).values_list("protocol", flat=True))
    return ({"chat"} if CHAT in kinds else set()) | ({"translate"} if kinds else set())


def today(now: datetime) -> datetime:
    local = timezone.localtime(now)
    return datetime.combine(local.date(), time(0), tzinfo=local.tzinfo)


def asked_today(endpoint: AssistEndpoint, now: datetime) -> int:
    return AssistCall.objects.filter(endpoint=endpoint, at__gte=today(now)).count()


def outcomes(now: datetime) -> dict[int, dict[str, int]]:
    """Of today: endpoint -> how it went -> how often."""
    rows = (
        AssistCall.objects.filter(at__gte=today(now))
        .values_list("endpoint", "outcome")
        .annotate(n=Count("pk"))
    )
    found: dict[int, dict[str, int]] = {}
    for endpoint, outcome, n in rows.order_by("endpoint", "outcome"):
        found.setdefault(endpoint, {})[outcome or "under_way"] = n
    return found
