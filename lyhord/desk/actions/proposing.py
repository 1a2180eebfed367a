"""A reply that waits for a second person instead of leaving (RE-25)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels import registry
from lyhord.channels.actions import side_of
from lyhord.desk.actions import asking, changing, drafting, enclosing, notifications
from lyhord.desk.actions.changing import Change
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Draft, Proposal, Strand, Turn
from lyhord.desk.queries import approvals, approvers
from lyhord.lib.text import clean
from lyhord.outbox import actions as outbox
from lyhord.outbox.actions.queueing import check_length
from lyhord.outbox.models import Dispatch
from lyhord.staff import mandates
from lyhord.staff.models import User

State = Proposal.State
LONGEST_FACT = 5_000


def instead(row: Proposal, files: Sequence[int], now: datetime) -> Turn | None:
    """Keep this reply as a proposal if it needs approval; None: it may leave. The conversation is locked."""
    why = approvals.needed(row.by, row.conversation, is_public=row.is_public)
    return kept(row, why, files, now) if why else None


def kept(row: Proposal, why: list[str], files: Sequence[int], now: datetime) -> Turn:
    """The turn that tells it. A double click is one proposal."""
    conversation = row.conversation
    row.text = clean(row.text).strip()
    if not row.text:
        raise NotPossible(_("Write something first."))
    require_fit(row)
    row.reasons, row.at = why, now
    row.files = [one.pk for one in enclosing.chosen(conversation, files, row.by)]
    asking.ask(row, chosen(row, now), conversation, now)
    row.save()
    enclosing.laid_aside(row.files)
    changing.applied(conversation, proposing, "propose_reply", by=row.by, now=now, proposal=row)
    kind = "public" if row.is_public else "private"
    Draft.objects.filter(conversation=conversation, user=row.by, kind=kind).delete()
    return Turn.objects.filter(conversation=conversation, what="proposed").latest("pk")


def proposing(step: Change, *, proposal: Proposal) -> None:
    step.tell("proposed", proposal=proposal.pk, why=proposal.reasons, **asking.named(proposal))


def chosen(row: Proposal, now: datetime) -> User:
    found = next_in_line(row, now)
    if found is None:
        raise NotPossible(
            _("This reply needs a second person, and nobody here may approve it. Ask an administrator.")
        )
    return found


def next_in_line(row: Proposal, now: datetime) -> User | None:
    return approvers.for_reply(row.conversation.account, by=row.by, now=now, asked=asking.let_pass(row))


def require_fit(row: Proposal) -> None:
    """Too long is said to the author, not to her approver."""
    account = row.conversation.account
    connector, side = registry.get(account.connector), side_of(account)
    wanted = Dispatch(account=account, verb="reply", text=row.text, is_public=row.is_public)
    check_length(wanted, connector, side, connector.abilities(side))


def already_proposed(form_key: UUID, by: User) -> Turn | None:
    """The turn of the proposal that this very form made before."""
    row = Proposal.objects.filter(key=form_key, by=by).first()
    if row is None:
        return None
    turns = Turn.objects.filter(conversation=row.conversation_id, what="proposed", by=by)
    return turns.filter(values__proposal=row.pk).order_by("-pk").first()


@transaction.atomic
def propose(
    strand: Strand,
    text: str,
    *,
    seen: int | None,
    by: User,
    form_key: UUID,
    now: datetime,
    close: bool = False,
    files: Sequence[int] = (),
    rebuts: bool = False,
    fact: str = "",
) -> Proposal:
    """Let a colleague decide on these words of one's own free will; several may propose to one conversation.

    `rebuts`: we defend ourselves; a fact must be attached, and a second person always reads it (RE-27).
    """
    mandates.require(by, "reply", strand.thread.account)
    conversation = changing.locked([strand.conversation_id]).get()
    if (again := Proposal.objects.filter(key=form_key, by=by).first()) is not None:
        return again
    fact = clean(fact).strip()
    if rebuts and not fact:
        raise NotPossible(_("A rebuttal rests on a fact: say which, with where it can be checked."))
    if len(fact) > LONGEST_FACT:
        raise NotPossible(
            _("The fact has %(n)d characters; at most %(most)d are kept.") % {"n": len(fact), "most": LONGEST_FACT}
        )  # fmt: skip
    row = Proposal(
        conversation=conversation, strand=strand, is_public=strand.thread.is_public, closes=close, text=text,
        seen=seen, by=by, key=form_key, is_rebuttal=rebuts, fact=fact,
    )  # fmt: skip
    why = approvals.needed(by, conversation, is_public=row.is_public)
    kept(row, ["rebuttal", *why] if rebuts else why or ["asked"], files, now)
    return row


@transaction.atomic
def withdraw_proposal(proposal: Proposal, *, by: User, now: datetime) -> Proposal:
    """Its author takes it back; the words are her draft again."""
    mandates.require(by, "reply", proposal.conversation.account)
    conversation = changing.locked([proposal.conversation_id]).get()
    row = (
        Proposal.objects.select_for_update(of=("self",)).select_related("by", "approver").get(pk=proposal.pk)
    )
    if row.state == State.WITHDRAWN:
        return row
    if row.by_id != by.pk or row.state != State.OPEN:
        raise NotPossible(_("Only %(name)s can take this back, before it is decided.") % {"name": row.by})
    row.state, row.due_at, row.approver = State.WITHDRAWN, None, None
    row.save()
    to_author(row, conversation, now)
    changing.applied(conversation, withdrawing, "withdraw_proposal", by=by, now=now, proposal=row)
    return row


def withdrawing(step: Change, *, proposal: Proposal) -> None:
    step.tell("proposal_withdrawn", proposal=proposal.pk)


def to_author(row: Proposal, conversation: Conversation, now: datetime) -> None:
    """Her words and files stand in her composer again, before what she has begun since."""
    kind = "public" if row.is_public else "private"
    drafting.give_back(conversation, kind, row.text, to=row.by, now=now)
    enclosing.laid_back(conversation, row.files, row.by)


def author_of(dispatch: Dispatch, by: User) -> User:
    """As whom `by` takes a reply back: the author's own stands, and who approved it may too."""
    if dispatch.by is None or dispatch.by_id == by.pk:
        return by
    approved = Proposal.objects.filter(dispatch=dispatch, state=State.SENT, decided_by=by).exists()
    return dispatch.by if approved else by


