"""The approved templates that can go to a customer, with what we know already in their places."""

from dataclasses import dataclass
from datetime import datetime

from lyhord.channels import registry
from lyhord.channels.actions import side_of
from lyhord.channels.contract import Allowed, Price, Template
from lyhord.desk import filling
from lyhord.desk.models import Conversation, Strand
from lyhord.desk.queries.saved_replies import values
from lyhord.outbox import queries as outbox
from lyhord.outbox.actions import templating
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import User


@dataclass(frozen=True)
class Hole:
    name: str
    value: str  # what we know; "": to be written


@dataclass(frozen=True)
class Offered:
    template: Template
    holes: list[Hole]
    is_in_her_language: bool

    @property
    def key(self) -> str:
        return f"{self.template.name}/{self.template.language}"


def offered(user: User, conversation: Conversation, strand: Strand, sought: str = "") -> list[Offered]:
    """Those whose name or words hold what is sought; hers first, then by name."""
    words = sought.casefold().split()
    found = [
        one
        for one in templating.templates_of(strand.thread.account)
        if all(word in f"{one.name} {one.language} {one.category} {one.body}".casefold() for word in words)
    ]
    known = values(user, conversation) if any(one.holes for one in found) else {}
    told = [
        Offered(one, [Hole(hole, value_of(hole, known)) for hole in one.holes], speaks(one, conversation))
        for one in found
    ]
    return sorted(
        told, key=lambda one: (not one.is_in_her_language, one.template.name, one.template.language)
    )


def speaks(template: Template, conversation: Conversation) -> bool:
    return (
        bool(conversation.lang) and template.language.partition("_")[0] == conversation.lang.partition("-")[0]
    )


def value_of(hole: str, known: dict[str, str]) -> str:
    """What a hole that is named as a variable of saved replies stands for: `customer_first_name`, or but `first_name`."""
    name = hole.casefold()
    for variable in filling.NAMES:
        if name == variable.replace(".", "_") or name == variable.partition(".")[2]:
            return known.get(variable, "")
    return known.get("customer.first_name", "") if name in {"name", "customer"} else ""


def price_of(conversation: Conversation, strand: Strand, template: Template, now: datetime) -> Price | None:
    """What one costs, where the account tells it."""
    account = strand.thread.account
    kept = {"name": template.name, "language": template.language, "values": []}
    wanted = Dispatch(
        account=account, verb="reply", thread=strand.thread, is_public=False, template=kept, made_at=now
    )
    told = registry.get(account.connector).can_reply(side_of(account), outbox.outgoing(wanted), None, now)
    return told.price if isinstance(told, Allowed) else None
