"""Macros: which somebody sees, and what one would do in a conversation before it does it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from lyhord.desk import filling
from lyhord.desk.models import Conversation, Department, Macro
from lyhord.desk.queries.saved_replies import Fitting, fitting_one, folded, reach, values
from lyhord.staff import mandates
from lyhord.staff.models import Team, User

MOST = 500
MANDATES = {
    "assign": "assign", "assign_team": "assign", "tag": "tag", "untag": "tag", "set_priority": "prioritise", "snooze": "snooze",
    "reopen": "reopen", "close": "close", "note": "note", "ask": "ask",
}  # fmt: skip
LONGEST = timedelta(days=365)


def macros_visible_to(user: User) -> QuerySet[Macro]:
    return Macro.objects.filter(pk__in=Macro.objects.filter(reach(user)).values("pk"))


def macros(user: User) -> list[Macro]:
    rows = macros_visible_to(user).select_related("brand", "team", "owner", "reply")
    return list(rows.order_by("brand__name", "name", "pk")[:MOST])


def may_change_macro(user: User, row: Macro) -> bool:
    return row.owner_id == user.pk or (row.owner_id is None and mandates.allows(user, "manage_replies", row))


def macros_for(user: User, conversation: Conversation, words: str = "") -> list[Macro]:
    """Those for this conversation that hold the words; those used most before others."""
    rows = macros_visible_to(user).filter(brand=conversation.brand_id, is_on=True)
    parts = folded(words).split()
    found = rows.order_by("-uses", "name", "pk")[:MOST]
    return [row for row in found if all(part in folded(row.name) for part in parts)][:20]


@dataclass(frozen=True)
class StepShown:
    verb: str
    value: Any  # as it will be: a name, a text, a moment
    is_allowed: bool


@dataclass(frozen=True)
class Preview:
    macro: Macro
    steps: list[StepShown]
    reply: Fitting | None


def preview_macro(user: User, conversation: Conversation, macro: Macro, now: datetime) -> Preview:
    """What it would do here, and which parts this person may not."""
    steps = [
        StepShown(
            one["verb"],
            shown(one["verb"], one.get("value"), user, conversation, now),
            mandates.allows(user, MANDATES[one["verb"]], conversation.account),
        )
        for one in macro.steps
    ]
    reply = fitting_one(user, conversation, macro.reply) if macro.reply else None
    return Preview(macro, steps, reply)


def shown(verb: str, value: Any, user: User, conversation: Conversation, now: datetime) -> Any:
    if verb == "assign":
        return value if value == "nobody" else str(user) if value == "me" else named(User, value)
    if verb == "assign_team":
        return named(Team, value)
    if verb == "snooze":
        return snoozed_until(value, now)
    if verb == "ask":
        pk, _colon, question = value.partition(":")
        return f"{named(Department, pk)}: {filling.filled(question, values(user, conversation)).text}"
    if verb == "note":
        return filling.filled(value, values(user, conversation)).text
    return value


def named(model: type[User] | type[Team] | type[Department], pk: Any) -> str:
    row = model._default_manager.filter(pk=pk).first()
    return str(row) if row is not None else "–"


def snoozed_until(value: str, now: datetime) -> datetime:
    """ "hours:3" from now; "days:2" at eight o'clock in the reader's zone. Raises ValueError."""
    unit, _colon, number = value.partition(":")
    n = int(number)
    if unit not in {"hours", "days"} or n < 1 or timedelta(**{unit: n}) > LONGEST:
        raise ValueError(value)
    if unit == "hours":
        return now + timedelta(hours=n)
    day = timezone.localtime(now).date() + timedelta(days=n)
    return datetime.combine(day, time(8), tzinfo=timezone.get_current_timezone())
