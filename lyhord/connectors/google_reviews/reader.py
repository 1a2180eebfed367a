"""What we read of Google: what is new or changed, one review as it stands now, and what was.

The list is ordered by the last change, so an edit comes up again. Pages after the first may miss reviews (a known fault
since June 2026); a note of Pub/Sub names its review, which is then asked for by itself, and so does every second look.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Arrival, Found, Gone, Hidden, Trouble
from lyhord.connectors._google import errors
from lyhord.connectors._google.client import Api, Lost, NotSent, Told
from lyhord.connectors._google.tokens import NoToken
from lyhord.connectors.google_reviews import parser, reviews
from lyhord.connectors.google_reviews.reviews import Strange
from lyhord.lib.text import N_

BASE = "https://mybusiness.googleapis.com"
PUBSUB = "https://pubsub.googleapis.com"
LOCATION = re.compile(r"accounts/[A-Za-z0-9_-]+/locations/[A-Za-z0-9_-]+")
SUBSCRIPTION = re.compile(r"projects/[A-Za-z0-9_:.-]+/subscriptions/[A-Za-z0-9_.~+%-]+")
A_PAGE = 50
MOST_PAGES = 20
MOST_NOTES = 50
MOST_REPLIES = 300  # whose last change we remember


@dataclass(frozen=True)
class Cursor:
    """The newest change seen, and how each answer of ours stood."""

    newest: str = ""
    replies: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str) -> "Cursor":
        try:
            told = json.loads(cursor or "{}")
            replies = {str(name): str(at) for name, at in told.get("replies", {}).items()}
            return cls(str(told.get("newest", "")), replies)
        except (ValueError, AttributeError, TypeError):
            return cls()

    def __str__(self) -> str:
        return json.dumps(
            {"newest": self.newest, "replies": dict(list(self.replies.items())[-MOST_REPLIES:])}
        )


def location(account: AccountSide) -> str:
    """Where the reviews stand; "" if it is not known. What connecting found comes before what was written."""
    for told in (account.native, str(account.settings.get("location") or "").strip()):
        if LOCATION.fullmatch(told):
            return told
    return ""


def subscription(account: AccountSide) -> str:
    told = str(account.settings.get("subscription") or "").strip()
    return told if SUBSCRIPTION.fullmatch(told) else ""


def poll(api: Api, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    at = Cursor.read(cursor)
    found, newest = [], at.newest
    for page in pages(api, account, now, MOST_PAGES if at.newest else 1):
        stamps = [stamp for part in page.listed("reviews") if (stamp := changed(part))]
        found.append(page)
        newest = max([newest, *stamps])
        if not stamps or min(stamps) <= at.newest:
            break
    # The oldest page first, and the mark moved with the last of them alone: who is stopped between begins anew.
    for number, page in enumerate(reversed(found)):
        is_news = any(changed(part) > at.newest or is_changed(part, at) for part in page.listed("reviews"))
        edited = {reviews.text(part.get("name")) for part in page.listed("reviews") if is_changed(part, at)}
        at = replace(at, replies={**at.replies, **replies_of(page)})
        at = replace(at, newest=newest) if number == len(found) - 1 else at
        yield (
            arrival(page, f"/v4/{location(account)}/reviews", str(at), edited)
            if is_news
            else Arrival(b"", str(at))
        )
    if subscription(account):
        yield from noted(api, account, at, now)


def pages(api: Api, account: AccountSide, now: datetime, most: int, after: str = "") -> Iterator[Told]:
    """The last changed first. Raises Trouble."""
    place = location(account)
    if not place:
        raise Trouble(
            N_("The location is not known. Write it as accounts/111/locations/222, and connect again.")
        )
    for _page in range(most):
        params = {"pageSize": A_PAGE, "orderBy": "updateTime desc"} | ({"pageToken": after} if after else {})
        told = api.read(f"/v4/{place}/reviews", now, **params)
        # Google leaves out what is empty, so a location without reviews is an empty object.
        if not isinstance(told.body.get("reviews", []), list) or not told.raw.strip().startswith(b"{"):
            raise Trouble(N_("Google answered with something else than a list of reviews."))
        yield told
        after = told.text("nextPageToken")
        if not after:
            return


def changed(review: Mapping[str, Any]) -> str:
    """The last change of the review or of our answer, as a text that sorts by time."""
    reply = review.get("reviewReply")
    told = (review.get("updateTime"), reply.get("updateTime") if isinstance(reply, Mapping) else None)
    found = []
    for value in told:
        try:
            at = reviews.moment(value)
        except Strange:
            at = None
        if at is not None:
            found.append(at.isoformat(timespec="microseconds"))
    return max(found, default="")


def replies_of(page: Told) -> dict[str, str]:
    """Review -> the last change of our answer to it, oldest first."""
    found = {}
    for part in reversed(page.listed("reviews")):
        reply = part.get("reviewReply")
        if isinstance(reply, Mapping) and (name := reviews.text(part.get("name"))):
            found[name] = reviews.text(reply.get("updateTime"))
    return found


def is_changed(review: Mapping[str, Any], at: Cursor) -> bool:
    """Whether our answer is another than the one we knew."""
    reply = review.get("reviewReply")
    before = at.replies.get(reviews.text(review.get("name")))
    return isinstance(reply, Mapping) and before not in {None, reviews.text(reply.get("updateTime"))}


def arrival(told: Told, path: str, cursor: str, edited: set[str] | None = None) -> Arrival:
    headers = {"content-type": "application/json"}
    if edited:
        headers["x-changed-replies"] = " ".join(sorted(edited))
    return Arrival(raw=told.raw, cursor=cursor, url=path, headers=headers)


def noted(api: Api, account: AccountSide, at: Cursor, now: datetime) -> Iterator[Arrival]:
    """Reviews that Pub/Sub names, each asked for by itself; a note is done with when its review is kept."""
    place = f"{PUBSUB}/v1/{subscription(account)}"
    told = asked(api, f"{place}:pull", {"maxMessages": MOST_NOTES}, now)
    done: list[str] = []
    names: dict[str, None] = {}
    for part in told.listed("receivedMessages"):
        done.append(reviews.text(part.get("ackId")))
        try:
            kind, name = parser.read_note(part.get("message"))
        except Strange:
            continue
        if kind in parser.NEWS and name.startswith(location(account) + "/"):
            names[name] = None
    for name in names:
        review = api.told(f"/v4/{name}")
        if review.is_good:
            yield arrival(review, f"/v4/{name}", str(at))
        elif review.status != 404:
            raise errors.trouble(api.problem(review, now))
    if done:
        asked(api, f"{place}:acknowledge", {"ackIds": [each for each in done if each]}, now)


def asked(api: Api, path: str, body: Mapping[str, Any], now: datetime) -> Told:
    try:
        told = api.ask("POST", path, body=body)
    except NoToken as problem:
        raise Trouble(str(problem), account_state="token_revoked" if problem.is_final else "") from None
    except (NotSent, Lost) as problem:
        raise Trouble(str(problem)) from None
    if not told.is_good:
        raise errors.trouble(api.problem(told, now))
    return told


def backfill(api: Api, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """From now backwards to `since`. The cursor is Google's token of the next page."""
    for page in pages(api, account, since, 1_000, cursor):
        after = page.text("nextPageToken")
        yield arrival(page, f"/v4/{location(account)}/reviews", after)
        stamps = [stamp for part in page.listed("reviews") if (stamp := changed(part))]
        if not stamps or min(stamps) < since.isoformat(timespec="microseconds"):
            return


def review_of(item: str) -> str:
    """The review that an item is, or that our answer hangs on; "" if it is neither."""
    name = item.removesuffix("/reply")
    return name if reviews.NAME.fullmatch(name) and ".." not in name and not set(name) & set("?#%") else ""


def fetch(api: Api, account: AccountSide, item: str, now: datetime) -> Found | Gone | Hidden:
    name = review_of(item)
    if not name:
        return Hidden(N_("This is no review of Google."))
    told = api.told(f"/v4/{name}")
    if told.status == 404:
        return Gone()
    if told.status == 403 and api.problem(told, now).kind == "refused":
        return Hidden(N_("Google does not show us this review."))
    if not told.is_good:
        raise errors.trouble(api.problem(told, now))
    if item != name and "reviewReply" not in told.body:
        return Gone()
    return Found((arrival(told, f"/v4/{name}", ""),))
