"""Whether anything was left behind: each post has been looked at, each complaint has somebody (IN-02)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from lyhord.channels import queries as channels
from lyhord.desk.models import Conversation, Filing, Tally
from lyhord.intake.models import Post
from lyhord.staff.models import User
from lyhord.web import marks

PATIENCE = timedelta(minutes=10)  # a post that is not filed by then is worth a look


@dataclass(frozen=True)
class Completeness:
    not_filed: int  # posts that the desk has not taken, though they came a while ago
    set_aside: int  # own posts whose dispatch is in doubt, and posts that are not assessed
    without_owner: int  # open conversations, spam apart, that nobody has
    complaints: int  # of these, complaints


def completeness(user: User, *, now: datetime) -> Completeness:
    """For the accounts that she sees."""
    accounts = channels.account_ids_visible_to(user)
    waiting = Post.objects.filter(pk__gt=marks.get("desk.file_posts"), account__in=accounts, filing=None)
    aside = Filing.objects.filter(outcome=Filing.WAITING, post__account__in=accounts)
    free = Tally.objects.filter(account__in=accounts, assignee=0, status="open", is_spam=False)
    complaints = Conversation.objects.filter(
        account__in=accounts, status="open", is_spam=False, assignee=None, kind="complaint"
    )
    return Completeness(
        not_filed=waiting.filter(stored_at__lt=now - PATIENCE).count(),
        set_aside=aside.filter(at__lt=now - PATIENCE).count(),
        without_owner=free.aggregate(n=Sum("n"))["n"] or 0,
        complaints=complaints.count(),
    )
