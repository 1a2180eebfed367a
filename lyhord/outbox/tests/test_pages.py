"""The page on which a person settles what no machine may decide, and the stop button."""

from datetime import datetime

import pytest
from django.utils import timezone

from lyhord.channels.tests import fakes
from lyhord.channels.tests.fakes import Paper
from lyhord.conftest import ClientOf, MakeUser
from lyhord.outbox import actions, queries, steps
from lyhord.outbox.models import Dispatch, Hold, Receipt, State
from lyhord.outbox.tests.conftest import Queue
from lyhord.staff.models import Team, User


def again(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.get(pk=dispatch.pk)


@pytest.fixture
def unsure(queue: Queue, paper: Paper, now: datetime) -> Dispatch:
    dispatch = queue("Hello <b>Anna</b>")
    paper.answers = [fakes.loses_the_answer]
    steps.send(dispatch.pk, now)
    return again(dispatch)


def test_what_is_unsure_is_shown_with_words_reason_and_three_ways_out(
    unsure: Dispatch, lead: User, client_of: ClientOf
) -> None:
    page = client_of(lead).get("/outbox/").content.decode()
    for text in (
        "Hello &lt;b&gt;Anna",
        "The answer was lost.",
        "It stands there",
        "send again",
        "drop it",
        "@anna",
    ):
        assert text in page
    assert "<b>Anna" not in page


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("stands", State.SENT), ("send_again", State.QUEUED), ("does_not_stand", State.DROPPED)],
)
def test_one_click_settles_it(
    unsure: Dispatch, lead: User, client_of: ClientOf, outcome: str, state: State
) -> None:
    told = {"outcome": outcome, "link": "https://paper.example/9"}
    answer = client_of(lead).post(f"/outbox/{unsure.pk}/settle/", told)
    assert (answer.status_code, again(unsure).state) == (302, state)
    links = list(Receipt.objects.values_list("link", flat=True))
    assert links == (["https://paper.example/9"] if outcome == "stands" else [])


def test_a_link_that_is_none_settles_nothing(unsure: Dispatch, lead: User, client_of: ClientOf) -> None:
    told = {"outcome": "stands", "link": "javascript:alert(1)"}
    page = client_of(lead).post(f"/outbox/{unsure.pk}/settle/", told, follow=True).content.decode()
    assert "The link is no address" in page
    assert again(unsure).state == State.UNSURE


def test_an_agent_sees_it_and_has_no_buttons_to_settle(
    unsure: Dispatch, agent: User, client_of: ClientOf
) -> None:
    client = client_of(agent)
    page = client.get("/outbox/").content.decode()
    assert "The answer was lost." in page
    assert "It stands there" not in page
    assert client.post(f"/outbox/{unsure.pk}/settle/", {"outcome": "stands"}).status_code == 403
    assert again(unsure).state == State.UNSURE


def test_another_brand_sees_and_settles_nothing(
    unsure: Dispatch, make_user: MakeUser, stranger_team: Team, client_of: ClientOf
) -> None:
    client = client_of(make_user("lead", team=stranger_team))
    assert "Anna" not in client.get("/outbox/").content.decode()
    for verb in ("settle", "release", "drop", "undo"):
        assert client.post(f"/outbox/{unsure.pk}/{verb}/", {"outcome": "stands"}).status_code == 404
    assert again(unsure).state == State.UNSURE


def test_held_and_refused_ones_can_be_sent_or_dropped(
    queue: Queue, paper: Paper, agent: User, client_of: ClientOf, now: datetime
) -> None:
    client = client_of(agent)
    dispatch = queue("one")
    paper.answers = [fakes.refuses("They blocked us.")]
    steps.send(dispatch.pk, now)
    assert "Try again" in client.get("/outbox/").content.decode()
    client.post(f"/outbox/{dispatch.pk}/release/")
    assert again(dispatch).state == State.QUEUED
    assert "one" in client.get("/outbox/?show=waiting").content.decode()
    client.post(f"/outbox/{dispatch.pk}/undo/")
    assert again(dispatch).state == State.UNDONE


def test_too_late_says_so(queue: Queue, agent: User, client_of: ClientOf, now: datetime) -> None:
    dispatch = queue()
    steps.send(dispatch.pk, now)
    page = client_of(agent).post(f"/outbox/{dispatch.pk}/undo/", follow=True).content.decode()
    assert "It is too late to undo" in page
    assert again(dispatch).state == State.SENT


