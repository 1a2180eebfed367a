"""What a visitor may see: her own ticket, by its token."""

from dataclasses import dataclass
from datetime import datetime

from lyhord.channels.models import Account, State
from lyhord.desk import casework
from lyhord.desk.models import Case, Conversation, Status
from lyhord.desk.queries import casefile, joins
from lyhord.intake.models import Post, Thread, Ticket
from lyhord.outbox.models import Dispatch, Receipt
from lyhord.portal.models import Follower


@dataclass(frozen=True)
class Word:
    """One utterance on a ticket's page."""

    at: datetime
    text: str
    is_ours: bool
    name: str = ""


def forms() -> list[Account]:
    """The ask forms that are open, oldest first."""
    return list(
        Account.objects.filter(connector="webform", state=State.ACTIVE).select_related("brand").order_by("pk")
    )


def ticket(token: str) -> Ticket | None:
    return Ticket.objects.select_related("account__brand").filter(token=token).first() if token else None


def follower(token: str) -> Follower | None:
    return Follower.objects.select_related("ticket__account__brand").filter(token=token).first()


def words(ticket: Ticket) -> list[Word]:
    """Her words and our answers, oldest first; what was deleted or erased is not there."""
    thread = Thread.objects.filter(account=ticket.account, native=ticket.thread).first()
    if thread is None:
        return []
    posts = Post.objects.filter(thread=thread, deleted_at=None, is_own=False).order_by("at", "pk")
    hers = [Word(post.at, post.text, False, post.name) for post in posts]
    answers = Receipt.objects.filter(dispatch__thread=thread, dispatch__verb="reply").select_related(
        "dispatch__by"
    )
    ours = [Word(receipt.at, receipt.dispatch.text, True, signer(receipt.dispatch)) for receipt in answers]
    return sorted(hers + ours, key=lambda word: word.at)


def signer(dispatch: Dispatch) -> str:
    return dispatch.by.first_name if dispatch.by else ""


def state(ticket: Ticket) -> str:
    """received | at_work | answered | closed"""
    conversation = Conversation.objects.filter(ticket=ticket).first()
    if conversation is None:
        return "received"
    conversation = joins.goes_on_in(conversation)
    if conversation.status == Status.CLOSED:
        return "closed"
    if conversation.first_answer_at and conversation.waiting_since is None:
        return "answered"
    return "at_work" if conversation.assignee_id else "received"


@dataclass(frozen=True)
class PublicCase:
    """What the customer is told of her case: nothing that anybody wrote, and no name of ours."""

    number: int
    brand: str
    state: str  # received | at_work | answered | closed
    opened_at: datetime
    last_at: datetime | None  # when it came to this state
    outcome: str  # of a closed one: solved partly workaround passed_on not_solvable


PUBLIC = {
    "new": "received", "acknowledged": "received", "owned": "at_work", "in_work": "at_work", "reopened": "at_work",
    "answered": "answered", "resolved": "closed",
}  # fmt: skip


def case(token: str) -> PublicCase | None:
    """By the token that stands in the link alone."""
    cases = (
        Case.objects.filter(token=token).select_related("conversation__brand")
        if token
        else Case.objects.none()
    )
    found = casefile.with_facts(cases).first()
    if found is None or found.conversation.is_spam:
        return None
    row = joins.goes_on_in(found.conversation)
    state = PUBLIC[casework.state(casefile.facts(found))]
    if row.pk != found.conversation_id:
        state = "closed" if row.status == Status.CLOSED else "at_work"
    last = found.moments.order_by("-at", "-pk").values_list("at", flat=True).first()
    return PublicCase(
        number=row.number, brand=row.brand.name, state=state, opened_at=found.opened_at, last_at=last,
        outcome=found.outcome if state == "closed" else "",
    )  # fmt: skip
