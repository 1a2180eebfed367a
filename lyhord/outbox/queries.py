"""What waits, what is held and why, and a dispatch as its connector sees it."""

from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from lyhord.channels import queries as channels
from lyhord.channels.contract import Outgoing, Verb
from lyhord.channels.models import Account
from lyhord.channels.models import State as AccountState
from lyhord.intake.models import Post, Thread
from lyhord.lib import sabotage
from lyhord.outbox.models import OPEN, Dispatch, Hold, Receipt, State
from lyhord.staff.models import User

NEEDS_PERSON = (State.UNSURE, State.HELD, State.REFUSED)
WAITING = (State.QUEUED, State.SENDING)


def dispatches_visible_to(user: User) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(account__in=channels.accounts_visible_to(user))


def listed(user: User, states: tuple[State, ...], before: int | None, most: int) -> list[Dispatch]:
    """For the page: the newest first, from below the id `before`."""
    rows = dispatches_visible_to(user)
    # Nearly all are done: walked from the newest, they need no index of states, and must not be sorted by one.
    is_open = set(states) <= {*NEEDS_PERSON, *WAITING}
    rows = rows.filter(state__in=states) if is_open else rows.exclude(state__in=[*NEEDS_PERSON, *WAITING])
    if before is not None:
        rows = rows.filter(pk__lt=before)
    rows = rows.select_related("account__brand", "thread", "answers", "by", "receipt")
    return list(rows.order_by("-pk")[:most])


def listed_count(user: User, states: tuple[State, ...]) -> int:
    return dispatches_visible_to(user).filter(state__in=states).count()


def waiting_count() -> int:
    """What the stop button would stop, of all brands."""
    return Dispatch.objects.filter(state__in=WAITING).count()


def holds_visible_to(user: User, now: datetime) -> QuerySet[Hold]:
    """Open holds of everything, and of what she sees."""
    hers = [f"a{pk}" for pk in channels.account_ids_visible_to(user)]
    lanes = dispatches_visible_to(user).filter(state__in=OPEN).values("lane")
    return open_holds(now).filter(Q(lane="*") | Q(lane__in=hers) | Q(lane__in=lanes)).order_by("-since")


def open_holds(now: datetime) -> QuerySet[Hold]:
    return Hold.objects.filter(Q(until=None) | Q(until__gt=now), lifted_at=None)


def account_held(hold: Hold) -> Account | None:
    """The account that the hold is on; None for everything and for a lane."""
    number = hold.lane[1:]
    return (
        Account.objects.filter(pk=int(number)).first() if hold.lane[0] == "a" and number.isdigit() else None
    )


def is_stopped(now: datetime) -> bool:
    return open_holds(now).filter(lane="*").exists()


def wide_hold(dispatch: Dispatch, now: datetime) -> Hold | None:
    """The hold on everything or on the account: the dispatch keeps its place and goes when it is lifted."""
    return open_holds(now).filter(lane__in=["*", f"a{dispatch.account_id}"]).order_by("lane").first()


def lane_hold(dispatch: Dispatch, now: datetime) -> Hold | None:
    """The hold on the lane that came after the dispatch was queued, or after a person released it."""
    return (
        open_holds(now).filter(lane=dispatch.lane, since__gt=dispatch.released_at or dispatch.made_at).first()
    )


def earlier_in_lane(lane: Any, pk: Any, made_at: Any) -> QuerySet[Dispatch]:
    """What must be out of the way first. What was held before ours was written does not count: its writer saw it."""
    if sabotage.is_on("outbox.no_lane_order"):
        return Dispatch.objects.none()
    seen = Q(state=State.HELD, state_at__lte=made_at)
    return Dispatch.objects.filter(~seen, lane=lane, state__in=OPEN, pk__lt=pk)


def due(now: datetime) -> QuerySet[Dispatch]:
    """What may leave now, the oldest first. What cannot leave is not found, so it costs nothing while it waits."""
    account = Concat(Value("a"), Cast(OuterRef("account_id"), CharField()))
    return (
        Dispatch.objects.filter(state__in=WAITING, due_at__lte=now)
        .exclude(account__state__in=[AccountState.PAUSED, AccountState.BROKEN])
        .filter(~Exists(earlier_in_lane(OuterRef("lane"), OuterRef("pk"), OuterRef("made_at"))))
        .filter(~Exists(open_holds(now).filter(Q(lane="*") | Q(lane=account))))
        .order_by("due_at", "pk")
    )


def unreceipted_own_posts(dispatch: Dispatch) -> QuerySet[Post]:
    """Posts of our own account that may be what this dispatch became."""
    receipts = Receipt.objects.filter(account=OuterRef("account"), native=OuterRef("native"))
    place = Q(thread__in=threads_of(dispatch))
    if dispatch.answers is not None:
        place |= Q(parent=dispatch.answers.native)
    found = Post.objects.filter(
        place, ~Exists(receipts), account=dispatch.account_id, is_own=True, stored_at__gte=dispatch.made_at
    )
    if dispatch.thread_id is None:
        found = found.filter(is_public=dispatch.is_public)
    return found.order_by("pk")


def threads_of(dispatch: Dispatch) -> list[int | None]:
    """The thread, and the one that it was found to be. Private words to a public post have none yet: then the post's."""
    thread: Thread | None = dispatch.thread or (dispatch.answers.thread if dispatch.answers else None)
    return [thread.pk, thread.joined_id] if thread is not None else []


def words_of_person(dispatch: Dispatch) -> QuerySet[Post]:
    """What the person addressed wrote in the thread; in a private one whoever is not us."""
    posts = Post.objects.filter(
        thread__in=threads_of(dispatch), is_own=False, deleted_at=None, is_placeholder=False
    )
    return posts.filter(author=dispatch.person) if dispatch.person else posts


def newer_word(dispatch: Dispatch) -> Post | None:
    """A word of hers that the writer had not seen."""
    if not dispatch.person and dispatch.is_public:
        return None
    words = words_of_person(dispatch)
    if dispatch.newest_id is not None:
        return words.filter(pk__gt=dispatch.newest_id).order_by("pk").first()
    return words.filter(stored_at__gt=dispatch.released_at or dispatch.made_at).order_by("pk").first()


def last_word_at(dispatch: Dispatch) -> datetime | None:
    """When she last wrote to us: networks give a window from then on."""
    found: datetime | None = words_of_person(dispatch).aggregate(at=Max("at"))["at"]
    return found


def outgoing(dispatch: Dispatch) -> Outgoing:
    """The dispatch as plain values for its connector."""
    answers, thread = dispatch.answers, dispatch.thread
    verb: Verb = dispatch.verb  # type: ignore[assignment]
    return Outgoing(
        verb=verb,
        key=str(dispatch.key),
        text=dispatch.text,
        visibility="public" if dispatch.is_public else "private",
        item=answers.native if answers else None,
        thread=thread.native if thread else None,
        person=dispatch.person or None,
        person_handle=dispatch.person_handle,
        mentions=others_named(answers, dispatch.person_handle),
        lang=dispatch.lang,
        item_visibility="private" if answers and not answers.is_public else "public",
        link=answers.link if answers else "",
        made_at=dispatch.made_at,
        reason=dispatch.reason,
    )


def others_named(post: Post | None, addressed: str) -> tuple[str, ...]:
    """Handles named in the post that stay in the answer: neither ours nor hers."""
    if post is None:
        return ()
    handles = [named.get("handle", "") for named in post.mentions if not named.get("is_us")]
    return tuple(handle for handle in handles if handle and handle != addressed)
