"""One conversation, and the way to the next."""

from dataclasses import dataclass
from datetime import datetime

from lyhord.channels import registry
from lyhord.channels.actions import side_of
from lyhord.channels.contract import Abilities, Length
from lyhord.channels.models import Account
from lyhord.desk.models import Conversation, Strand
from lyhord.desk.queries.inbox import Filters, cursor_at, inbox
from lyhord.desk.queries.sight import conversations_visible_to, newest_turn
from lyhord.staff.models import User
from lyhord.triage.models import Assessment

FLOWS = ("service", "corporate", "community")


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
    can_reply: bool
    length: Length | None  # how the network counts an answer here; None: it takes none


@dataclass(frozen=True)
class Detail:
    conversation: Conversation
    strands: list[StrandRow]
    answer_strand: int | None  # where the next answer goes by default
    tags: list[str]
    situation: str  # where she is and what she tries to do (TR-10)
    entities: dict[str, object]  # mentions, hashtags, links, times, places (IN-13)
    newest_turn: int | None
    private_after_public: str  # private_reply | direct | link | none


def conversation(user: User, pk: int) -> Detail | None:
    """None: there is none, or she does not see it."""
    rows = conversations_visible_to(user).select_related(
        "account", "brand", "customer", "assignee", "team", "closed_by", "snoozed_by", "ticket"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        return None
    abilities = abilities_of(found.account)
    strands = [strand_row(strand, abilities) for strand in strands_of(found)]
    told = newest_assessment(pk)
    return Detail(
        conversation=found,
        strands=strands,
        answer_strand=default_strand(strands),
        tags=list(found.tags.order_by("name").values_list("name", flat=True)),
        situation=told.situation if told else "",
        entities=told.entities if told else {},
        newest_turn=newest_turn(pk),
        private_after_public=abilities.private_after_public,
    )


def strands_of(found: Conversation) -> list[Strand]:
    return list(found.strands.select_related("thread", "identity").order_by("pk"))


def strand_row(strand: Strand, abilities: Abilities) -> StrandRow:
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
        can_reply=length is not None and "reply" in abilities.verbs and strand.ended_at is None,
        length=length,
    )


def default_strand(strands: list[StrandRow]) -> int | None:
    """Where somebody waits: the newest to have asked; else the newest strand that can be answered."""
    able = [strand for strand in strands if strand.can_reply]
    waiting = [strand for strand in able if strand.waiting_since is not None]
    if waiting:
        return max(waiting, key=lambda strand: (strand.waiting_since, strand.id)).id
    return able[-1].id if able else None


def abilities_of(account: Account) -> Abilities:
    return registry.get(account.connector).abilities(side_of(account))


def newest_assessment(pk: int) -> Assessment | None:
    told = Assessment.objects.filter(post__turn__conversation=pk)
    return told.order_by("-post__at", "-pk").first()


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
