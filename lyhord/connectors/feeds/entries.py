"""An entry of a feed, told alike for RSS, RDF, Atom and JSON Feed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from lyhord.channels.contract import Author, Media
from lyhord.connectors.feeds import places
from lyhord.lib.text import clean, plain

LONGEST_ID = 2_000


@dataclass(frozen=True)
class Entry:
    id: str = ""  # guid, id; may repeat within a feed or change from one day to the next
    link: str = ""
    title: str = ""
    text: str = ""
    author: Author | None = None
    published: datetime | None = None
    updated: datetime | None = None
    answers: str = ""  # the id of what it is an answer to (RFC 4685, thr:in-reply-to)
    lang: str = ""
    media: tuple[Media, ...] = ()

    @property
    def digest(self) -> str:
        """Of what a reader sees: another one is an edit."""
        told = "\0".join((self.title, self.text, self.link))
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def identity(self) -> str:
        """guid or id, else the link, else what it says; "" if it says nothing."""
        if self.id or self.link:
            return (self.id or self.link)[:LONGEST_ID]
        return f"sha256:{self.digest}" if self.title or self.text else ""


@dataclass(frozen=True)
class Feed:
    """The whole: its own name and address, and what it tells of when to ask again."""

    title: str = ""
    link: str = ""
    lang: str = ""
    ttl: int | None = None  # minutes
    entries: tuple[Entry, ...] = ()
    left_out: int = 0  # older entries beyond those that are read


def author(name: str, email: str, uri: str, site: str) -> Author | None:
    """Who wrote. A bare name is known within its site alone: two Annas of two blogs are two people."""
    name, email, uri = (clean(each).strip() for each in (name, email, uri))
    uri = places.web(uri)
    if not (name or email or uri):
        return None
    native = email.lower() or (uri if places.is_profile(uri) else "") or f"{places.host(uri) or site}:{name}"
    if native == ":":
        return None
    return Author(native=native[:300], handle=email or "", name=name[:200], profile=uri)


def words(value: object, *, is_html: bool = True) -> str:
    if not isinstance(value, str):
        return ""
    return clean(plain(value) if is_html else value).strip()


def kind_of(content_type: str) -> str:
    family = content_type.partition("/")[0].lower()
    return {"image": "picture", "video": "video", "audio": "sound"}.get(family, "file")
