"""What the routes of this room share: how conversations and turns look."""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from lyhord.desk import margins, queries
from lyhord.desk.models import Conversation
from lyhord.desk.queries import Row, TurnRow
from lyhord.staff.requests import StaffRequest
from lyhord.web import show

router = Router(tags=["desk"])


class RowShown(Schema):
    """One line of the inbox."""

    id: int
    number: int = Field(description="What people call it; also the customer's ticket number.")
    subject: str
    snippet: str
    status: str
    flow: str
    customer_id: int
    customer: str
    handle: str
    account_id: int
    account: str
    connector: str
    is_public: bool
    lang: str
    kind: str
    topic: str
    sentiment: int
    is_urgent: bool
    is_spam: bool
    needs_answer: bool
    priority: int
    assignee_id: int | None
    assignee: str
    waiting_since: datetime | None = Field(description="null: the next word is theirs.")
    waits: bool
    last_at: datetime
    snoozed_until: datetime | None
    closed_at: datetime | None
    use: str = Field(description="What we are there to do: service, complaint, brand or relation.")
    purpose: str = Field(
        description="press, influence, recruitment, sales-lead, stakeholder, legal-threat, or empty."
    )
    journey: str = Field(description="before, during or after the purchase or use, or empty.")
    is_viewpoint: bool = Field(description="Her newest words give a view and ask nothing of us.")
    due_at: datetime | None = Field(description="When the next of its clocks is due; null: none runs.")
    due_stage: int = Field(description="0 fine, 1 warned, 2 breached, 3 too late: decide.")
    tags: list[str]
    is_new: bool = Field(description="Not read by you.")
    version: int


class ReasonShown(Schema):
    """A part of the priority, and why."""

    part: str
    points: int
    text: str


class TurnShown(Schema):
    """One step of a conversation."""

    id: int
    at: datetime
    kind: str = Field(description="post, reply, note or event")
    what: str = Field(description="Of an event: assigned, closed, tagged and so on.")
    values: dict[str, Any]
    by_id: int | None
    by: str
    strand_id: int | None
    is_ours: bool
    is_public: bool
    text: str
    lang: str
    author: str
    handle: str
    post_id: int | None
    link: str
    version: int
    is_edited: bool
    is_deleted: bool
    is_hidden: bool
    mentions: list[dict[str, Any]]
    roles: list[dict[str, Any]] = Field(
        description="Who is named in it: name, handle, is_us, and role: addressed, answered, named or quoted."
    )
    dispatch_id: int | None
    state: str = Field(
        description="Of the dispatch: queued, sending, sent, unsure, refused, held, undone, dropped."
    )
    verb: str
    problem: str
    due_at: datetime | None = Field(description="When it leaves; until then it can be undone.")
    tag: str = Field(description="Under which the network takes it after its ordinary time; empty: none.")
    template: str = Field(description="Name of the approved template whose words these are; empty: none.")
    sent_at: datetime | None
    read_at: datetime | None
    priority: int | None
    reasons: list[ReasonShown]
    private: list[dict[str, Any]]
    is_shallow: bool = Field(
        description="Judged by its words alone so far; its meaning is read later where the model is there."
    )
    purpose: str = Field(
        description="press, recruitment, sales-lead, influence, stakeholder, legal-threat, or empty."
    )
    journey: str = Field(description="before, during or after the purchase or use, or empty.")
    attachments: list[dict[str, Any]] = Field(description="`address` is where our copy is read.")
    reactions: list[dict[str, Any]]
    title: str = Field(description="Subject of a mail, heading of an article.")
    margin: dict[str, Any] = Field(
        description="What stands beside the words: notes, is_forged, reply_to, copied, automatic, quoted, signature, "
        "quotes, forwarded_from. Only what there is."
    )

    @staticmethod
    def resolve_margin(row: TurnRow) -> dict[str, Any]:
        found = margins.told(row.margin)
        said = {"automatic": show.said(row.margin.automatic)} if row.margin.automatic else {}
        return (
            found
            | said
            | ({"notes": [show.said(note) for note in row.margin.notes]} if row.margin.notes else {})
        )

    @staticmethod
    def resolve_problem(row: TurnRow) -> str:
        return _(row.problem) if row.problem else ""

    @staticmethod
    def resolve_reasons(row: TurnRow) -> list[dict[str, Any]]:
        """In the words of the language that was asked for."""
        return [
            {**one, "text": _(one["why"]) % one.get("values", {})} for one in row.reasons if one.get("why")
        ]


class ReferralShown(Schema):
    """A customer who was sent on, as seen from one of the two conversations."""

    id: int
    kind: str = Field(description="account, address, person or team")
    is_here: bool = Field(description="She came here; else she was sent from here.")
    name: str = Field(description="Who takes over, as she is told.")
    address: str = Field(description="Where she goes on; empty: here.")
    why: str = Field(description="For colleagues; never sent.")
    by: str
    at: datetime
    until: datetime = Field(description="What she writes there later is another matter.")
    conversation: int = Field(description="Where she told it first; `history` shows it.")
    number: int
    account: str
    connector: str
    receipt: str = Field(description="What she was told; empty: nothing was sent yet.")
    receipt_state: str
    receipt_at: datetime | None
    joined: int | None = Field(description="The conversation in which she went on.")
    joined_number: int | None
    joined_at: datetime | None
    known_by: str = Field(description="customer: we know her there; number: she gave the number of the case.")
    is_same_customer: bool = Field(description="False: the number alone says that it is her.")


def visible(request: StaffRequest, pk: int) -> Conversation:
    return get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)


def row_of(request: StaffRequest, pk: int) -> Row:
    """The conversation as it now stands in the list."""
    found = queries.row(request.user, pk)
    assert found is not None, "Nobody loses sight of a conversation by a verb of her own."
    return found
