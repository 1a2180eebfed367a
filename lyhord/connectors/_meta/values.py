"""Reading parts of what Meta sends, strictly. Pure."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lyhord.lib.text import clean

Part = Mapping[str, Any]
MILLISECONDS_FROM = 100_000_000_000  # as seconds that is the year 5138


class Strange(Exception):
    """A part is not of the shape that it should have; the text says which."""


def within(part: Part, name: str) -> Part:
    """An object that may be missing."""
    value = part.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Strange(f"its {name} is no object")
    return value


def listed(part: Part, name: str) -> list[Part]:
    """A list of objects that may be missing; Graph wraps it as {"data": [...]}."""
    value = part.get(name)
    if isinstance(value, Mapping):
        value = value.get("data")
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise Strange(f"its {name} is no list of objects")
    return value


def text(part: Part, name: str) -> str:
    value = part.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Strange(f"its {name} is no text")
    return clean(value)


def native(part: Part, name: str = "id") -> str:
    """An id, "" where there is none. Meta writes them as text, and now and then as a number."""
    value = part.get(name)
    if value is None:
        return ""
    if type(value) is int:
        return str(value)
    if not isinstance(value, str):
        raise Strange(f"its {name} is no id")
    return clean(value).strip()


def needed(part: Part, name: str = "id") -> str:
    found = native(part, name)
    if not found:
        raise Strange(f"its {name} is missing")
    return found


def moment(told: Any) -> datetime | None:
    """Seconds or milliseconds since 1970, as number or text, or an ISO time: hooks and Graph differ (both recorded)."""
    if told is None or told == "" or isinstance(told, bool):
        return None
    if isinstance(told, str) and not told.strip().lstrip("-").isdecimal():
        return iso(told.strip())
    if not isinstance(told, int | str):
        raise Strange("a time in it is no time")
    try:
        number = int(told)
        seconds = number / 1000 if abs(number) >= MILLISECONDS_FROM else number
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None  # a time out of all measure is no reason to lose the words


def iso(told: str) -> datetime | None:
    """2021-09-08T06:34:04+0000"""
    try:
        found = datetime.fromisoformat(told)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def stamp(at: datetime | None) -> str:
    return f"{at.timestamp():.0f}" if at else "0"


def digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:12]


def web(told: str) -> str:
    return told if told.startswith(("https://", "http://")) else ""
