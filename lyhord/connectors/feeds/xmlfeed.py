"""RSS, RDF and Atom, read by feedparser within our bounds. Pure."""

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import feedparser
from feedparser.encodings import convert_to_utf8

from lyhord.channels.contract import Media, Unreadable
from lyhord.connectors.feeds import bounds, dates, places
from lyhord.connectors.feeds.entries import Entry, Feed, author, kind_of, words
from lyhord.lib.text import clean

ROOT = re.compile(rb"<(?:[\w-]+:)?(rss|rdf|feed|channel)[\s>/]", re.IGNORECASE)
PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
HEAD = 20_000
# No base: feedparser would write it before the ids, and a feed that moves would have other ids.
HEADERS = {"content-type": "application/xml; charset=utf-8"}
MOST_MEDIA = 10
MARKUP = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|i|iframe|img|li|object|ol|p|script|span|strong|style|svg|table|ul)[\s/>]",
    re.I,
)


def read(raw: bytes, headers: Mapping[str, str], url: str) -> Feed:
    """Raises Unreadable."""
    utf8 = as_utf8(raw, headers)
    if not ROOT.search(utf8[:HEAD]):
        is_page = PAGE.search(utf8[:HEAD])
        raise Unreadable(
            "This is a web page and not a feed." if is_page else "Neither RSS, RDF, Atom nor JSON Feed."
        )
    utf8, left_out = bounds.cut(utf8)
    told = parsed(utf8)
    feed = told.get("feed") or {}
    site = places.host(text(feed, "link")) or places.host(url)
    lang = text(feed, "language")
    base = places.web(url)
    is_atom = str(told.get("version")).startswith("atom")
    entries = tuple(entry(each, site, lang, base, is_atom) for each in told.get("entries") or [])
    by = writer(feed, site) if is_atom else None
    if by:
        # An entry without an author has the feed's (RFC 4287, 4.2.1); RSS says nothing of the kind.
        entries = tuple(each if each.author else replace(each, author=by) for each in entries)
    return Feed(
        title=words(feed.get("title")),
        link=places.web(feed.get("link")),
        lang=lang,
        ttl=minutes(feed.get("ttl")),
        entries=entries,
        left_out=left_out,
    )


def as_utf8(raw: bytes, headers: Mapping[str, str]) -> bytes:
    found: dict[str, Any] = {}
    told = {"content-type": headers.get("content-type", "")}
    try:
        utf8: bytes = convert_to_utf8(told, raw, found)
    except (LookupError, UnicodeError, ValueError) as problem:
        raise Unreadable(f"The feed's characters cannot be read ({type(problem).__name__}).") from None
    return utf8


def parsed(utf8: bytes) -> Mapping[str, Any]:
    """feedparser with its own cleaning off: we make plain text of all. What it cannot bear is a reason, no crash."""
    try:
        # A stream: of a string feedparser would take an address, and fetch it.
        told: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(utf8), response_headers=HEADERS, sanitize_html=False, resolve_relative_uris=False
        )
    except RecursionError:
        raise Unreadable("The feed nests too deeply.") from None
    except Exception as problem:
        # Its loose reader stumbles over some broken feeds with whatever comes (AssertionError, KeyError ...).
        raise Unreadable(f"The feed is too broken to be read ({type(problem).__name__}).") from None
    return told


def entry(each: Mapping[str, Any], site: str, lang: str, base: str, is_atom: bool) -> Entry:
    ident = clean(text(each, "id")).strip()
    told = text(each, "link")
    # A guid that is no address is given as link, too; only a true link may be relative.
    link = places.unwrapped(places.web(told if told == ident else places.joined(base, told)))
    title = words(each.get("title"), is_html=is_html(each.get("title_detail"), is_atom))
    text_, told_lang = body(each, is_atom)
    return Entry(
        id=ident,
        link=link or places.web(ident),
        title=title,
        text=text_,
        author=writer(each, places.host(link) or site),
        published=when(each, "published") or when(each, "created"),
        updated=when(each, "updated"),
        answers=answers(each),
        lang=(told_lang or lang)[:12],
        media=media(each),
    )


def body(each: Mapping[str, Any], is_atom: bool) -> tuple[str, str]:
    """The whole text where the feed has it, else what it gives of it."""
    parts = [part for part in each.get("content") or [] if isinstance(part, Mapping)]
    detail = each.get("summary_detail")
    parts += [detail] if isinstance(detail, Mapping) else []
    for part in parts:
        found = words(part.get("value"), is_html=is_html(part, is_atom))
        if found:
            return found, text(part, "language")
    return words(each.get("summary")), ""


def is_html(detail: object, is_atom: bool) -> bool:
    """Everything but what says that it is plain. RSS says nothing, so feedparser guesses, and misses single tags."""
    if not isinstance(detail, Mapping) or detail.get("type") != "text/plain":
        return True
    return not is_atom and bool(MARKUP.search(text(detail, "value")))


def writer(each: Mapping[str, Any], site: str) -> Any:
    details = [each.get("author_detail"), *(each.get("authors") or [])]
    for detail in details:
        if isinstance(detail, Mapping) and any(detail.values()):
            return author(text(detail, "name"), text(detail, "email"), text(detail, "href"), site)
    return author(text(each, "author"), "", "", site)


def when(each: Mapping[str, Any], name: str) -> Any:
    # feedparser gives the one date for the other and warns, unless it is asked whether it is there.
    if name not in each:
        return None
    return dates.of_struct(each.get(f"{name}_parsed")) or dates.moment(each.get(name))


def answers(each: Mapping[str, Any]) -> str:
    """thr:in-reply-to, with the reference or, failing that, the address of what is answered."""
    told = each.get("thr_in-reply-to")
    if not isinstance(told, Mapping):
        return ""
    return clean(text(told, "ref") or text(told, "href")).strip()


def media(each: Mapping[str, Any]) -> tuple[Media, ...]:
    """Enclosures, and Media RSS's pictures, each address once."""
    found: dict[str, Media] = {}
    for name in ("enclosures", "media_content", "media_thumbnail"):
        for part in each.get(name) or []:
            if not isinstance(part, Mapping):
                continue
            url = places.web(part.get("href") or part.get("url"))
            kind: Any = (
                "picture"
                if name == "media_thumbnail"
                else kind_of(text(part, "type") or text(part, "medium"))
            )
            if url and url not in found:
                found[url] = Media(url=url, kind=kind, name=url.partition("?")[0].rpartition("/")[2])
    return tuple(found.values())[:MOST_MEDIA]


def minutes(value: object) -> int | None:
    said = str(value or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else None


def text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""
