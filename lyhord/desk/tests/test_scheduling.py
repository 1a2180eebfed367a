"""Scheduled replies: they leave at their time, unless something was said in between."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lyhord.conftest import MakeUser
from lyhord.desk import actions, personal_data, queries, steps
from lyhord.desk.actions import NotPossible
from lyhord.desk.actions.scheduling import moment
from lyhord.desk.composing_forms import own_moment
from lyhord.desk.models import Conversation, Draft, Notification, Proposal, ScheduledReply, Trust, Turn
from lyhord.desk.tests.conftest import Network, World
from lyhord.lib.persons import Person
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import Mandate, Role, User

ZONES = ["Europe/Stockholm", "Europe/Helsinki", "America/New_York", "Australia/Lord_Howe", "UTC"]


def later(world: World, conversation: Conversation, by: User, **given: Any) -> ScheduledReply:
    strand = world.strand(conversation)
    usual: dict[str, Any] = {
        "zone": "Europe/Stockholm", "seen": queries.newest_turn(conversation.pk), "is_public": True, "form_key": uuid4(),
        "now": world.now, "text": "Klockan tolv.", "send_at": world.now + timedelta(hours=3),
    }  # fmt: skip
    told = usual | given
    return actions.schedule(strand, told.pop("text"), told.pop("send_at"), by=by, **told)


@pytest.mark.django_db
def test_it_leaves_at_its_time_and_not_before(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    actions.save_draft(conversation, "public", "Klockan tolv.", by=linnea, now=world.now)
    scheduled = later(world, conversation, linnea)
    assert not Draft.objects.exists()
    assert steps.send_scheduled(world.later(hours=2.9)) == 0
    assert not Dispatch.objects.exists()
    conversation.refresh_from_db()
    assert conversation.waiting_since is not None  # she waits until it is said
    assert steps.send_scheduled(world.later(hours=0.2)) == 1
    dispatch = Dispatch.objects.get()
    assert (dispatch.key, dispatch.by, dispatch.due_at) == (scheduled.key, linnea, world.now)
    scheduled.refresh_from_db()
    assert (scheduled.state, scheduled.dispatch, scheduled.due_at) == ("sent", dispatch, None)
    assert steps.send_scheduled(world.later(hours=1)) == 0
    assert Dispatch.objects.count() == 1


@pytest.mark.django_db
def test_what_she_wrote_in_between_holds_it(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    scheduled = later(world, conversation, linnea)
    world.later(hours=1)
    world.says("Aino", "Det är löst!")
    steps.send_scheduled(world.later(hours=3))
    scheduled.refresh_from_db()
    assert scheduled.state == "held" and "written again" in scheduled.problem
    assert not Dispatch.objects.exists()
    assert Turn.objects.filter(conversation=conversation, what="scheduled_held").exists()
    assert Notification.objects.get().what == "not_sent"
    again = actions.change_scheduled(
        scheduled, by=linnea, now=world.now, seen=queries.newest_turn(conversation.pk), text="Fint!",
        send_at=world.now + timedelta(minutes=5),
    )  # fmt: skip
    assert again.state == "waiting"
    steps.send_scheduled(world.later(hours=1))
    assert Dispatch.objects.get().text.startswith("Fint!")


@pytest.mark.django_db
def test_a_colleague_who_answered_first_holds_it(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    scheduled = later(world, conversation, linnea)
    world.later(minutes=5)
    world.answer(conversation, petri, "Redan svarat.")
    steps.send_scheduled(world.later(hours=4))
    scheduled.refresh_from_db()
    assert scheduled.state == "held" and "Petri Aalto" in scheduled.problem
    assert Dispatch.objects.count() == 1


@pytest.mark.django_db
def test_cancelled_its_words_are_a_draft_again(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    scheduled = later(world, conversation, linnea)
    actions.cancel_scheduled(scheduled, by=linnea, now=world.now)
    actions.cancel_scheduled(scheduled, by=linnea, now=world.now)
    assert Draft.objects.get().text == "Klockan tolv."
    assert steps.send_scheduled(world.later(hours=4)) == 0
    with pytest.raises(NotPossible):
        actions.change_scheduled(scheduled, by=linnea, now=world.now, seen=None, text="x")


@pytest.mark.django_db
def test_cancelled_by_a_colleague_they_are_its_writers_draft_before_what_she_began_since(
    world: World, linnea: User, petri: User
) -> None:
    conversation = world.says("Aino")
    scheduled = later(world, conversation, linnea)
    actions.save_draft(conversation, "public", "Något annat", by=linnea, now=world.now)
    actions.save_draft(conversation, "public", "Petris ord", by=petri, now=world.now)
    actions.cancel_scheduled(scheduled, by=petri, now=world.now)
    assert Draft.objects.get(user=linnea).text == "Klockan tolv.\n\nNågot annat"
    assert Draft.objects.get(user=petri).text == "Petris ord"


@pytest.mark.django_db
def test_undo_takes_the_schedule_back(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    scheduled = later(world, conversation, linnea)
    actions.save_draft(conversation, "public", "Något annat", by=linnea, now=world.now)
    assert actions.undo(by=linnea, now=world.now).verb == "schedule"
    assert Draft.objects.get().text == "Klockan tolv.\n\nNågot annat"
    scheduled.refresh_from_db()
    assert scheduled.state == "cancelled"
    assert queries.scheduled_in(conversation.pk) == []


@pytest.mark.django_db
def test_a_double_click_is_one(world: World, linnea: User) -> None:
    conversation, key = world.says("Aino"), uuid4()
    first = later(world, conversation, linnea, form_key=key)
    assert later(world, conversation, linnea, form_key=key).pk == first.pk
    assert ScheduledReply.objects.count() == 1


@pytest.mark.django_db
def test_who_may_not_answer_any_more_is_held(world: World, linnea: User) -> None:
    scheduled = later(world, world.says("Aino"), linnea)
    Mandate.objects.create(role=Role.AGENT, verb="reply", is_allowed=False)
    steps.send_scheduled(world.later(hours=4))
    scheduled.refresh_from_db()
    assert scheduled.state == "held" and "mandate" in scheduled.problem


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"text": " "}, "Write something"),
        ({"text": "Hej {customer.first_name},"}, "no value"),
        ({"text": "x" * 501}, "characters"),
        ({"send_at": datetime(2026, 11, 20, 11, 0, tzinfo=UTC)}, "still to come"),
        ({"send_at": datetime(2028, 11, 20, 11, 0, tzinfo=UTC)}, "within a year"),
    ],
)
def test_what_could_not_be_sent_is_not_scheduled(
    world: World, linnea: User, network: Network, given: dict[str, Any], why: str
) -> None:
    with pytest.raises(NotPossible, match=why):
        later(world, world.says("Aino"), linnea, **given)
    assert not ScheduledReply.objects.exists()


@pytest.mark.django_db
def test_its_words_are_cleaned_as_those_of_a_reply(world: World, linnea: User) -> None:
    """PostgreSQL takes no NUL."""
    scheduled = later(world, world.says("Aino"), linnea, text=" Klockan\x00 tolv.\r\n")
    assert scheduled.text == "Klockan tolv."


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59", "²"])
def test_a_moment_at_the_end_of_the_calendar_is_refused_in_words(text: str) -> None:
    zone = "America/New_York" if text[0] == "9" else "Europe/Stockholm"
    with timezone.override(zone), pytest.raises(NotPossible, match="a day and a time"):
        own_moment(text)


@pytest.mark.django_db
def test_closing_with_it_closes_when_it_leaves(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    later(world, conversation, linnea, closes=True)
    conversation.refresh_from_db()
    assert conversation.status == "open"
    steps.send_scheduled(world.later(hours=4))
    conversation.refresh_from_db()
    assert conversation.status == "closed"


@pytest.mark.django_db
def test_a_complaint_without_an_outcome_is_answered_and_stays_open(world: World, linnea: User) -> None:
    """Nobody is there to say what became of it; her answer does not wait for that."""
    conversation = world.says("Aino", "Paketet kom aldrig!", told={"kind": "complaint"})
    scheduled = later(world, conversation, linnea, closes=True)
    steps.send_scheduled(world.later(hours=4))
    scheduled.refresh_from_db()
    conversation.refresh_from_db()
    assert (scheduled.state, conversation.status) == ("sent", "waiting")
    assert Dispatch.objects.get() == scheduled.dispatch


@pytest.mark.django_db
def test_what_needs_approval_is_a_proposal_and_not_called_sent(
    world: World, linnea: User, make_user: MakeUser
) -> None:
    make_user(role="senior", name="Berit Sund", is_on_duty=True)
    scheduled = later(world, world.says("Aino"), linnea)
    Trust.objects.create(user=linnea, level="all")
    steps.send_scheduled(world.later(hours=4))
    scheduled.refresh_from_db()
    assert (scheduled.state, scheduled.problem, scheduled.due_at) == ("cancelled", "Waits for approval", None)
    assert Proposal.objects.get().text == "Klockan tolv." and not Dispatch.objects.exists()
    assert Notification.objects.get(user=linnea).what == "not_sent"
    assert steps.send_scheduled(world.later(hours=1)) == 0


@pytest.mark.django_db
def test_in_private_after_a_public_word(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    later(world, conversation, linnea, is_public=False)
    steps.send_scheduled(world.later(hours=4))
    assert not Dispatch.objects.get().is_public


@pytest.mark.django_db
def test_erasure_takes_the_words_and_nothing_leaves(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    scheduled = later(world, conversation, linnea)
    identities = tuple(conversation.strands.values_list("identity", flat=True))
    person = Person(customer_ids=(conversation.customer_id,), identity_ids=identities)
    assert personal_data.export(person)["scheduled_replies"][0]["text"] == "Klockan tolv."
    personal_data.erase(person, world.now)
    scheduled.refresh_from_db()
    assert (scheduled.text, scheduled.state, scheduled.due_at) == ("", "cancelled", None)


@given(st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2030, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001 - as a clock on the wall shows it
def test_a_time_of_hers_is_that_time_there(local: datetime, zone: str) -> None:
    """Shown again it is what she gave; only what a clock skips in spring comes as much later as is skipped."""
    shown = moment(local, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert timedelta(0) <= shown - local <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # skipped: 3:30 is meant  # noqa: DTZ001 - as a clock on the wall shows it
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice: the first  # noqa: DTZ001 - as a clock on the wall shows it
        (datetime(2026, 7, 1, 9, 0), datetime(2026, 7, 1, 7, 0, tzinfo=UTC)),  # noqa: DTZ001 - as a clock on the wall shows it
        (datetime(2026, 12, 1, 9, 0), datetime(2026, 12, 1, 8, 0, tzinfo=UTC)),  # noqa: DTZ001 - as a clock on the wall shows it
    ],
)
def test_both_changes_of_the_clock(local: datetime, utc: datetime) -> None:
    assert moment(local, "Europe/Stockholm") == utc
