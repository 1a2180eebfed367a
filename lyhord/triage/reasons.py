"""Why a judgement is as it is, in words that can be translated."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | int


@dataclass(frozen=True, slots=True)
class Reason:
    """One named part: its points in the priority (0: it explains a label only) and a fixed sentence with its values."""

    part: str
    points: int
    why: str  # English source with %(name)s places, marked by N_
    values: Mapping[str, Value] = field(default_factory=dict)

    def sentence(self) -> str:
        return self.why % dict(self.values)

    def as_line(self) -> dict[str, Value]:
        return {"part": self.part, "points": self.points, "why": self.sentence()}
