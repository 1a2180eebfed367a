"""Personal data in a post that should move to a private channel, as exact spans of the original text.

Character offsets are code points, `end` exclusive. Every pattern is bounded, so that no text can make it slow.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from lyhord.triage.heads.privacy import address, contact, money, national, travel
from lyhord.triage.heads.privacy.spans import Span

__all__ = ["Span", "find"]

Finder = Callable[[str, str], Iterator[Span]]

SOMETHING = re.compile(r"[0-9@]")

# In this order: what an earlier one took, valid or not, a later one does not take for something else.
WITH_DIGITS: tuple[Finder, ...] = (
    contact.emails,
    money.ibans,
    national.identifiers,
    money.cards,
    address.addresses,
    contact.phones,
    travel.plates,
)


def find(text: str, language: str) -> tuple[Span, ...]:
    taken: list[Span] = []  # ordered by place, none touching another
    finders = (*WITH_DIGITS, travel.booking_codes) if SOMETHING.search(text) else (travel.booking_codes,)
    for finder in finders:
        for span in finder(text, language):
            take(span, taken)
    return tuple(span for span in taken if span.type)


def take(span: Span, taken: list[Span]) -> None:
    place = bisect_left(taken, span.start, key=lambda other: other.start)
    if not any(span.touches(other) for other in taken[max(place - 1, 0) : place + 1]):
        taken.insert(place, span)
