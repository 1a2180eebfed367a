"""Remedies within a mandate, and what waits for a second person (RE-01, RE-25, RE-27)."""

from datetime import datetime
from decimal import Decimal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions, queries
from lyhord.desk.api.shared import TurnShown, router, visible
from lyhord.desk.models import Conversation, Grant, Proposal
from lyhord.desk.queries import approvals, approvers, remedies
from lyhord.staff import mandates
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen, form_key

LONGEST = 100_000


class GrantGiven(Given):
    remedy: Id
    amount: Decimal | None = Field(None, description="In the remedy's unit; null for one that has none.")
    why: Words = Field("", max_length=1000, description="For colleagues; never sent.")


class WordGiven(Given):
    word: Words = Field(max_length=1000, description="For who asked.")


class ApproveGiven(Given):
    seen: Id | None = Field(description="The newest turn as you read it; a newer one refuses the approval.")
    text: Words | None = Field(
        None, max_length=LONGEST, description="The words as they shall leave; null: as written."
    )


class ProposeGiven(Given):
    strand: Id
    text: Words = Field(min_length=1, max_length=LONGEST)
    seen: Id | None
    close: bool = False
    files: list[Id] = Field(default_factory=list, max_length=20)
    rebuts: bool = Field(False, description="We defend ourselves: a fact is needed, and a second person.")
    fact: Words = Field("", max_length=5000, description="For the second reader; never sent.")


class OfferShown(Schema):
    remedy: int
    name: str
    kind: str
    unit: str
    needs_amount: bool
    meaning: str
    instruction: str
    at_once: bool = Field(description="Whether you grant any of it yourself.")
    most: Decimal | None = Field(description="Up to how much; null: no limit, or not at once.")


class GrantShown(Schema):
    id: int
    conversation: int = Field(alias="conversation_id")
    remedy: int = Field(alias="remedy_id")
    name: str = Field(alias="remedy.name")
    unit: str = Field(alias="remedy.unit")
    amount: Decimal | None
    why: str
    state: str = Field(description="granted, asked, declined or withdrawn")
    by: int = Field(alias="by_id")
    at: datetime
    approver: int | None = Field(alias="approver_id", description="Who is asked.")
    due_at: datetime | None = Field(description="Then the next in line is asked.")
    asked: list[int] = Field(description="Who let the time pass.")
    decided_by: int | None = Field(alias="decided_by_id")
    decided_at: datetime | None
    word: str
    is_fast: bool = Field(description="Decided by the fast decider of that hour.")


class ProposalShown(Schema):
    id: int
    conversation: int = Field(alias="conversation_id")
    strand: int | None = Field(alias="strand_id")
    is_public: bool
    text: str
    sent_text: str = Field(description="As the approver changed it; empty: as written.")
    reasons: list[str] = Field(
        description="trainee, legal, rebuttal, asked, account, topic, own_topic, use, purpose"
    )
    is_rebuttal: bool
    fact: str
    state: str = Field(description="open, sent, returned, unused or withdrawn")
    by: int = Field(alias="by_id")
    at: datetime
    approver: int | None = Field(alias="approver_id")
    due_at: datetime | None
    asked: list[int]
    decided_by: int | None = Field(alias="decided_by_id")
    decided_at: datetime | None
    word: str
    is_fast: bool


class WaitingShown(Schema):
    grants: list[GrantShown]
    proposals: list[ProposalShown]


class NeedsShown(Schema):
    """Whether a reply of yours waits for a second person here."""

    public: list[str]
    private: list[str]
    approver: int | None
    name: str


@router.get("/conversations/{int:pk}/remedies", response=list[OfferShown])
def offers(request: StaffRequest, pk: int) -> list[OfferShown]:
    """What can be done for this customer, and up to how much you grant at once."""
    return [
        OfferShown(
            remedy=one.remedy.pk, at_once=one.reach is not None, most=one.reach.most if one.reach else None,
            **{
                name: getattr(one.remedy, name)
                for name in ("name", "kind", "unit", "needs_amount", "meaning", "instruction")
            },
        )
        for one in remedies.offers(request.user, with_account(request, pk))
    ]  # fmt: skip


def with_account(request: StaffRequest, pk: int) -> Conversation:
    rows = queries.conversations_visible_to(request.user)
    return get_object_or_404(rows.select_related("account", "brand"), pk=pk)


@router.get("/conversations/{int:pk}/grants", response=list[GrantShown])
def grants(request: StaffRequest, pk: int) -> list[Grant]:
    """What was granted or asked for here, the newest first."""
    visible(request, pk)
    return remedies.grants(pk)


