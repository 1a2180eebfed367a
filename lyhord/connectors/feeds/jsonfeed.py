"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1; read 2026-11). Pure."""

from collections.abc import Mapping
from typing import Any

from lyhord.channels.contract import Author, Media, Unreadable
from lyhord.connectors.feeds import bounds, dates, places
from lyhord.connectors.feeds.entries import Entry, Feed, author, kind_of, words
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import clean

VERSION = "https://jsonfeed.org/version/"


def read(raw: bytes, url: str) -> tuple[Feed, list[Unreadable]]:
    """The feed, and what of its items is none. Raises Unreadable."""
    try:
        told = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(told, Mapping) or not text(told, "version").startswith(VERSION):
        raise Unreadable("This JSON is no JSON Feed.")
    items = told.get("items")
    if not isinstance(items, list):
        raise Unreadable("The JSON Feed has no list of items.")
    items = newest(items)
    lang = text(told, "language")
    site = places.host(text(told, "home_page_url")) or places.host(url)
    by = writer(told, site)
    good = [entry(each, site, lang, by) for each in items if isinstance(each, Mapping)]
    bad = [Unreadable("An item of the feed is no object.") for each in items if not isinstance(each, Mapping)]
    left_out = max(len(told["items"]) - bounds.MOST_ENTRIES, 0)
    title, link = words(told.get("title"), is_html=False), places.web(told.get("home_page_url"))
    return Feed(title=title, link=link, lang=lang, entries=tuple(good), left_out=left_out), bad


def newest(items: list[Any]) -> list[Any]:
    if len(items) <= bounds.MOST_ENTRIES:
        return items
    first, last = (dates.moment(text(each, "date_published")) for each in (items[0], items[-1]))
    is_oldest_first = first is not None and last is not None and first < last
    return items[-bounds.MOST_ENTRIES :] if is_oldest_first else items[: bounds.MOST_ENTRIES]


def entry(each: Mapping[str, Any], site: str, lang: str, by: Author | None) -> Entry:
    html = text(each, "content_html")
    link = places.unwrapped(places.web(each.get("url")) or places.web(each.get("external_url")))
    body = words(html) if html else words(each.get("content_text"), is_html=False)
    return Entry(
        id=ident(each.get("id")),
        link=link or places.web(each.get("id")),
        title=words(each.get("title"), is_html=False),
        text=body or words(each.get("summary"), is_html=False),
        author=writer(each, places.host(link) or site) or by,
        published=dates.moment(each.get("date_published")),
        updated=dates.moment(each.get("date_modified")),
        lang=(text(each, "language") or lang)[:12],
        media=media(each),
    )


def ident(value: object) -> str:
    """A number is to be taken as text (JSON Feed 1.1, Items)."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return clean(str(value)).strip() if is_number or isinstance(value, str) else ""


def writer(part: Mapping[str, Any], site: str) -> Author | None:
    listed = part.get("authors")
    told = listed[0] if isinstance(listed, list) and listed else part.get("author")
    if not isinstance(told, Mapping):
        return None
    return author(text(told, "name"), "", text(told, "url"), site)


def media(each: Mapping[str, Any]) -> tuple[Media, ...]:
    found = []
    listed = each.get("attachments")
    for part in listed if isinstance(listed, list) else []:
        url = places.web(part.get("url")) if isinstance(part, Mapping) else ""
        if url:
            kind: Any = kind_of(text(part, "mime_type"))
            found.append(Media(url=url, kind=kind, name=text(part, "title")))
    picture = places.web(each.get("image"))
    if picture:
        found.append(Media(url=picture, kind="picture"))
    return tuple(found[:10])


def text(part: object, name: str) -> str:
    value = part.get(name) if isinstance(part, Mapping) else None
    return value if isinstance(value, str) else ""
