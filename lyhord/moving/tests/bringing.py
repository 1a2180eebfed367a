"""Bringing a file in, in few words."""

from typing import Any

from lyhord.desk.models import Conversation
from lyhord.moving import actions, readers
from lyhord.moving.reports import Report
from tests.world import World

Columns = dict[str, str]


def read(system: str, raw: bytes, name: str = "dump.json", columns: Columns | None = None) -> Any:
    return readers.read(system, [(name, raw)], columns or {})


def bring(world: World, system: str, raw: bytes, name: str = "dump.json", **options: Any) -> Report:
    by = options.pop("by", world.people["administrator_a"])
    batch = read(system, raw, name, options.pop("columns", None))
    return actions.bring_all(batch, world.brand, system, by=by, now=world.now, **options)


def tried(world: World, system: str, raw: bytes, name: str = "dump.json") -> Report:
    by = world.people["administrator_a"]
    return actions.dry_run(read(system, raw, name), world.brand, system, by=by, now=world.now)


def codes(report: Report) -> set[tuple[str, str]]:
    return {(one.kind, one.code) for one in report.problems}


def story(subject: str) -> list[tuple[str, str, str]]:
    """(when, who, what) of a conversation, in order."""
    row = Conversation.objects.get(account__is_history=True, subject=subject)
    told = []
    for turn in row.turns.select_related("post", "note__by").order_by("at", "pk"):
        if turn.post is not None:
            who = "us" if turn.post.is_own else "her"
            told.append((turn.at.isoformat(), who, turn.post.text))
        elif turn.note is not None:
            told.append((turn.at.isoformat(), turn.note.by.name, turn.note.text))
        else:
            told.append((turn.at.isoformat(), "", turn.what))
    return told


def told_of(problems: Any) -> Report:
    report = Report()
    report.take(problems)
    return report
