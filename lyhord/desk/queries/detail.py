"""One conversation, and the way to the next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from lyhord.channels import registry
from lyhord.channels.actions import side_of
from lyhord.channels.contract import Abilities, Length
from lyhord.channels.models import Account, State
from lyhord.customers import queries as customers
from lyhord.customers.models import Wish
from lyhord.desk.models import Clock, Conversation, Strand
from lyhord.desk.queries import approvals, casefile, clocks
from lyhord.desk.queries.inbox import Filters, cursor_at, inbox
from lyhord.desk.queries.referrals import ReferralRow, referrals, told_again
from lyhord.desk.queries.sight import conversations_visible_to, newest_turn
from lyhord.staff.models import User
from lyhord.triage.models import Assessment
from lyhord.triage.topics import queries as own_topics

FLOWS = ("service", "corporate", "community")
LIKELY = 0.25  # from this chance on the other reading is shown
OF_OWN = {"question", "complaint"}  # what a corporate question may be taken for


@dataclass(frozen=True)
class StrandRow:
    id: int
    thread_id: int
    is_public: bool
    handle: str
    name: str
    link: str
    waiting_since: datetime | None
    ended_at: datetime | None
    can_reply: (
        bool  # False where it ended, where the network takes no answers, and where our account was retired
    )
    length: Length | None  # how the network counts an answer here; None: it takes none
    account: Account
    blocks_us: bool  # what we answer here does not reach her, the network says


@dataclass(frozen=True)
class OwnTopic:
    """Which of the operator's own topics it is about, by her newest words that have one."""

    post: int  # what a person corrects
    topic: int | None  # None: no topic of ours fits
    name: str


@dataclass(frozen=True)
class Second:
    """What her newest words may be instead: a question of one's own, or one on how the company acts."""

    post: int  # what a person corrects
    kind: str
    confidence: float


@dataclass(frozen=True)
class Detail:
    conversation: Conversation
    strands: list[StrandRow]
    answer_strand: int | None  # where the next answer goes by default
    answered: Strand | None  # that strand itself
    because: str  # why there, where it could go elsewhere too: wished | usual | "" (IN-17)
    tags: list[str]
    situation: str  # where she is and what she tries to do (TR-10)
    entities: dict[str, object]  # mentions, hashtags, links, times, places (IN-13)
    newest_turn: int | None
    private_after_public: str  # private_reply | direct | link | none
    accepts: Mapping[str, int]  # content type of a file that can go with an answer -> most bytes
    most_files: int
    has_templates: bool  # the network has approved texts that go where nothing else does
    referrals: list[ReferralRow]  # from here or to here, the newest first (IN-18)
    told_again: int  # words of hers that tell what she had told elsewhere
    sensitive: list[str]  # what her newest words touch that is better answered in private (PR-04)
    second: Second | None  # the other reading of her newest words (CO-02)
    topics: Sequence[tuple[int, str]]  # the operator's own, to choose from
    own: OwnTopic | None  # None: there are no topics, or nothing of hers was judged
    clocks: list[Clock]  # of the first answer and the resolution; empty: nothing is promised


def conversation(
    user: User, pk: int, *, asked: int | None = None, now: datetime | None = None
) -> Detail | None:
    """None: there is none, or she does not see it. `asked`: the strand that the writer chose herself."""
    now = now or timezone.now()
    rows = conversations_visible_to(user).select_related(
        "account__app", "brand", "customer", "assignee", "team", "closed_by", "snoozed_by", "ticket", "case"
    )
    rows = rows.annotate(**approvals.flags(user), has_clocks=clocks.THERE)
    found = rows.filter(pk=pk).annotate(**casefile.GATES).first()
    if found is None:
        return None
    abilities = abilities_of(found.account)
    there = strands_of(found)
    strands = [strand_row(strand) for strand in there]
    told = newest_assessment(pk)
    answer, because = chosen_strand(strands, found, now, asked)
    topics = own_topics.choices()
    return Detail(
        conversation=found,
        strands=strands,
        answer_strand=answer,
        answered=next((strand for strand in there if strand.pk == answer), None),
        because=because,
        tags=list(found.tags.order_by("name").values_list("name", flat=True)),
        situation=told.situation if told else "",
        entities=told.entities if told else {},
        newest_turn=newest_turn(pk),
        private_after_public=abilities.private_after_public,
        accepts=dict(abilities.files),
        most_files=abilities.most_files,
        has_templates=has_templates(found.account),
        referrals=referrals(found),
        told_again=told_again(pk),
        sensitive=told.sensitive if told else [],
        second=second_of(told) if told else None,
        topics=topics,
        own=own_topic(pk) if topics else None,
        clocks=clocks.clocks(pk) if found.has_clocks else [],
    )


