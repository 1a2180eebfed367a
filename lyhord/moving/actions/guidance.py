"""Guidance of another time: kept aside, adapted by a person, and only then of use (GO-06)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk import actions as desk
from lyhord.desk.actions import hours
from lyhord.desk.models import SavedReply
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean
from lyhord.moving.models import Guidance
from lyhord.moving.records import Guide
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, User
from lyhord.triage.heads import language
from lyhord.triage.reading import read

MANDATES = {
    "reply": "manage_replies",
    "macro": "manage_replies",
    "faq": "manage_replies",
    "target": "set_clocks",
}
FAQ_FOLDER = "FAQ"
LONGEST = 10_000


class NeedsWords(LyhordError):
    """It cannot be approved as it stands; the text says what is missing."""

    status = 422


@dataclass(frozen=True)
class Adapted:
    """What somebody made of an item. Times in seconds; None: as it was."""

    name: str
    text: str = ""
    lang: str = ""
    folder: str = ""
    steps: Sequence[dict[str, Any]] | None = None
    first: int | None = None
    resolution: int | None = None


def keep_guidance(brand: Brand, system: str, record: Guide, *, by: User, now: datetime) -> Guidance:
    """It waits to be adapted; nobody can use it before. Within the transaction of the import."""
    return Guidance.objects.create(
        brand=brand,
        kind=record.kind,
        name=record.name[:100],
        text=record.text,
        before=record.text,
        lang=record.lang[:12] or language_of(record.text),
        folder=record.folder[:60],
        values=dict(record.values),
        source=system,
        made_by=by,
        made_at=now,
    )


def language_of(text: str) -> str:
    """As it reads, for who approves it to see; "" where that is not clear."""
    told = language.judge(read(text))
    return told.code if told.code != "und" else ""


@transaction.atomic
def change_guidance(row: Guidance, given: Adapted, *, by: User, now: datetime) -> Guidance:
    """Keep what somebody wrote so far. Raises mandates.NotYours, NeedsWords."""
    item = waiting(row, by)
    item.name, item.text = named(given.name), worded(given.text)
    item.lang, item.folder = given.lang.strip().lower()[:12], " ".join(clean(given.folder).split())[:60]
    if item.kind == Guidance.Kind.TARGET:
        item.values = {**item.values, "first": given.first, "resolution": given.resolution}
    if given.steps is not None:
        item.values = {**item.values, "steps": list(given.steps)}
    item.save(update_fields=["name", "text", "lang", "folder", "values"])
    return item


@transaction.atomic
def approve(row: Guidance, *, by: User, now: datetime) -> Guidance:
    """From now on it is a saved reply, macro or target like any other. Raises NeedsWords, and what those refuse."""
    item = waiting(row, by)
    makers = {"reply": reply, "faq": reply, "macro": macro, "target": target}
    item.row = makers[item.kind](item, by, now)
    settle(item, Guidance.State.APPROVED, by, now)
    return item


@transaction.atomic
def drop(row: Guidance, *, by: User, now: datetime) -> Guidance:
    item = waiting(row, by)
    settle(item, Guidance.State.DROPPED, by, now)
    return item


def waiting(row: Guidance, by: User) -> Guidance:
    """Locked. Raises NeedsWords if somebody decided meanwhile."""
    item = Guidance.objects.select_related("brand").select_for_update(of=("self",)).get(pk=row.pk)
    mandates.require(by, "move_data", item.brand)
    mandates.require(by, MANDATES[item.kind], item.brand)
    if item.state != Guidance.State.ADAPT:
        raise NeedsWords(_("Somebody has decided about this already."))
    return item


def settle(item: Guidance, state: Guidance.State, by: User, now: datetime) -> None:
    item.state, item.decided_by, item.decided_at = state, by, now
    item.save(update_fields=["state", "decided_by", "decided_at", "row"])
    audit.record(f"guidance.{state.value}", item, by=by, now=now, kind=item.kind, name=item.name)


def named(text: str) -> str:
    name = " ".join(clean(text).split())
    if not 1 <= len(name) <= 100:
        raise NeedsWords(_("Give it a name of at most 100 characters."))
    return name


def worded(text: str) -> str:
    words = clean(text).strip()
    if len(words) > LONGEST:
        told = {"n": len(words), "most": LONGEST}
        raise NeedsWords(_("The text has %(n)d characters; at most %(most)d are kept.") % told)
    return words


# What it becomes ---------------------------------------------------------------------------------------------------


def reply(item: Guidance, by: User, now: datetime) -> int:
    """Of an FAQ too: the question is its name, by which the composer finds it."""
    if not item.text:
        raise NeedsWords(_("Write the words first."))
    if not item.lang:
        raise NeedsWords(_("Say in which language it is."))
    folder = item.folder or (FAQ_FOLDER if item.kind == Guidance.Kind.FAQ else "")
    given = desk.Given(item.name, item.brand, [desk.Wording(item.lang, item.text)], folder)
    return desk.save_reply(given, by=by, now=now).pk


def macro(item: Guidance, by: User, now: datetime) -> int:
    """With its words, if it has any, as a saved reply of its own."""
    words: SavedReply | None = None
    if item.text:
        words = SavedReply.objects.get(pk=reply(item, by, now))
    steps = [step for step in item.values.get("steps", []) if isinstance(step, dict)]
    given = desk.GivenMacro(item.name, item.brand, steps, reply=words)
    return desk.save_macro(given, by=by, now=now).pk


def target(item: Guidance, by: User, now: datetime) -> int:
    told = item.values
    given = hours.TargetGiven(
        kind=str(told.get("kind") or ""), first=told.get("first"), resolution=told.get("resolution")
    )
    return hours.save_target(item.brand, given, by=by, now=now).pk
