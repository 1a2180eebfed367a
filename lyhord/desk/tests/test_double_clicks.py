"""The second click of a double one that looks for the first before it has committed, and finds it under the lock."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from lyhord.desk import actions, queries
from lyhord.desk.actions import changing, shifts
from lyhord.desk.models import (
    Conversation,
    Draft,
    FollowUp,
    Grant,
    HandOver,
    Macro,
    MacroRun,
    Referral,
    Remedy,
    RemedyLevel,
    ScheduledReply,
    ShiftNote,
    Turn,
)
from lyhord.desk.tests.conftest import World
from lyhord.staff.models import Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def clicked_before(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let the first click be done whole at the moment in which the second one gets the lock."""

    def before(first: Callable[[], object]) -> None:
        usual, waits = changing.locked, [first]

        def locked(ids: Iterable[int]) -> Any:
            if waits:
                waits.pop()()
            return usual(ids)

        monkeypatch.setattr(changing, "locked", locked)

    return before


def grants(world: World, case: Conversation, by: User, petri: User) -> Callable[[], object]:
    remedy = Remedy.objects.create(brand=world.account.brand, name="Refund", kind="refund", unit="SEK")
    RemedyLevel.objects.create(remedy=remedy, role="agent", most=300)
    key = uuid4()
    return lambda: actions.grant(case, remedy, Decimal(20), by=by, form_key=key, now=world.now)


def promises(world: World, case: Conversation, by: User, petri: User) -> Callable[[], object]:
    key, at = uuid4(), world.now + timedelta(days=1)
    return lambda: actions.follow_up(case, "Ring", at, by=by, form_key=key, now=world.now)


def schedules(world: World, case: Conversation, by: User, petri: User) -> Callable[[], object]:
    seen, key, at = queries.newest_turn(case.pk), uuid4(), world.now + timedelta(hours=3)
    return lambda: actions.schedule(
        world.strand(case), "Klockan tolv.", at, zone="UTC", seen=seen, is_public=True, by=by, form_key=key, now=world.now
    )  # fmt: skip


def refers(world: World, case: Conversation, by: User, petri: User) -> Callable[[], object]:
    key = uuid4()
    return lambda: actions.refer(case, petri, by=by, form_key=key, now=world.now)


def hands_over(world: World, case: Conversation, by: User, petri: User) -> Callable[[], object]:
    key = uuid4()
    return lambda: actions.hand_over(case, petri, reason="skill", by=by, form_key=key, now=world.now)


def runs(world: World, case: Conversation, by: User, petri: User) -> Callable[[], object]:
    macro = Macro.objects.create(
        brand=case.brand,
        name="M",
        steps=[{"verb": "note", "value": "Once"}],
        made_by=by,
        changed_at=world.now,
    )
    key = uuid4()
    return lambda: actions.run_macro(case, macro, by=by, form_key=key, now=world.now)


@pytest.mark.parametrize(
    ("click", "table"),
    [
        (grants, Grant), (promises, FollowUp), (schedules, ScheduledReply), (refers, Referral), (hands_over, HandOver),
        (runs, MacroRun),
    ],
)  # fmt: skip
def test_two_clicks_at_once_are_one(
    world: World, linnea: User, petri: User, clicked_before: Callable[..., None], click: Any, table: Any
) -> None:
    case = world.says("Aino")
    press = click(world, case, linnea, petri)
    clicked_before(press)
    press()
    assert table.objects.count() == 1
    assert Turn.objects.filter(conversation=case).exclude(post__isnull=False).count() == 1
    for draft in Draft.objects.all():
        assert draft.text.count(str(case.number)) <= 1


def test_two_shift_notes_at_once_are_one(
    world: World, team: Team, linnea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid4()

    def clean(text: str) -> str:
        ShiftNote.objects.create(team=team, text=text, by=linnea, at=world.now, key=key)
        return text

    monkeypatch.setattr(shifts, "clean", clean)
    row = actions.write_shift_note(team, "Växeln är nere", by=linnea, form_key=key, now=world.now)
    assert ShiftNote.objects.get() == row