def strands_of(found: Conversation) -> list[Strand]:
    return list(found.strands.select_related("thread__account__app", "identity").order_by("pk"))


def strand_row(strand: Strand) -> StrandRow:
    account = strand.thread.account
    abilities = abilities_of(account)
    is_open = strand.ended_at is None and account.state != State.RETIRED
    length = abilities.reply.get("public" if strand.thread.is_public else "private")
    return StrandRow(
        id=strand.pk,
        thread_id=strand.thread_id,
        is_public=strand.thread.is_public,
        handle=strand.identity.handle,
        name=strand.identity.name,
        link=strand.thread.link,
        waiting_since=strand.waiting_since,
        ended_at=strand.ended_at,
        can_reply=length is not None and "reply" in abilities.verbs and is_open,
        length=length,
        account=account,
        blocks_us=strand.identity.blocks_us,
    )


def chosen_strand(
    strands: list[StrandRow], found: Conversation, now: datetime, asked: int | None
) -> tuple[int | None, str]:
    """Where the next answer goes, and why there: where the writer says, where she wished or usually writes, where she waits."""
    able = [strand for strand in strands if strand.can_reply and not strand.blocks_us]
    if asked in {strand.id for strand in able}:
        return asked, ""
    if len({strand.account.connector for strand in able}) > 1:
        for connector, why in liked(found, now):
            there = [strand for strand in able if strand.account.connector == connector]
            if there:
                return default_strand(there), why
    return default_strand(able or strands), ""


def liked(found: Conversation, now: datetime) -> Iterator[tuple[str, str]]:
    """Networks that she asked us to use, then the one by which she usually writes."""
    for wish in customers.wishes_of(found.customer, now):
        if wish.kind == "channel" and wish.state == Wish.STANDS:
            yield wish.value, "wished"
    habit = customers.habit(found.customer)
    if habit is not None:
        yield habit.connector, "usual"


def default_strand(strands: list[StrandRow]) -> int | None:
    """Where somebody waits: the newest to have asked; else the newest strand that can be answered."""
    able = [strand for strand in strands if strand.can_reply]
    waiting = [strand for strand in able if strand.waiting_since is not None]
    if waiting:
        return max(waiting, key=lambda strand: (strand.waiting_since, strand.id)).id
    return able[-1].id if able else None


def abilities_of(account: Account) -> Abilities:
    return registry.get(account.connector).abilities(side_of(account))


def has_templates(account: Account) -> bool:
    return bool(registry.get(account.connector).templates(side_of(account)))


def newest_assessment(pk: int) -> Assessment | None:
    told = Assessment.objects.filter(post__turn__conversation=pk)
    return told.order_by("-post__at", "-pk").first()


def own_topic(pk: int) -> OwnTopic | None:
    told = own_topics.of_conversation(
        Assessment.objects.filter(post__turn__conversation=pk, post__deleted_at=None)
    )
    if told is None:
        return None
    return OwnTopic(told.post_id, told.own_topic_id, told.own_topic.name if told.own_topic else "")


def second_of(told: Assessment) -> Second | None:
    """The other reading, where it is likely enough and a person has not said which one holds."""
    readings = {told.kind, told.kind_second}
    is_double = "corporate" in readings and bool(readings & OF_OWN)
    if not is_double or told.kind_second_confidence < LIKELY or told.kind_confidence >= 1:
        return None
    return Second(told.post_id, told.kind_second, told.kind_second_confidence)


def waits_next(user: User, after: int | None = None) -> int | None:
    """The conversation that has waited longest for us, behind `after` in that order; the first again at the end."""
    here = (
        Conversation.objects.filter(pk=after).exclude(waiting_since=None).first()
        if after is not None
        else None
    )
    place = cursor_at(here.waiting_since, here.pk) if here is not None else None
    for start in [place, None] if place else [None]:
        # Each flow is a range of the same index; the longest wait of them is the next.
        heads = [
            row for flow in FLOWS for row in inbox(user, flow, after=start, limit=1).rows if row.id != after
        ]
        if heads:
            return min(heads, key=lambda row: (row.waiting_since or row.last_at, row.id)).id
    return None


def neighbours(
    user: User, view: str, pk: int, *, filters: Filters | None = None, after: str | None = None
) -> tuple[int | None, int | None]:
    """The conversations above and below this one on the page of the view that begins at `after`."""
    ids = [row.id for row in inbox(user, view, filters=filters, after=after).rows]
    if pk not in ids:
        return None, next(iter(ids), None)
    place = ids.index(pk)
    return (ids[place - 1] if place else None), (ids[place + 1] if place + 1 < len(ids) else None)