def test_the_stop_button_asks_first_and_wants_a_reason(
    queue: Queue, lead: User, agent: User, stranger_team: Team, make_user: MakeUser, client_of: ClientOf
) -> None:
    brand = queue().account.brand_id
    client = client_of(lead)
    page = client.get("/outbox/stop/").content.decode()
    assert "1 thing waits to be sent" in page and "The whole installation" not in page
    assert not Hold.objects.exists()
    assert client.post("/outbox/stop/", {"reason": "", "brand": brand}).status_code == 422
    assert client.post("/outbox/stop/", {"reason": "x", "brand": stranger_team.brand_id}).status_code == 422
    assert client.post("/outbox/stop/", {"reason": "x"}).status_code == 422  # all is not hers to stop
    assert not Hold.objects.exists()
    told = {"reason": "Wrong timetable.", "brand": brand}
    page = client.post("/outbox/stop/", told, follow=True).content.decode()
    assert "Sending is stopped" in page and "Wrong timetable." in page
    assert steps.due_dispatches(timezone.now()) == []
    # Everybody of the brand reads it on every page; who works elsewhere does not.
    assert "Sending is stopped" in client_of(agent).get("/profile/").content.decode()
    stranger = client_of(make_user("lead", email="s@example.com", team=stranger_team))
    assert "Sending is stopped" not in stranger.get("/profile/").content.decode()
    assert client_of(agent).post("/outbox/resume/").status_code == 403
    client.post("/outbox/resume/")
    assert queries.stops_for(lead, timezone.now()) == []


def test_an_administrator_stops_the_whole_installation(
    queue: Queue, administrator: User, agent: User, client_of: ClientOf
) -> None:
    queue()
    client = client_of(administrator)
    assert "The whole installation" in client.get("/outbox/stop/").content.decode()
    client.post("/outbox/stop/", {"reason": "Storm.", "brand": ""})
    assert queries.is_stopped(timezone.now())
    assert "Sending is stopped" in client_of(agent).get("/profile/").content.decode()
    client.post("/outbox/resume/")
    assert not queries.is_stopped(timezone.now())


def test_the_list_can_be_narrowed_and_renews_only_what_may_have_changed(
    unsure: Dispatch, queue: Queue, paper: Paper, agent: User, client_of: ClientOf, now: datetime
) -> None:
    refused = queue("refused words", person="bertil")
    paper.answers = [fakes.refuses("No.")]
    steps.send(refused.pk, now)
    client = client_of(agent)
    assert client.get("/outbox/").content.decode().count("<article") == 2
    page = client.get("/outbox/?state=refused").content.decode()
    assert "refused words" in page and page.count("<article") == 1
    assert client.get("/outbox/?state=sent").content.decode().count("<article") == 2  # none of this tab
    assert "with this filter" in client.get("/outbox/?account=999").content.decode()
    part = client.get("/outbox/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div class="stack" id="outbox">') and "<html" not in part


def test_an_agent_finds_no_stop_button(queue: Queue, agent: User, client_of: ClientOf) -> None:
    client = client_of(agent)
    assert "Stop all sending" not in client.get("/outbox/").content.decode()
    assert client.get("/outbox/stop/").status_code == 403
    assert client.post("/outbox/stop/", {"reason": "x"}).status_code == 403
    assert not Hold.objects.exists()


def test_a_hold_of_a_conversation_can_be_lifted_by_a_lead(
    queue: Queue, lead: User, client_of: ClientOf, now: datetime
) -> None:
    dispatch = queue()
    hold = actions.hold(dispatch.lane, "The conversation was closed.", "desk:closed", timezone.now())
    assert again(dispatch).state == State.HELD
    client = client_of(lead)
    assert "The conversation was closed." in client.get("/outbox/").content.decode()
    client.post(f"/outbox/holds/{hold.pk}/lift/")
    assert again(dispatch).state == State.QUEUED


def test_the_pages_go_on_below_the_last_one_shown(queue: Queue, agent: User, client_of: ClientOf) -> None:
    made = [queue(f"words {number:03}", person=f"p{number}") for number in range(53)]
    client = client_of(agent)
    first = client.get("/outbox/?show=waiting").content.decode()
    assert first.count("<article") == 50
    second = client.get(f"/outbox/?show=waiting&before={made[3].pk}").content.decode()
    assert second.count("<article") == 3
    assert "words 003" not in second
