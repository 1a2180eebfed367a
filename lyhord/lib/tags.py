"""HTML cut into tags and text, in one pass over the characters.

The standard library's parser takes quadratic time for `<a <a <a` and the like (measured: minutes for a megabyte);
this one reads as the HTML standard's tokenizer does (section 13.2.5, read 2026-11) and never looks back.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

SPACE = r"[ \t\n\f\r]"
START = regex.compile(r"<[A-Za-z/!?]")  # any other `<` is text
TAG = regex.compile(r"<(/?)([A-Za-z][^ \t\n\f\r/>]*+)")
NAME = regex.compile(rf"(?:{SPACE}|/)*+(=?[^ \t\n\f\r/>=]*+){SPACE}*+(=?){SPACE}*+")
UNQUOTED = regex.compile(r"[^ \t\n\f\r>]*+")
# Within these a browser reads no tags until their own end.
RAW = {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"}
LONG_NUMBER = regex.compile(r"&#[0-9]{8,}+;?")


@dataclass(frozen=True)
class Text:
    text: str  # with character references still in it


@dataclass(frozen=True)
class Open:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Close:
    tag: str


class TooManyAttributes(Exception):
    """One tag has more attributes than the reader of `pieces` wants to hear of."""


def unescape(text: str) -> str:
    """Character references resolved. A number no character has is a replacement mark."""
    # Python refuses to read a number of more than 4300 digits with an exception.
    return html.unescape(LONG_NUMBER.sub("\ufffd", text))


def pieces(source: str, max_attributes: int = 1000) -> Iterator[Text | Open | Close]:
    """Tags and texts in order; comments and what a browser drops are left out.

    Raises TooManyAttributes.
    """
    at = 0
    while at < len(source):
        start = START.search(source, at)
        opening = start.start() if start else len(source)
        if opening > at:
            yield Text(source[at:opening])
        if not start:
            return
        found = TAG.match(source, opening)
        if found is None:
            at = past_comment(source, opening)
            continue
        attributes, at = attributes_at(source, found.end(), max_attributes)
        tag = found[2].lower()
        if at > len(source):
            return  # the tag never ends: a browser drops it with all that follows
        yield Close(tag) if found[1] else Open(tag, attributes)
        if tag in RAW and not found[1]:
            end = raw_end(source, at, tag)
            yield Text(source[at:end])
            at = end


def past_comment(source: str, opening: int) -> int:
    """Where the text goes on after a comment, a declaration or what a browser takes for one."""
    if source.startswith(("<!-->", "<!--->"), opening):
        return source.index(">", opening) + 1
    if source.startswith("<!--", opening):
        return after(source, "-->", opening + 4)
    return after(source, ">", opening + 2)


def after(source: str, end: str, start: int) -> int:
    found = source.find(end, start)
    return len(source) if found < 0 else found + len(end)


def attributes_at(source: str, at: int, limit: int) -> tuple[dict[str, str], int]:
    """The attributes of a tag, and where its text goes on; beyond the end when the tag does not end."""
    attributes: dict[str, str] = {}
    count = 0
    while True:
        name = NAME.match(source, at)
        assert name is not None  # the pattern matches nothing too
        at = name.end()
        if name[1] or name[2]:
            count += 1
            value, at = value_at(source, at) if name[2] else ("", at)
            attributes.setdefault(name[1].lower(), value)
        if count > limit:
            raise TooManyAttributes
        if at >= len(source):
            return attributes, len(source) + 1
        if source[at] == ">":
            return attributes, at + 1


def value_at(source: str, at: int) -> tuple[str, int]:
    quote = source[at : at + 1]
    if quote and quote in "\"'":
        end = source.find(quote, at + 1)
        return (source[at + 1 :], len(source) + 1) if end < 0 else (source[at + 1 : end], end + 1)
    value = UNQUOTED.match(source, at)
    assert value is not None
    return value[0], value.end()


def raw_end(source: str, at: int, tag: str) -> int:
    found = regex.compile(rf"</{tag}[ \t\n\f\r/>]", regex.IGNORECASE).search(source, at)
    return len(source) if found is None else found.start()
