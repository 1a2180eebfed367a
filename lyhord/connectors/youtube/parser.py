"""What YouTube answers, told as events. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from lyhord.channels.contract import Headers, Item, Unreadable, Unsupported
from lyhord.connectors._google import errors
from lyhord.connectors.youtube import comments
from lyhord.connectors.youtube.comments import Comment, Strange, Us
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import shorten

COMMENT, THREAD = "youtube#comment", "youtube#commentThread"
LISTS = ("youtube#commentListResponse", "youtube#commentThreadListResponse")


def parse(raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
    try:
        document = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(document, Mapping):
        raise Unreadable("YouTube answers with an object; this is none.")
    us = Us.of(headers)
    if document.get("kind") in LISTS:
        parts = document.get("items", [])
        if not isinstance(parts, list):
            raise Unreadable("The items of the list are no list.")
        # The newest comes first there; a comment comes before the answers to it.
        return [item for part in reversed(parts) for item in guarded(part, us, "created")]
    if "error" in document:
        told = errors.reasons(document) or ["no reason given"]
        raise Unreadable(f"YouTube refused the question: {told[0]}.")
    return guarded(document, us, "edited" if method.upper() == "PUT" else "created")


def guarded(part: Any, us: Us, kind: str) -> list[Item]:
    """What is wrong with one item stands in its place."""
    if not isinstance(part, Mapping):
        return [Unreadable("An item is no object.")]
    try:
        return list(one(part, us, kind))
    except Strange as problem:
        return [Unreadable(f"Not a comment of YouTube: {problem}.", comments.text(part.get("id")) or None)]


def one(part: Comment, us: Us, kind: str) -> Iterator[Item]:
    told = part.get("kind")
    if told == THREAD:
        yield from thread(part, us)
    elif told is None and "topLevelComment" in part:
        yield from thread({"snippet": part}, us)  # the part of a thread alone, as `fields` may ask for it
    elif told == COMMENT:
        yield from comments.events(part, us, kind="edited" if kind == "edited" else "created")
    elif isinstance(told, str) and told.startswith("youtube#"):
        name = shorten(comments.text(told.removeprefix("youtube#")), 60)
        yield Unsupported(f"YouTube's {name} is not one that we use.", comments.text(part.get("id")) or None)
    else:
        raise Strange("it does not say what it is")


def thread(part: Comment, us: Us) -> Iterator[Item]:
    """The comment at the top and the answers that came with it, oldest first."""
    near = part.get("snippet")
    if not isinstance(near, Mapping):
        raise Strange("the thread has no snippet")
    yield from comments.events(near.get("topLevelComment"), us, near=near)
    within = part.get("replies")
    answers = within.get("comments") if isinstance(within, Mapping) else None
    if answers is None:
        return
    if not isinstance(answers, list):
        raise Strange("the answers are no list")
    for each in reversed(answers):
        try:
            yield from comments.events(each, us, near=near)
        except Strange as problem:
            yield Unreadable(f"Not an answer of YouTube: {problem}.")
