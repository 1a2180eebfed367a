"""A comment of YouTube as events. Pure.

Shape: schema Comment of the discovery document youtube.v3, revision 20261104; read 2026-11-22.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from lyhord.channels.contract import Author, Event, Headers, Media
from lyhord.lib.text import clean, plain

Comment = Mapping[str, Any]
CHANNEL = re.compile(r"/channel/(UC[A-Za-z0-9_-]{10,40})/?$")
# likelySpam is YouTube's own word; all three are seen by nobody but us.
UNSEEN = frozenset({"heldForReview", "likelySpam", "rejected"})
WATCH = "https://www.youtube.com/watch?v="


class Strange(Exception):
    """A part is not of the shape that it should have; the text says which."""


@dataclass(frozen=True)
class Us:
    """Our channel, and what the reader knew when it asked."""

    native: str = ""
    asked: str = ""  # the time of asking, where the state of moderation may have changed since
    was_held: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, headers: Headers) -> "Us":
        held = frozenset(headers.get("x-was-held", "").split())
        return cls(headers.get("x-account", ""), headers.get("x-asked", ""), held)


def events(
    comment: Any, us: Us, *, kind: Literal["created", "edited"] = "created", near: Comment | None = None
) -> Iterator[Event]:
    """The comment, its edit where it has one, and whether others see it. `near` is the thread's own part of it."""
    if not isinstance(comment, Mapping):
        raise Strange("the comment is no object")
    item = text(comment.get("id"))
    told = comment.get("snippet")
    if not item or not isinstance(told, Mapping):
        raise Strange("the comment has no id or no snippet")
    at, changed_at = moment(told.get("publishedAt")), moment(told.get("updatedAt"))
    if kind == "created":
        yield event("created", f"created:{item}", item, told, us, at, near)
    if kind == "edited" or (changed_at and at and changed_at > at):
        stamp = changed_at.isoformat() if changed_at else ""
        yield event("edited", f"edited:{item}:{stamp}", item, told, us, changed_at, near)
    status = text(told.get("moderationStatus"))
    since = us.asked or (changed_at.isoformat() if changed_at else "")
    if status in UNSEEN:
        yield Event(kind="hidden", key=f"hidden:{item}:{since}", item=item, at=changed_at, text=status)
    elif item in us.was_held and status in {"", "published"}:
        yield Event(kind="shown", key=f"shown:{item}:{since}", item=item, at=moment(us.asked or None))


def event(
    kind: Literal["created", "edited"],
    key: str,
    item: str,
    told: Comment,
    us: Us,
    at: datetime | None,
    near: Comment | None,
) -> Event:
    parent = text(told.get("parentId")) or (item.partition(".")[0] if "." in item else "")
    author = person(told)
    video = text(told.get("videoId")) or text((near or {}).get("videoId"))
    return Event(
        kind=kind,
        key=key,
        item=item,
        thread=parent or item,
        parent=parent or None,
        author=author,
        at=at,
        text=words(told),
        is_own=bool(us.native and author and author.native == us.native),
        media=picture(told),
        link=f"{WATCH}{video}&lc={item}" if video else "",
        extra=extra(told, author, video, near),
    )


def words(told: Comment) -> str:
    """The original where we may have it; else the display text, which is markup unless plain text was asked for."""
    original, display = told.get("textOriginal"), told.get("textDisplay")
    if isinstance(original, str):
        return clean(original)
    if not isinstance(display, str):
        raise Strange("the comment has no text")
    return clean(plain(display))


def person(told: Comment) -> Author | None:
    """By the id of the channel. An account that was closed has none, and then there is nobody to know."""
    found = told.get("authorChannelId")
    native = text(found.get("value")) if isinstance(found, Mapping) else ""
    address = text(told.get("authorChannelUrl"))
    if not native and (named := CHANNEL.search(address)):
        native = named[1]
    if not native:
        return None
    name = text(told.get("authorDisplayName"))
    return Author(
        native=native,
        handle=name if name.startswith("@") else "",  # since 2023 the name shown is the handle
        name=name,
        avatar=text(told.get("authorProfileImageUrl")),
        profile=f"https://www.youtube.com/channel/{native}",
    )


def picture(told: Comment) -> tuple[Media, ...]:
    address = text(told.get("imageUrl"))
    return (Media(url=address, kind="picture"),) if address.startswith("https://") else ()


def extra(told: Comment, author: Author | None, video: str, near: Comment | None) -> dict[str, Any]:
    found: dict[str, Any] = {"video": video, "author": author.native if author else ""}
    likes = told.get("likeCount")
    if isinstance(likes, int) and likes > 0:
        found["likes"] = likes
    if near is not None and near.get("canReply") is False:
        found["closed"] = True
    return {name: value for name, value in found.items() if value}


def text(value: Any) -> str:
    return clean(value).strip() if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Strange("a time is not one") from None
