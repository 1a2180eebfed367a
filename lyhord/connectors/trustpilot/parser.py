"""What Trustpilot says, told as events: webhooks, lists and single reviews. Pure."""

from collections.abc import Mapping
from typing import Any

from lyhord.channels.contract import Event, Headers, Item, Unreadable, Unsupported
from lyhord.connectors.trustpilot import reviews
from lyhord.connectors.trustpilot.reviews import Strange
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import shorten

CREATED, UPDATED, DELETED = "service-review-created", "service-review-updated", "service-review-deleted"


def parse(raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
    try:
        document = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(document, Mapping):
        raise Unreadable("Trustpilot sends an object; this is none.")
    if "events" in document:
        return [item for part in listed(document, "events") for item in hooked(part)]
    if "reviews" in document:
        # Newest first there.
        return [item for part in reversed(listed(document, "reviews")) for item in guarded(part)]
    if "stars" not in document:
        raise Unreadable("Neither a webhook of Trustpilot nor a review.")
    return guarded(document)


def listed(document: Mapping[str, Any], name: str) -> list[Any]:
    found = document.get(name)
    if not isinstance(found, list):
        raise Unreadable(f"The {name} are no list.")
    return found


def hooked(part: Any) -> list[Item]:
    if not isinstance(part, Mapping) or not isinstance(part.get("eventName"), str):
        return [Unreadable("An event has no name.")]
    name, data = part["eventName"], part.get("eventData")
    if name in {CREATED, UPDATED}:
        return guarded(data, is_update=name == UPDATED)
    if name != DELETED:
        return [Unsupported(f"Trustpilot's {shorten(reviews.text(name), 60)} is not an event that we use.")]
    try:
        item = reviews.native(data) if isinstance(data, Mapping) else ""
    except Strange:
        item = ""
    if not item:
        return [Unreadable("A deletion names no review.")]
    return [Event(kind="deleted", key=f"deleted:{item}", item=item, thread=item)]


def guarded(part: Any, *, is_update: bool = False) -> list[Item]:
    """What is wrong with one review stands in its place."""
    if not isinstance(part, Mapping):
        return [Unreadable("A review is no object.")]
    try:
        return list(reviews.events(part, is_update=is_update))
    except Strange as problem:
        return [Unreadable(f"Not a review of Trustpilot: {problem}.", reviews.text(part.get("id")) or None)]
