"""The pages of the desk, asked as a browser does."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.conftest import ClientOf, MakeUser
from lyhord.customers.models import Merge
from lyhord.desk import queries
from lyhord.desk.models import Conversation, Draft, Note, Status, Turn
from lyhord.desk.tests.conftest import World
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import Brand, Team, User

HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def linnea(make_user: MakeUser) -> User:
    return make_user(name="Linnea Nord", undo_seconds=10)


@pytest.fixture
def world(account: Any, now: Any) -> World:
    return World(account, timezone.now())


@pytest.fixture
def web(linnea: User, client_of: ClientOf) -> Client:
    return client_of(linnea)


def reply(web: Client, world: World, conversation: Conversation, **given: Any) -> Any:
    told = {
        "strand": world.strand(conversation).pk,
        "kind": "public",
        "text": "Klockan tolv.",
        "seen": queries.newest_turn(conversation.pk),
        "form_key": str(uuid4()),
    }
    return web.post(f"/conversation/{conversation.pk}/reply/", told | given, **HTMX)


def trigger(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer["HX-Trigger"])
    return told


@pytest.mark.parametrize(
    "path",
    [
        "/inbox/",
        "/inbox/{pk}/",
        "/conversation/{pk}/",
        "/conversation/{pk}/news/",
        "/inbox/counts/",
        "/inbox/more/",
    ],
)
def test_every_page_draws_what_she_sees(web: Client, world: World, path: str) -> None:
    conversation = world.says("Aino", "Vagnen är kall")
    answer = web.get(path.format(pk=conversation.pk))
    assert answer.status_code == 200
    if "counts" not in path:
        assert b"Vagnen \xc3\xa4r kall" in answer.content


def test_a_stranger_to_the_brand_finds_nothing(
    world: World, make_user: MakeUser, client_of: ClientOf
) -> None:
    conversation = world.says("Aino")
    team = Team.objects.create(brand=Brand.objects.create(name="Other"), name="x")
    stranger = client_of(make_user(team=team))
    for path in (
        f"/inbox/{conversation.pk}/",
        f"/conversation/{conversation.pk}/",
        f"/conversation/{conversation.pk}/news/",
    ):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/conversation/{conversation.pk}/close/").status_code == 404
    assert b"Aino" not in stranger.get("/inbox/").content


def test_rows_are_given_as_they_stand_and_those_that_left_are_not(web: Client, world: World) -> None:
    stays, leaves = world.says("Aino", "Kvar"), world.says("Erik", "Borta", thread="t2")
    web.post(f"/conversation/{leaves.pk}/close/", **HTMX)
    html = web.get(f"/inbox/rows/?view=open&ids={stays.pk},{leaves.pk},999").content.decode()
    assert f'id="row-{stays.pk}"' in html
    assert f'id="row-{leaves.pk}"' not in html


def test_a_reply_is_queued_signed_and_makes_its_writer_the_owner(
    web: Client, world: World, linnea: User
) -> None:
    conversation = world.says("Aino")
    answer = reply(web, world, conversation)
    assert answer.status_code == 200
    assert trigger(answer)["desk:sent"]["id"] == conversation.pk
    assert [dispatch.text for dispatch in Dispatch.objects.all()] == ["Klockan tolv. /Linnea"]
    assert Conversation.objects.get().assignee == linnea


def test_a_newer_turn_refuses_the_reply_and_says_who_wrote(
    web: Client, world: World, make_user: MakeUser
) -> None:
    conversation = world.says("Aino")
    seen = queries.newest_turn(conversation.pk)
    world.answer(conversation, make_user(name="Petri Ek"), "Klockan ett.")
    answer = reply(web, world, conversation, seen=seen)
    assert answer.status_code == 422
    assert b"Petri Ek" in answer.content
    assert trigger(answer) == {"desk:newer": {"id": conversation.pk}}
    assert Dispatch.objects.count() == 1


def test_the_same_form_twice_is_one_reply(web: Client, world: World) -> None:
    conversation = world.says("Aino")
    key, seen = str(uuid4()), queries.newest_turn(conversation.pk)
    assert [reply(web, world, conversation, form_key=key, seen=seen).status_code for _ in range(2)] == [
        200,
        200,
    ]
    assert Dispatch.objects.count() == 1


@pytest.mark.parametrize(
    "told", [{"text": ""}, {"text": "x" * 600}, {"kind": "shout"}, {"form_key": "no"}, {"strand": 99}]
)
def test_what_cannot_be_sent_is_refused_with_a_reason(
    web: Client, world: World, told: dict[str, Any]
) -> None:
    answer = reply(web, world, world.says("Aino"), **told)
    assert answer.status_code in {404, 422}
    assert not Dispatch.objects.exists()


def test_a_note_stays_in_the_house(web: Client, world: World) -> None:
    conversation = world.says("Aino")
    answer = reply(web, world, conversation, kind="note", text="Ring henne")
    assert answer.status_code == 200
    assert Note.objects.get().text == "Ring henne"
    assert not Dispatch.objects.exists()


def test_undo_gives_the_words_back(web: Client, world: World) -> None:
    conversation = world.says("Aino")
    reply(web, world, conversation)
    answer = web.post("/inbox/undo/", **HTMX)
    assert answer.status_code == 200
    assert trigger(answer)["desk:undone"]["text"].startswith("Klockan tolv.")
    assert Dispatch.objects.get().state == "undone"
    assert web.post("/inbox/undo/", **HTMX).status_code == 422


@pytest.mark.parametrize(
    ("path", "told", "column", "value"),
    [
        ("close/", {}, "status", Status.CLOSED),
        ("snooze/", {"until": "tomorrow"}, "status", Status.SNOOZED),
        ("spam/", {}, "is_spam", True),
        ("priority/", {"priority": 80}, "priority_set", 80),
        ("subject/", {"subject": "Kall vagn"}, "subject", "Kall vagn"),
    ],
)
def test_a_verb_changes_and_undo_brings_back(
    web: Client, world: World, path: str, told: dict[str, Any], column: str, value: Any
) -> None:
    conversation = world.says("Aino")
    before = getattr(conversation, column)
    assert web.post(f"/conversation/{conversation.pk}/{path}", told, **HTMX).status_code == 200
    assert getattr(Conversation.objects.get(), column) == value
    assert web.post("/inbox/undo/", **HTMX).status_code == 200
    assert getattr(Conversation.objects.get(), column) == before


def test_tags_are_added_and_removed(web: Client, world: World) -> None:
    conversation = world.says("Aino")
    web.post(f"/conversation/{conversation.pk}/tag/", {"name": "värme"}, **HTMX)
    assert [tag.name for tag in conversation.tags.all()] == ["värme"]
    web.post(f"/conversation/{conversation.pk}/untag/", {"name": "värme"}, **HTMX)
    assert not conversation.tags.exists()


def test_it_is_assigned_to_a_colleague_and_to_nobody_else(
    web: Client, world: World, make_user: MakeUser
) -> None:
    conversation = world.says("Aino")
    colleague = make_user(name="Petri Ek")
    outsider = make_user(team=Team.objects.create(brand=Brand.objects.create(name="Other"), name="x"))
    path = f"/conversation/{conversation.pk}/assign/"
    assert web.post(path, {"to": outsider.pk}, **HTMX).status_code == 422
    assert web.post(path, {"to": colleague.pk}, **HTMX).status_code == 200
    assert Conversation.objects.get().assignee == colleague
    assert Turn.objects.filter(what="assigned").count() == 1


def test_a_draft_is_kept_shown_to_colleagues_and_taken_over(
    web: Client, world: World, make_user: MakeUser, client_of: ClientOf
) -> None:
    conversation = world.says("Aino")
    assert (
        web.post(f"/conversation/{conversation.pk}/draft/", {"kind": "public", "text": "Halva"}).status_code
        == 200
    )
    other = client_of(make_user(name="Petri Ek"))
    assert b"Draft by Linnea Nord" in other.get(f"/conversation/{conversation.pk}/").content
    mine = Draft.objects.get()
    answer = other.post(f"/conversation/{conversation.pk}/draft/{mine.pk}/take/", **HTMX)
    assert trigger(answer)["desk:draft"]["text"] == "Halva"
    assert Draft.objects.get().user.name == "Petri Ek"


def test_who_is_there_is_told_in_words(
    web: Client, world: World, make_user: MakeUser, client_of: ClientOf
) -> None:
    conversation = world.says("Aino")
    other = client_of(make_user(name="Petri Ek"))
    path = f"/conversation/{conversation.pk}/presence/"
    web.post(path, {"doing": "writing"})
    assert b"Linnea Nord is writing a reply" in other.post(path, {"doing": "viewing"}).content
    assert b"Petri Ek is looking at this" in web.post(path, {"doing": "viewing"}).content
    assert other.post(path, {"doing": "dancing"}).status_code == 422


def test_many_are_closed_at_once_and_undone_at_once(web: Client, world: World) -> None:
    both = [world.says("Aino"), world.says("Erik", thread="t2")]
    answer = web.post("/inbox/bulk/close/", {"ids": ",".join(str(one.pk) for one in both)}, **HTMX)
    assert trigger(answer)["desk:bulk"]["ids"] == [one.pk for one in both]
    assert set(Conversation.objects.values_list("status", flat=True)) == {Status.CLOSED}
    web.post("/inbox/undo/", **HTMX)
    assert set(Conversation.objects.values_list("status", flat=True)) == {Status.OPEN}
    assert web.post("/inbox/bulk/close/", {"ids": "abc,,999"}, **HTMX).status_code == 422


def test_two_customers_are_merged_and_parted_from_the_card(web: Client, world: World) -> None:
    conversation = world.says("Aino")
    other = world.person("Aino V").customer
    found = web.get(f"/conversation/{conversation.pk}/people/?q=Aino").content.decode()
    assert f'data-merge="{other.pk}"' in found
    assert f'data-merge="{conversation.customer_id}"' not in found
    answer = web.post(f"/conversation/{conversation.pk}/merge/", {"other": other.pk}, **HTMX)
    assert answer.status_code == 200
    merge = Merge.objects.get()
    assert (merge.kept_id, merge.gone_id) == (conversation.customer_id, other.pk)
    assert b"Merged with Aino V" in web.get(f"/conversation/{conversation.pk}/news/").content
    assert web.post(f"/conversation/{conversation.pk}/merge/{merge.pk}/undo/", **HTMX).status_code == 200
    merge.refresh_from_db()
    assert merge.undone_at is not None


def test_the_token_of_the_stream_names_what_she_may_hear_of(web: Client, world: World, linnea: User) -> None:
    from time import time

    from django.conf import settings

    from lyhord.lib import crypto

    told = web.get("/live/token/").json()
    claims = crypto.read(told["token"], crypto.derived(settings.SECRET_KEY, "push"), now=time())
    assert claims["user"] == linnea.pk
    assert f"a{world.account.pk}" in claims["audiences"]
    assert claims["exp"] - time() <= 600


def test_news_are_given_by_asking_too(web: Client, world: World) -> None:
    begin = web.get("/live/since/?id=").json()
    assert begin["resync"] is True
    conversation = world.says("Aino")
    news = web.get(f"/live/since/?id={begin['last']}").json()
    assert {"topic": "conversation", "id": conversation.pk, "v": conversation.version} in news["changes"]
    assert news["resync"] is False
