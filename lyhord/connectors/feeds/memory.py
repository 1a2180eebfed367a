"""How far we have read a feed, and what it said: the cursor. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lyhord.connectors.feeds import parser
from lyhord.connectors.feeds.entries import Entry, Feed

MOST_KNOWN = 1_000  # twice what one reading takes: an entry may leave the feed and come back


@dataclass(frozen=True)
class Known:
    """One entry as we saw it last."""

    digest: str
    link: str  # digest of its link, by which it is found again should its guid change


@dataclass(frozen=True)
class Memory:
    asked: str = ""  # the address of the settings that all this is about
    url: str = ""  # where that address leads for good
    etag: str = ""
    modified: str = ""
    is_strange: bool = False  # it was no feed when we looked last
    known: Mapping[str, Known] = field(default_factory=dict)  # the newest last

    @classmethod
    def read(cls, cursor: str) -> "Memory":
        try:
            told = json.loads(cursor or "{}")
            known = {
                str(item): Known(str(pair[0]), str(pair[1])) for item, pair in told.pop("known", {}).items()
            }
            words = {name: str(told.get(name, "")) for name in ("asked", "url", "etag", "modified")}
            return cls(**words, is_strange=told.get("is_strange") is True, known=known)
        except (ValueError, AttributeError, TypeError, IndexError, KeyError):
            return cls()

    def __str__(self) -> str:
        told: dict[str, Any] = {**vars(self), "known": {i: [k.digest, k.link] for i, k in self.known.items()}}
        return json.dumps(told)

    def after(self, news: "News") -> "Memory":
        kept = {item: known for item, known in self.known.items() if item not in news.entries}
        kept |= {item: noted(entry) for item, entry in reversed(list(news.entries.items()))}
        return replace(self, known=dict(list(kept.items())[-MOST_KNOWN:]))


@dataclass(frozen=True)
class News:
    """A document beside what we know."""

    entries: Mapping[str, Entry]  # by the ids under which we know them, or will
    same: Mapping[str, str]
    new: frozenset[str]
    edited: frozenset[str]

    def headers(self) -> dict[str, str]:
        told = {parser.SAME: self.same, parser.EDITED: sorted(self.edited)}
        return {name: json.dumps(value) for name, value in told.items() if value}


def compare(memory: Memory, feed: Feed) -> News:
    """What is new, what says something else, and what only has a new guid."""
    told = parser.by_identity(feed)
    by_link = {known.link: item for item, known in memory.known.items() if known.link}
    same: dict[str, str] = {}
    for item, entry in told.items():
        before = by_link.get(mark(entry.link))
        if (
            item not in memory.known
            and before is not None
            and before not in told
            and before not in same.values()
        ):
            same[item] = before
    entries = {same.get(item, item): entry for item, entry in told.items() if item}
    new = frozenset(entries) - frozenset(memory.known)
    edited = {
        item for item in entries if item not in new and memory.known[item].digest != entries[item].digest
    }
    return News(entries, same, new, frozenset(edited))


def noted(entry: Entry) -> Known:
    return Known(entry.digest, mark(entry.link))


def mark(link: str) -> str:
    return hashlib.sha256(link.encode("utf-8", "replace")).hexdigest()[:12] if link else ""
