"""A post of a Discourse forum as an event. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lyhord.channels.contract import Author, Event, Headers, Kind, Media, Visibility
from lyhord.lib import tags
from lyhord.lib.text import clean, plain

Part = Mapping[str, Any]
PRIVATE = "private_message"
LIKE = "❤"
DECORATION = ("emoji", "avatar", "site-icon", "thumbnail")  # pictures that nobody sent
MOST_MARKUP = 1_000_000


class Strange(Exception):
    """A part is not of the shape that it should have; the text says which."""


@dataclass(frozen=True)
class Us:
    """Our account and forum, as far as the reader of the bytes was told."""

    native: str = ""  # the number of our user
    base: str = ""
    archetype: str = ""  # of the topic that the answer is about, where a post does not say it
    title: str = ""

    @classmethod
    def of(cls, headers: Headers, url: str) -> "Us":
        base = headers.get("x-base", "") or headers.get("x-discourse-instance", "")
        native = headers.get("x-account", "") or asked(url, "me")
        return cls(
            native, base.rstrip("/") if base.startswith("http") else "", headers.get("x-archetype", "")
        )

    def within(self, topic: Part) -> "Us":
        told = text(topic.get("archetype")) or self.archetype
        return replace(self, archetype=told, title=text(topic.get("title")) or self.title)


def asked(url: str, name: str) -> str:
    """A value of the address's query; the hook's address carries the number of our user."""
    try:
        return parse_qs(urlsplit(url).query).get(name, [""])[0]
    except ValueError:
        return ""


def created(post: Part, us: Us) -> list[Event]:
    """The post; with what became of it since, for who did not see it before."""
    found = [event("created", post, us)]
    if number(post.get("version")) > 1:
        found.append(edited(post, us))
    return [*found, *state(post, us)]


def edited(post: Part, us: Us) -> Event:
    return event("edited", post, us)


def state(post: Part, us: Us) -> list[Event]:
    """Hidden by flags or by a moderator."""
    return [event("hidden", post, us)] if post.get("hidden") is True else []


def event(kind: Kind, post: Part, us: Us) -> Event:
    item, topic = ident(post.get("id"), "id"), ident(post.get("topic_id"), "topic_id")
    place = number(post.get("post_number"))
    author = person(post)
    at = moment(post.get("updated_at" if kind in {"edited", "hidden"} else "created_at"))
    return Event(
        kind=kind,
        key=key(kind, item, post),
        item=item,
        thread=f"topic:{topic}",
        parent=parent(post, topic, place),
        author=author,
        at=at,
        text=words(post),
        visibility=visibility(post, us),
        is_own=is_own(post, author, us),
        media=media(post.get("cooked"), us),
        link=link(post, topic, place, us),
        title=text(post.get("topic_title")) or us.title,
        mentions=mentions(post),
        aliases=(f"{topic}:{place}",) if place else (),
        is_spoken_to=not author.is_bot,
        extra=facts(post, topic, place, us),
    )


def key(kind: Kind, item: str, post: Part) -> str:
    if kind in {"edited", "shown", "hidden"}:
        return f"{kind}:{item}:{number(post.get('version')) or text(post.get('updated_at'))}"
    return f"{kind}:{item}"


def parent(post: Part, topic: str, place: int) -> str | None:
    """What it answers, by its number in the topic, which each post has as an alias. None for the topic's first."""
    answered = number(post.get("reply_to_post_number"))
    if answered and answered != place:
        return f"{topic}:{answered}"
    return f"{topic}:1" if place > 1 else None


def person(post: Part) -> Author:
    native = ident(post.get("user_id"), "user_id")
    handle = text(post.get("username"))
    return Author(
        native=native,
        handle=handle,
        name=text(post.get("name")) or text(post.get("display_username")) or handle,
        # The forum's own voices (system, discobot) have numbers below zero.
        is_bot=native.startswith("-"),
    )


def user(told: Part) -> Author:
    handle = text(told.get("username"))
    return Author(
        native=ident(told.get("id"), "the user's id"), handle=handle, name=text(told.get("name")) or handle
    )


def is_own(post: Part, author: Author, us: Us) -> bool:
    return bool(us.native and author.native == us.native) or post.get("yours") is True


def visibility(post: Part, us: Us) -> Visibility:
    told = text(post.get("topic_archetype")) or us.archetype
    return "private" if told == PRIVATE else "public"


def words(post: Part) -> str:
    cooked = post.get("cooked")
    if isinstance(cooked, str):
        return clean(plain(cooked))
    raw = post.get("raw")
    if isinstance(raw, str):
        return clean(raw)
    raise Strange("the post has neither raw nor cooked")


def mentions(post: Part) -> tuple[Author, ...]:
    told = post.get("mentioned_users")
    listed = [each for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []
    return tuple(user(each) for each in listed)


def facts(post: Part, topic: str, place: int, us: Us) -> dict[str, Any]:
    title = text(post.get("topic_title")) or us.title
    found: dict[str, Any] = {"topic": topic, "number": place, "version": number(post.get("version"))}
    return found | ({"title": title} if title else {})


def link(post: Part, topic: str, place: int, us: Us) -> str:
    if not us.base:
        return ""
    path = text(post.get("post_url"))
    return us.base + (
        path if path.startswith("/") and not path.startswith("//") else f"/t/{topic}/{place or 1}"
    )


def media(cooked: Any, us: Us) -> tuple[Media, ...]:
    """Pictures and files that stand in the post's markup; the forum's own decoration is left out."""
    found: dict[str, Media] = {}
    if not isinstance(cooked, str):
        return ()
    try:
        for piece in tags.pieces(cooked[:MOST_MARKUP]):
            if isinstance(piece, tags.Open) and (each := file_of(piece, us)):
                found.setdefault(each.url, each)
    except tags.TooManyAttributes:
        pass  # what was read so far is kept
    return tuple(found.values())


def file_of(piece: tags.Open, us: Us) -> Media | None:
    given = {name: tags.unescape(value) for name, value in piece.attributes.items()}
    marks = given.get("class", "")
    if piece.tag == "img" and not any(each in marks for each in DECORATION):
        url, kind, name = address(given.get("src", ""), us), "picture", ""
    elif piece.tag == "a" and "attachment" in marks:
        url, kind, name = address(given.get("href", ""), us), "file", ""
    else:
        return None
    if not url:
        return None
    name = url.partition("?")[0].rpartition("/")[2]
    return Media(
        url=url, kind="picture" if kind == "picture" else "file", alt=clean(given.get("alt", "")), name=name
    )


def address(url: str, us: Us) -> str:
    url = clean(url).strip()
    if url.startswith("//"):
        return f"https:{url}"
    if url.startswith("/"):
        return us.base + url if us.base else ""
    return url if url.startswith(("https://", "http://")) else ""


def ident(value: Any, what: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Strange(f"{what} is no number")
    return str(value)


def number(value: Any) -> int:
    """A count or place; 0 if it is none. The forum's own description gives some as text."""
    if isinstance(value, str) and len(value) < 10 and value.isascii() and value.isdigit():
        return int(value)
    return value if type(value) is int and value > 0 else 0


def text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Strange("the time is not one") from None
