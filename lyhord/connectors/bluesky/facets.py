"""What in our text leads somewhere: mentions, links and tags, counted in bytes of UTF-8. Pure, but for the look-up."""

import re
from collections.abc import Callable, Iterator
from typing import Any

FACET = "app.bsky.richtext.facet#"
# As the app finds them (docs.bsky.app: Links, mentions, and rich text; read 2026-11).
MENTION = re.compile(
    r"(?<![\w@/.])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]{0,61})(?![\w@-])"
)
LINK = re.compile(r"(?<![\w/])https?://[^\s<>\"']+", re.IGNORECASE)
TAG = re.compile(r"(?<![\w#&/])[#＃](\w{1,64})(?![\w])")
TRAILING = ".,;:!?…'\"”’»"
MOST = 100
LookUp = Callable[[str], str]


def of(text: str, look_up: LookUp) -> list[dict[str, Any]]:
    """In the order of the text, none within another. A name that nobody has stays plain text."""
    found: list[dict[str, Any]] = []
    reached = 0
    for start, end, feature in sorted(candidates(text), key=lambda each: each[0]):
        if start < reached or len(found) >= MOST:
            continue
        if "handle" in feature:
            did = look_up(feature["handle"])
            if not did:
                continue
            feature = {"$type": FACET + "mention", "did": did}
        reached = end
        index = {"byteStart": size(text[:start]), "byteEnd": size(text[:end])}
        found.append({"index": index, "features": [feature]})
    return found


def candidates(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for link in LINK.finditer(text):
        uri = trimmed(link.group())
        yield link.start(), link.start() + len(uri), {"$type": FACET + "link", "uri": uri}
    for mention in MENTION.finditer(text):
        yield mention.start(), mention.end(), {"handle": mention.group(1).lower()}
    for tag in TAG.finditer(text):
        if not tag.group(1).isdecimal():
            yield tag.start(), tag.end(), {"$type": FACET + "tag", "tag": tag.group(1)}


def trimmed(uri: str) -> str:
    """Without the sign that ends the sentence. A bracket stays where the address opened one."""
    while uri and (uri[-1] in TRAILING or (uri[-1] == ")" and "(" not in uri)):
        uri = uri[:-1]
    return uri


def size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
