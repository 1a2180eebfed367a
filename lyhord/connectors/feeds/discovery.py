"""The feeds that a web page names: link rel=alternate in its head. Pure."""

from dataclasses import dataclass

from lyhord.connectors.feeds import places
from lyhord.lib.tags import Open, TooManyAttributes, pieces, unescape
from lyhord.lib.text import clean

TYPES = ("application/atom+xml", "application/rss+xml", "application/feed+json", "application/rdf+xml")
LOOKED_AT = 500_000  # characters; a page's head stands first
MOST = 10


@dataclass(frozen=True)
class Named:
    url: str
    title: str


def feeds(page: str, url: str) -> list[Named]:
    """In the order of the page, each once; WordPress names the blog's feed first, then that of the comments."""
    found: dict[str, Named] = {}
    base = url
    try:
        for piece in pieces(page[:LOOKED_AT]):
            if not isinstance(piece, Open):
                continue
            if piece.tag == "base" and base == url:
                base = places.joined(url, unescape(piece.attributes.get("href", ""))) or url
            if piece.tag == "link" and is_feed(piece.attributes):
                target = places.joined(base, unescape(piece.attributes.get("href", "")))
                if target:
                    found.setdefault(
                        target, Named(target, clean(unescape(piece.attributes.get("title", "")))[:100])
                    )
    except TooManyAttributes:
        pass
    return list(found.values())[:MOST]


def is_feed(attributes: dict[str, str]) -> bool:
    relations = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    return ("alternate" in relations and kind in TYPES) or "feed" in relations
