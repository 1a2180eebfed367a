"""What Google says of reviews, told as events: lists, single reviews, and the notes of Pub/Sub. Pure."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from lyhord.channels.contract import Headers, Item, Unreadable, Unsupported
from lyhord.connectors._google import errors
from lyhord.connectors.google_reviews import reviews
from lyhord.connectors.google_reviews.reviews import Known, Strange
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import shorten

NEWS = {"NEW_REVIEW", "UPDATED_REVIEW"}


def parse(raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
    try:
        document = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(document, Mapping):
        raise Unreadable("Google answers with an object; this is none.")
    if "message" in document:
        return [note(document["message"])]
    if "error" in document:
        told = errors.reasons(document) or ["no reason given"]
        raise Unreadable(f"Google refused the question: {told[0]}.")
    known = Known.of(headers)
    if "reviews" in document or "locationReviews" in document:
        # Newest first there.
        return [item for part in reversed(listed(document)) for item in guarded(part, known)]
    if "totalReviewCount" in document or not document:
        return [Unsupported("A location without reviews.")]
    return guarded(document, known)


def listed(document: Mapping[str, Any]) -> list[Any]:
    """Of one location, or of several asked at once (batchGetReviews)."""
    several = document.get("locationReviews")
    found = document.get("reviews", [])
    if isinstance(several, list):
        found = [part.get("review") if isinstance(part, Mapping) else part for part in several]
    if not isinstance(found, list):
        raise Unreadable("The reviews are no list.")
    return found


def guarded(part: Any, known: Known) -> list[Item]:
    """What is wrong with one review stands in its place."""
    if not isinstance(part, Mapping):
        return [Unreadable("A review is no object.")]
    try:
        return list(reviews.events(part, known))
    except Strange as problem:
        return [Unreadable(f"Not a review of Google: {problem}.", reviews.text(part.get("name")) or None)]


def note(message: Any) -> Item:
    """A note says only of which review there is news; the review itself is read by the next poll."""
    try:
        kind, name = read_note(message)
    except Strange as problem:
        return Unreadable(f"Not a note of Google: {problem}.")
    if kind in NEWS and name:
        return Unsupported("Google tells that there is news of this review; the next poll reads it.", name)
    return Unsupported(
        f"Google's note {shorten(kind, 60) or 'without a kind'} is not one that we use.", name or None
    )


def read_note(message: Any) -> tuple[str, str]:
    """The kind of the note, and the review that it names. Raises Strange.

    The reference names `reviewName` (review_name) and `locationName`; older notes have `name` and `notificationType`.
    """
    data = message.get("data") if isinstance(message, Mapping) else None
    if not isinstance(data, str):
        raise Strange("it has no data")
    try:
        told = jsons.read(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError, BadJson):
        raise Strange("its data is no JSON in base64") from None
    if not isinstance(told, Mapping):
        raise Strange("its data is no object")
    kind = next(
        (found for each in ("notificationType", "type") if (found := reviews.text(told.get(each)))), ""
    )
    names = (reviews.text(told.get(each)) for each in ("reviewName", "review_name", "review", "name"))
    return kind, next((found for found in names if reviews.NAME.fullmatch(found)), "")
