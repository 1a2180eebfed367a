"""How often something may be tried, by account and by network, for all processes alike.

A bucket is one moment: when it will be full again. Taking one moves that moment on by one share; it may lie at most a whole
bucket ahead. That is a token bucket in one column, and one conditional UPDATE takes from it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from lyhord.lib import crypto
from lyhord.staff.models import Bucket


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
LINK_NETWORK = Limit("link network", 30, timedelta(minutes=10))
TRIES = 5


def take(limit: Limit, of: str, now: datetime) -> bool:
    """Whether one more is allowed; takes it if so."""
    key = key_of(limit, of)
    Bucket.objects.get_or_create(key=key, defaults={"full_at": now})
    for _ in range(TRIES):
        seen = Bucket.objects.values_list("full_at", flat=True).get(key=key)
        wanted = max(seen, now) + limit.share
        if wanted > now + limit.per:
            return False
        if Bucket.objects.filter(key=key, full_at=seen).update(full_at=wanted):
            return True
    return False  # others take from it faster than we can: that is too often


def give_back(limit: Limit, of: str, now: datetime) -> None:
    """What was taken turned out to be no attempt at guessing."""
    bucket = Bucket.objects.filter(key=key_of(limit, of)).first()
    if bucket is not None and bucket.full_at > now:
        fuller = max(bucket.full_at - limit.share, now)
        Bucket.objects.filter(pk=bucket.pk, full_at=bucket.full_at).update(full_at=fuller)


def forget_full(now: datetime) -> int:
    return Bucket.objects.filter(full_at__lt=now).delete()[0]


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
