"""What another system held, told alike for all of them. Plain values: no Django, no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as fresh
from datetime import datetime
from typing import Any, Literal

Status = Literal["open", "waiting", "snoozed", "closed"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot come, or comes changed. `code` has its words in `words.PROBLEMS`."""

    kind: str  # of the record: "conversations"
    place: str  # file and line, as its owner finds it
    field: str
    code: str
    values: Mapping[str, Any] = fresh(default_factory=dict)
    is_left_out: bool = True  # False: it comes, but not as it was


@dataclass(frozen=True, slots=True)
class Team:
    native: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Person:
    native: str
    email: str
    name: str
    is_active: bool
    place: str


@dataclass(frozen=True, slots=True)
class Tag:
    native: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Customer:
    native: str
    name: str
    place: str
    email: str = ""
    phone: str = ""
    language: str = ""
    note: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that was said: by her, by us, or among colleagues (`is_note`)."""

    native: str
    at: datetime
    text: str
    is_ours: bool
    author: str = ""  # native id of a person, or of a customer
    name: str = ""  # of the author, where the record names no other
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    native: str
    customer: str  # native id
    subject: str
    status: Status
    place: str
    words: tuple[Word, ...]
    assignee: str = ""
    team: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    until: datetime | None = None  # snoozed so long
    continues: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """A saved reply, macro, promise or FAQ that waits to be adapted."""

    native: str
    kind: Literal["reply", "macro", "target", "faq"]
    name: str
    text: str
    place: str
    lang: str = ""
    folder: str = ""
    values: Mapping[str, Any] = fresh(default_factory=dict)


Record = Team | Person | Tag | Customer | Conversation | Guide
# In the order in which they come in: each names only what stands before it.
KINDS: dict[str, type[Any]] = {
    "teams": Team,
    "people": Person,
    "tags": Tag,
    "customers": Customer,
    "conversations": Conversation,
    "guidance": Guide,
}
NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass
class Batch:
    """All of a file."""

    records: list[Record] = fresh(default_factory=list)
    problems: list[Problem] = fresh(default_factory=list)

    def of(self, kind: type[Any]) -> list[Any]:
        return [record for record in self.records if isinstance(record, kind)]

    def ordered(self) -> list[Record]:
        return [record for kind in KINDS.values() for record in self.of(kind)]

    def settle(self) -> "Batch":
        """Of two with the same id the first counts."""
        seen: set[tuple[str, str]] = set()
        kept: list[Record] = []
        for record in self.ordered():
            name = NAMES[type(record)]
            if (name, record.native) in seen:
                self.problems.append(Problem(name, record.place, "id", "double", {"id": record.native[:80]}))
                continue
            seen.add((name, record.native))
            kept.append(record)
        self.records = kept
        told = {(one.kind, one.place, one.field, one.code): one for one in reversed(self.problems)}
        self.problems = list(reversed(told.values()))
        return self


def merged(batches: Iterable[Batch]) -> Batch:
    whole = Batch()
    for batch in batches:
        whole.records += batch.records
        whole.problems += batch.problems
    return whole
