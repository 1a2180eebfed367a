"""Decisions about sending, on plain values."""

import hashlib
import random
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from lyhord.lib import backoff

MOST_TRIES = 8
LONGEST_WAIT = timedelta(hours=24)  # a network that asks for more is shown to a person
KEY_LIFE = timedelta(
    minutes=50
)  # Mastodon keeps an Idempotency-Key for about an hour (docs: Idempotency-Key)
BREAKER_OPENS = 5  # failures of an account in a row
READ_BACK_AFTER = timedelta(seconds=5)
READ_BACK_AGAIN = timedelta(seconds=25)
READ_BACK_ENDS = timedelta(seconds=20)  # the second look is the last; then a person, within the minute

REPLIES = frozenset({"reply", "post", "edit"})  # verbs that carry words
ABOUT_PERSONS = frozenset({"block", "unblock"})
MANDATES = {"unlike": "like", "delete": "delete_post", "edit": "reply"}  # verb -> mandate, where they differ


def mandate(verb: str) -> str:
    return MANDATES.get(verb, verb)


def lane(
    verb: str,
    *,
    dispatch: int,
    account: int,
    thread: int | None,
    is_public: bool,
    identity: int | None,
    person: str,
    post: int | None,
) -> str:
    """Within a lane things leave in order; lanes do not wait for each other.

    Words: the thread, in a public one the person addressed in it. What we do to a post or a person has a lane of its
    own, so that hiding never waits for a reply.
    """
    who = f"i{identity}" if identity is not None else digest(person)
    if verb in ABOUT_PERSONS and who:
        return f"b{account}{who}"
    if verb not in REPLIES and post is not None:
        return f"p{post}"
    if thread is None:  # the first word to somebody, or a post to nobody
        return f"s{account}{who}" if who else f"d{dispatch}"
    if not is_public:
        return f"t{thread}"
    return f"t{thread}{who}" if who else f"d{dispatch}"


FEW = 5  # bounces of an account that are shown one by one; more are one finding
# As 4.2.2 (RFC 3463), else as 452 (RFC 5321); behind the address, which may hold digits too.
CODE = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\d.])([45])[0-5]\d(?![\d.])")


def is_soft(report: str) -> bool:
    """Whether the same might arrive another day, by the code that the report names; without one it is final."""
    found = CODE.search(report.partition(": ")[2] or report)
    return found is not None and (found[1] or found[2]) == "4"


def domain(person: str) -> str:
    """Of a native id that is an address, as `mail:kim@customer.example`; "" else."""
    return person.rpartition("@")[2].strip().lower()[:253] if "@" in person else ""


def digest(person: str) -> str:
    """A person whom `customers` has not met: her native id may be longer than a lane's name."""
    return "n" + hashlib.sha256(person.encode()).hexdigest()[:16] if person else ""


def is_open(failures: int) -> bool:
    """Whether the account failed so often that one at a time tries it, until something goes through."""
    return failures >= BREAKER_OPENS


@dataclass(frozen=True)
class Again:
    """What follows when a network could not take it now."""

    at: datetime | None  # None: a person must look
    account_until: datetime | None = None  # the whole account is left alone until then


def after_retry(
    attempts: int,
    failures: int,
    hint: datetime | None,
    now: datetime,
    rng: random.Random,
    *,
    tries_until: datetime | None = None,
) -> Again:
    """`failures` are those of the account in a row. A network's own word binds all that goes to it, for a day at most.

    `tries_until`: it is tried again until then, however often; None: eight times.
    """
    is_over = attempts >= MOST_TRIES if tries_until is None else now >= tries_until
    if is_over or (hint is not None and hint > now + LONGEST_WAIT):
        return Again(None, min(hint, now + LONGEST_WAIT) if hint is not None and hint > now else None)
    at = backoff.retry_at(now, attempts, backoff.seconds_until(hint, now), rng)
    if hint is not None and hint > now:
        return Again(at, hint)
    if is_open(failures):
        pause = min(timedelta(seconds=30 * 2 ** min(failures - BREAKER_OPENS, 5)), timedelta(minutes=15))
        return Again(max(at, now + pause), now + pause)
    return Again(at)


def next_read_back(unsure_since: datetime, now: datetime) -> datetime | None:
    """When to look once more; None: it is for a person."""
    if now - unsure_since >= READ_BACK_ENDS:
        return None
    return unsure_since + READ_BACK_AGAIN


def same_words(ours: str, theirs: str) -> bool:
    """Whether a post on the network may be our text. Networks put the names addressed in front, and fold blanks."""
    return bool(core(ours)) and core(ours) == core(theirs)


def core(text: str) -> str:
    words = unicodedata.normalize("NFC", text).casefold().split()
    while words and words[0].startswith("@"):
        words.pop(0)
    return " ".join(words)
