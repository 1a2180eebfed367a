"""Several things in one stroke: a saved reply as draft, and verbs on the conversation. Here they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions import labelling, requesting, saved_replies
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Department, Macro, SavedReply, Turn
from lyhord.desk.queries.macros import snoozed_until
from lyhord.lib.text import clean
from lyhord.staff import audit
from lyhord.staff.models import Brand, Team, User

Steps = Sequence[Mapping[str, Any]]
MOST_STEPS = 12
LONGEST_NOTE = 5000


@dataclass(frozen=True)
class GivenMacro:
    """What somebody writes about a macro. Neither team nor `is_own`: for the whole brand."""

    name: str
    brand: Brand
    steps: Steps
    team: Team | None = None
    is_own: bool = False
    reply: SavedReply | None = None
    on_tag: str = ""
    is_on: bool = True


@transaction.atomic
def save_macro(given: GivenMacro, *, by: User, now: datetime, macro: Macro | None = None) -> Macro:
    if macro is not None:
        macro = changeable(macro, by)
    row = macro or Macro(made_by=by)
    row.brand, row.team, row.owner = given.brand, given.team, by if given.is_own else None
    saved_replies.require(by, row)
    row.name = saved_replies.tidied(given.name, 100)
    row.reply = of_brand(given.reply, given.brand)
    row.steps = [checked(step, given.brand) for step in given.steps]
    if not row.steps and row.reply is None:
        raise NotPossible(_("A macro does something: choose a reply or at least one step."))
    if len(row.steps) > MOST_STEPS:
        raise NotPossible(_("A macro has at most %(most)d steps.") % {"most": MOST_STEPS})
    listening(row, given)
    row.is_on, row.changed_at = given.is_on, now
    row.save()
    audit.record("macro.saved", row, by=by, now=now, name=row.name, steps=len(row.steps), on_tag=row.on_tag)
    return row


@transaction.atomic
def delete_macro(macro: Macro, *, by: User, now: datetime) -> None:
    row = changeable(macro, by)
    audit.record("macro.deleted", row, by=by, now=now, name=row.name)
    row.delete()


# Writing one ---------------------------------------------------------------------------------------------------------


def changeable(macro: Macro, by: User) -> Macro:
    row = (
        Macro.objects.select_related("brand", "team", "owner")
        .select_for_update(of=("self",))
        .get(pk=macro.pk)
    )
    saved_replies.require(by, row)
    return row


def of_brand(reply: SavedReply | None, brand: Brand) -> SavedReply | None:
    if reply is not None and reply.brand_id != brand.pk:
        raise NotPossible(_("The reply belongs to another brand."))
    return reply


def checked(step: Mapping[str, Any], brand: Brand) -> dict[str, Any]:
    """The step as it is kept. What cannot be meant is refused when it is written, not when it runs."""
    verb, value = str(step.get("verb", "")), step.get("value")
    if verb == "note":
        return {"verb": verb, "value": a_note(value)}
    if verb in {"tag", "untag"}:
        return {"verb": verb, "value": labelling.tidied(str(value or ""))}
    if verb == "set_priority":
        return {"verb": verb, "value": a_number(value, 0, 100)}
    if verb == "snooze":
        return {"verb": verb, "value": a_span(str(value or ""))}
    if verb == "assign":
        return {"verb": verb, "value": a_person(value, brand)}
    if verb == "assign_team":
        return {"verb": verb, "value": a_team(value, brand)}
    if verb == "ask":
        return {"verb": verb, "value": a_question(str(value or ""), brand)}
    if verb in {"close", "reopen"}:
        return {"verb": verb, "value": None}
    raise NotPossible(_("A macro has no such step."))


def a_note(value: Any) -> str:
    text = clean(str(value or "")).strip()
    if not text or len(text) > LONGEST_NOTE:
        raise NotPossible(_("A note has 1 to %(most)d characters.") % {"most": LONGEST_NOTE})
    return saved_replies.readable(text)


def a_question(value: str, brand: Brand) -> str:
    """ "7:What does it cost?": the department's id and what it is asked."""
    pk, _colon, question = value.partition(":")
    department = Department.objects.filter(pk=whole(pk) or 0, brand=brand, retired_at=None).first()
    if department is None:
        raise NotPossible(_("Choose a department of the brand."))
    return f"{department.pk}:{saved_replies.readable(requesting.words(question))}"


def a_number(value: Any, least: int, most: int) -> int:
    number = whole(value)
    if number is None or not least <= number <= most:
        raise NotPossible(_("A priority is a number from 0 to 100."))
    return number


def whole(value: Any) -> int | None:
    """A number as people type it; None for "²", for what is no number, and for one that no row has."""
    text = str(value if value is not None else "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def a_span(value: str) -> str:
    try:
        snoozed_until(value, datetime(2026, 1, 1).astimezone())
    except (ValueError, OverflowError) as problem:
        raise NotPossible(_("Snooze for a number of hours or days, up to a year.")) from problem
    return value


def a_person(value: Any, brand: Brand) -> int | str:
    if str(value) in {"me", "nobody"}:
        return str(value)
    person = User.objects.filter(pk=whole(value) or 0, is_active=True).first()
    if person is None or not (
        person.is_administrator or person.memberships.filter(team__brand=brand).exists()
    ):
        raise NotPossible(_("Choose somebody who works for the brand."))
    return person.pk


def a_team(value: Any, brand: Brand) -> int:
    team = Team.objects.filter(pk=whole(value) or 0, brand=brand).first()
    if team is None:
        raise NotPossible(_("The team belongs to another brand."))
    return team.pk


def listening(row: Macro, given: GivenMacro) -> None:
    """A tag runs it from now on, not over what was tagged before. It has nobody for whom a draft could be written."""
    on_tag = labelling.tidied(given.on_tag) if given.on_tag.strip() else ""
    needs_a_person = any(step["verb"] == "assign" and step["value"] == "me" for step in row.steps)
    if on_tag and (row.reply is not None or given.is_own or needs_a_person):
        raise NotPossible(
            _(
                "A macro that a tag runs belongs to a team or the brand, has no reply, and assigns to nobody who runs it."
            )
        )
    if (
        any(step["verb"] == "tag" and step["value"].casefold() == on_tag.casefold() for step in row.steps)
        and on_tag
    ):
        raise NotPossible(_("The macro would run itself: it gives the tag that runs it."))
    if on_tag and on_tag != row.on_tag:
        row.after = Turn.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    row.on_tag = on_tag
