"""How often something may be tried, by account and by network, for all processes alike.

A bucket is one moment: when it will be full again. Taking one moves that moment on by one share; it may lie at most a whole
bucket ahead. That is a token bucket in one column, and one UPSERT with a guard takes from it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest

from lyhord.lib import crypto
from lyhord.staff.models import Bucket

MICRO = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Limit:
    """At most `size` at once, refilled wholly within `per`."""

    name: str
    size: int
    per: timedelta

    @property
    def share(self) -> timedelta:
        return self.per / self.size


LOG_IN_ACCOUNT = Limit("login account", 5, timedelta(minutes=5))
LOG_IN_NETWORK = Limit("login network", 20, timedelta(minutes=5))
CODE_ACCOUNT = Limit("code account", 5, timedelta(minutes=5))
RESET_ACCOUNT = Limit("reset account", 3, timedelta(hours=1))
RESET_NETWORK = Limit("reset network", 10, timedelta(hours=1))
PROVIDER_NETWORK = Limit("provider network", 30, timedelta(minutes=5))
LINK_NETWORK = Limit("link network", 30, timedelta(minutes=10))
API_WRONG_KEY = Limit("api wrong key", 20, timedelta(minutes=5))

# The guard stands in the UPSERT itself: of two processes that take the last one, one gets no row back.
TAKE = """
INSERT INTO staff_bucket ("key", full_at) VALUES (%(key)s, %(now)s + %(cost)s)
ON CONFLICT ("key") DO UPDATE
SET full_at = CASE WHEN staff_bucket.full_at > %(now)s THEN staff_bucket.full_at ELSE %(now)s END + %(cost)s
WHERE CASE WHEN staff_bucket.full_at > %(now)s THEN staff_bucket.full_at ELSE %(now)s END + %(cost)s <= %(now)s + %(per)s
RETURNING full_at
"""


@dataclass(frozen=True)
class Taken:
    """What became of a try: how many are left, and in how many seconds there is one more and the bucket is full."""

    is_allowed: bool
    left: int
    wait: float
    reset: float


def take(limit: Limit, of: str, now: datetime) -> bool:
    """Whether one more is allowed; takes it if so."""
    return take_some(limit, of, now, 1).is_allowed


def take_some(limit: Limit, of: str, now: datetime, wanted: int) -> Taken:
    """Takes `wanted` at once, or none."""
    at, share, per = micros(now), limit.share // MICRO, limit.per // MICRO
    given: dict[str, str | int] = {
        "key": key_of(limit, of),
        "now": at,
        "cost": share * min(wanted, limit.size),
        "per": per,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, given)
        row = cursor.fetchone()
    if row is not None:
        return state(row[0], at, share, per, is_allowed=True)
    full_at = Bucket.objects.values_list("full_at", flat=True).filter(key=given["key"]).first()
    return state(full_at if full_at is not None else at, at, share, per, is_allowed=False)


def state(full_at: int, at: int, share: int, per: int, *, is_allowed: bool) -> Taken:
    taken = max(full_at - at, 0)
    return Taken(is_allowed, max((per - taken) // share, 0), max(taken + share - per, 0) / 1e6, taken / 1e6)


def give_back(limit: Limit, of: str, now: datetime) -> None:
    """What was taken turned out to be no attempt at guessing."""
    # A bucket that is nearly full already is not filled beyond: a moment in the past counts as full.
    Bucket.objects.filter(key=key_of(limit, of)).update(full_at=F("full_at") - limit.share // MICRO)


def forget_full(now: datetime) -> int:
    return Bucket.objects.filter(full_at__lt=micros(now)).delete()[0]


def micros(at: datetime) -> int:
    return (at - EPOCH) // MICRO


def key_of(limit: Limit, of: str) -> str:
    # An address that was tried is a person's; only its digest is kept.
    return f"{limit.name} {crypto.digest(of.strip().casefold())[:32]}"


# Where a request comes from -------------------------------------------------------------------------------------


def address_of(request: HttpRequest) -> str:
    """The client's address: of the connection, or what the outermost of our own proxies saw.

    Each trusted proxy appends the address that it saw. What stands further left was written by the client and is not
    believed; nor is any other header.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    hops = settings.LYHORD_TRUSTED_PROXIES
    if not hops:
        return seen
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return plain(told[-hops]) or seen if len(told) >= hops else seen


def plain(text: str) -> str:
    try:
        return str(ip_address(text.strip("[]")))
    except ValueError:
        return ""


def network_of(request: HttpRequest) -> str:
    """The client's network: people with IPv6 have a /48 to themselves and may change address at will."""
    address = plain(address_of(request))
    if not address:
        return "unknown"
    parsed = ip_address(address)
    return str(ip_network(f"{address}/{24 if parsed.version == 4 else 48}", strict=False))
