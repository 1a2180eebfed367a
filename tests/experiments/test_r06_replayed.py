"""R06: a hook that is sent again has no effect, an hour, eight days or more than a year later, and after retention."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from lyhord.intake.models import Envelope, Post, Seen
from lyhord.privacy.models import Rule
from lyhord.staff.models import Brand
from tests.experiments.hooked import HOOKED, TELLING, Hooked
from tests.experiments.receiving import DAY, HOUR, Desk, desk_of, rows, steps_only

pytestmark = pytest.mark.django_db(transaction=True)
every = pytest.mark.parametrize("hooked", TELLING, ids=lambda hooked: hooked.name)
LATER = (HOUR, 8 * DAY, 400 * DAY)
NUMBER = 5


@pytest.fixture
def desk(transactional_db: None, now: datetime, hooked: Hooked) -> Iterator[Desk]:
    made = desk_of(hooked, Brand.objects.create(name="Norrtåg"), now)
    yield made
    made.door.writer.stop()


def bring(desk: Desk, bodies: list[bytes], at: datetime) -> list[int]:
    with time_machine.travel(at, tick=False):
        return [desk.bring(body).status for body in bodies]


def effects(desk: Desk, now: datetime, sabotage: Callable[[datetime], None] | None = None) -> list[str]:
    """What replays changed, over a year; nothing is what should be."""
    bodies = [desk.hooked.body(f"{number}", now - HOUR) for number in range(NUMBER)]
    assert set(bring(desk, bodies, now)) <= {200, 202}
    steps_only(now)
    assert Post.objects.count() == NUMBER
    found = []
    for later in LATER:
        steps_only(now + later)  # what time itself does: clocks, reminders
        if sabotage is not None:
            sabotage(now + later)
        before = rows()
        assert set(bring(desk, bodies, now + later)) <= {200, 202}  # the network need not send it once more
        steps_only(now + later)
        if more := grown(before):
            found.append(f"after {later.days} days: {more}")
    return found


def grown(before: Counter[str]) -> dict[str, int]:
    """Tables that hold more rows now."""
    return dict(rows() - before)


@every
def test_a_replay_has_no_effect_a_year_later(desk: Desk, now: datetime) -> None:
    assert effects(desk, now) == []


@every
def test_a_replay_in_other_words_has_no_effect(desk: Desk, now: datetime) -> None:
    """The bytes differ, so that their digest does not know them; the ledger of seen keys does."""
    bodies = [desk.hooked.body(f"{number}", now - HOUR) for number in range(NUMBER)]
    bring(desk, bodies, now)
    steps_only(now)
    steps_only(now + 400 * DAY)
    before = rows()
    assert set(bring(desk, [body + b"\n" for body in bodies], now + 400 * DAY)) <= {200, 202}
    steps_only(now + 400 * DAY)
    assert grown(before) == {"Envelope": NUMBER, "Carrier": NUMBER}
    assert Envelope.objects.exclude(state=Envelope.DONE).count() == 0


def cut(now: datetime) -> None:
    """Retention lets go of all words and all raw bytes."""
    for kind in ("posts", "envelopes"):
        Rule.objects.update_or_create(kind=kind, defaults={"days": 30})
    for minute in range(4):
        steps_only(now + timedelta(minutes=2 * minute))
    assert not Post.objects.exclude(text="").exists()
    assert not Envelope.objects.filter(is_blank=False).exists()


@every
@pytest.mark.parametrize("more", [b"", b"\n"], ids=["same bytes", "other bytes"])
def test_what_retention_cut_does_not_come_back(desk: Desk, now: datetime, more: bytes) -> None:
    bodies = [desk.hooked.body(f"{number}", now - HOUR) for number in range(NUMBER)]
    bring(desk, bodies, now)
    steps_only(now)
    cut(now + 400 * DAY)
    steps_only(now + 401 * DAY)
    before = rows()
    assert before["Seen"] == NUMBER
    bring(desk, [body + more for body in bodies], now + 401 * DAY)
    steps_only(now + 401 * DAY)
    assert set(grown(before)) <= {"Envelope", "Carrier"}
    assert not Post.objects.exclude(text="").exists()
    assert not any(b"Where is train" in bytes(raw) for raw in Envelope.objects.values_list("raw", flat=True))


def forgetful(now: datetime) -> None:
    """As where what came is remembered for a week and no longer."""
    week_ago = now - 7 * DAY
    Envelope.objects.filter(received_at__lt=week_ago).update(digest="")
    Seen.objects.filter(at__lt=week_ago).delete()


@pytest.mark.parametrize("hooked", HOOKED[:1], ids=lambda hooked: hooked.name)
def test_the_saboteur_who_remembers_for_a_week_is_caught(desk: Desk, now: datetime) -> None:
    found = effects(desk, now, forgetful)
    assert [fault.partition(":")[0] for fault in found] == ["after 8 days", "after 400 days"]
