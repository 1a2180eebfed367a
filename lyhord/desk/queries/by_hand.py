"""What waits for somebody where no program reads or calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from lyhord.channels import queries as channels
from lyhord.channels.models import Account, State
from lyhord.desk.models import Status, Strand
from lyhord.intake.models import Post
from lyhord.outbox import queries as outbox
from lyhord.outbox.models import Dispatch
from lyhord.outbox.models import State as Sending
from lyhord.staff.models import User

PLACE, PHONE = "manual", "phone"
BY_HAND = (PLACE, PHONE)
MOST = 100
LOOK_AGAIN = 3  # days, where the account says nothing


@dataclass(frozen=True)
class ToLook:
    """A post whose place is to be looked at again; `seen_at` is when somebody last saw it stand there."""

    post: Post
    seen_at: datetime


def accounts(user: User) -> list[Account]:
    """Those at which she may write something down."""
    rows = channels.accounts_visible_to(user).filter(connector__in=BY_HAND)
    return list(rows.exclude(state=State.RETIRED).select_related("brand").order_by("connector", "name"))


def to_do(user: User) -> list[Dispatch]:
    """Answers that wait to be posted, and callers to be called back; the oldest first."""
    rows = outbox.dispatches_visible_to(user).filter(
        state=Sending.UNSURE, verb="reply", account__connector__in=BY_HAND
    )
    return list(rows.select_related("account", "thread", "answers", "by").order_by("made_at", "pk")[:MOST])


def to_look(user: User, now: datetime) -> list[ToLook]:
    """The newest word of each open matter in a place that nobody has looked at for as long as its account says."""
    places = {account.pk: account for account in accounts(user) if account.connector == PLACE}
    open_threads = Strand.objects.filter(
        thread__account__in=places, ended_at=None, conversation__status=Status.OPEN
    ).values("thread")
    newest = (
        Post.objects.filter(thread__in=open_threads, is_own=False, deleted_at=None)
        .values("thread")
        .annotate(newest=Max("pk"))
        .values_list("newest", flat=True)
    )
    posts = Post.objects.filter(pk__in=newest).select_related("thread", "account")
    found = [ToLook(post, max(post.at, post.hiding_at or post.at)) for post in posts]
    return sorted(due(found, places, now), key=lambda each: each.seen_at)[:MOST]


def due(found: Iterable[ToLook], places: dict[int, Account], now: datetime) -> list[ToLook]:
    return [each for each in found if each.seen_at + pause(places[each.post.account_id]) <= now]


def pause(account: Account) -> timedelta:
    told = str(account.settings.get("look_again") or "")
    return timedelta(days=int(told) if told.isascii() and told.isdigit() and len(told) < 4 else LOOK_AGAIN)
