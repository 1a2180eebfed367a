"""The two clocks of a conversation, from its first word to what is too late (SL-01, SL-03, SL-07)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lyhord.conftest import MakeUser
from lyhord.desk import actions, queries, steps
from lyhord.desk.actions import clocks, hours
from lyhord.desk.actions.hours import HoursGiven, TargetGiven
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Clock, Conversation, Notification, OpeningHours, Target, Turn
from lyhord.desk.steps.clocks import MOST
from lyhord.desk.tests.conftest import World
from lyhord.outbox.models import State
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, User
from lyhord.triage.tuning import actions as tuning
from lyhord.web import marks
from lyhord.web.models import Change

pytestmark = pytest.mark.django_db

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = [[[540, 1020]]] * 5 + [[], []]
TRAINS = [[[420, 1320]]] * 7
MINUTE = timedelta(minutes=1)


def local(*when: int, zone: str = "Europe/Stockholm") -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[misc,arg-type]


@pytest.fixture
def lead(make_user: MakeUser) -> User:
    return make_user(role="lead", email="lead@example.com", name="Lena Lead")


class Desk:
    """The walk of the worker, as far as clocks are concerned."""

    def __init__(self, world: World, lead: User) -> None:
        self.world, self.lead = world, lead

    def open(self, week: Any = OFFICE, **given: Any) -> OpeningHours:
        told: dict[str, Any] = {"name": "Office", "zone": "Europe/Stockholm", "is_default": True}
        return hours.save_hours(
            self.world.account.brand,
            HoursGiven(week=week, **(told | given)),
            by=self.lead,
            now=self.world.now,
        )

    def promise(self, **given: Any) -> Target:
        told: dict[str, Any] = {"first": 1800} | given
        return hours.save_target(
            self.world.account.brand, TargetGiven(**told), by=self.lead, now=self.world.now
        )

    def walk(self, now: datetime | None = None) -> None:
        self.world.now = now or self.world.now
        steps.take_dispatches(self.world.now)
        for _again in range(2):
            steps.start_clocks(self.world.now)
            steps.follow_clocks(self.world.now)
            steps.tick_clocks(self.world.now)
            steps.sweep_clocks(self.world.now)

    def says(self, name: str = "Anna", text: str = "När går tåget?", **fields: Any) -> Conversation:
        conversation = self.world.says(name, text, **fields)
        self.walk()
        conversation.refresh_from_db()
        return conversation


@pytest.fixture
def desk(world: World, lead: User) -> Desk:
    return Desk(world, lead)


def clock(conversation: Conversation, which: str = "first") -> Clock:
    return Clock.objects.get(conversation=conversation, which=which)


def told(conversation: Conversation) -> list[str]:
    turns = Turn.objects.filter(conversation=conversation).exclude(what="").order_by("pk")
    return list(turns.values_list("what", flat=True))


# The examples of the issue, through the whole line ------------------------------------------------------------------


def test_a_word_on_friday_afternoon_is_due_on_monday_morning(desk: Desk) -> None:
    desk.world.now = local(2026, 11, 20, 16, 45)
    desk.open()
    desk.promise()
    conversation = desk.says()
    assert conversation.due_at == clock(conversation).due_at == local(2026, 11, 23, 9, 15)
    desk.walk(local(2026, 11, 23, 9, 14, 59))
    assert clock(conversation).breached_at is None
    desk.walk(local(2026, 11, 23, 9, 15))
    assert clock(conversation).breached_at == local(2026, 11, 23, 9, 15)
    assert told(conversation) == ["clock_breached"]


def test_a_word_ten_minutes_before_closing_is_due_twenty_past_opening(desk: Desk) -> None:
    helsinki = "Europe/Helsinki"
    desk.world.now = local(2026, 11, 20, 21, 50, zone=helsinki)
    desk.open(TRAINS, zone=helsinki)
    desk.promise()
    conversation = desk.says()
    assert conversation.due_at == local(2026, 11, 21, 7, 20, zone=helsinki)


def test_a_holiday_is_closed_unless_somebody_opens_it(desk: Desk) -> None:
    desk.world.now = local(2026, 12, 23, 16, 45)  # Wednesday; Christmas Eve is a Thursday
    row = desk.open(country="SE")
    desk.promise()
    conversation = desk.says()
    assert conversation.due_at == local(2026, 12, 28, 9, 15)
    hours.save_hours(
        row.brand,
        HoursGiven("Office", row.zone, row.week, "SE", ["Christmas Eve"], is_default=True),
        by=desk.lead,
        now=desk.world.now,
        row=row,
    )
    desk.walk()
    conversation.refresh_from_db()
    assert conversation.due_at == local(2026, 12, 24, 9, 15)


def test_a_date_of_its_own_counts_before_a_holiday(desk: Desk) -> None:
    desk.world.now = local(2026, 12, 23, 16, 45)
    desk.open(country="SE", dates=[{"on": "2026-12-24", "spans": [[600, 660]], "why": "Short day"}])
    desk.promise()
    assert desk.says().due_at == local(2026, 12, 24, 10, 15)


# What ends and what pauses ----------------------------------------------------------------------------------------


def test_the_answer_ends_the_first_clock_when_it_has_left(desk: Desk, linnea: User) -> None:
    desk.promise(first_in_open=False, resolution=7200, resolution_in_open=False)
    conversation = desk.says()
    began = desk.world.now
    desk.world.later(minutes=10)
    turn = desk.world.answer(conversation, linnea)
    desk.walk()
    assert clock(conversation).stopped_at is None  # it has not left yet
    desk.world.later(seconds=10)
    desk.world.becomes(turn.dispatch, State.SENT)
    desk.walk()
    first, resolution = clock(conversation), clock(conversation, "resolution")
    assert first.stopped_at == desk.world.now and first.breached_at is None
    assert (resolution.stopped_at, resolution.paused_at, resolution.paused_why) == (
        None,
        desk.world.now,
        "waiting",
    )
    assert resolution.worked == 610
    conversation.refresh_from_db()
    assert conversation.due_at is None
    desk.world.later(hours=5)
    desk.says()
    resolution.refresh_from_db()
    assert resolution.due_at == desk.world.now + timedelta(seconds=7200 - 610)
    assert began == resolution.started_at


def test_a_refused_answer_never_was_one(desk: Desk, linnea: User) -> None:
    desk.promise(first_in_open=False)
    conversation = desk.says()
    turn = desk.world.answer(conversation, linnea)
    desk.world.becomes(turn.dispatch, State.REFUSED)
    desk.walk()
    assert clock(conversation).stopped_at is None
    desk.walk(desk.world.now + 30 * MINUTE)
    assert clock(conversation).stage == 2


def test_an_acknowledgement_ends_the_first_alone_and_can_be_taken_back(desk: Desk, linnea: User) -> None:
    desk.promise(first_in_open=False, resolution=7200, resolution_in_open=False)
    conversation = desk.says()
    with pytest.raises(NotYours):
        actions.acknowledge(conversation, by=linnea, now=desk.world.now)
    desk.world.later(minutes=5)
    actions.acknowledge(conversation, why="Told her on the phone", by=desk.lead, now=desk.world.now)
    assert clock(conversation).stopped_at == desk.world.now
    assert clock(conversation, "resolution").stopped_at is None
    actions.undo(by=desk.lead, now=desk.world.now)
    desk.walk()
    assert clock(conversation).stopped_at is None


def test_closing_ends_both_and_opening_again_goes_on_or_starts_anew(desk: Desk, linnea: User) -> None:
    target = desk.promise(first=None, resolution=7200, resolution_in_open=False)
    conversation = desk.says()
    desk.world.later(hours=1)
    actions.close(conversation, by=linnea, now=desk.world.now)
    desk.walk()
    assert clock(conversation, "resolution").stopped_at == desk.world.now
    desk.world.later(hours=9)
    actions.reopen(conversation, by=linnea, now=desk.world.now)
    desk.walk()
    assert clock(conversation, "resolution").due_at == desk.world.now + 60 * MINUTE
    given = TargetGiven(resolution=7200, resolution_in_open=False, reopening="anew")
    hours.save_target(target.brand, given, by=desk.lead, now=desk.world.now, row=target)
    desk.walk()
    assert clock(conversation, "resolution").due_at == desk.world.now + 120 * MINUTE


def test_snoozing_pauses_what_the_target_says(desk: Desk, linnea: User) -> None:
    desk.promise(first_in_open=False, resolution=7200, resolution_in_open=False)
    conversation = desk.says()
    began = desk.world.now
    actions.snooze(conversation, began + 180 * MINUTE, by=linnea, now=began)
    desk.walk()
    assert clock(conversation).due_at == began + 30 * MINUTE  # she still waits for a first word
    assert clock(conversation, "resolution").paused_why == "snoozed"
    steps.wake(began + 180 * MINUTE)
    desk.walk(began + 180 * MINUTE)
    assert clock(conversation, "resolution").due_at == began + 300 * MINUTE


def test_a_department_pauses_and_both_at_one_second_change_nothing(desk: Desk) -> None:
    desk.promise(first=None, resolution=7200, resolution_in_open=False)
    conversation = desk.says()
    began = desk.world.now
    clocks.pause(conversation, "", "department", began + 10 * MINUTE)
    clocks.pause(conversation, "", "department", began + 12 * MINUTE)
    assert clock(conversation, "resolution").paused_why == "department"
    clocks.resume(conversation, "", "department", began + 40 * MINUTE)
    clocks.resume(conversation, "", "department", began + 41 * MINUTE)
    assert clock(conversation, "resolution").due_at == began + 150 * MINUTE
    clocks.pause(conversation, "resolution", "other", began + 50 * MINUTE)
    clocks.resume(conversation, "resolution", "other", began + 50 * MINUTE)
    assert clock(conversation, "resolution").due_at == began + 150 * MINUTE


# Which target -----------------------------------------------------------------------------------------------------


def test_the_most_specific_target_counts(desk: Desk) -> None:
    desk.promise(first=4000, first_in_open=False)
    desk.promise(first=3000, first_in_open=False, kind="complaint")
    desk.promise(first=2000, first_in_open=False, is_urgent=True)
    desk.promise(first=1000, first_in_open=False, account=desk.world.account, kind="idea")

    def first(name: str, **fields: Any) -> float:
        row = desk.says(name, thread=name, **fields)
        assert row.due_at is not None
        return (row.due_at - row.opened_at).total_seconds()

    assert first("A") == 4000
    assert first("B", told={"kind": "complaint"}) == 3000
    assert first("C", told={"kind": "complaint", "is_urgent": True}) == 2000
    assert first("D", told={"kind": "idea", "is_urgent": True}) == 1000


def test_what_needs_no_answer_and_spam_have_no_clock_to_keep(desk: Desk) -> None:
    desk.promise(first_in_open=False)
    thanks = desk.says("A", thread="a", told={"kind": "praise", "needs_answer": False})
    spam = desk.says("B", thread="b", told={"kind": "spam"})
    assert (thanks.due_at, spam.due_at) == (None, None)
    assert Clock.objects.filter(conversation=spam).count() == 2


def test_another_kind_is_another_target(desk: Desk, linnea: User) -> None:
    desk.promise(first_in_open=False)
    desk.promise(first=600, first_in_open=False, kind="complaint")
    conversation = desk.says()
    post = Turn.objects.get(conversation=conversation, post__isnull=False).post
    assert post is not None
    actions.correct(conversation, post, "kind", "complaint", by=linnea, now=desk.world.now)
    desk.walk()
    assert clock(conversation).due_at == conversation.opened_at + 10 * MINUTE


# Warned, breached, too late ---------------------------------------------------------------------------------------


@pytest.fixture
def late(desk: Desk) -> Conversation:
    desk.promise(first=1800, first_warn=600, first_too_late=7200, first_in_open=False)
    conversation = desk.says()
    desk.walk(conversation.opened_at + 120 * MINUTE)
    conversation.refresh_from_db()
    return conversation


def test_each_stage_is_told_once_and_on_the_record(desk: Desk) -> None:
    desk.promise(first=1800, first_warn=600, first_too_late=7200, first_in_open=False)
    conversation = desk.says()
    stages = []
    for minutes in (19, 20, 21, 30, 31, 119, 120, 121):
        desk.walk(conversation.opened_at + minutes * MINUTE)
        conversation.refresh_from_db()
        stages.append(conversation.due_stage)
    assert stages == [0, 1, 1, 2, 2, 2, 3, 3]
    assert told(conversation) == ["clock_breached", "clock_too_late"]
    verbs = AuditEvent.objects.filter(verb__startswith="conversation.clock").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "conversation.clock_breached",
        "conversation.clock_too_late",
    ]
    assert Change.objects.filter(topic="conversation", object_id=conversation.pk).count() >= 4


def test_the_clock_adds_to_the_priority_what_the_team_says(
    desk: Desk, linnea: User, administrator: User
) -> None:
    desk.promise(first=1800, first_warn=600, first_too_late=7200, first_in_open=False)
    tuning.set_weights({"overdue": 35}, 1000, by=administrator, now=desk.world.now)
    conversation = desk.says()
    points = []
    for minutes in (19, 20, 30, 120):
        desk.walk(conversation.opened_at + minutes * MINUTE)
        conversation.refresh_from_db()
        points.append(conversation.current_priority - conversation.priority)
    assert points == [0, 10, 35, 30]
    assert queries.inbox(linnea, "too_late").rows[0].priority == conversation.current_priority
    actions.set_priority(conversation, 7, by=linnea, now=desk.world.now)
    conversation.refresh_from_db()
    assert (conversation.current_priority, queries.inbox(linnea, "too_late").rows[0].priority) == (7, 7)


def test_breaches_are_counted_once_and_the_owner_is_told(desk: Desk, linnea: User) -> None:
    desk.promise(first=1800, first_warn=600, first_too_late=7200, first_in_open=False)
    conversation = desk.says()
    actions.take(conversation, by=linnea, now=desk.world.now)
    for minutes in (20, 30, 60, 120):
        desk.walk(conversation.opened_at + minutes * MINUTE)
    assert marks.get(clocks.BREACHES) == 1
    told = Notification.objects.filter(user=linnea, conversation=conversation).order_by("pk")
    assert [row.what for row in told] == ["warned", "breached", "too_late"]


def test_a_decision_brings_it_back(desk: Desk, late: Conversation, linnea: User, make_user: MakeUser) -> None:
    assert late.due_stage == 3
    with pytest.raises(NotYours):
        actions.decide_late(late, "answer", by=linnea, now=desk.world.now)
    senior = make_user(role="senior", email="senior@example.com")
    actions.decide_late(late, "answer", by=senior, now=desk.world.now)
    late.refresh_from_db()
    found = clock(late)
    assert (late.due_stage, found.decision, found.decided_by, found.decided_at) == (
        2,
        "answer",
        senior,
        desk.world.now,
    )
    with pytest.raises(NotPossible):
        actions.decide_late(late, "privately", by=senior, now=desk.world.now)
    actions.undo(by=senior, now=desk.world.now)
    desk.walk()
    late.refresh_from_db()
    assert late.due_stage == 3


def test_closing_what_is_too_late_needs_a_reason(desk: Desk, late: Conversation) -> None:
    with pytest.raises(NotPossible):
        actions.decide_late(late, "close", by=desk.lead, now=desk.world.now)
    actions.decide_late(late, "close", reason="The train has left", by=desk.lead, now=desk.world.now)
    late.refresh_from_db()
    assert (late.status, late.due_stage, clock(late).reason) == ("closed", None, "The train has left")
    assert AuditEvent.objects.filter(verb="conversation.decide_late").exists()


def test_what_was_there_before_the_promise_is_not_called_too_late(desk: Desk) -> None:
    old = desk.says()
    desk.world.later(days=30)
    desk.promise(first=1800, first_too_late=7200, first_in_open=False)
    young = desk.says("Berit", thread="b")
    desk.walk(young.opened_at + 180 * MINUTE)
    for one in (old, young):
        one.refresh_from_db()
    assert (old.due_stage, young.due_stage) == (2, 3)
    assert told(old) == []


def test_an_outage_of_the_worker_loses_nothing(desk: Desk, linnea: User) -> None:
    desk.promise(first_in_open=False, resolution=7200, resolution_in_open=False)
    conversation = desk.world.says("Anna")
    began = desk.world.now
    desk.world.later(minutes=40)
    turn = desk.world.answer(conversation, linnea)
    desk.world.becomes(turn.dispatch, State.SENT)
    desk.world.later(hours=3)
    desk.world.says("Anna", "Tack, men när?")
    desk.world.later(hours=2)
    desk.walk()
    assert clock(conversation).breached_at == began + 30 * MINUTE
    assert clock(conversation, "resolution").due_at == began + 40 * MINUTE + 180 * MINUTE + 80 * MINUTE


# Changes of hours and targets -------------------------------------------------------------------------------------


def test_changed_hours_move_what_is_open_in_batches(desk: Desk) -> None:
    desk.world.now = local(2026, 11, 20, 16, 45)
    row = desk.open()
    desk.promise()
    several = [desk.says(f"P{n}", thread=f"t{n}") for n in range(3)]
    given = HoursGiven("Office", row.zone, [[[480, 1020]]] * 5 + [[], []], is_default=True)
    hours.save_hours(row.brand, given, by=desk.lead, now=desk.world.now, row=row)
    assert steps.sweep_clocks(desk.world.now) == 3 <= MOST
    assert steps.sweep_clocks(desk.world.now) == 0
    for one in several:
        one.refresh_from_db()
        assert one.due_at == local(2026, 11, 23, 8, 15)


def test_an_account_keeps_its_own_hours(desk: Desk) -> None:
    desk.world.now = local(2026, 11, 20, 18, 0)
    desk.open()
    desk.open(TRAINS, name="Trains", is_default=False, accounts=[desk.world.account.pk])
    desk.promise()
    assert desk.says().due_at == local(2026, 11, 20, 18, 30)


def test_without_a_target_nothing_is_done(desk: Desk, django_assert_num_queries: Any) -> None:
    conversation = desk.world.says("Anna")
    with django_assert_num_queries(4):
        assert steps.start_clocks(desk.world.now) == steps.follow_clocks(desk.world.now) == 0
        assert steps.tick_clocks(desk.world.now) == steps.sweep_clocks(desk.world.now) == 0
    assert not Clock.objects.filter(conversation=conversation).exists()


def test_a_target_that_is_gone_leaves_nothing_due(desk: Desk) -> None:
    target = desk.promise(first_in_open=False)
    conversation = desk.says()
    hours.delete_target(target, by=desk.lead, now=desk.world.now)
    desk.walk()
    conversation.refresh_from_db()
    assert (conversation.due_at, conversation.due_stage) == (None, None)


def test_a_clock_that_missed_a_change_is_mended(desk: Desk) -> None:
    desk.promise(first_in_open=False)
    conversation = desk.says()
    Conversation.objects.filter(pk=conversation.pk).update(kind="complaint", version=99)
    assert steps.mend_clocks(desk.world.now) == 1
    assert clock(conversation).version == 99


# What cannot be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        {"zone": "Europe/Nowhere"},
        {"name": ""},
        {"country": "XX"},
        {"week": [[]] * 6},
        {"week": [[[600, 540]]] + [[]] * 6},
        {"week": [[[540, 720], [700, 800]]] + [[]] * 6},
        {"week": [[[0, 1441]]] + [[]] * 6},
        {"dates": [{"on": "24 December", "spans": []}]},
    ],
)
def test_hours_that_cannot_be_are_refused(desk: Desk, given: dict[str, Any]) -> None:
    with pytest.raises(hours.BadHours):
        desk.open(**given)
    assert not OpeningHours.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"first": None},
        {"first": 0},
        {"first_warn": 1800},
        {"first_too_late": 1800},
        {"first": None, "resolution": 60, "first_warn": 10},
        {"kind": "spam"},
        {"flow": "nowhere"},
        {"first_pauses": ["lunch"]},
        {"reopening": "never"},
        {"resolution": 10**9},
    ],
)
def test_targets_that_cannot_be_are_refused(desk: Desk, given: dict[str, Any]) -> None:
    with pytest.raises(hours.BadHours):
        desk.promise(**given)
    assert not Target.objects.exists()


def test_one_target_of_a_scope_and_one_default(desk: Desk) -> None:
    desk.promise()
    with pytest.raises(hours.BadHours):
        desk.promise(first=60)
    desk.open()
    desk.open(name="Other")
    assert OpeningHours.objects.filter(is_default=True).count() == 1


def test_touching_spans_are_one(desk: Desk) -> None:
    row = desk.open([[[720, 1020], [540, 720]]] + [[]] * 6)
    assert row.week[0] == [[540, 1020]]


def test_an_agent_sets_nothing(desk: Desk, linnea: User) -> None:
    desk.lead = linnea
    with pytest.raises(NotYours):
        desk.open()
    with pytest.raises(NotYours):
        desk.promise()
