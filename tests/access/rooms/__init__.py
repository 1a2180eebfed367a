"""What all rooms tell of their addresses, put together."""

from tests.access.rooms import (
    asking,
    by_hand,
    cases,
    channels,
    composing,
    conversations,
    customers,
    deciding,
    moving,
    people,
    routing,
    triage,
)
from tests.access.rooms.shapes import Bodies, Meanings, Queries

TELLING = (
    people,
    channels,
    customers,
    triage,
    conversations,
    cases,
    composing,
    deciding,
    asking,
    by_hand,
    routing,
    moving,
)


def meanings() -> Meanings:
    """The longest beginnings first: the nearest that knows a place says what it is."""
    found = [row for room in TELLING for row in room.MEANINGS.items()]
    assert len(found) == len(dict(found)), "Two rooms tell what the places of one beginning are."
    return dict(sorted(found, key=lambda row: -len(row[0])))


def bodies() -> Bodies:
    return {line: body for room in TELLING for line, body in room.BODIES.items()}


def queries() -> Queries:
    return {line: query for room in (customers, triage, routing) for line, query in room.QUERIES.items()}
