"""Who decides, and what needs a decision: rules on plain values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from re import split

TERMS = timedelta(minutes=30)  # one approver is waited for so long where the brand says nothing else
LEGAL = "legal-threat"  # the purpose that always needs a second person (RE-25)

# The shipped topics of a post; each has who stands for it, and may need approval.
TOPICS = (
    "delivery", "billing", "outage", "booking", "product", "account", "staff", "accessibility", "environment",
    "working-conditions", "strategy", "privacy", "other",
)  # fmt: skip


# Amounts ---------------------------------------------------------------------------------------------------------


def covers(most: Decimal | None, amount: Decimal | None) -> bool:
    """`most` None: no limit. `amount` None: the remedy has none, such as an apology."""
    return most is None or amount is None or amount <= most


def highest(levels: Iterable[Decimal | None]) -> Decimal | None:
    """The best of several roles. None: no limit; at least one level must be there."""
    found = list(levels)
    return None if None in found else max(one for one in found if one is not None)


# Who is asked ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """Somebody who has the mandate."""

    id: int
    is_on_duty: bool = False
    is_fast: bool = False  # the fast decider of this hour
    most: Decimal | None = None  # None: no limit
    waiting: int = 0  # decisions that wait for her now


def in_line(candidates: Iterable[Candidate], asked: Sequence[int] = ()) -> list[int]:
    """Whom to ask, in this order; who let the time pass stands behind those who were not asked as often.

    The fast decider, then who is on duty, then who has the least mandate that is enough, then who has least to decide.
    """

    def key(one: Candidate) -> tuple[int, bool, bool, Decimal, int, int]:
        most = Decimal("Infinity") if one.most is None else one.most
        return (asked.count(one.id), not one.is_fast, not one.is_on_duty, most, one.waiting, one.id)

    return [one.id for one in sorted(candidates, key=key)]


# What needs approval ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What a reply answers, as far as rules look at it."""

    account: int = 0
    topic: str = ""
    use: str = ""
    purpose: str = ""
    own_topic: Callable[[], int | None] = field(default=lambda: None)  # asked only where a rule needs it

    def value(self, what: str) -> str:
        if what == "own_topic":
            return str(self.own_topic() or "")
        return str(getattr(self, what, ""))


@dataclass(frozen=True)
class Rule:
    what: str  # account | topic | own_topic | use | purpose
    value: str
    is_public_only: bool = False


def reasons(level: str, is_public: bool, facts: Facts, rules: Iterable[Rule]) -> list[str]:
    """Why somebody else reads this reply first: codes; none: it goes out at once.

    `level` is the writer's trust: free, public or all. Legal matters always need it, whoever writes.
    """
    found = ["trainee"] if level == "all" or (level == "public" and is_public) else []
    if facts.purpose == LEGAL:
        found.append("legal")
    for rule in rules:
        if (is_public or not rule.is_public_only) and facts.value(rule.what) == rule.value:
            found.append(rule.what)
    return list(dict.fromkeys(found))


# Hours of fast deciders ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shift:
    weekday: int  # 0: Monday
    begins: time
    ends: time  # 00:00: midnight at the end of the day

    @property
    def minutes(self) -> tuple[int, int]:
        begins = self.begins.hour * 60 + self.begins.minute
        ends = self.ends.hour * 60 + self.ends.minute
        return begins, ends or 24 * 60


def is_whole(shift: Shift) -> bool:
    """A shift ends after it begins; one over midnight is two."""
    begins, ends = shift.minutes
    return 0 <= shift.weekday <= 6 and begins < ends


def overlap(one: Shift, other: Shift) -> bool:
    (begins, ends), (starts, stops) = one.minutes, other.minutes
    return one.weekday == other.weekday and begins < stops and starts < ends


def holds(shift: Shift, local: datetime) -> bool:
    """Whether the shift is under way at this local time; its last minute is not."""
    begins, ends = shift.minutes
    return shift.weekday == local.weekday() and begins <= local.hour * 60 + local.minute < ends


# RACI ------------------------------------------------------------------------------------------------------------


def wrong_parties(parties: Mapping[str, Sequence[object]]) -> str:
    """What is wrong with who stands for a topic: a code; "": nothing. One is accountable, and then somebody responsible."""
    if len(parties.get("A", ())) > 1:
        return "many_accountable"
    if any(parties.values()) and not parties.get("R"):
        return "nobody_responsible"
    return ""


# What an approver changed -------------------------------------------------------------------------------------------


def differences(old: str, new: str) -> list[tuple[str, str]]:
    """Both texts as one: pieces that stayed (""), went ("-") and came ("+"), word by word."""
    was, now = split(r"(\s+)", old), split(r"(\s+)", new)
    pieces: list[tuple[str, str]] = []
    for what, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(("", "".join(was[a:b])))
            continue
        pieces += [
            (sign, words) for sign, words in (("-", "".join(was[a:b])), ("+", "".join(now[c:d]))) if words
        ]
    return pieces
