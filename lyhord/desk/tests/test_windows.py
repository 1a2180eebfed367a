"""How long an answer may be sent, what else there is, and what an answer carries when the ordinary time is over."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lyhord.channels.contract import AccountSide, Allowed, Denied, Outgoing
from lyhord.conftest import MakeUser
from lyhord.desk import actions, queries, steps
from lyhord.desk.models import Conversation, ScheduledReply
from lyhord.desk.tests.conftest import Network, World
from lyhord.outbox.models import Dispatch, State
from lyhord.staff import actions as staff
from lyhord.staff.models import User

pytestmark = pytest.mark.django_db
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
OVER = "The time to answer is over."


def windows(
    account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
) -> Allowed | Denied:
    """A day freely, a week for people; as the networks of Meta."""
    assert last_word_at is not None
    if now < last_word_at + timedelta(hours=24):
        return Allowed(until=last_word_at + timedelta(hours=24), instead=("tag",))
    if now < last_word_at + timedelta(days=7) and not outgoing.is_automatic:
        return Allowed(until=last_word_at + timedelta(days=7), tag="HUMAN")
    return Denied(OVER, instead=("public", "link"))


@pytest.fixture
def there(world: World, network: Network, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(network, "can_reply", windows)
    world.now = timezone.now()
    return world


@pytest.fixture
def web(client: Client, linnea: User) -> Client:
    client.force_login(linnea)
    return client


@pytest.fixture
def api(make_user: MakeUser) -> Client:
    by = make_user("lead", email="lead@example.com")
    _key, plain = staff.make_api_key(
        by=by, name="x", scopes=["read", "write"], expires_at=None, now=timezone.now()
    )
    return Client(headers={"Authorization": f"Bearer {plain}"})


def page(web: Client, pk: int) -> str:
    return web.get(f"/conversation/{pk}/", **HTMX).content.decode()


@pytest.mark.parametrize(
    ("ago", "told", "not_told"),
    [
        (timedelta(hours=1), ["left to answer here", "After that only: an answer that a person writes."],
         ["check warn", "(HUMAN)"]),
        (timedelta(hours=23), ["left to answer here", "check warn"], ["(HUMAN)"]),
        (timedelta(hours=30), ["left to answer here", "(HUMAN)"], ["check warn"]),
        (timedelta(days=8), [OVER, "Possible instead: an answer in public, a link"], ["left to answer here"]),
    ],
)  # fmt: skip
def test_the_composer_shows_how_long_an_answer_goes(
    there: World, web: Client, ago: timedelta, told: list[str], not_told: list[str]
) -> None:
    html = page(web, there.says("Aino", at=there.now - ago).pk)
    assert [words for words in told if words not in html] == []
    assert [words for words in not_told if words in html] == []


def test_the_api_says_the_same(there: World, api: Client) -> None:
    fresh = there.says("Aino", at=there.now - timedelta(hours=1), thread="a")
    late = there.says("Bo", at=there.now - timedelta(days=2), thread="b")
    over = there.says("Cia", at=there.now - timedelta(days=9), thread="c")
    told = [api.get(f"/api/v1/conversations/{one.pk}").json() for one in (fresh, late, over)]
    assert [one["instead"] for one in told] == [["tag"], [], ["public", "link"]]
    assert [one["reply_tag"] for one in told] == ["", "HUMAN", ""]
    assert [one["reply_denied"] for one in told] == ["", "", OVER]
    assert told[0]["reply_until"] is not None and told[2]["reply_until"] is None


def test_where_nothing_goes_the_other_ways_to_her_are_shown(
    there: World, web: Client, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = there.says("Aino")
    assert "Other ways to this customer" not in page(web, conversation.pk)
    monkeypatch.setattr(network, "can_reply", lambda *given: Denied(OVER))
    assert "Other ways to this customer" in page(web, conversation.pk)


def test_telling_it_costs_no_statement_of_its_own(
    there: World, web: Client, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk = there.says("Aino").pk
    page(web, pk)
    counts = []
    for answer in (windows, lambda *given: Allowed()):
        monkeypatch.setattr(network, "can_reply", answer)
        with CaptureQueriesContext(connection) as asked:
            page(web, pk)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# What an answer carries ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ago", "tag"), [(timedelta(hours=1), ""), (timedelta(days=2), "HUMAN")])
def test_a_late_answer_carries_the_tag_and_the_thread_shows_it(
    there: World, web: Client, linnea: User, ago: timedelta, tag: str
) -> None:
    conversation = there.says("Aino", at=there.now - ago)
    turn = there.answer(conversation, linnea)
    assert turn.dispatch is not None and turn.dispatch.tag == tag
    there.becomes(turn.dispatch, State.SENT)
    assert queries.turns(conversation.pk)[-1].tag == tag
    assert ("as a person's answer" in page(web, conversation.pk)) is bool(tag)


def test_what_a_program_wrote_is_refused_where_people_alone_may_answer(there: World, api: Client) -> None:
    conversation = there.says("Aino", at=there.now - timedelta(days=2))
    given = {
        "text": "Hej", "is_public": True, "seen": queries.newest_turn(conversation.pk), "is_automatic": True,
    }  # fmt: skip
    address = f"/api/v1/conversations/{conversation.pk}/replies"
    answer = api.post(address, given, "application/json")
    assert answer.status_code == 409 and OVER in answer.content.decode()
    assert not Dispatch.objects.exists()
    answer = api.post(address, given | {"is_automatic": False}, "application/json")
    assert answer.status_code == 201 and Dispatch.objects.get().tag == "HUMAN"


def schedule(there: World, by: User, conversation: Conversation, hours: float) -> ScheduledReply:
    return actions.schedule(
        there.strand(conversation), "Klockan tolv.", there.now + timedelta(hours=hours), zone="UTC",
        seen=queries.newest_turn(conversation.pk), is_public=True, by=by, form_key=uuid4(), now=there.now,
    )  # fmt: skip


def test_a_scheduled_reply_says_that_its_time_comes_too_late(there: World, web: Client, linnea: User) -> None:
    conversation = there.says("Aino", at=there.now)
    in_time = schedule(there, linnea, conversation, hours=20)
    late = schedule(there, linnea, conversation, hours=24 * 8)
    assert in_time.window_until is None
    assert late.window_until == there.now + timedelta(hours=24)
    assert page(web, conversation.pk).count("The network takes an answer here only until") == 1
    actions.change_scheduled(
        late, by=linnea, now=there.now, seen=queries.newest_turn(conversation.pk), send_at=in_time.send_at
    )
    late.refresh_from_db()
    assert late.window_until is None


def test_when_its_time_is_over_it_is_held_with_that_reason_and_late_it_goes_as_a_persons(
    there: World, linnea: User
) -> None:
    tagged = schedule(there, linnea, there.says("Aino", at=there.now, thread="a"), hours=48)
    over = schedule(there, linnea, there.says("Bo", at=there.now, thread="b"), hours=24 * 8)
    steps.send_scheduled(there.later(hours=24 * 9))
    for row in (tagged, over):
        row.refresh_from_db()
    assert (over.state, over.problem) == ("held", OVER)
    assert tagged.state == "held"  # nine days on: its time was missed too
    assert not Dispatch.objects.exists()
    again = schedule(there, linnea, there.says("Cia", at=there.now, thread="c"), hours=48)
    steps.send_scheduled(there.later(hours=49))
    again.refresh_from_db()
    assert again.dispatch is not None and again.dispatch.tag == "HUMAN"
