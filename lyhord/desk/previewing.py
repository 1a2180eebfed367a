"""What a page says about itself: title, site, a line about it, the address of its picture. Reads bytes, knows no tables."""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import regex

from lyhord.lib.text import clean

MOST = 300_000  # bytes of a page that are read: what is wanted stands in its head
LINK = regex.compile(r"https?://[^\s<>\"'|\\^`{}]{3,1900}", regex.I)
TRAILING = ".,;:!?…)]}»”’\"'"
WANTED = {
    "og:title",
    "og:site_name",
    "og:description",
    "og:image",
    "description",
    "twitter:title",
    "twitter:image",
}


@dataclass(frozen=True)
class Page:
    title: str = ""
    site: str = ""
    description: str = ""
    picture: str = ""  # an address


def links(text: str, most: int = 5) -> list[str]:
    """Addresses in words, without the stop that ends the sentence."""
    found = (link.group().rstrip(TRAILING) for link in LINK.finditer(text[:50_000]))
    return list(dict.fromkeys(one for one in found if urlsplit_or_none(one)))[:most]


def urlsplit_or_none(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def read(content: bytes, url: str) -> Page:
    """Nothing that was read is taken for more than words."""
    reader = Reader()
    reader.feed(content[:MOST].decode("utf-8", "replace"))
    told = reader.told
    title = told.get("og:title") or told.get("twitter:title") or reader.title
    picture = told.get("og:image") or told.get("twitter:image") or ""
    return Page(
        title=line(title, 300),
        site=line(told.get("og:site_name") or urlsplit_or_none(url), 100),
        description=line(told.get("og:description") or told.get("description") or "", 500),
        picture=joined(url, picture),
    )


def line(text: str, most: int) -> str:
    return " ".join(clean(text).split())[:most]


def joined(url: str, picture: str) -> str:
    try:
        found = urljoin(url, picture.strip()) if picture.strip() else ""
    except ValueError:
        return ""
    return found if found.startswith(("https://", "http://")) else ""


class Reader(HTMLParser):
    """The title and the named lines of a page's head."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: dict[str, str] = {}
        self.title = ""
        self.is_in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_in_title = tag == "title" and not self.title
        if tag != "meta":
            return
        values = {name: value or "" for name, value in attrs}
        name = (values.get("property") or values.get("name") or "").lower()
        if name in WANTED and name not in self.told:
            self.told[name] = values.get("content", "")

    def handle_endtag(self, tag: str) -> None:
        self.is_in_title = False

    def handle_data(self, data: str) -> None:
        if self.is_in_title and len(self.title) < 1000:
            self.title += data
