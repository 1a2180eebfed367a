"""Names on the AT protocol: addresses of records, digests, and keys that sort by time. Pure."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

POST = "app.bsky.feed.post"
LIKE = "app.bsky.feed.like"
REPOST = "app.bsky.feed.repost"
GATE = "app.bsky.feed.threadgate"
BLOCK = "app.bsky.graph.block"

DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,300}(?<![:%])")
# at://<did>/<collection>/<record key> (atproto.com/specs/at-uri-scheme, record-key; read 2026-11).
RECORD = re.compile(
    r"at://(did:[a-z]+:[A-Za-z0-9._:%-]{1,300}(?<![:%]))/([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){2,})"
    r"/(?!\.{1,2}$)([A-Za-z0-9._~:-]{1,512})"
)
SORTED = "234567abcdefghijklmnopqrstuvwxyz"  # base 32 in the order of its letters (atproto.com/specs/tid)
EARLIEST = datetime(2022, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a record lies. `str` gives its at-uri."""

    did: str
    collection: str
    key: str

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.key}"


@lru_cache(4096)
def address(uri: str) -> Address | None:
    found = RECORD.fullmatch(uri)
    return Address(*found.groups()) if found else None


def of_post(uri: Any) -> Address | None:
    """The address, if it is that of a post."""
    place = address(uri) if isinstance(uri, str) else None
    return place if place is not None and place.collection == POST else None


def is_did(text: Any) -> bool:
    return isinstance(text, str) and DID.fullmatch(text) is not None


def digest(cid: Any) -> str:
    """A content digest as text: a string, {"$link": ...} as JSON writes it, or the bytes of DAG-CBOR."""
    if isinstance(cid, str):
        return cid
    if isinstance(cid, bytes):
        return "b" + base64.b32encode(cid).decode().rstrip("=").lower()
    if isinstance(cid, dict):
        return digest(cid.get("$link"))
    return ""


def link(uri: str) -> str:
    """Where people read the post. By its author's id, as handles change hands."""
    place = of_post(uri)
    return f"https://bsky.app/profile/{place.did}/post/{place.key}" if place else ""


def key_of(what: str, made_at: datetime | None) -> str:
    """A record key that is the same at each attempt: 53 bits of microseconds, then 10 bits of our own.

    Without a moment the digest gives one: the key must be the same, and need not be true.
    """
    found = int.from_bytes(hashlib.sha256(what.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    moment = made_at or EARLIEST + timedelta(microseconds=found % 10**13)
    microseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    number = (max(microseconds, 0) & (1 << 53) - 1) << 10 | found >> 54
    return "".join(SORTED[number >> 5 * place & 31] for place in range(12, -1, -1))
