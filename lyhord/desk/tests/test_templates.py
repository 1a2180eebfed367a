"""Approved templates: offered with what we know, sent as approved, shown as the customer sees them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lyhord.channels.contract import Allowed, Denied, Outgoing, Price, Template
from lyhord.conftest import MakeUser
from lyhord.desk import actions, queries
from lyhord.desk.models import Conversation, Proposal, Trust
from lyhord.desk.tests.conftest import Network, World
from lyhord.outbox import actions as outbox
from lyhord.outbox import queries as outbox_queries
from lyhord.outbox.models import Dispatch
from lyhord.staff import actions as staff
from lyhord.staff.models import User

pytestmark = pytest.mark.django_db
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
BODY = "Norrtåg\nHej {{first_name}}, ärende {{1}} är löst."
SOLVED = Template("solved", "sv", "utility", BODY, ("first_name", "1"))
PLAIN = Template("hello", "en_US", "marketing", "Hello!")


@pytest.fixture(autouse=True)
def approved(network: Network, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def may(account: Any, outgoing: Outgoing, last_word_at: Any, now: Any) -> Allowed | Denied:
        if outgoing.template:
            return Allowed(price=Price(0.07, "EUR", "Each one costs."))
        return Denied("The window is closed.", instead=("template",))

    monkeypatch.setattr(network, "can_reply", may)
    monkeypatch.setattr(network, "templates", lambda account: (PLAIN, SOLVED))
    yield


@pytest.fixture
def talk(world: World) -> Conversation:
    return world.says("Aino", is_public=False)


@pytest.fixture
def web(client: Client, linnea: User) -> Client:
    client.force_login(linnea)
    return client


@pytest.fixture
def api(make_user: MakeUser, world: World) -> Client:
    by = make_user("lead", email="lead@example.com")
    _key, plain = staff.make_api_key(
        by=by, name="x", scopes=["read", "write"], expires_at=None, now=world.now
    )
    return Client(headers={"Authorization": f"Bearer {plain}"})


def chosen(*values: str, name: str = "solved", language: str = "sv") -> outbox.Chosen:
    return outbox.Chosen(name, language, values)


def test_where_the_window_is_closed_the_composer_offers_them(
    web: Client, talk: Conversation, world: World
) -> None:
    html = web.get(f"/conversation/{talk.pk}/", **HTMX).content.decode()
    strand = world.strand(talk).pk
    offered = f"/conversation/{talk.pk}/templates/?strand={strand}"
    assert "Choose a template" in html and html.count(offered) == 2  # beside the toolbox too
    given = {"kind": "private", "text": "Hej", "strand": strand}
    assert offered in web.post(f"/conversation/{talk.pk}/draft/", given, **HTMX).content.decode()


def test_the_dialog_fills_in_what_we_know_and_finds(web: Client, talk: Conversation) -> None:
    html = web.get(f"/conversation/{talk.pk}/templates/", **HTMX).content.decode()
    assert html.index("solved") < html.index("hello")  # hers first
    assert 'value="Aino"' in html
    assert "€0.07" in html and "Each one costs." in html and "data-body" in html
    found = web.get(f"/conversation/{talk.pk}/templates/?q=hell", **HTMX).content.decode()
    assert "hello" in found and "solved" not in found
    assert "Nothing found" in web.get(f"/conversation/{talk.pk}/templates/?q=zz", **HTMX).content.decode()


def test_it_is_sent_once_and_shown_as_she_sees_it(web: Client, talk: Conversation, world: World) -> None:
    given = {
        "strand": world.strand(talk).pk, "seen": queries.newest_turn(talk.pk), "form_key": str(uuid4()),
        "name": "solved", "language": "sv", "value": ["{customer.first_name|du}", "{case.number}"],
    }  # fmt: skip
    for _press in range(2):
        answer = web.post(f"/conversation/{talk.pk}/templates/send/", given, **HTMX)
        assert answer.status_code == 200, answer.content
    dispatch = Dispatch.objects.get()
    assert dispatch.text == f"Norrtåg\nHej Aino, ärende #{talk.number} är löst."
    assert dispatch.template == {"name": "solved", "language": "sv", "values": ["Aino", f"#{talk.number}"]}
    outgoing = outbox_queries.outgoing(dispatch)
    assert (outgoing.template, outgoing.template_values) == ("solved/sv", ("Aino", f"#{talk.number}"))
    row = queries.turns(talk.pk)[-1]
    assert (row.text, row.template) == (dispatch.text, "solved")
    html = web.get(f"/conversation/{talk.pk}/", **HTMX).content.decode()
    assert "Hej Aino, ärende" in html


@pytest.mark.parametrize(
    ("wanted", "error", "why"),
    [
        (chosen("Aino"), outbox.WrongValues, "2 places to fill; 1"),
        (chosen("Aino", "  "), outbox.WrongValues, "{1}"),
        (chosen("Aino", "x" * 1025), outbox.WrongValues, "1025"),
        (chosen("Aino", "{case.link}"), actions.NotPossible, "case.link"),
        (chosen(name="gone"), outbox.NoSuchTemplate, "gone"),
        (chosen(language="fi"), outbox.NoSuchTemplate, "fi"),
    ],
)
def test_what_cannot_go_is_said_by_name(
    talk: Conversation, world: World, linnea: User, wanted: outbox.Chosen, error: type[Exception], why: str
) -> None:
    with pytest.raises(error, match=re.escape(why)):
        world.answer(talk, linnea, "", template=wanted)
    with pytest.raises(actions.NotPossible, match="without words of your own"):
        world.answer(talk, linnea, "Hej", template=wanted)
    assert not Dispatch.objects.exists()


def test_the_api_offers_and_sends_them(api: Client, talk: Conversation) -> None:
    address = f"/api/v1/conversations/{talk.pk}/"
    (first, _second) = api.get(address + "templates").json()
    assert (first["name"], first["language"], first["holes"]) == ("solved", "sv", ["first_name", "1"])
    given: dict[str, Any] = {"is_public": False, "seen": queries.newest_turn(talk.pk)}
    wanted = {"name": "solved", "language": "sv", "values": ["Aino"]}
    answers = [
        api.post(address + "replies", given | more, "application/json")
        for more in ({"text": "Hej"}, {"template": wanted}, {"template": wanted | {"name": "x"}}, {})
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 409, 422]
    assert [answer.json()["error"]["code"] for answer in answers][1:3] == ["wrong_values", "no_such_template"]
    sent = api.post(
        address + "replies", given | {"template": wanted | {"values": ["Aino", "77"]}}, "application/json"
    )
    assert (sent.status_code, sent.json()["template"]) == (201, "solved")


def test_a_second_reader_lets_it_go_as_it_is(
    talk: Conversation, world: World, linnea: User, make_user: MakeUser
) -> None:
    lead = make_user("lead", email="lead@example.com")
    Trust.objects.create(user=linnea, level="all")
    turn = world.answer(talk, linnea, "", template=chosen("Aino", "77"))
    assert turn.what == "proposed" and not Dispatch.objects.exists()
    row = Proposal.objects.get()
    assert row.text == "Norrtåg\nHej Aino, ärende 77 är löst."
    given: dict[str, Any] = {"seen": queries.newest_turn(talk.pk), "by": lead, "now": world.later(hours=0.1)}
    with pytest.raises(actions.NotPossible, match="cannot be changed"):
        actions.approve_reply(row, text="Hej!", **given)
    actions.approve_reply(row, delay=timedelta(0), **given)
    assert Dispatch.objects.get().template["values"] == ["Aino", "77"]


def test_erasing_her_words_takes_the_values(talk: Conversation, world: World, linnea: User) -> None:
    from lyhord.outbox.personal_data import empty

    turn = world.answer(talk, linnea, "", template=chosen("Aino", "77"))
    assert turn.dispatch is not None
    empty([turn.dispatch.pk], world.now)
    turn.dispatch.refresh_from_db()
    assert (turn.dispatch.text, turn.dispatch.template) == ("", {})
