"""One finding about a reply: a fixed sentence (`N_`) with its values, translated where shown, and its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    start: int
    end: int  # code points of the reply; the end is not part of it
    why: str  # English source with %(name)s places
    values: Mapping[str, str | int] = field(default_factory=dict)

    def message(self) -> str:
        return self.why % dict(self.values)

    def at(self, start: int, end: int) -> "Finding":
        return replace(self, start=start, end=end)

    def as_line(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message(), "start": self.start, "end": self.end}


def quoted(text: str) -> str:
    """Words of the reply, short enough for a hint."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1].rstrip() + "…"
