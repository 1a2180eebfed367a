"""What a clock reads: reckoned anew from what happened, so that it never drifts and the order of the news does not matter.

Plain values alone. A clock is when it began, when it stood still, when it ended, and its target; all else follows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lyhord.lib import hours
from lyhord.lib.hours import Hours, NeverOpen

FIRST, RESOLUTION = "first", "resolution"
WHICH = (FIRST, RESOLUTION)
FINE, WARNED, BREACHED, TOO_LATE = range(4)  # how far it has come
CLOSED = "closed"
STATES = {"closed": CLOSED, "snoozed": "snoozed", "reopened": "open", "woke": "open", "waits": "waiting"}
# A verb that was taken back: what its turn had told.
TAKEN_BACK = {"close": "closed", "snooze": "snoozed", "reopen": "reopened", "wake": "woke"}

Span = tuple[datetime, datetime | None]  # None: it goes on


@dataclass(frozen=True)
class Fact:
    """`what`: hers, ours, acknowledged, closed, reopened, snoozed, woke, waits, or undone (`verb` says what)."""

    at: datetime
    what: str
    verb: str = ""


@dataclass(frozen=True)
class Halt:
    """Somebody stopped the clocks for a while; `which` is empty for both."""

    why: str
    began_at: datetime
    ended_at: datetime | None
    which: str = ""


@dataclass(frozen=True)
class Rule:
    """What one clock is measured by. `warn` is before the end of the target; `hours` None: round the clock."""

    target: timedelta | None = None
    warn: timedelta = timedelta(0)
    too_late: timedelta | None = None
    pauses: frozenset[str] = frozenset()
    hours: Hours | None = None
    starts_anew: bool = False  # a matter that is opened again has its whole time again


@dataclass(frozen=True)
class Story:
    """A conversation as its clocks see it. `status` is how it stands now; `is_sending`: an answer has not left yet."""

    opened_at: datetime
    status: str
    facts: Sequence[Fact] = ()
    halts: Sequence[Halt] = ()
    is_sending: bool = False


@dataclass(frozen=True)
class Reading:
    started_at: datetime
    stopped_at: datetime | None = None
    paused_at: datetime | None = None
    paused_why: str = ""
    worked: timedelta = timedelta(0)  # until it ended or was paused, else until now
    due_at: datetime | None = (
        None  # None: no target, or it stands still; of an ended one: when it would have been
    )
    warn_at: datetime | None = None
    too_late_at: datetime | None = None

    def stage(self, now: datetime, *, is_decided: bool = False) -> int:
        """How far it has come by `now`, or had when it ended. What was decided is late, and no longer too late."""
        at = self.stopped_at or now
        if self.too_late_at is not None and at >= self.too_late_at and not is_decided:
            return TOO_LATE
        if self.due_at is not None and at >= self.due_at:
            return FINE if at == self.stopped_at == self.due_at else BREACHED
        return WARNED if self.warn_at is not None and at >= self.warn_at else FINE

    def next_at(self, now: datetime, *, is_decided: bool = False) -> datetime | None:
        """When its stage changes next by time alone."""
        if self.stopped_at is not None:
            return None
        moments = (self.warn_at, self.due_at, None if is_decided else self.too_late_at)
        return min((at for at in moments if at is not None and at > now), default=None)


def reckon(which: str, story: Story, rule: Rule, now: datetime) -> Reading:
    states = timeline(story)
    started = began(which, states, rule)
    stopped = ended(which, story, states, started)
    halted = merged([*resting(states, rule), *named(which, story.halts, rule)])
    runs = without(halted, started, stopped)
    # Of a clock that has ended: when it would have been due, had it run on.
    course = without([halt for halt in halted if stopped is None or halt[0] < stopped], started, None)
    paused = next((halt for halt in halted if halt[1] is None), None) if stopped is None else None
    warned = max(rule.target - rule.warn, timedelta(0)) if rule.target and rule.warn else None
    return Reading(
        started_at=started,
        stopped_at=stopped,
        paused_at=max(paused[0], started) if paused else None,
        paused_why=why(story, states, which) if paused else "",
        worked=worked(rule, runs, now),
        due_at=reached(rule, course, rule.target),
        warn_at=reached(rule, course, warned),
        too_late_at=reached(rule, course, rule.too_late),
    )


# What happened ----------------------------------------------------------------------------------------------------


def timeline(story: Story) -> list[tuple[datetime, str]]:
    """How the conversation stood, from when on. The last is how it stands now."""
    states, before = [(story.opened_at, "open")], dict[str, str]()
    for fact in sorted(story.facts, key=lambda fact: fact.at):
        state = after(states[-1][1], fact, before)
        if state != states[-1][1]:
            before[fact.what] = states[-1][1]
            states.append((max(fact.at, story.opened_at), state))
    # What no turn told, such as an answer to one of two strands: as it stands, since the last that is known.
    if states[-1][1] != story.status and not (story.is_sending and story.status == "waiting"):
        last = max([states[-1][0], *(fact.at for fact in story.facts)])
        states.append((last, story.status))
    return states


def after(state: str, fact: Fact, before: dict[str, str]) -> str:
    if fact.what == "hers":
        return "open"
    if fact.what == "ours":
        return state if state == CLOSED else "waiting"
    if fact.what == "undone":
        return before.get(TAKEN_BACK.get(fact.verb, ""), state)
    if fact.what == "woke" and state != "snoozed":
        return state
    return STATES.get(fact.what, state)


def began(which: str, states: list[tuple[datetime, str]], rule: Rule) -> datetime:
    if which == RESOLUTION and rule.starts_anew:
        again = [at for (at, _now), (_then, was) in zip(states[1:], states, strict=False) if was == CLOSED]
        if again:
            return again[-1]
    return states[0][0]


def ended(which: str, story: Story, states: list[tuple[datetime, str]], started: datetime) -> datetime | None:
    """A first answer or an acknowledgement ends the first clock, and it alone. Closing ends both, until it is opened again."""
    closed = states[-1][0] if states[-1][1] == CLOSED else None
    if which == FIRST:
        answers = [fact.at for fact in story.facts if fact.what == "ours"] + acknowledged(story.facts)
        # A network's clock may be behind: our answer never came before her word.
        return max(min(answers), started) if answers else closed
    return closed


def acknowledged(facts: Iterable[Fact]) -> list[datetime]:
    """When, as far as nobody took it back."""
    found: list[datetime] = []
    for fact in sorted(facts, key=lambda fact: fact.at):
        if fact.what == "acknowledged":
            found.append(fact.at)
        elif fact.what == "undone" and fact.verb == "acknowledge":
            found = found[:-1]
    return found


# When it stood still ----------------------------------------------------------------------------------------------


def resting(states: list[tuple[datetime, str]], rule: Rule) -> list[Span]:
    """Spans in a state that pauses; the time between closing and opening again never counts."""
    ends = [at for at, _state in states[1:]] + [None]
    pausing = rule.pauses | {CLOSED}
    return [(at, end) for (at, state), end in zip(states, ends, strict=True) if state in pausing]


def named(which: str, halts: Iterable[Halt], rule: Rule) -> list[Span]:
    return [
        (halt.began_at, halt.ended_at)
        for halt in halts
        if halt.which in {"", which} and (halt.which or halt.why in rule.pauses)
    ]


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, none touching another, none of no length."""
    found: list[Span] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        if end is not None and end <= start:
            continue
        if found and (found[-1][1] is None or start <= found[-1][1]):
            last = found[-1][1]
            found[-1] = (found[-1][0], None if last is None or end is None else max(last, end))
        else:
            found.append((start, end))
    return found


