"""Opening hours of a day as people type them: "9:00–12:00, 13–17.30". Plain values."""

import re
from collections.abc import Iterable, Sequence

from lyhord.lib.hours import DAY

SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?")


def text(spans: Iterable[Sequence[int]]) -> str:
    """Empty: closed."""
    return ", ".join(f"{clock(opens)}–{clock(closes)}" for opens, closes in spans)


def clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def spans(written: str) -> list[list[int]] | None:
    """None: it cannot be read. Whether the spans can be is for `actions.hours` to say."""
    found = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;]", written))):
        read = SPAN.fullmatch(part)
        if read is None:
            return None
        opens, opens_at, closes, closes_at = (int(one or 0) for one in read.groups())
        if opens_at > 59 or closes_at > 59:
            return None
        found.append([opens * 60 + opens_at, closes * 60 + closes_at])
    return found if all(0 <= one <= DAY for span in found for one in span) else None
