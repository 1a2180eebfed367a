"""What the worker does here."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from lyhord.lib import work
from lyhord.staff import actions, audit, limits, mails
from lyhord.staff.models import AccessLink, Kept, LogIn, ResetWish, User

KEPT = timedelta(hours=24)  # answers to API calls with an Idempotency-Key
WISH_LIVES = timedelta(hours=2)
LINKS_KEPT = timedelta(days=30)  # used and ended links


def seal_audit(now: datetime) -> int:
    return audit.seal()


def due_reset_mails(now: datetime) -> list[tuple[int, int]]:
    """(0, wish): all wait for one mail server, so they go one after the other."""
    return [
        (0, pk)
        for pk in ResetWish.objects.filter(due_at__lte=now)
        .order_by("due_at")
        .values_list("pk", flat=True)[:20]
    ]


def send_reset_mail(pk: int, now: datetime) -> None:
    """Mail a link for a new password to who asked for it on the public page; nobody, if the address is not known."""
    taken = work.claim(ResetWish.objects.filter(pk=pk), now)
    if not taken:
        return
    wish = taken[0]
    user = User.objects.filter(email=wish.email, is_active=True).first()
    if user is None or mails.new_password(user, actions.reset_link(user, by=None, now=now)):
        wish.delete()
    elif wish.attempts >= work.TRIES or wish.asked_at < now - WISH_LIVES:
        wish.delete()  # the mail server does not answer; who still waits asks again
    # Otherwise it comes back when the lease has passed.


def forget_old(now: datetime) -> int:
    """Drop what can no longer be used: answers, links, sessions and full buckets."""
    gone = Kept.objects.filter(at__lt=now - KEPT).delete()[0]
    gone += AccessLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()[0]
    gone += Session.objects.filter(expire_date__lt=now).delete()[0]
    gone += LogIn.objects.exclude(session__in=Session.objects.values("session_key")).delete()[0]
    return gone + limits.forget_full(now)