def without(halted: Sequence[Span], start: datetime, stop: datetime | None) -> list[Span]:
    """The spans in which it ran. Where it has not stopped and does not stand still, the last has no end."""
    runs: list[Span] = []
    at: datetime | None = start
    for begin, end in halted:
        if at is None or (stop is not None and begin >= stop):
            break
        if begin > at:
            runs.append((at, begin))
        at = None if end is None else max(at, end)
    if at is not None and (stop is None or at < stop):
        runs.append((at, stop))
    return runs


def why(story: Story, states: list[tuple[datetime, str]], which: str) -> str:
    now_on = [halt.why for halt in story.halts if halt.ended_at is None and halt.which in {"", which}]
    return now_on[0] if now_on else states[-1][1]


# Open time --------------------------------------------------------------------------------------------------------


def worked(rule: Rule, runs: Iterable[Span], now: datetime) -> timedelta:
    return sum((between(rule.hours, start, min(end or now, now)) for start, end in runs), timedelta(0))


def reached(rule: Rule, runs: Sequence[Span], worth: timedelta | None) -> datetime | None:
    """When the clock has run for so long. None: it stands still before."""
    if worth is None:
        return None
    left = worth
    for start, end in runs:
        got = None if end is None else between(rule.hours, start, end)
        if got is None or left <= got:
            return later(rule.hours, start, left)
        left -= got
    return None


def between(open_hours: Hours | None, start: datetime, end: datetime) -> timedelta:
    if open_hours is None:
        return max(end - start, timedelta(0))
    return hours.between(open_hours, start, end)


def later(open_hours: Hours | None, start: datetime, worth: timedelta) -> datetime | None:
    """None where nothing opens any more: then nothing can be due."""
    if open_hours is None:
        return start + worth
    try:
        return hours.after(open_hours, start, worth)
    except NeverOpen:
        return None
