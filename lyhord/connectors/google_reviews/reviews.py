"""A review of a Google Business Profile as events. Pure.

Shape: "REST Resource: accounts.locations.reviews" of the Google My Business API v4.9, developers.google.com; read
2026-11-22. The interface is in no discovery document.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lyhord.channels.contract import Author, Event, Headers, Media
from lyhord.lib.text import clean

Review = Mapping[str, Any]
NAME = re.compile(r"(accounts/[^/\s]+/locations/[^/\s]+)/reviews/[^/\s]+")
STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
TRANSLATED, ORIGINAL = "(Translated by Google)", "(Original)"
FRACTION = re.compile(r"(\.\d{6})\d+")  # nanoseconds; a datetime holds six digits
PLACES = ("googleUrl", "sourceUrl", "videoUrl", "thumbnailUrl")


class Strange(Exception):
    """A part is not of the shape that it should have; the text says which."""


@dataclass(frozen=True)
class Known:
    """Reviews whose answer has changed since the reader last saw it."""

    changed: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, headers: Headers) -> "Known":
        return cls(frozenset(headers.get("x-changed-replies", "").split()))


def events(review: Review, known: Known) -> Iterator[Event]:
    """The review, its edit where it has one, and our answer to it."""
    name = name_of(review)
    at, changed_at = moment(review.get("createTime")), moment(review.get("updateTime"))
    yield event("created", f"created:{name}", name, review, at)
    if at is not None and changed_at is not None and changed_at > at:
        yield event("edited", f"edited:{name}:{changed_at.isoformat()}", name, review, changed_at)
    reply = review.get("reviewReply")
    if reply is not None:
        yield from answer(reply, name, known)


def name_of(review: Review) -> str:
    name = text(review.get("name"))
    if not NAME.fullmatch(name):
        raise Strange("it has no name of a review")
    return name


def event(kind: Any, key: str, name: str, review: Review, at: datetime | None) -> Event:
    said, translation = words(review.get("comment"))
    rating = STARS.get(text(review.get("starRating")), 0)
    extra: dict[str, Any] = {"rating": rating, "rating_of": 5} if rating else {}
    return Event(
        kind=kind,
        key=key,
        account=name.partition("/reviews/")[0],
        item=name,
        thread=name,
        author=person(review.get("reviewer"), name),
        at=at,
        text=said,
        title=stars(rating),
        media=media(review.get("reviewMediaItems")),
        extra=extra | ({"translation": translation} if translation else {}),
    )


def stars(rating: int) -> str:
    return "★" * rating + "☆" * (5 - rating) if rating else ""


def words(comment: Any) -> tuple[str, str]:
    """What was written, and Google's translation of it. A rating alone has no words at all.

    Google puts its translation before ("(Translated by Google) … (Original) …") or behind what was written.
    """
    if comment is None:
        return "", ""
    if not isinstance(comment, str):
        raise Strange("the comment is no text")
    before, sign, behind = comment.partition(TRANSLATED)
    if not sign:
        return clean(comment).strip(), ""
    if before.strip():
        return clean(before).strip(), clean(behind).strip()
    translation, sign, original = behind.partition(ORIGINAL)
    if sign and original.strip():
        return clean(original).strip(), clean(translation).strip()
    return clean(behind).strip(), ""


def person(reviewer: Any, name: str) -> Author:
    """Google gives no id: who wrote one review cannot be known again in another, not even by the name shown."""
    if not isinstance(reviewer, Mapping):
        raise Strange("the reviewer is missing")
    shown = text(reviewer.get("displayName"))
    return Author(native=f"{name}#reviewer", name=shown, avatar=text(reviewer.get("profilePhotoUrl")))


def media(items: Any) -> tuple[Media, ...]:
    found = []
    for part in items if isinstance(items, list) else []:
        if isinstance(part, Mapping):
            place = next(
                (address for name in PLACES if (address := text(part.get(name))).startswith("https://")), ""
            )
            if place:
                found.append(Media(url=place, kind="picture"))
    return tuple(found)


def answer(reply: Any, name: str, known: Known) -> Iterator[Event]:
    """Ours, whoever of us wrote it. Google looks at it first, and may refuse to show it."""
    if not isinstance(reply, Mapping):
        raise Strange("the answer is no object")
    said = reply.get("comment")
    if not isinstance(said, str):
        raise Strange("the answer has no text")
    item, at = f"{name}/reply", moment(reply.get("updateTime"))
    stamp = at.isoformat() if at else ""
    account = name.partition("/reviews/")[0]
    us = Author(native=account)
    state = text(reply.get("reviewReplyState"))
    extra = {"state": state} if state else {}
    for kind in ("created", "edited"):
        if kind == "created" or name in known.changed:
            yield Event(
                kind="created" if kind == "created" else "edited",
                key=f"created:{item}" if kind == "created" else f"edited:{item}:{stamp}",
                account=account, item=item, thread=name, parent=name, author=us, at=at, text=clean(said).strip(),
                is_own=True, extra=extra,
            )  # fmt: skip
    if state == "REJECTED":
        why = text(reply.get("policyViolation")) or "Google does not show this answer."
        yield Event(
            kind="delivered",
            key=f"rejected:{item}:{stamp}",
            account=account,
            item=item,
            at=at,
            ok=False,
            text=why,
        )


def text(value: Any) -> str:
    return clean(value).strip() if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(FRACTION.sub(r"\1", value))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Strange("a time is not one") from None
