"""A status of Mastodon, or of a server that speaks like it, as an event. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from lyhord.channels.contract import Author, Event, Headers, Kind, Media, Visibility
from lyhord.lib.text import clean, plain

Status = Mapping[str, Any]
# "local" and "list" are those of Pleroma and its kin. What we do not know is taken for private.
VISIBILITIES: Mapping[str, Visibility] = {"public": "public", "unlisted": "public", "local": "public"}
KINDS: Mapping[str, Literal["picture", "video", "sound", "file"]] = {
    "image": "picture",
    "gifv": "video",
    "video": "video",
    "audio": "sound",
}


class Strange(Exception):
    """A part is not of the shape that it should have; the text says which."""


@dataclass(frozen=True)
class Us:
    """Our account, as far as the reader of the bytes was told."""

    native: str = ""
    names: frozenset[str] = frozenset()  # handles and addresses under which others name us
    thread: str = ""  # where the asked status belongs, if that is known

    @classmethod
    def of(cls, headers: Headers) -> "Us":
        names = frozenset(name for name in headers.get("x-account-names", "").split(" ") if name)
        return cls(headers.get("x-account", ""), names, headers.get("x-thread", ""))

    def is_named(self, mention: Status) -> bool:
        return bool({text(mention.get("acct")), text(mention.get("url"))} & self.names) or (
            bool(self.native) and str(mention.get("id")) == self.native
        )


def created(status: Status, us: Us, *, is_own: bool = False, is_spoken_to: bool | None = None) -> list[Event]:
    """The post, and its edit where it has one: who saw it before learns of the edit, who did not gets both."""
    post = event("created", status, us, is_own=is_own, is_spoken_to=is_spoken_to)
    return [post, *edited(status, us, is_own=is_own, is_spoken_to=is_spoken_to)]


def edited(status: Status, us: Us, *, is_own: bool = False, is_spoken_to: bool | None = None) -> list[Event]:
    """The edit with the new text; nothing if the status was never edited."""
    if not status.get("edited_at"):
        return []
    return [event("edited", status, us, is_own=is_own, is_spoken_to=is_spoken_to)]


def event(
    kind: Kind, status: Status, us: Us, *, is_own: bool = False, is_spoken_to: bool | None = None
) -> Event:
    item = native(status.get("id"), "id")
    author = person(status.get("account"))
    is_own = is_own or bool(us.native and author.native == us.native)
    if is_spoken_to is None:
        is_spoken_to = is_own or addresses(status, us)
    parent = optional(status.get("in_reply_to_id"), "in_reply_to_id")
    at = moment(status.get("edited_at" if kind == "edited" else "created_at"))
    return Event(
        kind=kind,
        key=key(kind, item, status, is_spoken_to),
        item=item,
        thread=us.thread or (item if parent is None else None),
        parent=parent,
        author=author,
        at=at,
        text=words(status.get("content"), "content"),
        visibility=VISIBILITIES.get(str(status.get("visibility")), "private"),
        is_own=is_own,
        media=media(status.get("media_attachments")),
        lang=text(status.get("language")),
        link=text(status.get("url")),
        title=words(status.get("spoiler_text"), "spoiler_text"),
        mentions=mentions(status, us),
        aliases=tuple(uri for uri in (text(status.get("uri")),) if uri and uri != item),
        is_spoken_to=is_spoken_to,
        extra=extra(status, us),
    )


def key(kind: Kind, item: str, status: Status, is_spoken_to: bool) -> str:
    if kind == "edited":
        return f"edited:{item}:{text(status.get('edited_at'))}"
    # Seen on the way first, spoken to later: that is news, so it has another key.
    return f"{kind if is_spoken_to else 'seen'}:{item}"


def addresses(status: Status, us: Us) -> bool:
    """Whether it names us, answers us, or came to us in private. Without knowing who we are: yes."""
    if not us.native:
        return True
    if VISIBILITIES.get(str(status.get("visibility")), "private") == "private":
        return True
    named = any(us.is_named(mention) for mention in listed(status.get("mentions"), "mentions"))
    return named or str(status.get("in_reply_to_account_id")) == us.native


def person(account: Any) -> Author:
    if not isinstance(account, Mapping):
        raise Strange("the account is missing")
    followers = account.get("followers_count")
    uri = text(account.get("uri"))
    ident = native(account.get("id"), "the account's id")
    return Author(
        native=ident,
        handle=text(account.get("acct")),
        name=text(account.get("display_name")) or text(account.get("username")),
        aliases=(uri,) if uri and uri != ident else (),
        avatar=text(account.get("avatar_static")) or text(account.get("avatar")),
        followers=followers if isinstance(followers, int) and followers >= 0 else None,
        profile=text(account.get("url")),
        is_bot=account.get("bot") is True,
    )


def mentions(status: Status, us: Us) -> tuple[Author, ...]:
    """Everyone named, in the order of the text; we come with the id by which we know ourselves."""
    return tuple(mentioned(mention, us) for mention in listed(status.get("mentions"), "mentions"))


def mentioned(mention: Status, us: Us) -> Author:
    ident = native(mention.get("id"), "the id of a mention")
    username = text(mention.get("username"))
    if us.is_named(mention):
        ident = us.native
    elif "@" in username:
        # snac2 2.75 counts mentions instead of giving the account's id, and is known by this form of the name.
        ident = text(mention.get("url")) or username
    return Author(
        native=ident, handle=text(mention.get("acct")), name=username, profile=text(mention.get("url"))
    )


def extra(status: Status, us: Us) -> dict[str, Any]:
    answered = str(status.get("in_reply_to_account_id"))
    roles = {
        author.native: "us"
        if author.native == us.native
        else "answered"
        if author.native == answered
        else "named"
        for author in mentions(status, us)
    }
    found: dict[str, Any] = {"roles": roles} if roles else {}
    if text(status.get("visibility")) not in VISIBILITIES:
        found["visibility"] = text(status.get("visibility"))
    quote = status.get("quote")
    if isinstance(quote, Mapping) and isinstance(quote.get("quoted_status"), Mapping):
        found["quotes"] = text(quote["quoted_status"].get("id"))
    return found


def media(attachments: Any) -> tuple[Media, ...]:
    found = []
    for attachment in listed(attachments, "media_attachments"):
        url = text(attachment.get("url")) or text(attachment.get("remote_url"))
        if url:
            name = urlsplit_name(url)
            kind = KINDS.get(str(attachment.get("type")), "file")
            found.append(Media(url=url, kind=kind, alt=text(attachment.get("description")), name=name))
    return tuple(found)


def urlsplit_name(url: str) -> str:
    try:
        return urlsplit(url).path.rpartition("/")[2]
    except ValueError:
        return ""


def listed(value: Any, what: str) -> list[Status]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise Strange(f"{what} is no list of objects")
    return value


def native(value: Any, what: str) -> str:
    found = optional(value, what)
    if not found:
        raise Strange(f"{what} is missing")
    return found


def optional(value: Any, what: str) -> str | None:
    """An id. Most servers give strings, some numbers; a fraction has lost its last digits on the way."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Strange(f"{what} is no id")
    return clean(str(value)).strip() or None


def text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""


def words(value: Any, what: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Strange(f"{what} is no text")
    return clean(plain(value))


def moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Strange("the time is not one") from None
