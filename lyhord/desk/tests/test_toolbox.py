"""The toolbox beside the composer, scheduled replies on the page, previews, and the settings of all of it."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lyhord.desk import actions, previewing, queries
from lyhord.desk.actions import Given, GivenMacro, Wording
from lyhord.desk.actions import assist as helping
from lyhord.desk.models import (
    AssistEndpoint,
    Conversation,
    Draft,
    LinkPreview,
    Macro,
    SavedReply,
    ScheduledReply,
)
from lyhord.desk.tests.conftest import World
from lyhord.desk.tests.words_server import WordsServer, serving
from lyhord.intake.models import Post
from lyhord.lib import safefetch
from lyhord.staff.models import User

pytestmark = pytest.mark.django_db
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def lead(make_user: Callable[..., User]) -> User:
    return make_user(role="lead", name="Siv Lund", email="siv@example.com")


@pytest.fixture
def chief(make_user: Callable[..., User]) -> User:
    return make_user(role="", name="Chief", email="chief@example.com", is_administrator=True, is_demo=True)


@pytest.fixture
def conversation(world: World) -> Conversation:
    return world.says("Aino", "Var är tåget? Se https://trains.example/late.")


@pytest.fixture
def server() -> Iterator[WordsServer]:
    with serving() as told:
        yield told


def reply_of(by: User, world: World, text: str = "Hej {customer.first_name}!") -> SavedReply:
    given = Given("Hello", world.account.brand, [Wording("sv", text)], folder="Greetings")
    return actions.save_reply(given, by=by, now=world.now)


def at(conversation: Conversation, rest: str) -> str:
    return f"/conversation/{conversation.pk}/{rest}"


def triggers(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])
    return told


def test_the_toolbox_shows_replies_filled_in_and_search_narrows(
    client: Client, world: World, conversation: Conversation, lead: User, linnea: User
) -> None:
    client.force_login(linnea)
    empty = client.get(at(conversation, "tools/"), **HTMX).content.decode()
    assert "There are no saved replies" in empty
    reply_of(lead, world)
    whole = client.get(at(conversation, "tools/"), **HTMX).content.decode()
    assert "Hej Aino!" in whole and "Greetings" in whole and "/500" in whole
    assert "Help with words" not in whole  # nobody switched it on
    assert "Hej Aino!" in client.get(at(conversation, "tools/"), {"q": "hello"}, **HTMX).content.decode()
    assert "Hej Aino!" not in client.get(at(conversation, "tools/"), {"q": "bag"}, **HTMX).content.decode()
    assert (
        "Hej Aino!"
        in client.get(at(conversation, "complete/"), {"what": "reply", "q": "he"}, **HTMX).content.decode()
    )
    named = client.get(at(conversation, "complete/"), {"what": "handle", "q": "ai"}, **HTMX).content.decode()
    assert "@aino@net" in named


def test_a_reply_is_put_where_she_writes_and_counted(
    client: Client, world: World, conversation: Conversation, lead: User, linnea: User
) -> None:
    reply = reply_of(lead, world)
    client.force_login(linnea)
    answer = client.post(at(conversation, f"tools/reply/{reply.pk}/"), **HTMX)
    assert triggers(answer)["desk:insert"] == {"id": conversation.pk, "text": "Hej Aino!"}
    reply.refresh_from_db()
    assert reply.uses == 1 and reply.used_at is not None
    mine = actions.save_reply(
        Given("Mine", world.account.brand, [Wording("sv", "x")], is_own=True), by=lead, now=world.now
    )
    assert client.post(at(conversation, f"tools/reply/{mine.pk}/"), **HTMX).status_code == 404


def test_a_macro_is_shown_then_run_and_its_words_are_her_draft(
    client: Client, world: World, conversation: Conversation, lead: User, linnea: User
) -> None:
    steps: list[dict[str, Any]] = [{"verb": "tag", "value": "late"}, {"verb": "close", "value": None}]
    given = GivenMacro("Late train", world.account.brand, steps, reply=reply_of(lead, world))
    macro = actions.save_macro(given, by=lead, now=world.now)
    client.force_login(linnea)
    shown = client.get(at(conversation, f"tools/macro/{macro.pk}/"), **HTMX).content.decode()
    assert "Add the tag late" in shown and "Close when the reply is sent" in shown and "Hej Aino!" in shown
    assert not Draft.objects.exists()
    answer = client.post(at(conversation, f"tools/macro/{macro.pk}/"), {"form_key": str(uuid4())}, **HTMX)
    assert answer.status_code == 200, answer.content
    draft = triggers(answer)["desk:draft"]
    assert draft["text"] == "Hej Aino!" and draft["closes"]
    assert "Late train is done." in answer.content.decode()
    undone = client.post("/inbox/undo/", **HTMX)
    assert triggers(undone)["desk:draft"]["text"] == ""
    assert not conversation.tags.exists()


def scheduled_by(client: Client, conversation: Conversation, world: World, **given: str) -> Any:
    usual = {
        "strand": str(world.strand(conversation).pk), "kind": "public", "text": "Klockan tolv.", "form_key": str(uuid4()),
        "seen": str(queries.newest_turn(conversation.pk)), "until": "week",
    }  # fmt: skip
    return client.post(at(conversation, "schedule/"), usual | given, **HTMX)


def test_a_scheduled_reply_is_shown_changed_and_cancelled(
    client: Client, world: World, conversation: Conversation, linnea: User
) -> None:
    client.force_login(linnea)
    assert "scheduled-" not in client.get(at(conversation, ""), **HTMX).content.decode()
    answer = scheduled_by(client, conversation, world)
    assert answer.status_code == 200, answer.content
    assert triggers(answer)["desk:sent"]["id"] == conversation.pk
    row = ScheduledReply.objects.get()
    page = client.get(at(conversation, ""), **HTMX).content.decode()
    assert f'id="scheduled-{row.pk}"' in page and "Klockan tolv." in page and "scheduled a reply" in page
    assert "Klockan tolv." in client.get("/inbox/scheduled/").content.decode()
    local = row.local
    moved = client.post(
        at(conversation, f"scheduled/{row.pk}/"),
        {"text": "Klockan ett.", "until": "own", "at": local},
        **HTMX,
    )
    assert moved.status_code == 200, moved.content
    row.refresh_from_db()
    assert row.text == "Klockan ett."
    gone = client.post(at(conversation, f"scheduled/{row.pk}/cancel/"), **HTMX)
    assert triggers(gone)["desk:draft"]["text"] == "Klockan ett."
    assert "Klockan ett." not in client.get("/inbox/scheduled/").content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {"until": "own", "at": "nonsense"},
        {"until": "own", "at": "2001-01-01T10:00"},
        {"text": ""},
        {"until": "never"},
    ],
)
def test_what_cannot_be_scheduled_says_why(
    client: Client, world: World, conversation: Conversation, linnea: User, given: dict[str, str]
) -> None:
    client.force_login(linnea)
    assert scheduled_by(client, conversation, world, **given).status_code == 422
    assert not ScheduledReply.objects.exists()


def test_a_newer_word_refuses_the_schedule(
    client: Client, world: World, conversation: Conversation, linnea: User
) -> None:
    client.force_login(linnea)
    seen = str(queries.newest_turn(conversation.pk))
    world.later(minutes=1)
    world.says("Aino", "Hallå?")
    answer = scheduled_by(client, conversation, world, seen=seen)
    assert answer.status_code == 422 and "desk:newer" in triggers(answer)


def test_help_is_shown_beside_the_composer_and_failures_are_told(
    client: Client, world: World, conversation: Conversation, chief: User, linnea: User, server: WordsServer
) -> None:
    given = helping.GivenEndpoint("Words", "openai", server.url, is_on=True, brands=[world.account.brand])
    helping.save_endpoint(given, by=chief, now=world.now)
    client.force_login(linnea)
    assert "Help with words" in client.get(at(conversation, "tools/"), **HTMX).content.decode()
    found = client.post(at(conversation, "help/"), {"what": "draft"}, **HTMX).content.decode()
    assert "A machine wrote it" in found and "Take as draft" in found
    assert not Draft.objects.exists()
    post = Post.objects.get()
    assert (
        "Translate into English"
        in client.get(at(conversation, f"post/{post.pk}/tools/"), **HTMX).content.decode()
    )
    told = client.post(at(conversation, f"post/{post.pk}/translate/"), **HTMX).content.decode()
    assert "Machine translation by Words" in told
    server.mode = "error"
    failed = client.post(at(conversation, "help/"), {"what": "draft"}, **HTMX)
    assert failed.status_code == 422 and "error 500" in failed.content.decode()


def test_a_link_is_looked_at_once_and_its_picture_is_ours(
    client: Client, world: World, conversation: Conversation, linnea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    page = b"<title>Late &amp; later</title><meta property='og:site_name' content='Trains'><meta name=description content='All &lt;b&gt;of it'>"

    def fetch(url: str, **_given: Any) -> safefetch.Fetched:
        asked.append(url)
        return safefetch.Fetched(url, page, "text/html", 200)

    monkeypatch.setattr(safefetch, "fetch", fetch)
    client.force_login(linnea)
    post = Post.objects.get()
    tools = client.get(at(conversation, f"post/{post.pk}/tools/"), **HTMX).content.decode()
    assert "https://trains.example/late" in tools and "Translate" not in tools
    url = "https://trains.example/late"
    for _time in range(2):
        shown = client.post(at(conversation, "preview/"), {"url": url}, **HTMX).content.decode()
        assert "Late &amp; later" in shown and "Trains" in shown and "All &lt;b&gt;of it" in shown
    assert asked == [url]
    assert LinkPreview.objects.get().title == "Late & later"
    assert client.get(f"/previews/{'0' * 64}/").status_code == 404
    assert (
        client.post(at(conversation, "preview/"), {"url": "javascript:alert(1)"}, **HTMX).status_code == 422
    )


def test_a_refused_link_says_why(
    client: Client, world: World, conversation: Conversation, linnea: User
) -> None:
    client.force_login(linnea)
    shown = client.post(
        at(conversation, "preview/"), {"url": "http://127.0.0.1/secrets"}, **HTMX
    ).content.decode()
    assert "private network" in shown


def test_reading_a_page_takes_words_alone() -> None:
    told = previewing.read(
        b"<meta property=og:image content='/a.png'><title>A</title><script><title>B</title></script>",
        "https://x.example/p/",
    )
    assert told == previewing.Page("A", "x.example", "", "https://x.example/a.png")
    assert previewing.links("Se (https://a.example/x). Och https://b.example!") == [
        "https://a.example/x",
        "https://b.example",
    ]
    assert previewing.read(b"\xff\xfe" + b"<" * 1000, "https://x.example").title == ""


# Settings ------------------------------------------------------------------------------------------------------------


def test_a_lead_writes_changes_reviews_and_brings_back(client: Client, world: World, lead: User) -> None:
    client.force_login(lead)
    assert "There are no saved replies here yet" in client.get("/settings/replies/").content.decode()
    assert client.get("/settings/replies/new/").status_code == 200
    told = {
        "name": "Delay",
        "brand": world.account.brand.pk,
        "reach": "brand",
        "lang": ["sv", ""],
        "connector": ["", ""],
        "text": ["Sent.", ""],
    }
    answer = client.post("/settings/replies/new/", told)
    row = SavedReply.objects.get()
    assert answer.headers["Location"] == f"/settings/replies/{row.pk}/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "5/500" in page and "The words were never changed" in page
    client.post(f"/settings/replies/{row.pk}/", told | {"text": ["Mycket sent.", ""]})
    client.post(f"/settings/replies/{row.pk}/review/", {"review": "adapt", "note": "Stiff"})
    assert "Stiff" in client.get("/settings/replies/?review=adapt").content.decode()
    client.post(f"/settings/replies/{row.pk}/restore/", {"number": "1"})
    assert row.texts.get().text == "Sent."
    wrong = client.post(f"/settings/replies/{row.pk}/", told | {"text": ["{customer.nmae}", ""]})
    assert wrong.status_code == 422 and "no variable" in wrong.content.decode()
    client.post(f"/settings/replies/{row.pk}/delete/")
    assert not SavedReply.objects.exists()


def test_a_macro_is_written_shown_and_deleted(client: Client, world: World, lead: User) -> None:
    client.force_login(lead)
    assert "There are no macros yet" in client.get("/settings/macros/").content.decode()
    told = {
        "name": "Refund", "brand": world.account.brand.pk, "reach": "brand", "is_on": "on", "step": ["assign:me", "tag", "snooze:days:2", ""],
        "value": ["", "refund", "", ""],
    }  # fmt: skip
    assert client.get("/settings/macros/new/").status_code == 200
    client.post("/settings/macros/new/", told)
    row = Macro.objects.get()
    assert [one["verb"] for one in row.steps] == ["assign", "tag", "snooze"]
    assert "Add the tag refund" in client.get("/settings/macros/").content.decode()
    assert client.get(f"/settings/macros/{row.pk}/").status_code == 200
    wrong = client.post(f"/settings/macros/{row.pk}/", told | {"step": ["set_priority"], "value": ["900"]})
    assert wrong.status_code == 422 and "0 to 100" in wrong.content.decode()
    client.post(f"/settings/macros/{row.pk}/delete/")
    assert not Macro.objects.exists()


def test_an_agent_sees_what_she_may_not_change(
    client: Client, world: World, lead: User, linnea: User
) -> None:
    reply = reply_of(lead, world)
    client.force_login(linnea)
    assert "A team lead may change this" in client.get(f"/settings/replies/{reply.pk}/").content.decode()
    assert client.post(f"/settings/replies/{reply.pk}/delete/").status_code == 403
    assert client.get("/settings/assist/").status_code == 403
    assert SavedReply.objects.exists()


def test_an_administrator_names_tries_and_forgets_a_server(
    client: Client, world: World, chief: User, server: WordsServer
) -> None:
    client.force_login(chief)
    assert "Nothing leaves this installation" in client.get("/settings/assist/").content.decode()
    told = {
        "name": "Words", "protocol": "openai", "url": server.url, "key": "sesam", "per_day": "9", "seconds": "5", "is_on": "on",
        "brands": [str(world.account.brand.pk)],
    }  # fmt: skip
    client.post("/settings/assist/", told)
    row = AssistEndpoint.objects.get()
    assert row.is_on and list(row.brands.all()) == [world.account.brand]
    page = client.get("/settings/assist/").content.decode()
    assert "sesam" not in page and server.url in page
    client.post(f"/settings/assist/{row.pk}/try/")
    assert "Words answers" in client.get("/settings/assist/").content.decode()
    wrong = client.post(f"/settings/assist/{row.pk}/", told | {"url": "ftp://x"})
    assert wrong.status_code == 422
    client.post(f"/settings/assist/{row.pk}/delete/")
    assert not AssistEndpoint.objects.exists()


def test_an_unused_toolbox_costs_the_conversation_no_statement(
    client: Client, world: World, conversation: Conversation, linnea: User
) -> None:
    client.force_login(linnea)
    client.get(at(conversation, ""), **HTMX)
    with CaptureQueriesContext(connection) as seen:
        client.get(at(conversation, ""), **HTMX)
    tables = ("desk_savedreply", "desk_macro", "desk_scheduledreply", "desk_assist", "desk_linkpreview")
    assert not [one["sql"] for one in seen.captured_queries if any(table in one["sql"] for table in tables)]
