"""What a feed may cost before anybody reads it: bytes, depth, entities, entries. Pure; one pass over the bytes."""

import re
from dataclasses import dataclass

from lyhord.channels.contract import Unreadable
from lyhord.connectors.feeds import dates

MOST_BYTES = 10_000_000
MOST_TAGS = 300_000
MOST_DEPTH = 200
MOST_ENTRIES = 500  # feedparser took 4.7 seconds for 50 000 (reference reliability-security.md, R68)
MOST_ENTITIES = 50
LONGEST_ENTITY = 100
MOST_BYTES_WITH_ENTITIES = 1_000_000

# Possessive, so that a tag which never ends is looked at once.
MARK = re.compile(rb"<!\[CDATA\[|<!--|<\?|<(/?)([A-Za-z_][\w.:-]*+)[^<>]*+>")
ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->", b"<?": b"?>"}
ENTRY = frozenset({b"item", b"entry"})
FIRST = re.compile(rb"<\w")
ENTITY = re.compile(rb"<!ENTITY\s++[^>]*+>?")
OUTSIDE = re.compile(rb"<!ENTITY\s++(?:%|[^\"'>]*\b(?:SYSTEM|PUBLIC)\b)")
DATE = re.compile(rb"<(?:\w+:)?(?:pubDate|published|updated|date|modified)[^<>]*+>\s*+([^<]{4,60}?)\s*+<")


@dataclass
class Tags:
    """Where the entries lie, and how deep the tags go."""

    starts: list[int]
    ends: list[int]
    depth: int = 0
    before: int = 0  # the depth at which the open entry began

    def open(self, name: bytes, at: int) -> None:
        if name in ENTRY:
            if len(self.ends) < len(self.starts):
                self.close(at)
            self.starts.append(at)
            self.before = self.depth
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Unreadable(f"The feed nests deeper than {MOST_DEPTH} elements.")

    def shut(self, name: bytes, end: int) -> None:
        if name in ENTRY and len(self.ends) < len(self.starts):
            self.close(end)
        else:
            self.depth = max(self.depth - 1, 0)

    def close(self, end: int) -> None:
        """What an entry left open, HTML without CDATA for one, ends with it."""
        self.ends.append(end)
        self.depth = self.before


def checked(raw: bytes) -> None:
    """Of bytes in any encoding. Raises Unreadable."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"The feed has {len(raw)} bytes; at most {MOST_BYTES} are read.")


def cut(utf8: bytes) -> tuple[bytes, int]:
    """The document with its 500 newest entries, and how many more it has. Raises Unreadable."""
    check_entities(utf8)
    tags = looked_through(utf8)
    count = len(tags.starts)
    if count <= MOST_ENTRIES:
        return utf8, 0
    ends = [*tags.ends, len(utf8)] if len(tags.ends) < count else tags.ends
    first = count - MOST_ENTRIES if is_oldest_first(utf8, tags, ends) else 0
    last = first + MOST_ENTRIES - 1
    kept = utf8[: tags.starts[0]] + utf8[tags.starts[first] : ends[last]] + utf8[ends[-1] :]
    return kept, count - MOST_ENTRIES


def looked_through(utf8: bytes) -> Tags:
    tags, at, count = Tags([], []), 0, 0
    while found := MARK.search(utf8, at):
        at = found.end()
        name = found[2]
        if name is None:
            end = utf8.find(ENDS[found[0]], at)
            if end < 0:
                break  # the rest is text that never ends
            at = end + len(ENDS[found[0]])
            continue
        count += 1
        if count > MOST_TAGS:
            raise Unreadable(f"The feed has more than {MOST_TAGS} tags.")
        if found[1]:
            tags.shut(name, at)
        elif not found[0].endswith(b"/>"):
            tags.open(name, found.start())
    return tags


def check_entities(utf8: bytes) -> None:
    """A few short entities are harmless; more, longer ones, and those that lie elsewhere are not read."""
    first = FIRST.search(utf8)
    # Only before the first element can they be declared; further on a text may speak of them.
    declared = ENTITY.findall(utf8, 0, first.start() if first else len(utf8))
    if not declared:
        return
    if any(OUTSIDE.match(each) for each in declared):
        raise Unreadable("The feed wants an entity from elsewhere; nothing is fetched for it.")
    too_many = len(declared) > MOST_ENTITIES or any(len(each) > LONGEST_ENTITY for each in declared)
    if too_many or len(utf8) > MOST_BYTES_WITH_ENTITIES:
        raise Unreadable("The feed declares entities that would grow beyond measure.")
    if any(b"&" in each and not re.search(rb"&#\w{1,8};", each) for each in declared):
        raise Unreadable("The feed declares entities made of entities.")


def is_oldest_first(utf8: bytes, tags: Tags, ends: list[int]) -> bool:
    """By the dates of the first and the last entry; most feeds begin with the newest."""
    found = []
    for number in (0, -1):
        told = DATE.search(utf8, tags.starts[number], ends[number])
        found.append(dates.moment(told[1].decode("utf-8", "replace")) if told else None)
    return found[0] is not None and found[1] is not None and found[0] < found[1]
