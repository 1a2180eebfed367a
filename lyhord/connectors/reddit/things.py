"""A thing of Reddit (comment, post, message) as events. Pure.

Names: t1_ comment, t3_ post, t4_ message; t2_ a person. Reddit writes [deleted] and [removed] where words were.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lyhord.channels.contract import Author, Event, Headers, Item, Kind, Media, Unsupported
from lyhord.lib.text import clean

Part = Mapping[str, Any]
SITE = "https://www.reddit.com"
DELETED, REMOVED = "[deleted]", "[removed]"
OURS = {"", "inbox", "new", "comments", "edited", "modmail"}  # lists in which everybody speaks to us
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Strange(Exception):
    """A part is not of the shape that it should have; the text says which."""


@dataclass(frozen=True)
class Us:
    native: str = ""
    name: str = ""
    list: str = ""  # which list it stood in
    is_escaped: bool = True  # without raw_json=1 Reddit writes &lt; for <

    @classmethod
    def of(cls, headers: Headers, url: str) -> "Us":
        name = headers.get("x-account-name", "").casefold()
        return cls(headers.get("x-account", ""), name, headers.get("x-list", ""), "raw_json=1" not in url)

    def is_me(self, author: Author | None) -> bool:
        if author is None:
            return False
        return bool(self.native and author.native == self.native) or bool(
            self.name and author.handle.casefold() == self.name
        )

    def read(self, value: Any) -> str:
        told = value if isinstance(value, str) else ""
        return clean(html.unescape(told) if self.is_escaped else told).strip()


def told(kind: str, part: Part, us: Us) -> list[Item]:
    item = fullname(kind, part)
    words, author = us.read(part.get("selftext" if kind == "t3" else "body")), person(part, us)
    if is_deleted(kind, part, words):
        return [Event(kind="deleted", key=f"deleted:{item}", item=item)]
    if words == REMOVED or part.get("removed") is True or (kind != "t4" and part.get("banned_by")):
        hidden = Event(kind="hidden", key=f"hidden:{item}", item=item, thread=thread(kind, part, item))
        return [hidden] if words == REMOVED else [event("created", kind, part, us, author, words), hidden]
    if kind != "t4" and author is None:
        return [Unsupported("Reddit does not say who wrote this.", item)]
    found: list[Item] = [event("created", kind, part, us, author, words)]
    if is_number(part.get("edited")):
        found.append(event("edited", kind, part, us, author, words))
    return found


def is_deleted(kind: str, part: Part, words: str) -> bool:
    """Also where only the account went: Reddit's terms want its name gone from our copy, and then nobody can be answered."""
    if part.get("author") == DELETED and words != REMOVED:
        return True
    return words == DELETED or (kind == "t3" and part.get("removed_by_category") == "deleted")


def event(kind: Kind, thing: str, part: Part, us: Us, author: Author | None, words: str) -> Event:
    item = fullname(thing, part)
    title = us.read(
        part.get("title")
        if thing == "t3"
        else part.get("subject")
        if thing == "t4"
        else part.get("link_title")
    )
    is_own, is_private = us.is_me(author), thing == "t4"
    is_spoken_to = is_own or is_private or us.list in OURS
    return Event(
        kind=kind,
        key=key(kind, item, part, is_spoken_to),
        item=item,
        thread=thread(thing, part, item),
        parent=parent(thing, part),
        author=author,
        at=moment(part.get("edited" if kind == "edited" else "created_utc")),
        text=words
        or (us.read(part.get("url")) if thing == "t3" and not part.get("is_self") else "")
        or title,
        visibility="private" if is_private else "public",
        is_own=is_own,
        media=media(part, us),
        link=link(part),
        title=title if thing != "t1" else "",
        is_spoken_to=is_spoken_to,
        extra=facts(part, is_own),
    )


def key(kind: Kind, item: str, part: Part, is_spoken_to: bool) -> str:
    if kind == "edited":
        return f"edited:{item}:{int(part['edited'])}"
    # Seen on the way first, spoken to later: that is news, so it has another key.
    return f"{kind if is_spoken_to else 'seen'}:{item}"


def facts(part: Part, is_own: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"own": is_own}
    for name in ("subreddit", "locked", "type"):
        value = part.get(name)
        if (isinstance(value, str) and value) or value is True:
            found[name] = clean(value) if isinstance(value, str) else value
    return found


def fullname(kind: str, part: Part) -> str:
    name, ident = part.get("name"), part.get("id")
    if isinstance(name, str) and name.startswith(f"{kind}_"):
        return clean(name)
    if isinstance(ident, str) and ident:
        return clean(f"{kind}_{ident}")
    raise Strange("the name is missing")


def thread(kind: str, part: Part, item: str) -> str | None:
    if kind == "t3":
        return item
    if kind == "t4":
        return text(part.get("first_message_name")) or item
    # A comment in the inbox names its post only in its address, /r/sub/comments/<post>/...
    pieces = text(part.get("context") or part.get("permalink")).split("/")
    place = pieces.index("comments") + 1 if "comments" in pieces else 0
    there = f"t3_{pieces[place]}" if place and len(pieces) > place and pieces[place] else None
    return text(part.get("link_id")) or there


def parent(kind: str, part: Part) -> str | None:
    return text(part.get("parent_id")) or None if kind != "t3" else None


def person(part: Part, us: Us) -> Author | None:
    """By the person's own name t2_...; old answers know only the user name, which nobody can change on Reddit."""
    handle, native = text(part.get("author")), text(part.get("author_fullname"))
    if not handle or handle == DELETED:
        subreddit = text(part.get("subreddit"))
        # Messages by a subreddit have no author.
        return (
            Author(f"r/{subreddit}", f"r/{subreddit}", f"r/{subreddit}", is_bot=True) if subreddit else None
        )
    known = f"u/{handle.casefold()}"
    return Author(
        native=native or known,
        handle=handle,
        name=handle,
        aliases=(known,) if native else (),
        profile=f"{SITE}/user/{handle}",
        is_bot=handle == "AutoModerator",
    )


def person_of_number(name: str, number: int) -> Author:
    """Modmail gives the number that stands behind t2_ as a decimal."""
    digits = ""
    rest = number
    while rest > 0:
        rest, digit = divmod(rest, 36)
        digits = DIGITS[digit] + digits
    known = f"u/{name.casefold()}"
    return Author(
        native=f"t2_{digits}" if digits else known, handle=name, name=name, aliases=(known,) if digits else (),
        profile=f"{SITE}/user/{name}",
    )  # fmt: skip


def media(part: Part, us: Us) -> tuple[Media, ...]:
    """The picture that a post is; a gallery's pictures."""
    found: list[str] = []
    if part.get("post_hint") == "image":
        found.append(us.read(part.get("url")))
    files = part.get("media_metadata")
    for each in files.values() if isinstance(files, Mapping) else ():
        source = each.get("s") if isinstance(each, Mapping) else None
        found.append(us.read(source.get("u")) if isinstance(source, Mapping) else "")
    return tuple(Media(url=url, kind="picture") for url in dict.fromkeys(found) if url.startswith("https://"))


def link(part: Part) -> str:
    path = text(part.get("permalink")) or text(part.get("context")).partition("?")[0]
    return SITE + path if path.startswith("/") and not path.startswith("//") else ""


def text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e11


def moment(value: Any) -> datetime | None:
    """Seconds since 1970, as a float."""
    if value is None:
        return None
    if not is_number(value):
        raise Strange("the time is not one")
    return datetime.fromtimestamp(value, UTC)
