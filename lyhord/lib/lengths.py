"""How long a text is, as each network counts it."""

from typing import Literal

import regex

Kind = Literal["codepoints", "graphemes", "utf16", "bytes", "weighted"]

URL = regex.compile(r"https?://[^\s<>\"']+", regex.IGNORECASE)
# Mastodon counts a remote mention by its local part alone (docs: Posting statuses; read 2026-11).
REMOTE_MENTION = regex.compile(r"(?<![\w/])@(\w(?:[\w.-]*\w)?)@[\w-]+(?:\.[\w-]+)+")


def graphemes(text: str) -> int:
    """What a person would call characters."""
    return sum(1 for _ in regex.finditer(r"\X", text))


def utf16_units(text: str) -> int:
    return len(text) + sum(1 for character in text if character > "\uffff")


def weighted(text: str, url_weight: int = 23) -> int:
    """Mastodon's rule: graphemes, every link as `url_weight`, a remote mention by its local part."""
    # One stand-in for a link, the weight added after: a server's weight may be any number.
    without_links, links = URL.subn(" ", text)
    return graphemes(REMOTE_MENTION.sub(r"@\1", without_links)) + links * (url_weight - 1)


def measure(text: str, kind: Kind, url_weight: int = 23) -> int:
    """The length of `text` by one of the five rules that networks use."""
    if kind == "graphemes":
        return graphemes(text)
    if kind == "utf16":
        return utf16_units(text)
    if kind == "bytes":
        return len(text.encode("utf-8", "surrogatepass"))
    if kind == "weighted":
        return weighted(text, url_weight)
    return len(text)
