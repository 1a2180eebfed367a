"""Who the customer is to us: what she is called, what she asked before, what we last promised."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from lyhord.channels import queries as channels
from lyhord.customers.models import Customer, Identity
from lyhord.desk.models import Conversation, Turn
from lyhord.desk.queries.inbox import Filters, Row, fetched, narrowed, statement
from lyhord.desk.queries.views import View
from lyhord.staff.models import User

EARLIER = 20
LOOKED_AT = 200  # of our answers to her, when a new one is compared
NOT_SAID = ["refused", "undone", "dropped"]


@dataclass(frozen=True)
class Answer:
    text: str
    at: datetime
    by: str
    conversation: int


@dataclass(frozen=True)
class Card:
    customer: Customer
    name: str
    identities: list[Identity]
    since: datetime
    earlier: list[Row]  # newest first
    open_count: int
    last_answer: Answer | None  # what we last told her, in whatever conversation (IN-12)


def card(user: User, customer_id: int, *, without: int | None = None) -> Card:
    """`without` is the conversation beside which the card stands."""
    customer = resolved(Customer.objects.get(pk=customer_id))
    identities = list(Identity.objects.filter(customer=customer).order_by("-last_at"))
    earlier = [row for row in of_customer(user, customer.pk) if row.id != without]
    named = next((identity.name or identity.handle for identity in identities), "")
    return Card(
        customer=customer,
        name=customer.name or named,
        identities=identities,
        since=customer.since,
        earlier=earlier,
        open_count=sum(row.status != "closed" for row in earlier),
        last_answer=last_answer(user, customer.pk),
    )


def same_text(text: str) -> str:
    """A form to compare two texts by: composed, case folded, runs of blanks as one."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def resolved(customer: Customer) -> Customer:
    """The customer herself, where two were found to be one."""
    while customer.merged_into is not None:
        customer = customer.merged_into
    return customer


def of_customer(user: User, customer: int) -> list[Row]:
    accounts = channels.account_ids_visible_to(user)
    if not accounts:
        return []
    where = narrowed(Filters(customer=customer))
    return fetched(*statement(user, View("c.id > 0"), accounts, where, None, EARLIER + 1, is_of_few=True))


def last_answer(user: User, customer: int) -> Answer | None:
    conversations = Conversation.objects.filter(
        customer=customer, account__in=channels.account_ids_visible_to(user)
    )
    turns = Turn.objects.filter(conversation__in=conversations, dispatch__verb="reply")
    turn = (
        turns.exclude(dispatch__state__in=NOT_SAID)
        .select_related("dispatch", "by")
        .order_by("-at", "-pk")
        .first()
    )
    if turn is None or turn.dispatch is None:
        return None
    return Answer(turn.dispatch.text, turn.at, str(turn.by or ""), turn.conversation_id)


def same_reply_before(customer_id: int, text: str) -> datetime | None:
    """When we sent this person these very words already; None: never (IN-12)."""
    wanted = same_text(text)
    if not wanted:
        return None
    turns = Turn.objects.filter(conversation__customer=customer_id, dispatch__verb="reply")
    said = turns.exclude(dispatch__state__in=NOT_SAID).order_by("-at").values_list("at", "dispatch__text")
    # Ours end with a signature that the new text has not got yet.
    return next(
        (
            at
            for at, words in said[:LOOKED_AT]
            if same_text(words).startswith(wanted) and len(words) - len(text) < 80
        ),
        None,
    )
