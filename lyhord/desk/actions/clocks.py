"""The two clocks of a conversation: reckoned anew from what happened, and told when they come close, pass, or pass too far."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from lyhord.desk.actions import changing, notifications
from lyhord.desk.models import Clock, Conversation, Pause, Target, Turn
from lyhord.desk.queries import hours, stories
from lyhord.desk.queries.hours import Plan
from lyhord.desk.reckoning import BREACHED, TOO_LATE, WARNED, WHICH, Reading, Story, reckon
from lyhord.lib import bulk
from lyhord.staff import audit
from lyhord.triage.tuning import values as tuning
from lyhord.triage.tuning.laying import CLOCK
from lyhord.web.models import Mark

WRITTEN = [
    "target", "started_at", "stopped_at", "paused_at", "paused_why", "worked", "due_at", "warn_at", "too_late_at", "breached_at",
    "stage", "next_at", "decision", "version", "as_of",
]  # fmt: skip
OLDER = "before"  # a decision nobody made: it was late already when the promise was given
BREACHES = "desk.clock_breaches"
ABOUT = {WARNED: "warned", BREACHED: "breached", TOO_LATE: "too_late"}
TURNS = {BREACHED: "clock_breached", TOO_LATE: "clock_too_late"}


def reckon_all(ids: Iterable[int], now: datetime, *, is_old: bool = False) -> int:
    """Bring the clocks of these up to date, and make those that are missing; gives how many conversations that were.

    `is_old`: they were there before anything was promised, so what is late among them is not called too late.
    """
    asked = sorted(set(ids))
    return reckon_some(asked, now, is_old) if asked else 0


@transaction.atomic
def reckon_some(ids: list[int], now: datetime, is_old: bool) -> int:
    rows = list(changing.locked(ids))
    if not rows:
        return 0
    plan = hours.plan({row.brand_id for row in rows}, min(row.opened_at for row in rows), now)
    known = {(one.conversation_id, one.which): one for one in Clock.objects.filter(conversation__in=rows)}
    told = stories.stories(rows)
    sets = [Set(row, told[row.pk], plan, known, now, is_old) for row in rows]
    weights = tuning.read().house.weights
    for one in sets:
        one.reckon(weights)
    write(sets, now)
    return len(rows)


def count_breaches(sets: list["Set"]) -> None:
    """Since the beginning, for the figures."""
    n = sum(any(stage in TURNS for _clock, stage in one.news) for one in sets)
    if n:
        Mark.objects.get_or_create(name=BREACHES)
        Mark.objects.filter(name=BREACHES).update(value=F("value") + n)


class Set:
    """The clocks of one conversation while they are reckoned."""

    def __init__(
        self,
        row: Conversation,
        story: Story,
        plan: Plan,
        known: dict[Any, Clock],
        now: datetime,
        is_old: bool,
    ) -> None:
        self.row, self.story, self.plan, self.now, self.is_old = row, story, plan, now, is_old
        self.clocks = [known.get((row.pk, which)) or new(row, which, now) for which in WHICH]
        self.news: list[tuple[Clock, int]] = []  # clocks that came to a stage since we last looked
        self.is_moved = False
        self.was_breached = any(clock.stage >= BREACHED for clock in self.clocks)

    def reckon(self, weights: Mapping[str, int]) -> None:
        """`weights`: points of each named part of the priority (TR-01)."""
        target = self.plan.target(self.row)
        for clock in self.clocks:
            rule = self.plan.rule(self.row, target, clock.which)
            self.take(clock, target, reckon(clock.which, self.story, rule, self.now))
        running = [clock for clock in self.clocks if clock.stopped_at is None]
        due = min((clock.due_at for clock in running if clock.due_at and not clock.paused_at), default=None)
        stage = max((clock.stage for clock in running if clock.due_at), default=None)
        self.is_moved = (self.row.due_at, self.row.due_stage) != (due, stage)
        if self.is_moved:
            self.row.due_at, self.row.due_stage = due, stage
            name, _shipped = CLOCK.get(stage or 0, ("", 0))
            self.row.clock_points = weights.get(name, 0)

    def take(self, clock: Clock, target: Target | None, told: Reading) -> None:
        if self.is_old and clock._state.adding and told.stage(self.now) == TOO_LATE:
            clock.decision = OLDER
        is_decided = bool(clock.decision)
        stage = told.stage(self.now, is_decided=is_decided)
        if stage > clock.stage and not (self.is_old and clock._state.adding):
            self.news.append((clock, stage))
        clock.target_id = target.pk if target is not None else None
        clock.started_at, clock.stopped_at = told.started_at, told.stopped_at
        clock.paused_at, clock.paused_why = told.paused_at, told.paused_why
        clock.worked = int(told.worked.total_seconds())
        clock.due_at, clock.warn_at, clock.too_late_at = told.due_at, told.warn_at, told.too_late_at
        clock.breached_at = told.due_at if stage >= BREACHED else None
        clock.stage, clock.next_at = stage, told.next_at(self.now, is_decided=is_decided)
        clock.as_of = self.now


def new(row: Conversation, which: str, now: datetime) -> Clock:
    return bulk.made(Clock, conversation_id=row.pk, which=which, started_at=row.opened_at, as_of=now)


def write(sets: list[Set], now: datetime) -> None:
    for one in sets:
        for stage in sorted({stage for _clock, stage in one.news}):
            notifications.tell(one.row.assignee, ABOUT[stage], one.row, now)
    late = [(one, clock, stage) for one in sets for clock, stage in one.news if stage in TURNS]
    moved = [one.row for one in sets if one.is_moved or any(one is other for other, *_more in late)]
    for row in moved:
        row.version += 1
    bulk.update(moved, ["due_at", "due_stage", "clock_points", "version"])
    for one in sets:
        for clock in one.clocks:
            clock.version = one.row.version
    clocks = [clock for one in sets for clock in one.clocks]
    bulk.insert([clock for clock in clocks if clock._state.adding])
    bulk.update([clock for clock in clocks if clock.as_of == now], WRITTEN)
    count_breaches([one for one in sets if not one.was_breached])
    for one, clock, stage in late:
        tell(one.row, clock, stage, now)
    changing.told(moved, [], now)


def tell(row: Conversation, clock: Clock, stage: int, now: datetime) -> None:
    """On the record and in the thread: what was promised was not kept."""
    moment = clock.due_at if stage == BREACHED else clock.too_late_at
    values: dict[str, Any] = {"which": clock.which, "at": moment.isoformat() if moment else ""}
    Turn.objects.create(conversation=row, at=now, what=TURNS[stage], values=values)
    audit.record(f"conversation.{TURNS[stage]}", row, by=None, now=now, **values)


# Standing still by somebody's word --------------------------------------------------------------------------------


@transaction.atomic
def pause(conversation: Conversation, which: str, why: str, now: datetime) -> None:
    """Let a clock (`which` empty: both, where the target allows it for `why`) stand still. Again: nothing changes.

    For other parts of the desk, which have asked for the mandate: a department that was asked, say.
    """
    changing.locked([conversation.pk]).get()
    Pause.objects.get_or_create(
        conversation=conversation, which=which, why=why, ended_at=None, defaults={"began_at": now}
    )
    if Clock.objects.filter(conversation=conversation).exists():
        reckon_all([conversation.pk], now)


@transaction.atomic
def resume(conversation: Conversation, which: str, why: str, now: datetime) -> None:
    changing.locked([conversation.pk]).get()
    ended = Pause.objects.filter(conversation=conversation, which=which, why=why, ended_at=None)
    if ended.update(ended_at=now) and Clock.objects.filter(conversation=conversation).exists():
        reckon_all([conversation.pk], now)
