"""What speaks for two accounts being one person's, and how much. Plain values: no Django, no clock, no network.

Each reason has points and can be checked by a person. The sum decides whether two are suggested to be one; it never
merges them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lyhord.customers import names
from lyhord.customers.traces import masked

SUGGEST = 50  # points from which on a pair is shown
STRONG = 80  # and from which it is called likely
COMMON = 8  # a number or address that so many share is a switchboard's, a family firm's or ours
SHARED_NAME = 3  # so many customers of one name, and the name says half

NAME_POINTS = {
    "same": 30, "letters": 25, "spelling": 20, "short": 20, "middle": 20, "double": 20, "order": 20, "initial": 10, "sister": 5,
    "surname": 5, "different": 0,
}  # fmt: skip
POINTS = {
    "mail": 60,
    "phone": 50,
    "booking": 50,
    "links_both": 80,
    "link": 30,
    "handle": 30,
    "handle_rare": 40,
    "handle_is_name": 15,
    "moment": 25,
}
OTHER_NAME = -20  # one address or number, two whole names that are not one: a couple, a parent, a colleague
SAME_NETWORK = -15  # most people have one account there
RARE_HANDLE = 9  # letters
ALIKE = 0.6  # share of the words that both used


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one account. Addresses and numbers in the form they are compared by (`traces`)."""

    connector: str
    name: str = ""
    handle: str = ""  # folded; "": none that says anything
    profile: str = ""
    mails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    bookings: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()  # addresses that she named in her posts


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    points: int
    values: dict[str, Any] = field(default_factory=dict)


def reasons(one: Known, other: Known, *, carriers: int = 2, alike: float = 0.0) -> list[Reason]:
    """What speaks for and against, the weightiest first.

    `carriers`: how many customers of the brand bear the name. `alike`: share of the words that both used within minutes.
    """
    kind = names.compare(one.name, other.name)
    found = [
        *told(one, other),
        *linked(one, other),
        *handles(one, other, kind),
        *named(one, other, kind, carriers),
    ]
    if alike >= ALIKE:
        found.append(Reason("moment", POINTS["moment"], {"share": round(alike, 2)}))
    if (
        found
        and kind == "different"
        and both_whole(one, other)
        and any(reason.code in {"mail", "phone", "booking"} for reason in found)
    ):
        found.append(Reason("other_name", OTHER_NAME, {"one": one.name, "other": other.name}))
    if found and one.connector == other.connector:
        found.append(Reason("same_network", SAME_NETWORK))
    return sorted(found, key=lambda reason: -abs(reason.points))


def told(one: Known, other: Known) -> Iterator[Reason]:
    """The same mail address, number or booking, told by both."""
    for code, mine, theirs in (
        ("mail", one.mails, other.mails),
        ("phone", one.phones, other.phones),
        ("booking", one.bookings, other.bookings),
    ):
        if both := sorted(mine & theirs):
            yield Reason(code, POINTS[code], {"value": masked(code, both[0])})


def linked(one: Known, other: Known) -> Iterator[Reason]:
    there = bool(other.profile) and other.profile in one.links
    back = bool(one.profile) and one.profile in other.links
    if there and back:
        yield Reason("links_both", POINTS["links_both"], {"value": other.profile, "other": one.profile})
    elif there or back:
        yield Reason("link", POINTS["link"], {"value": other.profile if there else one.profile})


def handles(one: Known, other: Known, kind: str) -> Iterator[Reason]:
    if not one.handle or one.handle != other.handle or one.connector == other.connector:
        return
    code = "handle_rare" if is_rare(one.handle) else "handle"
    if kind in names.VARIANTS and is_only_name(one.handle, one.name):
        code = "handle_is_name"  # says what the name says already
    yield Reason(code, POINTS[code], {"value": one.handle})


def is_rare(handle: str) -> bool:
    return len(handle) >= RARE_HANDLE or any(sign.isdigit() for sign in handle)


def is_only_name(handle: str, name: str) -> bool:
    parts = names.read(name)
    return names.fold(handle) in {
        "".join((*parts.given, *parts.surname)),
        "".join((*parts.surname, *parts.given)),
    }


def named(one: Known, other: Known, kind: str, carriers: int) -> Iterator[Reason]:
    points = NAME_POINTS[kind]
    if not points or not both_whole(one, other):
        return
    if carriers >= SHARED_NAME and kind not in {"sister", "surname"}:
        yield Reason(
            f"name_{kind}", points // 2, {"one": one.name, "other": other.name, "carriers": carriers}
        )
    else:
        yield Reason(f"name_{kind}", points, {"one": one.name, "other": other.name})


def both_whole(one: Known, other: Known) -> bool:
    return names.read(one.name).is_whole and names.read(other.name).is_whole


def total(found: Iterable[Reason]) -> int:
    return max(0, sum(reason.points for reason in found))


def is_suggested(found: list[Reason]) -> bool:
    return total(found) >= SUGGEST
