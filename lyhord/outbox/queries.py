"""What waits, what is held and why, and a dispatch as its connector sees it."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Value, Window
from django.db.models.functions import Cast, Concat, RowNumber

from lyhord.channels import queries as channels
from lyhord.channels.contract import Outgoing, Verb
from lyhord.channels.models import Account, Cause, Gap
from lyhord.channels.models import State as AccountState
from lyhord.intake.models import Envelope, Post, PostChange, Source, Thread
from lyhord.lib import sabotage
from lyhord.outbox import rules
from lyhord.outbox.models import OPEN, Bounce, Dispatch, Enclosure, Hold, Receipt, ReceiptAlias, State
from lyhord.staff.models import Brand, User

NEEDS_PERSON = (State.UNSURE, State.HELD, State.REFUSED)
WAITING = (State.QUEUED, State.SENDING)
DOMAINS = 5  # that a finding names
CATCH_UP = timedelta(minutes=5)  # that a mended account is given for reading what came meanwhile


def dispatches_visible_to(user: User) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(account__in=channels.accounts_visible_to(user))


def enclosures_visible_to(user: User) -> QuerySet[Enclosure]:
    return Enclosure.objects.filter(account__in=channels.accounts_visible_to(user), is_gone=False)


def listed(
    user: User,
    states: tuple[State, ...],
    before: int | None,
    most: int,
    account: int | None = None,
    *,
    bounced: int | None = None,
    without: Collection[int] = (),
) -> list[Dispatch]:
    """For the page: the newest first, from below the id `before`.

    `bounced`: only what came back to that account; `without`: nothing that came back to those.
    """
    rows = dispatches_visible_to(user)
    if bounced is not None:
        rows = rows.filter(account=bounced, bounce__isnull=False, state=State.REFUSED)
    if without:
        rows = rows.exclude(account__in=without, bounce__isnull=False, state=State.REFUSED)
    if account is not None:
        rows = rows.filter(account=account)
    # Nearly all are done: walked from the newest, they need no index of states, and must not be sorted by one.
    is_open = set(states) <= {*NEEDS_PERSON, *WAITING}
    rows = rows.filter(state__in=states) if is_open else rows.exclude(state__in=[*NEEDS_PERSON, *WAITING])
    if before is not None:
        rows = rows.filter(pk__lt=before)
    rows = rows.select_related("account__brand", "thread", "answers", "by", "receipt")
    rows = rows.prefetch_related(
        Prefetch("enclosures", Enclosure.objects.filter(is_gone=False).order_by("position", "pk"))
    )
    return list(rows.order_by("-pk")[:most])


def listed_count(user: User, states: tuple[State, ...]) -> int:
    return dispatches_visible_to(user).filter(state__in=states).count()


@dataclass(frozen=True)
class Finding:
    """Much that came back to one account: shown as one, with the domains that most of it was for (R81)."""

    account: Account
    hard: int  # never arrives
    soft: int  # may arrive another day
    newest_at: datetime
    domains: list[tuple[str, int]]  # the most first
    further: int  # domains that are not named

    @property
    def n(self) -> int:
        return self.hard + self.soft


def bounces_visible_to(user: User) -> QuerySet[Bounce]:
    """What came back and nobody has decided about."""
    return Bounce.objects.filter(
        account__in=channels.account_ids_visible_to(user), dispatch__state=State.REFUSED
    )


def findings(user: User) -> list[Finding]:
    """Accounts to which more came back than a person looks at one by one, the most first."""
    grouped = bounces_visible_to(user).values("account", "domain", "is_soft")
    counted: dict[int, list[tuple[str, bool, int, datetime]]] = {}
    for account, domain, is_soft, n, at in grouped.annotate(n=Count("pk"), newest=Max("at")).values_list(
        "account", "domain", "is_soft", "n", "newest"
    ):
        counted.setdefault(account, []).append((domain, is_soft, n, at))
    many = {pk: rows for pk, rows in counted.items() if sum(row[2] for row in rows) >= rules.FEW}
    accounts = Account.objects.select_related("brand").in_bulk(many)
    found = [finding(accounts[pk], rows) for pk, rows in many.items()]
    return sorted(found, key=lambda one: (-one.n, one.account.pk))


def finding(account: Account, rows: list[tuple[str, bool, int, datetime]]) -> Finding:
    domains: Counter[str] = Counter()
    for domain, _is_soft, n, _at in rows:
        domains[domain] += n
    return Finding(
        account=account,
        hard=sum(n for _domain, is_soft, n, _at in rows if not is_soft),
        soft=sum(n for _domain, is_soft, n, _at in rows if is_soft),
        newest_at=max(at for _domain, _is_soft, _n, at in rows),
        domains=domains.most_common(DOMAINS),
        further=max(len(domains) - DOMAINS, 0),
    )


def waiting_count(brands: Collection[int] | None = None) -> int:
    """What the stop button would stop: of these brands, or of all."""
    rows = Dispatch.objects.filter(state__in=WAITING)
    return (rows if brands is None else rows.filter(account__brand__in=brands)).count()


def holds_visible_to(user: User, now: datetime) -> QuerySet[Hold]:
    """Open holds of everything, and of what she sees."""
    hers = [f"a{pk}" for pk in channels.account_ids_visible_to(user)]
    hers += [f"b{pk}" for pk in brands_of(user)]
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


def brand_held(hold: Hold) -> Brand | None:
    """The brand that the hold is on; None for anything else."""
    number = hold.lane[1:]
    return Brand.objects.filter(pk=int(number)).first() if hold.lane[0] == "b" and number.isdigit() else None


def brands_of(user: User) -> set[int]:
    """Brands of which she sees an account, or in which she works."""
    seen = channels.accounts_visible_to(user).values_list("brand", flat=True)
    return {*seen, *user.memberships.values_list("team__brand", flat=True)}


def is_stopped(now: datetime) -> bool:
    """Whether the whole installation stands still."""
    return open_holds(now).filter(lane="*").exists()


def stops_for(user: User, now: datetime) -> list[Hold]:
    """The stops that everybody of a brand, or of the installation, is told of on every page."""
    found = list(open_holds(now).filter(Q(lane="*") | Q(lane__regex=r"^b[0-9]+$")).order_by("since"))
    if not any(held.lane != "*" for held in found):
        return found
    mine = {f"b{pk}" for pk in brands_of(user)}
    return [held for held in found if held.lane == "*" or held.lane in mine or user.is_administrator]


def wide_hold(dispatch: Dispatch, now: datetime) -> Hold | None:
    """The hold on everything or on the account: the dispatch keeps its place and goes when it is lifted."""
    if sabotage.is_on("outbox.no_stop"):
        return None
    account = dispatch.account
    lanes = ["*", f"b{account.brand_id}", f"a{account.pk}"]
    return open_holds(now).filter(lane__in=lanes).order_by("lane").first()


def is_catching_up(account: Account, now: datetime) -> bool:
    """Whether the account worked no more and works again, and what came meanwhile is not read yet (R25).

    Among it may be what makes a waiting answer wrong. Where reading fails, sending goes on after five minutes.
    """
    gap = Gap.objects.filter(account=account, cause=Cause.STOPPED).order_by("-begun_at", "-pk").first()
    if gap is None or (gap.ended_at is not None and now - gap.ended_at > CATCH_UP):
        return False
    sources = Source.objects.filter(account=account, is_on=True, way__in=["poll", "stream"])
    if gap.ended_at is None or not sources.exists():
        return gap.ended_at is None
    if not sources.filter(last_at__gte=gap.ended_at).exists():
        return True
    return Envelope.objects.filter(account=account, state=Envelope.WAITING, received_at__lte=now).exists()


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
    brand = Concat(Value("b"), Cast(OuterRef("account__brand_id"), CharField()))
    holds = Hold.objects.none() if sabotage.is_on("outbox.no_stop") else open_holds(now)
    return (
        Dispatch.objects.filter(state__in=WAITING, due_at__lte=now)
        .exclude(account__state__in=[AccountState.PAUSED, AccountState.BROKEN])
        .filter(~Exists(earlier_in_lane(OuterRef("lane"), OuterRef("pk"), OuterRef("made_at"))))
        .filter(~Exists(holds.filter(Q(lane="*") | Q(lane=account) | Q(lane=brand))))
        .order_by("due_at", "pk")
    )


def first_due(now: datetime, *, besides: Collection[int]) -> Iterable[tuple[int, int]]:
    """(account, dispatch): the first that is due of each account but those."""
    place = Window(RowNumber(), partition_by=F("account_id"), order_by=["due_at", "pk"])
    rows = due(now).exclude(account__in=besides).annotate(place=place).filter(place=1)
    return rows.values_list("account_id", "pk")


def receipts_by_native(accounts: Iterable[int], natives: Iterable[str]) -> dict[tuple[int, str], int]:
    """(account, native id) -> the dispatch that stands there under it, by its first id or by a further one."""
    where: dict[str, Any] = {"account__in": list(accounts), "native__in": list(natives)}
    rows = [
        *ReceiptAlias.objects.filter(**where).values_list("account", "native", "receipt"),
        *Receipt.objects.filter(**where).values_list("account", "native", "dispatch"),
    ]
    return {(account, native): dispatch for account, native, dispatch in rows}


def unreceipted_own_posts(dispatch: Dispatch) -> QuerySet[Post]:
    """Posts of our own account that may be what this dispatch became."""
    receipts = Receipt.objects.filter(account=OuterRef("account"), native=OuterRef("native"))
    aliases = ReceiptAlias.objects.filter(account=OuterRef("account"), native=OuterRef("native"))
    place = Q(thread__in=threads_of(dispatch))
    if dispatch.answers is not None:
        place |= Q(parent=dispatch.answers.native)
    found = Post.objects.filter(
        place,
        ~Exists(receipts),
        ~Exists(aliases),
        account=dispatch.account_id,
        is_own=True,
        stored_at__gte=dispatch.made_at,
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


def was_edited(dispatch: Dispatch) -> bool:
    """Whether the words that are answered are others by now than those that the writer read."""
    since = dispatch.released_at or dispatch.made_at
    read = [pk for pk in (dispatch.answers_id, dispatch.newest_id) if pk is not None]
    return PostChange.objects.filter(post__in=read, what="edited", at__gt=since).exists()


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
        tag=dispatch.tag,
        **template_of(dispatch),
        is_automatic=dispatch.is_automatic,
        facts=answers.extra if answers else {},
    )


def template_of(dispatch: Dispatch) -> dict[str, Any]:
    kept = dispatch.template
    if not kept:
        return {}
    return {"template": f"{kept['name']}/{kept['language']}", "template_values": tuple(kept["values"])}


def others_named(post: Post | None, addressed: str) -> tuple[str, ...]:
    """Handles named in the post that stay in the answer: neither ours nor hers."""
    if post is None:
        return ()
    handles = [named.get("handle", "") for named in post.mentions if not named.get("is_us")]
    return tuple(handle for handle in handles if handle and handle != addressed)
