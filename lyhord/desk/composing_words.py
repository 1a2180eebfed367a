"""What saved replies, macros and help with words are called on pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lyhord.desk import filling
from lyhord.desk.models import SavedReply
from lyhord.web import formats, show

REVIEWS: dict[str, Any] = dict(SavedReply.Review.choices)
REVIEW_MARKS = {"fine": "ok", "adapt": "warn", "retired": "off"}
VARIABLES: dict[str, Any] = {
    "customer.first_name": _("first name of the customer"),
    "customer.name": _("name of the customer"),
    "customer.handle": _("handle of the customer, with @"),
    "agent.name": _("your name"),
    "agent.first_name": _("your first name"),
    "agent.signature": _("your signature"),
    "case.number": _("number of the case"),
    "case.subject": _("subject of the case"),
    "case.link": _("page on which the customer follows the case"),
    "account.name": _("name of our account"),
    "account.handle": _("handle of our account"),
    "account.link": _("address of our account"),
    "brand.name": _("name of the brand"),
    "opening_hours": _("opening hours of today"),
}
STEPS: dict[str, Any] = {
    "assign": _("Assign to %(value)s"),
    "nobody": _("Give back to the queue"),
    "assign_team": _("Give to the team %(value)s"),
    "tag": _("Add the tag %(value)s"),
    "untag": _("Remove the tag %(value)s"),
    "set_priority": _("Set the priority to %(value)s"),
    "snooze": _("Snooze until %(value)s"),
    "reopen": _("Open again"),
    "close": pgettext_lazy("macro", "Close"),
    "note": _("Note: %(value)s"),
    "ask": _("Ask %(value)s"),
    "reply": _("Put the reply into your draft"),
}
OUTCOMES: dict[str, Any] = {
    "done": pgettext_lazy("outcome of a call", "answered"),
    "late": pgettext_lazy("outcome of a call", "too late"),
    "failed": pgettext_lazy("outcome of a call", "failed"),
    "nonsense": pgettext_lazy("outcome of a call", "no text"),
    "under_way": pgettext_lazy("outcome of a call", "under way"),
}
TONES: dict[str, Any] = {
    "shorten": _("Shorter"),
    "friendlier": pgettext_lazy("tone", "Friendlier"),
    "plainer": pgettext_lazy("tone", "Plainer"),
    "formal": pgettext_lazy("tone", "More formal"),
}
HOW_LONG: tuple[tuple[str, Any], ...] = (
    ("hours:1", _("one hour")),
    ("hours:3", _("three hours")),
    ("days:1", _("tomorrow at 8")),
    ("days:2", _("in two days at 8")),
    ("days:7", _("in a week at 8")),
)

assert set(VARIABLES) == set(filling.NAMES)


def step(verb: str, value: Any) -> str:
    """One step of a macro in words; `value` as `queries.preview_macro` shows it."""
    if verb == "assign" and value == "nobody":
        return str(STEPS["nobody"])
    if isinstance(value, datetime):
        value = formats.short(value, show.language(), timezone.get_current_timezone())
    return str(STEPS.get(verb, verb)) % {"value": value}


@dataclass(frozen=True)
class Names:
    """What ids in kept steps are called."""

    people: dict[int, str]
    teams: dict[int, str]
    departments: dict[int, str]


def kept_step(verb: str, value: Any, names: Names) -> str:
    """One step as it is kept: for lists of macros."""
    if verb == "assign":
        value = (
            {"me": _("whoever runs it")}.get(value, names.people.get(value, value))
            if value != "nobody"
            else value
        )
    elif verb == "assign_team":
        value = names.teams.get(value, "–")
    elif verb == "ask":
        pk, _colon, question = value.partition(":")
        value = f"{names.departments.get(int(pk), '–')}: {question}"
    elif verb == "snooze":
        value = dict(HOW_LONG).get(value, value)
    return step(verb, value)
