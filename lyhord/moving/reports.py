"""What an import would do, or did: per kind how many come, are there, cannot; and each problem with its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from lyhord.lib.text import N_
from lyhord.moving import words
from lyhord.moving.records import KINDS, Problem

MOST = 300  # problems kept word by word; the others are counted
LABELS = {
    "teams": N_("Teams"),
    "people": N_("People"),
    "tags": N_("Tags"),
    "customers": N_("Customers"),
    "conversations": N_("Conversations"),
    "messages": N_("Messages and notes"),
    "guidance": N_("Guidance to adapt"),
    "rows": N_("Lines of the file"),
}


@dataclass
class Report:
    come: dict[str, int] = field(default_factory=dict)
    there: dict[str, int] = field(default_factory=dict)
    cannot: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)  # come, but not as they were
    problems: list[Problem] = field(default_factory=list)
    more: int = 0  # problems beyond those kept

    def count(self, column: dict[str, int], kind: str, n: int = 1) -> None:
        column[kind] = column.get(kind, 0) + n

    def take(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.count(self.cannot if problem.is_left_out else self.changed, problem.kind)
            if len(self.problems) < MOST:
                self.problems.append(problem)
            else:
                self.more += 1

    def told(self) -> dict[str, Any]:
        """As JSON: read back by `of`."""
        return {
            "come": self.come,
            "there": self.there,
            "cannot": self.cannot,
            "changed": self.changed,
            "more": self.more,
            "problems": [
                [one.kind, one.place, one.field, one.code, dict(one.values), one.is_left_out]
                for one in self.problems
            ],
        }


def of(told: Mapping[str, Any]) -> Report:
    problems = [Problem(*parts) for parts in told.get("problems", ())]
    columns = {name: dict(told.get(name, {})) for name in ("come", "there", "cannot", "changed")}
    return Report(**columns, problems=problems, more=told.get("more", 0))


@dataclass(frozen=True)
class Line:
    label: str
    come: int
    there: int
    cannot: int
    changed: int


def lines(report: Report) -> list[Line]:
    """Of each kind of which there is anything, in the order in which they come in."""
    return [
        Line(
            _(LABELS[kind]),
            report.come.get(kind, 0),
            report.there.get(kind, 0),
            report.cannot.get(kind, 0),
            report.changed.get(kind, 0),
        )
        for kind in (*KINDS, "messages", "rows")
        if any(kind in column for column in (report.come, report.there, report.cannot, report.changed))
    ]


@dataclass(frozen=True)
class Said:
    label: str
    place: str
    field: str
    what: str
    do: str
    is_left_out: bool


def said(report: Report) -> list[Said]:
    """The problems in words, what cannot come first."""
    rows = [
        Said(_(LABELS[one.kind]), one.place, one.field, *words.problem(one.code, one.values), one.is_left_out)
        for one in report.problems
    ]
    return sorted(rows, key=lambda row: not row.is_left_out)


def text(report: Report, *, is_dry: bool) -> str:
    """For the terminal."""
    head = ("would come" if is_dry else "came", "there already", "cannot", "changed")
    table = [f"{'':<22}{head[0]:>12}{head[1]:>15}{head[2]:>9}{head[3]:>9}"]
    table += [
        f"{line.label:<22}{line.come:>12}{line.there:>15}{line.cannot:>9}{line.changed:>9}"
        for line in lines(report)
    ]
    for row in said(report):
        sign = "cannot come" if row.is_left_out else "comes changed"
        where = f"{row.place}{f' ({row.field})' if row.field else ''}"
        table.append(f"{where}: {row.label}, {sign}. {row.what} {row.do}")
    if report.more:
        table.append(f"And {report.more} more of the same kinds.")
    return "\n".join(table) + "\n"
