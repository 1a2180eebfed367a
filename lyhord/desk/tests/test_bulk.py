"""Everything that matches, and what is done to all that is selected, as the bar over the list asks."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.conftest import ClientOf, MakeUser
from lyhord.desk import actions, queries
from lyhord.desk.menu import COMMANDS
from lyhord.desk.models import Conversation, Status
from lyhord.desk.queries import selecting
from lyhord.desk.tests.conftest import World, make_account
from lyhord.desk.tests.test_inbox import many
from lyhord.desk.views import bulk
from lyhord.staff.models import Brand, Team, User

pytestmark = pytest.mark.django_db
HTMX: Any = {"HTTP_HX_REQUEST": "true"}
DESK = Path(__file__).parents[1]


@pytest.fixture
def world(account: Any, now: Any) -> World:
    return World(account, timezone.now())


@pytest.fixture
def web(linnea: User, client_of: ClientOf) -> Client:
    return client_of(linnea)


@pytest.fixture
def both(world: World) -> list[Conversation]:
    return [world.says("Aino"), world.says("Erik", thread="t2")]


def ids(web: Client, **query: str) -> dict[str, Any]:
    told: dict[str, Any] = web.get("/inbox/ids/", query).json()
    return told


def act(web: Client, verb: str, rows: list[Conversation], **given: Any) -> Any:
    told = {"ids": ",".join(str(one.pk) for one in rows)} | given
    return web.post(f"/inbox/bulk/{verb}/", told, **HTMX)


def stand(rows: list[Conversation], name: str) -> list[Any]:
    found = {one.pk: one for one in Conversation.objects.filter(pk__in=[row.pk for row in rows])}
    return [getattr(found[row.pk], name) for row in rows]


# What matches ----------------------------------------------------------------------------------------------------


def test_all_that_match_are_more_than_the_rows_of_a_page(world: World, web: Client) -> None:
    rows = many(world, 70)
    told = ids(web)
    assert told["ids"] == [row.pk for row in reversed(rows)] and told["total"] == 70
    assert told["text"] == "All 70 that match."


@pytest.mark.parametrize("view", queries.VIEWS)
def test_they_are_those_of_the_list_in_its_order(world: World, web: Client, linnea: User, view: str) -> None:
    for n in range(4):
        kind = "complaint" if n > 1 else "question"
        world.says(f"P{n}", thread=f"t{n}", told={"kind": kind})
        world.later(minutes=1)
    first, second, *_rest = Conversation.objects.order_by("pk")
    actions.take(first, by=linnea, now=world.now)
    actions.close(second, by=linnea, now=world.now)
    assert ids(web, view=view)["ids"] == [row.id for row in queries.inbox(linnea, view).rows]


def test_filters_and_operators_narrow_what_is_selected(
    world: World, web: Client, linnea: User, both: list[Conversation]
) -> None:
    actions.tag(both[0], "Late", by=linnea, now=world.now)
    for query in ({"tag": "Late"}, {"q": "tag:late"}, {"q": "aino"}, {"q": f"#{both[0].number}"}):
        assert ids(web, **query)["ids"] == [both[0].pk], query
    assert ids(web, q="-tag:late")["ids"] == [both[1].pk]
    assert ids(web, account="999") == {"ids": [], "total": 0, "text": "Nothing matches."}
    assert ids(web, tag="Late")["text"] == "1 matches."


def test_more_than_go_at_once_are_told(world: World, web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = many(world, 6)
    monkeypatch.setattr(bulk, "MOST", 3)
    told = ids(web)
    assert told["ids"] == [row.pk for row in rows[:-4:-1]] and told["total"] == 6
    assert told["text"] == "3 of 6: the first ones of the list."
    monkeypatch.setattr(selecting, "MOST_COUNTED", 5)
    assert ids(web)["text"] == "3 of more than 5: the first ones of the list."


def test_nobody_selects_what_she_does_not_see(
    world: World, both: list[Conversation], make_user: MakeUser, client_of: ClientOf
) -> None:
    stranger = make_user(team=Team.objects.create(brand=Brand.objects.create(name="Annat"), name="Lag"))
    assert ids(client_of(stranger))["ids"] == []
    assert act(client_of(stranger), "tag", both, name="x").status_code == 422
    assert not Conversation.objects.filter(tags__isnull=False).exists()


def test_it_is_two_statements_however_many_there_are(
    world: World, linnea: User, django_assert_num_queries: Any
) -> None:
    many(world, 30)
    with django_assert_num_queries(2):  # her accounts, and the ids
        assert queries.matching(linnea, "open", most=500).total == 30


# What is done ----------------------------------------------------------------------------------------------------


def test_hundreds_change_at_once_and_are_taken_back_at_once(world: World, web: Client) -> None:
    rows = many(world, 210)
    answer = act(web, "tag", rows, name="Storm")
    assert "210 conversations changed." in answer.content.decode()
    assert len(json.loads(answer["HX-Trigger"])["desk:bulk"]["ids"]) == 100  # a header is no list
    assert Conversation.objects.filter(tags__name="Storm").count() == 210
    undone = web.post("/inbox/undo/", **HTMX)
    assert len(json.loads(undone["HX-Trigger"])["desk:undone"]["ids"]) == 100
    assert not Conversation.objects.filter(tags__name="Storm").exists()


@pytest.mark.parametrize(
    ("verb", "given", "field", "value"),
    [
        ("priority", {"priority": "90"}, "priority_set", 90),
        ("snooze", {"until": "later"}, "status", Status.SNOOZED),
        ("spam", {}, "is_spam", True),
        ("close", {}, "status", Status.CLOSED),
    ],
)
def test_a_verb_of_the_menu_is_done_to_all_and_undone(
    web: Client, both: list[Conversation], verb: str, given: dict[str, str], field: str, value: Any
) -> None:
    before = stand(both, field)
    assert act(web, verb, both, **given).status_code == 200
    assert stand(both, field) == [value, value]
    web.post("/inbox/undo/", **HTMX)
    assert stand(both, field) == before


def test_a_tag_is_removed_and_the_closed_are_reopened(
    world: World, web: Client, linnea: User, both: list[Conversation]
) -> None:
    act(web, "tag", both, name="Late")
    assert act(web, "untag", both, name="late").status_code == 200
    assert not Conversation.objects.filter(tags__name="Late").exists()
    act(web, "close", both)
    assert act(web, "reopen", both).status_code == 200
    assert stand(both, "status") == [Status.OPEN, Status.OPEN]


def test_all_go_to_a_colleague_a_team_or_nobody(
    web: Client, world: World, petri: User, both: list[Conversation]
) -> None:
    act(web, "assign", both, to=str(petri.pk))
    assert stand(both, "assignee_id") == [petri.pk, petri.pk]
    act(web, "assign", both, to="")
    assert stand(both, "assignee_id") == [None, None]
    team = Team.objects.create(brand=world.account.brand, name="Lost property")
    act(web, "assign", both, to=f"team:{team.pk}")
    assert stand(both, "team_id") == [team.pk, team.pk]
    web.post("/inbox/undo/", **HTMX)
    assert stand(both, "team_id") == [None, None]


def test_one_that_refuses_leaves_the_others_and_says_why(
    world: World, web: Client, petri: User, both: list[Conversation], make_user: MakeUser
) -> None:
    here = Team.objects.create(brand=world.account.brand, name="Here")
    there = Team.objects.create(brand=world.account.brand, name="There")
    world.account.teams.add(here)
    other = make_account(world.account.brand, world.now, name="Annan")
    other.teams.add(there)
    away = world.says("Maja", thread="t3", account=other)
    few = make_user(name="Few Words", email="few@example.com", team=there)
    seen = {row.pk for row in queries.conversations_visible_to(few)}
    assert away.pk in seen and both[0].pk not in seen
    chief = make_user(name="Chief", email="chief@example.com", is_administrator=True)
    web.force_login(chief)
    told = act(web, "assign", [*both, away], to=str(few.pk)).content.decode()
    assert "1 conversation changed. 2 could not be changed." in told and "does not see" in told


@pytest.mark.parametrize(
    ("verb", "given", "why"),
    [
        ("tag", {"name": ""}, "1 to 60 characters"),
        ("assign", {"to": "team:999"}, "That team is not one of yours"),
        ("assign", {"to": "999"}, "does not work with"),
        ("assign", {"to": "x"}, "does not work with"),
        ("priority", {"priority": "101"}, "100"),
        ("snooze", {}, "required"),
        ("reopen", {}, "They are so already"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    web: Client, both: list[Conversation], verb: str, given: dict[str, str], why: str
) -> None:
    answer = act(web, verb, both, **given)
    assert answer.status_code == 422 and why in answer.content.decode()
    assert "Nothing was selected." in act(web, "take", []).content.decode()


def test_more_than_go_at_once_are_refused_and_not_cut_off(web: Client, both: list[Conversation]) -> None:
    chosen = ",".join(str(both[0].pk + n) for n in range(501))
    answer = web.post("/inbox/bulk/take/", {"ids": chosen}, **HTMX)
    assert answer.status_code == 422 and "501 are chosen; at most 500" in answer.content.decode()
    assert stand(both, "assignee_id") == [None, None]


# The bar ---------------------------------------------------------------------------------------------------------


def test_the_menu_and_its_dialogs_come_when_they_are_asked_for(
    web: Client, world: World, petri: User, both: list[Conversation]
) -> None:
    page = web.get("/inbox/").content.decode()
    assert "Tag the selected" not in page and 'data-from="/inbox/bulk/more/"' in page
    menu = web.get("/inbox/bulk/more/", **HTMX).content.decode()
    addresses = re.findall(r'data-sheet="([^"]+)"', menu)
    assert len(addresses) == len(bulk.DIALOGS) and "Select all that match" in menu
    for address in addresses:
        sheet = web.get(address, **HTMX).content.decode()
        assert 'id="sheet"' in sheet and 'hx-include="#bulk-ids"' in sheet, address
        verb = re.search(r'hx-post="/inbox/bulk/([a-z-]+)/"', sheet)
        assert verb and verb[1] in bulk.BULK
    assert "Petri Aalto" in web.get("/inbox/bulk/dialog/assign/", **HTMX).content.decode()
    assert web.get("/inbox/bulk/dialog/erase/", **HTMX).status_code == 404


def test_closing_cases_asks_with_what_the_bar_holds(
    world: World, web: Client, linnea: User, both: list[Conversation]
) -> None:
    for one in both:
        actions.make_case(one, by=linnea, now=world.now)
    asked = act(web, "close", both)
    assert json.loads(asked["HX-Trigger"])["desk:sheet"]["address"] == "/inbox/bulk-ending/?n=2"
    sheet = web.get("/inbox/bulk-ending/?n=2", **HTMX).content.decode()
    assert "2 of them are cases" in sheet and 'hx-include="#bulk-ids"' in sheet


def test_keys_of_the_selection_are_those_of_one_conversation() -> None:
    """A verb has one key: while something is selected it is for the selection."""
    bar = "".join((DESK / f"templates/desk/{name}.html").read_text() for name in ("_bulk", "_bulk_more"))
    known = {command.name: command.key for command in COMMANDS}
    told = dict(re.findall(r'data_selected="([a-z]+)", data_selected_key="([^"]+)"', bar))
    assert len(told) == 7 and told == {name: known[name] for name in told}


def test_a_time_of_ones_own_is_the_same_for_all(world: World, web: Client, both: list[Conversation]) -> None:
    at = timezone.localtime(world.now + timedelta(days=3)).replace(second=0, microsecond=0)
    act(web, "snooze", both, until="own", at=f"{at:%Y-%m-%dT%H:%M}")
    assert stand(both, "snoozed_until") == [at, at]