@router.post("/conversations/{int:pk}/grants", response={201: GrantShown})
def grant(request: StaffRequest, pk: int, given: GrantGiven) -> Grant:
    """Grant a remedy. Above your mandate it is `asked`, and `approver` decides."""
    mandates.require(request.user, remedies.VERB)
    conversation = with_account(request, pk)
    return actions.grant(
        conversation,
        chosen(remedies.in_use(conversation.brand_id), given.remedy, "remedy"),
        given.amount,
        why=given.why,
        by=request.user,
        form_key=form_key(request),
        now=timezone.now(),
    )


def one_grant(request: StaffRequest, pk: int) -> Grant:
    mandates.require(request.user, remedies.VERB)
    return get_object_or_404(remedies.grants_visible_to(request.user), pk=pk)


@router.post("/grants/{int:pk}/approve", response=GrantShown)
def approve_grant(request: StaffRequest, pk: int) -> Grant:
    """Grant what a colleague asked for."""
    return actions.approve_grant(one_grant(request, pk), by=request.user, now=timezone.now())


@router.post("/grants/{int:pk}/decline", response=GrantShown)
def decline_grant(request: StaffRequest, pk: int, given: WordGiven) -> Grant:
    """Do not grant it, with a reason."""
    return actions.decline_grant(one_grant(request, pk), given.word, by=request.user, now=timezone.now())


@router.post("/grants/{int:pk}/withdraw", response=GrantShown)
def withdraw_grant(request: StaffRequest, pk: int) -> Grant:
    """Take back what you asked for or granted, before somebody else decided."""
    return actions.withdraw_grant(one_grant(request, pk), by=request.user, now=timezone.now())


# Replies -----------------------------------------------------------------------------------------------------------


@router.get("/approvals", response=WaitingShown)
def waiting(request: StaffRequest) -> WaitingShown:
    """What you are asked to decide, the oldest first."""
    rows = approvals.waiting(request.user).mine
    return WaitingShown.model_construct(
        grants=[row for row in rows if isinstance(row, Grant)],
        proposals=[row for row in rows if isinstance(row, Proposal)],
    )


@router.get("/conversations/{int:pk}/approval", response=NeedsShown)
def needs(request: StaffRequest, pk: int) -> NeedsShown:
    """Whether a reply of yours waits for a second person here, why, and who that is."""
    found = approvals.before_sending(request.user, with_trust(request.user, pk, request), timezone.now())
    who = found.approver if found else None
    return NeedsShown(
        public=found.public if found else [],
        private=found.private if found else [],
        approver=who.pk if who else None,
        name=str(who) if who else "",
    )


def with_trust(user: User, pk: int, request: StaffRequest) -> Conversation:
    rows = queries.conversations_visible_to(user).select_related("account", "brand")
    return get_object_or_404(rows.annotate(**approvals.flags(user)), pk=pk)


@router.get("/conversations/{int:pk}/proposals", response=list[ProposalShown])
def proposals(request: StaffRequest, pk: int) -> list[Proposal]:
    """Replies that wait for a second person here, the oldest first."""
    visible(request, pk)
    return approvals.proposals(pk)


@router.post("/conversations/{int:pk}/proposals", response={201: ProposalShown})
def propose(request: StaffRequest, pk: int, given: ProposeGiven) -> Proposal:
    """Let a colleague decide on your words; nothing is sent."""
    visible(request, pk)
    strands = queries.strands_visible_to(request.user).filter(conversation=pk)
    return actions.propose(
        chosen(strands.select_related("thread__account", "identity"), given.strand, "strand"),
        given.text,
        seen=given.seen,
        by=request.user,
        form_key=form_key(request),
        now=timezone.now(),
        close=given.close,
        files=given.files,
        rebuts=given.rebuts,
        fact=given.fact,
    )


def one_proposal(request: StaffRequest, pk: int, verb: str) -> Proposal:
    mandates.require(request.user, verb)
    return get_object_or_404(approvals.proposals_visible_to(request.user), pk=pk)


@router.post("/proposals/{int:pk}/approve", response=TurnShown)
def approve_reply(request: StaffRequest, pk: int, given: ApproveGiven) -> queries.TurnRow:
    """Send it under its author's name. 409 with the newer turns if something was said after `seen`."""
    row = one_proposal(request, pk, approvers.APPROVE)
    turn = actions.approve_reply(row, seen=given.seen, text=given.text, by=request.user, now=timezone.now())
    return queries.turns(turn.conversation_id, only=[turn.pk])[0]


@router.post("/proposals/{int:pk}/return", response=ProposalShown)
def return_reply(request: StaffRequest, pk: int, given: WordGiven) -> Proposal:
    """Back to its author with a word."""
    row = one_proposal(request, pk, approvers.APPROVE)
    return actions.return_reply(row, given.word, by=request.user, now=timezone.now())


@router.post("/proposals/{int:pk}/withdraw", response=ProposalShown)
def withdraw_proposal(request: StaffRequest, pk: int) -> Proposal:
    """Take your own back; it is your draft again."""
    row = one_proposal(request, pk, "reply")
    return actions.withdraw_proposal(row, by=request.user, now=timezone.now())
