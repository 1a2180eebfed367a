"""What can be taken out: of each kind the rows that a person sees, and what is told of each. Columns stay in their order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lyhord.lib.text import N_
from lyhord.moving.exports import help_rows, organisation, work
from lyhord.moving.exports.scope import Scope


@dataclass(frozen=True)
class Kind:
    """`tell` gives one or more lines for each row, each with exactly `columns`."""

    name: str
    label: str  # marked by N_
    columns: tuple[str, ...]
    rows: Callable[[Scope], QuerySet[Any]]
    tell: Callable[[list[Any]], Iterable[dict[str, Any]]]


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("conversations", N_("Conversations"), work.CONVERSATION, work.conversations, work.conversation),
        Kind("messages", N_("Messages and notes"), work.MESSAGE, work.messages, work.message),
        Kind("customers", N_("Customers"), work.CUSTOMER, work.customers, work.customer),
        Kind("identities", N_("Customers' accounts"), work.IDENTITY, work.identities, work.identity),
        Kind("cases", N_("Cases and outcomes"), work.CASE, work.cases, work.case),
        Kind("lessons", N_("Lessons"), work.LESSON, work.lessons, work.lesson),
        Kind("tags", N_("Tags"), help_rows.TAG, help_rows.tags, help_rows.tag),
        Kind(
            "saved_replies",
            N_("Saved replies"),
            help_rows.REPLY,
            help_rows.saved_replies,
            help_rows.saved_reply,
        ),
        Kind("macros", N_("Macros"), help_rows.MACRO, help_rows.macros, help_rows.macro),
        Kind("targets", N_("Targets (SLA)"), help_rows.TARGET, help_rows.targets, help_rows.target),
        Kind("people", N_("People"), organisation.PERSON, organisation.people, organisation.person),
        Kind("teams", N_("Teams"), organisation.TEAM, organisation.teams, organisation.team),
        Kind("audit", N_("Audit log"), organisation.EVENT, organisation.events, organisation.event),
    )
}
