"""Reading a part of what Meta sent: each value is of the shape that it should have, or the item is refused. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lyhord.lib.text import clean

Part = Mapping[str, Any]


class Strange(Exception):
    """A part is not of the shape that it should have."""


def within(part: Part, name: str) -> Part:
    """The object under `name`, or an empty one."""
    value = part.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Strange(f"its {name} is no object")
    return value


def listed(part: Part, name: str) -> list[Part]:
    value = part.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise Strange(f"its {name} is no list of objects")
    return value


def text(part: Part, name: str) -> str:
    """The words under `name`; "" where there are none."""
    value = part.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Strange(f"its {name} is no text")
    return clean(value)


def needed(part: Part, name: str) -> str:
    value = text(part, name)
    if not value:
        raise Strange(f"its {name} is missing")
    return value


def figure(part: Part, name: str) -> float | None:
    value = part.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Strange(f"its {name} is no number")
    return value


def moment(part: Part, name: str = "timestamp") -> datetime | None:
    """Seconds since 1970; messages have them as text, changes of an account as a number. UTC."""
    value = part.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Strange(f"its {name} is no time")
    try:
        return datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError):
        raise Strange(f"its {name} is no time") from None
