"""A feed's document, told as events. Pure: what was seen before comes in the headers that the reader adds."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from lyhord.channels.contract import Event, Headers, Item, Unreadable, Unsupported
from lyhord.connectors.feeds import bounds, dates, jsonfeed, places, xmlfeed
from lyhord.connectors.feeds.entries import Entry, Feed
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson

# What the reader knows and the bytes do not tell.
SAME = "x-same"  # an id of this document -> the id by which we know that entry
EDITED = "x-edited"  # ids, as we know them, whose words are others than before
SEEN_AT = "x-seen-at"  # when the document was read
SPOKEN = "x-spoken-to"  # "0": nobody here speaks to us
EARLIEST = datetime.min.replace(tzinfo=UTC)


def parse(raw: bytes, headers: Headers, url: str) -> list[Item]:
    """Raises Unreadable."""
    feed, bad = read(raw, headers, url)
    if not feed.entries and not bad:
        return [Unsupported("The feed has no entries.")]
    told: list[Item] = [item for entry in told_apart(feed, Memo(headers)) for item in entry]
    return told + bad + beyond(feed)


def read(raw: bytes, headers: Mapping[str, str], url: str) -> tuple[Feed, list[Unreadable]]:
    bounds.checked(raw)
    start = raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in {b"{", b"["}:
        return jsonfeed.read(raw.removeprefix(b"\xef\xbb\xbf"), url)
    return xmlfeed.read(raw, headers, url), []


def beyond(feed: Feed) -> list[Item]:
    if not feed.left_out:
        return []
    return [Unsupported(f"{feed.left_out} older entries; the {bounds.MOST_ENTRIES} newest are read.")]


class Memo:
    """What the reader told beside the bytes."""

    def __init__(self, headers: Headers) -> None:
        self.same: Mapping[str, Any] = within(headers.get(SAME, ""), dict)
        self.edited = frozenset(map(str, within(headers.get(EDITED, ""), list)))
        self.seen_at = dates.moment(headers.get(SEEN_AT, ""))
        self.is_spoken_to = headers.get(SPOKEN, "1") != "0"


def within(text: str, kind: type) -> Any:
    try:
        found = jsons.read(text.encode()) if text else kind()
    except (BadJson, UnicodeError):
        return kind()
    return found if isinstance(found, kind) else kind()


def told_apart(feed: Feed, memo: Memo) -> list[list[Item]]:
    """Events an entry, in the order of the feed turned: the oldest first, so that a post comes before its comments."""
    known = by_identity(feed)
    known = {str(memo.same.get(item, item)): entry for item, entry in known.items()}
    return [events(item, entry, known, memo) for item, entry in reversed(known.items())]


def by_identity(feed: Feed) -> dict[str, Entry]:
    """Each entry under its id. Different pages that share a guid are told apart by their links."""
    unlike = {(entry.identity, entry.link) for entry in feed.entries}
    shared = {ident for ident, count in Counter(ident for ident, _link in unlike).items() if count > 1}
    found: dict[str, Entry] = {}
    for entry in feed.entries:
        ident = (
            f"{entry.identity} {entry.link or entry.digest}" if entry.identity in shared else entry.identity
        )
        older = found.get(ident)
        if older is None or (entry.updated or EARLIEST) > (older.updated or EARLIEST):
            found[ident] = entry
    return found


def events(item: str, entry: Entry, known: Mapping[str, Entry], memo: Memo) -> list[Item]:
    if not item:
        return [Unsupported("An entry has neither id, link, title nor text.")]
    parent, thread = place(item, entry, known)
    created = Event(
        kind="created",
        key=f"created:{item}",
        item=item,
        thread=thread,
        parent=parent,
        author=entry.author,
        at=entry.published or entry.updated,
        text=entry.text or entry.title,
        lang=entry.lang,
        link=entry.link,
        title=entry.title,
        media=entry.media,
        is_spoken_to=memo.is_spoken_to,
    )
    if item not in memo.edited:
        return [created]
    times = (at for at in (memo.seen_at, entry.updated, created.at) if at is not None)
    # Feeds seldom tell when they edited, or not truly; we saw it now, and a later edit must come after this one.
    # The time is in the key, since a text may change to what it was before.
    key = f"edited:{item}:{entry.digest}:{memo.seen_at.isoformat() if memo.seen_at else ''}"
    return [replace(created, kind="edited", key=key, at=max(times, default=None))]


def place(item: str, entry: Entry, known: Mapping[str, Entry]) -> tuple[str | None, str]:
    """What it hangs on, and the thread: a comment's page, a topic, or the entry itself."""
    page = places.page_of(entry.link)
    parent = entry.answers or page or None
    if parent is None or parent == item:
        return None, item
    top, seen = parent, {item}
    while top in known and top not in seen and known[top].answers:
        seen.add(top)
        top = known[top].answers
    if top in known:
        return parent, top
    return parent, page or top
