"""Which target counts for a conversation, and what it asks of each of its clocks. Plain values alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from lyhord.desk.reckoning import FIRST, Rule
from lyhord.lib.hours import Hours


class Scope(Protocol):
    account_id: int | None
    kind: str
    flow: str
    is_urgent: bool


T = TypeVar("T", bound=Scope)


@dataclass(frozen=True)
class Matter:
    """What of a conversation a target asks for."""

    account: int
    kind: str
    flow: str
    is_urgent: bool
    needs_answer: bool = True
    is_spam: bool = False


def target_of(targets: Iterable[T], matter: Matter) -> T | None:
    """The most specific that fits: one of the account before one of the brand, then for what is urgent, a kind, a flow.

    Spam has none. What needs no answer has none either, unless a target names its kind.
    """
    if matter.is_spam:
        return None
    fitting = [one for one in targets if fits(one, matter)]
    return max(fitting, key=weight, default=None)


def fits(one: Scope, matter: Matter) -> bool:
    return (
        one.account_id in {None, matter.account}
        and one.kind in {"", matter.kind}
        and one.flow in {"", matter.flow}
        and (matter.is_urgent or not one.is_urgent)
        and (matter.needs_answer or bool(one.kind))
    )


def weight(one: Scope) -> tuple[bool, bool, bool, bool]:
    return one.account_id is not None, one.is_urgent, bool(one.kind), bool(one.flow)


class Times(Protocol):
    """The columns of `models.Target`; seconds."""

    first: int | None
    first_warn: int
    first_too_late: int | None
    first_in_open: bool
    first_pauses: list[str]
    resolution: int | None
    resolution_warn: int
    resolution_too_late: int | None
    resolution_in_open: bool
    resolution_pauses: list[str]
    reopening: str


NO_PROMISE = Rule(pauses=frozenset({"waiting", "snoozed", "department"}))


def rule_of(times: Times | None, which: str, hours: Hours | None) -> Rule:
    if times is None:
        return NO_PROMISE if which != FIRST else Rule()
    name = "first" if which == FIRST else "resolution"
    late = getattr(times, f"{name}_too_late")
    target = getattr(times, name)
    return Rule(
        target=None if target is None else timedelta(seconds=target),
        warn=timedelta(seconds=getattr(times, f"{name}_warn")),
        too_late=None if late is None else timedelta(seconds=late),
        pauses=frozenset(getattr(times, f"{name}_pauses")),
        hours=hours if getattr(times, f"{name}_in_open") else None,
        starts_anew=times.reopening == "anew",
    )
