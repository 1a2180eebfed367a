"""Reading a part of what X sent: each value is of the shape that it should have, or the item is refused. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lyhord.lib.text import clean

Part = Mapping[str, Any]


class Strange(Exception):
    """A part is not of the shape that it should have."""


def within(part: Part, *names: str) -> Part:
    """The object under the first of `names` that is there: X's words for posts changed from tweets."""
    for name in names:
        value = part.get(name)
        if value is not None:
            if not isinstance(value, Mapping):
                raise Strange(f"its {name} is no object")
            return value
    return {}


def listed(part: Part, *names: str) -> list[Part]:
    for name in names:
        value = part.get(name)
        if value is not None:
            if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
                raise Strange(f"its {name} are no list of objects")
            return value
    return []


def words(part: Part, *names: str) -> list[str]:
    for name in names:
        value = part.get(name)
        if value is not None:
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise Strange(f"its {name} are no list of words")
            return value
    return []


def text(part: Part, *names: str) -> str:
    """The words under the first of `names`; "" where there are none."""
    for name in names:
        value = part.get(name)
        if value is not None:
            if not isinstance(value, str):
                raise Strange(f"its {name} is no text")
            return clean(value)
    return ""


def needed(part: Part, *names: str) -> str:
    value = text(part, *names)
    if not value:
        raise Strange(f"its {names[0]} is missing")
    return value


def moment(value: str) -> datetime | None:
    """ISO time, or milliseconds since 1970, or the older API's own form. UTC."""
    if not value:
        return None
    try:
        if value.isdecimal():
            return datetime.fromtimestamp(int(value) / 1000, UTC)
        if value[0].isdigit():
            at = datetime.fromisoformat(value)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        return datetime.strptime(value, "%a %b %d %H:%M:%S %z %Y").astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise Strange("its time is not one") from None