def closed(conversation: Conversation, by: User | None, now: datetime) -> dict[str, Any]:
    """What waited in a conversation that is closed stays unused, and its authors are told; gives what undo puts back."""
    rows = list(Proposal.objects.select_for_update(of=("self",)).select_related("by").filter(
        conversation=conversation, state=State.OPEN
    ))  # fmt: skip
    for row in rows:
        row.state, row.due_at, row.decided_by, row.decided_at = State.UNUSED, None, by, now
        row.save()
        notifications.tell(row.by, "not_sent", conversation, now, by=by)
    return {"unused": [row.pk for row in rows]} if rows else {}


def put_back(entry: dict[str, Any], now: datetime) -> None:
    """Undo of closing: what stayed unused by it waits again."""
    unused = Proposal.objects.filter(pk__in=entry.get("unused", []), state=State.UNUSED)
    for row in unused.select_related("conversation"):
        row.state, row.decided_by, row.decided_at = State.OPEN, None, None
        row.due_at = now + approvers.terms(row.conversation.brand_id)
        row.save()


def again(dispatch: Dispatch, now: datetime) -> bool:
    """An approved reply was taken back before it left: it waits for approval once more. False: it was none."""
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("conversation")
    row = rows.filter(dispatch=dispatch, state=State.SENT).first()
    if row is None:
        return False
    row.files = [one.pk for one in outbox.untie(dispatch)]
    row.state, row.dispatch, row.decided_by, row.decided_at = State.OPEN, None, None, None
    row.key = uuid4()  # the outbox has seen the former one
    row.due_at = now + approvers.terms(row.conversation.brand_id)
    row.save()
    return True
