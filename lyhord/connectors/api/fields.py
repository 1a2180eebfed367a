"""The fields of a message as the outside system tells them, each refused by its own name. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args

from lyhord.channels.contract import Author, Media, Visibility
from lyhord.lib.text import clean, plain

Part = Mapping[str, Any]
Kind = Literal["picture", "video", "sound", "file"]
MOST = 50  # attachments, mentions
LONGEST_TEXT = 200_000


class Strange(Exception):
    """A field is missing or not of its kind; the text says which, for whoever writes the other side."""


def objects(part: Part, name: str) -> list[Part]:
    value = part.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise Strange(f"{name} must be a list of objects")
    if len(value) > MOST:
        raise Strange(f"{name} has {len(value)} entries; at most {MOST} are taken")
    return value


def words(part: Part, name: str) -> str:
    value = part.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Strange(f"{name} must be text")
    if len(value) > LONGEST_TEXT:
        raise Strange(f"{name} has {len(value)} characters; at most {LONGEST_TEXT} are taken")
    return clean(value)


def native(part: Part, name: str) -> str:
    """An id: text or a whole number, never empty."""
    found = optional(part, name)
    if not found:
        raise Strange(f"{name} is missing")
    return found


def optional(part: Part, name: str) -> str | None:
    value = part.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Strange(f"{name} must be text or a whole number")
    return clean(str(value)).strip() or None


def switch(part: Part, name: str, usual: bool) -> bool:
    value = part.get(name)
    if value is None:
        return usual
    if not isinstance(value, bool):
        raise Strange(f"{name} must be true or false")
    return value


def moment(part: Part, name: str) -> datetime | None:
    value = part.get(name)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Strange(f"{name} must be a time such as 2026-11-21T12:00:00Z") from None


def visibility(part: Part) -> Visibility:
    """Private unless it is said to be public: a mistake must not show a private word to all."""
    told = words(part, "visibility") or "private"
    if told not in get_args(Visibility):
        raise Strange('visibility must be "public" or "private"')
    return cast(Visibility, told)


def text(part: Part) -> str:
    html = words(part, "html")
    return words(part, "text") or (clean(plain(html)) if html else "")


def author(part: Part, *, is_needed: bool = True) -> Author | None:
    told = part.get("author")
    if told is None and not is_needed:
        return None
    if not isinstance(told, Mapping):
        raise Strange("author must be an object with an id")
    return person(told, "author")


def person(told: Part, name: str) -> Author:
    try:
        followers = told.get("followers")
        if followers is not None and (type(followers) is not int or followers < 0):
            raise Strange("followers must be a whole number")
        return Author(
            native=native(told, "id"),
            handle=words(told, "handle"),
            name=words(told, "name"),
            avatar=words(told, "avatar"),
            followers=followers,
            lang=words(told, "lang"),
            profile=words(told, "profile"),
            is_bot=switch(told, "is_bot", False),
        )
    except Strange as problem:
        raise Strange(f"{name}.{problem}") from None


def media(part: Part) -> tuple[Media, ...]:
    found = []
    for told in objects(part, "attachments"):
        url, kind = words(told, "url"), words(told, "kind") or "file"
        if not url.startswith(("https://", "http://")):
            raise Strange("attachments[].url must be a web address")
        if kind not in get_args(Kind):
            raise Strange(f"attachments[].kind must be one of {', '.join(get_args(Kind))}")
        name = words(told, "name") or url.partition("?")[0].rpartition("/")[2]
        found.append(Media(url=url, kind=cast(Kind, kind), alt=words(told, "alt"), name=name))
    return tuple(found)
