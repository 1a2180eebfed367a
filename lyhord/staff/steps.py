"""What the worker does here."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from lyhord.staff import audit, limits
from lyhord.staff.models import AccessLink, Kept, LogIn

KEPT = timedelta(hours=24)  # answers to API calls with an Idempotency-Key
LINKS_KEPT = timedelta(days=30)  # used and ended links


def seal_audit(now: datetime) -> int:
    return audit.seal()


def forget_old(now: datetime) -> int:
    """Drop what can no longer be used: answers, links, sessions and full buckets."""
    gone = Kept.objects.filter(at__lt=now - KEPT).delete()[0]
    gone += AccessLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()[0]
    gone += Session.objects.filter(expire_date__lt=now).delete()[0]
    gone += LogIn.objects.exclude(session__in=Session.objects.values("session_key")).delete()[0]
    return gone + limits.forget_full(now)
