"""How far we have come in each list of an account."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """Saved as the cursor. A list that goes by other people's clocks is remembered by what was in it."""

    words: tuple[str, ...] = ()  # marks of the newest notifications
    words_at: str = ""  # the time of the newest, as the network wrote it
    signs: tuple[str, ...] = ()
    own: str = ""  # the key of our newest record
    log: str = ""  # the revision of the chat log

    @classmethod
    def read(cls, cursor: str) -> "Place":
        try:
            told = json.loads(cursor or "{}")
            marks: dict[str, Any] = {
                name: tuple(each for each in told.get(name, []) if isinstance(each, str) and ":" in each)
                for name in ("words", "signs")
            }
            plain: dict[str, Any] = {name: str(told.get(name) or "") for name in ("words_at", "own", "log")}
            return cls(**plain, **marks)
        except (ValueError, AttributeError, TypeError):
            return cls()

    def __str__(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def mark(part: Mapping[str, Any]) -> str:
    """A notification in few letters: what it is, and with which digest."""
    what = f"{part.get('uri')} {part.get('reason')}"
    head = hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{head}:{str(part.get('cid'))[-8:]}"
