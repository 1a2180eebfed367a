"""What the demo network allows: lengths, windows, one private answer, prices. Decisions on plain values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import Allowed, Denied, Length, Outgoing, Price, Window
from lyhord.lib.lengths import measure
from lyhord.lib.text import N_

LENGTHS = {"public": Length(limit=500, unit="graphemes"), "private": Length(limit=2000, unit="graphemes")}
HUMAN = "human_agent"
WINDOW = Window(hours=24, tags={HUMAN: 168})
PRIVATE_REPLY_DAYS = 7
LINK_PRICE = Price(0.20, "EUR", N_("An answer with a link costs here."))
FILES = {
    "image/jpeg": 8_000_000,
    "image/png": 8_000_000,
    "image/gif": 8_000_000,
    "image/webp": 8_000_000,
    "application/pdf": 10_000_000,
}
MOST_FILES = 4
LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class No:
    """Why the network refuses."""

    why: str
    code: str


def too_long(outgoing: Outgoing) -> No | None:
    length = LENGTHS[outgoing.visibility]
    count = measure(outgoing.text, length.unit)
    if count <= length.limit:
        return None
    over = count - length.limit
    return No(
        f"The text has {count} characters; the demo network takes {length.limit}. Shorten it by {over}.",
        "too_long",
    )


def bad_file(outgoing: Outgoing) -> No | None:
    if len(outgoing.files) > MOST_FILES:
        return No(N_("The demo network takes four files with a post."), "too_many_files")
    for file in outgoing.files:
        if len(file.content) > FILES.get(file.content_type, 0):
            return No(f"The demo network does not take the file {file.name}.", "bad_file")
    return None


def private_reply(item: Mapping[str, Any] | None, is_spent: bool, now: datetime) -> No | None:
    """One private answer to a public post, within seven days."""
    if is_spent:
        return No(
            N_("This post has had its one private answer; the person must write first now."),
            "private_reply_spent",
        )
    at = moment_of(item or {})
    if at is not None and now - at > timedelta(days=PRIVATE_REPLY_DAYS):
        days = PRIVATE_REPLY_DAYS
        return No(
            f"A private answer is possible within {days} days; this post is older. Answer in public.",
            "too_late",
        )
    return None


def window(last_word_at: datetime | None, tag: str, now: datetime) -> No | None:
    """In private we may answer for a day after the person's last word, a week under the tag `human_agent`."""
    if last_word_at is None:
        return No(N_("In private the person must write first."), "no_window")
    hours = WINDOW.tags.get(tag, WINDOW.hours)
    if now - last_word_at <= timedelta(hours=hours):
        return None
    return No(f"The person's last word is more than {hours} hours old.", "window_closed")


def may_reply(outgoing: Outgoing, last_word_at: datetime | None, now: datetime) -> Allowed | Denied:
    price = LINK_PRICE if outgoing.visibility == "public" and LINK.search(outgoing.text) else None
    if outgoing.visibility == "public":
        return Allowed(price=price)
    if outgoing.item_visibility == "public":
        until = last_word_at and last_word_at + timedelta(days=PRIVATE_REPLY_DAYS)
        no = private_reply({"at": last_word_at.isoformat()} if last_word_at else None, False, now)
        return Denied(no.why, instead=("public",)) if no else Allowed(until=until)
    return in_window(outgoing, last_word_at, now)


def in_window(outgoing: Outgoing, last_word_at: datetime | None, now: datetime) -> Allowed | Denied:
    """A day freely, then a week for what a person wrote."""
    if last_word_at is not None and window(last_word_at, "", now) is None:
        return Allowed(until=last_word_at + timedelta(hours=WINDOW.hours), instead=("tag",))
    no = window(last_word_at, "" if outgoing.is_automatic else HUMAN, now)
    if no is None and last_word_at is not None:
        return Allowed(until=last_word_at + timedelta(hours=WINDOW.tags[HUMAN]), tag=HUMAN)
    return Denied(no.why if no else "", instead=("tag",) if outgoing.is_automatic else ())


def moment_of(post: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(post["at"]) if post.get("at") else None
