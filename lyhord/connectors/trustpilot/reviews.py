"""A service review of Trustpilot as events: from a webhook, a list, or asked for by itself. Pure.

Shapes: developers.trustpilot.com, Service Reviews API, Business Units API and "How to set up Trustpilot Webhooks"; read
2026-11-22.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from lyhord.channels.contract import Author, Event
from lyhord.lib.text import clean

Review = Mapping[str, Any]
PLACE = "https://www.trustpilot.com"
MOST_STARS = 5


class Strange(Exception):
    """A part is not of the shape that it should have; the text says which."""


def events(review: Review, *, is_update: bool = False) -> Iterator[Event]:
    """The review, its edit, whether Trustpilot shows it, our answer, and what the reviewer told us of himself."""
    item = native(review)
    at, changed_at = moment(review.get("createdAt")), moment(review.get("updatedAt"))
    yield event("created", f"created:{item}", item, review, at)
    if is_update or (at and changed_at and changed_at > at):
        stamp = changed_at.isoformat() if changed_at else digest(review)
        yield event("edited", f"edited:{item}:{stamp}", item, review, changed_at)
    report = review.get("reportData")
    if isinstance(report, Mapping) and text(report.get("reviewVisibility")) == "hidden":
        since = moment(report.get("createdAt"))
        key = f"hidden:{item}:{since.isoformat() if since else ''}"
        yield Event(kind="hidden", key=key, item=item, at=since, text=text(report.get("reason")))
    reply = review.get("companyReply")
    if isinstance(reply, Mapping):
        yield from answer(reply, item)
    yield from told_of_themselves(review, item)


def native(review: Review) -> str:
    found = text(review.get("id"))
    if not found or not found.isalnum():
        raise Strange("it has no id")
    return found


def event(kind: Any, key: str, item: str, review: Review, at: datetime | None) -> Event:
    rating = review.get("stars")
    is_rated = type(rating) is int and 0 < rating <= MOST_STARS
    stars = "★" * int(rating or 0) + "☆" * (MOST_STARS - int(rating or 0)) if is_rated else ""
    return Event(
        kind=kind,
        key=key,
        item=item,
        thread=item,
        author=person(review.get("consumer")),
        at=at,
        text=words(review.get("text")),
        title=f"{stars} {text(review.get('title'))}".strip(),
        lang=text(review.get("language")),
        link=f"{PLACE}/reviews/{item}",
        extra=extra(review, rating if is_rated else 0),
    )


def extra(review: Review, rating: Any) -> dict[str, Any]:
    """The order number is the customer's own; the mail address that private answers hold is not kept here."""
    found: dict[str, Any] = {"rating": rating, "rating_of": MOST_STARS} if rating else {}
    if order := text(review.get("referenceId")):
        found["order"] = order
    if isinstance(review.get("isVerified"), bool):
        found["verified"] = review["isVerified"]
    return found


def digest(review: Review) -> str:
    """An edit that tells no time is known by what it says."""
    said = "\n".join(str(review.get(name)) for name in ("stars", "title", "text"))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def person(consumer: Any) -> Author:
    if not isinstance(consumer, Mapping) or not (ident := text(consumer.get("id"))):
        raise Strange("the reviewer is missing")
    name = text(consumer.get("displayName")) or text(consumer.get("name"))
    return Author(native=ident, name=name, profile=f"{PLACE}/users/{ident}" if ident.isalnum() else "")


def answer(reply: Review, item: str) -> Iterator[Event]:
    """Ours, whoever of us wrote it."""
    said = words(reply.get("text"))
    at, changed_at = moment(reply.get("createdAt")), moment(reply.get("updatedAt"))
    own: dict[str, Any] = {
        "item": f"{item}/reply", "thread": item, "parent": item, "is_own": True, "text": said,
        "author": Author(native="company"),
    }  # fmt: skip
    yield Event(kind="created", key=f"created:{item}/reply", at=at, **own)
    if at and changed_at and changed_at > at:
        yield Event(kind="edited", key=f"edited:{item}/reply:{changed_at.isoformat()}", at=changed_at, **own)


def requests(review: Review) -> list[Review]:
    """Our questions who the reviewer is."""
    found = review.get("findReviewer")
    told = found.get("requests") if isinstance(found, Mapping) else None
    return [each for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []


def told_of_themselves(review: Review, item: str) -> Iterator[Event]:
    """What the reviewer answered to our question, in private."""
    for number, request in enumerate(requests(review)):
        response = request.get("consumerResponse")
        given = response if isinstance(response, Mapping) else {"message": response}
        told = [
            line
            for name in ("name", "email", "referenceNumber", "message")
            if (line := words(given.get(name), lenient=True))
        ]
        if told:
            ident = text(request.get("id")) or str(number)
            yield Event(
                kind="created", key=f"created:{item}/told/{ident}", item=f"{item}/told/{ident}", thread=f"{item}/private",
                author=person(review.get("consumer")), at=moment(given.get("submitted")), text="\n".join(told),
                visibility="private",
            )  # fmt: skip


def text(value: Any) -> str:
    return clean(value).strip() if isinstance(value, str) else ""


def words(value: Any, *, lenient: bool = False) -> str:
    if value is None or (lenient and not isinstance(value, str)):
        return ""
    if not isinstance(value, str):
        raise Strange("the text is none")
    return clean(value).strip()


def moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Strange("a time is not one") from None
