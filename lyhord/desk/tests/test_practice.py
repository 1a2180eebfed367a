"""The training inbox: what is told of each step, that it is kept and found again, and that nothing else is touched."""

import json
import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from lyhord.conftest import MakeUser
from lyhord.desk import practice
from lyhord.desk.actions import practising as actions
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.menu import COMMANDS
from lyhord.desk.models import Practice
from lyhord.desk.queries import practising as queries
from lyhord.lib import crypto
from lyhord.staff.models import ApiKey, Role, User

BY_NAME = {one.name: one for one in practice.POSTS}


# The posts and what is told of them -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", practice.LANGUAGES)
def test_each_language_tells_of_each_post_and_step(language: str) -> None:
    said = practice.words(language)
    assert list(said["posts"]) == list(practice.NAMES) and len(practice.NAMES) == 12
    assert set(said["usual"]) == set(practice.ACTIONS) and said["fits"]
    english = practice.words("en")["posts"]
    for one in practice.POSTS:
        own = said["posts"][one.name]
        assert own["text"] and own["hint"]
        assert set(own["told"]) == set(english[one.name]["told"]) >= one.right
        assert set(own["told"]) <= set(practice.ACTIONS)


@pytest.mark.parametrize("language", practice.LANGUAGES)
def test_no_sentence_is_said_of_two_posts_and_none_is_left_in_english(language: str) -> None:
    said, english = practice.words(language)["posts"], practice.words("en")["posts"]
    sentences = [text for own in said.values() for text in (own["hint"], *own["told"].values())]
    assert len(sentences) == len(set(sentences))
    if language != "en":
        theirs = {text for own in english.values() for text in (own["hint"], *own["told"].values())}
        assert not theirs & set(sentences)


def test_an_unknown_language_is_told_in_english() -> None:
    assert practice.words("xx") == practice.words("en")
    assert practice.words("sv-se") == practice.words("sv")


def test_what_must_be_done_and_what_does_no_harm_never_overlap() -> None:
    for one in practice.POSTS:
        assert not one.right & one.fits
        assert one.right | one.fits <= set(practice.ACTIONS)
    assert frozenset().union(*(one.right for one in practice.POSTS)) == set(practice.ACTIONS)


@pytest.mark.parametrize(
    ("name", "before", "action", "verdict", "is_done"),
    [
        ("question", [], "reply", "right", True),
        ("question", [], "close", "better", False),
        ("question", ["reply"], "close", "fits", True),  # what was answered may be closed
        ("question", [], "take", "fits", False),
        ("question", [], "spam", "better", False),
        ("complaint", [], "take", "right", False),
        ("complaint", ["take"], "reply", "right", True),
        ("complaint", ["reply"], "take", "right", True),
        ("complaint", [], "assign", "better", False),
        ("press", [], "reply", "better", False),
        ("press", [], "assign", "right", True),
        ("praise", [], "close", "better", False),  # she was not thanked yet
        ("praise", ["close"], "reply", "right", False),  # closing too early is not kept as closed
        ("praise", ["reply"], "close", "right", True),
        ("chatter", [], "close", "right", True),
        ("chatter", [], "reply", "better", False),
        ("spam", [], "spam", "right", True),
        ("spam", [], "hide", "fits", False),
        ("troll", [], "close", "right", True),
        ("troll", [], "hide", "better", False),
        ("private", [], "reply", "right", False),
        ("private", ["reply"], "hide", "right", True),
        ("urgent", ["note"], "snooze", "better", False),
        ("foreign", [], "assign", "right", True),
        ("foreign", [], "reply", "right", True),
        ("two", ["reply"], "close", "better", False),
        ("two", ["reply"], "snooze", "right", True),
    ],
)
def test_each_step_is_judged(name: str, before: list[str], action: str, verdict: str, is_done: bool) -> None:
    told = practice.judge(BY_NAME[name], action, before)
    assert (told.verdict, told.is_done) == (verdict, is_done)
    assert told.why and told.action == action


@pytest.mark.parametrize("language", practice.LANGUAGES)
def test_something_is_told_of_every_step_on_every_post(language: str) -> None:
    for one in practice.POSTS:
        for action in practice.ACTIONS:
            assert practice.judge(one, action, (), language).why


def test_a_step_that_is_none_of_ours_is_no_step() -> None:
    with pytest.raises(KeyError):
        practice.judge(practice.POSTS[0], "delete")


def test_the_next_post_is_the_next_that_is_not_done_and_goes_round() -> None:
    following = practice.next_after("two", {"question": ["reply"]})
    assert following is not None and following.name == "complaint"
    everything = {
        one.name: [*sorted(one.right - {"close"}), *(one.right & {"close"})] for one in practice.POSTS
    }
    assert practice.next_after("two", everything) is None
    assert practice.done_of(everything) == 12


def test_each_step_but_hiding_has_the_key_of_a_command() -> None:
    assert {*practice.ACTIONS} - {command.name for command in COMMANDS} == {"hide"}


# What is kept -----------------------------------------------------------------------------------------------------


def go_through(user: User, now: datetime) -> None:
    for one in practice.POSTS:
        for group in sorted(one.wants, key=lambda group: "close" in group):
            actions.practise(one.name, sorted(group)[0], by=user, now=now)


@pytest.mark.django_db
def test_who_does_all_twelve_has_finished_and_beginning_anew_keeps_it(linnea: User, now: datetime) -> None:
    assert queries.is_offered(linnea)
    go_through(linnea, now)
    found = queries.progress(linnea)
    assert (found.done, found.all, found.begun_at, found.finished_at) == (12, 12, now, now)
    later = now + timedelta(days=1)
    actions.practise_again(by=linnea, now=later)
    found = queries.progress(linnea)
    assert (found.done, found.begun_at, found.finished_at) == (0, None, now)
    go_through(linnea, later)
    assert queries.progress(linnea).finished_at == now
    assert list(Practice.objects.filter(finished_at__isnull=False)) == [Practice.objects.get(user=linnea)]
    assert not queries.is_offered(linnea)


@pytest.mark.django_db
def test_a_step_done_twice_is_kept_once(linnea: User, now: datetime) -> None:
    for action in ("reply", "take", "reply"):
        actions.practise("question", action, by=linnea, now=now)
    assert Practice.objects.get(user=linnea).done == {"question": ["take", "reply"]}
    for name, action in (("question", "delete"), ("nothing", "reply")):
        with pytest.raises(NotPossible):
            actions.practise(name, action, by=linnea, now=now)
    assert Practice.objects.get(user=linnea).done == {"question": ["take", "reply"]}


def rows() -> dict[str, int]:
    """How many rows each table has. A log-in writes a session and what was seen of it."""
    left_out = {"sessions", "Practice"}
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label not in left_out and model.__name__ not in left_out
    }


@pytest.mark.django_db
def test_nothing_but_her_own_practice_is_touched(linnea: User, client: Client) -> None:
    client.force_login(linnea)
    client.get("/practice/")
    before = rows()
    for n, one in enumerate(practice.POSTS, 1):
        for action in practice.ACTIONS:
            answer = client.post(f"/practice/{n}/", {"did": action, "text": f"Secret words on {one.name}"})
            assert answer.status_code == 302
    client.post("/practice/restart/")
    assert rows() == before
    assert "Secret" not in str(Practice.objects.values().get())


# The pages --------------------------------------------------------------------------------------------------------


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.django_db
def test_she_is_told_at_once_what_she_did_and_what_is_left(linnea: User, client: Client) -> None:
    client.force_login(linnea)
    first = page(client, "/practice/2/")
    assert practice.words("en")["posts"]["complaint"]["text"] in first and "2 of 12" in first
    assert 'id="told"' not in first and "To do:" in first
    answer = client.post("/practice/2/", {"did": "take"})
    assert answer["Location"] == "/practice/2/#told"
    told = page(client, "/practice/2/")
    assert "You did: Take" in told and practice.words("en")["posts"]["complaint"]["told"]["take"] in told
    assert "Still to do:" in told and "0 of 12 done" in told
    client.post("/practice/2/", {"did": "reply", "text": "I look into it now."})
    told = page(client, "/practice/2/")
    assert "Still to do:" not in told and "Next post" in told and "1 of 12 done" in told
    assert "I look into it now." not in told


@pytest.mark.django_db
def test_words_are_asked_for_and_what_is_no_step_is_refused(linnea: User, client: Client) -> None:
    client.force_login(linnea)
    for given in ({"did": "reply", "text": "  "}, {"did": "delete"}, {}):
        answer = client.post("/practice/1/", given)
        assert answer["Location"] == "/practice/1/"
    assert "Write a few words first." in page(client, "/practice/1/")
    assert not Practice.objects.filter(user=linnea).exclude(done={}).exists()
    for n in (0, 13):
        assert client.get(f"/practice/{n}/").status_code == 404
        assert client.post(f"/practice/{n}/", {"did": "reply", "text": "x"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("language", practice.LANGUAGES)
def test_the_posts_stand_in_her_own_language(linnea: User, client: Client, language: str) -> None:
    User.objects.filter(pk=linnea.pk).update(language=language)
    client.force_login(linnea)
    for n, name in enumerate(practice.NAMES, 1):
        shown = page(client, f"/practice/{n}/")
        assert practice.words(language)["posts"][name]["hint"] in shown
    assert 'lang="pl"' in shown


@pytest.mark.django_db
def test_the_keys_are_her_own(linnea: User, client: Client) -> None:
    User.objects.filter(pk=linnea.pk).update(keys={"take": "w", "reply": "y"})
    client.force_login(linnea)
    shown = page(client, "/practice/2/")
    assert re.search(r'data-key="w"[^>]*data-command="take"', shown)
    assert re.search(r'data-key="y"[^>]*data-command="reply"', shown)
    assert "<kbd>w</kbd>" in shown and "<kbd>m</kbd>" not in shown
    User.objects.filter(pk=linnea.pk).update(has_keys=False)
    shown = page(client, "/practice/2/")
    assert "<kbd>w</kbd>" not in shown and "Your keys are switched off" in shown


@pytest.mark.django_db
def test_the_end_tells_what_was_learned_and_leads_to_the_inbox(
    linnea: User, client: Client, now: datetime
) -> None:
    client.force_login(linnea)
    assert "Begin" in page(client, "/practice/")
    actions.practise("question", "reply", by=linnea, now=now)
    started = page(client, "/practice/")
    assert "Go on" in started and 'href="/practice/2/"' in started
    go_through(linnea, now)
    ended = page(client, "/practice/")
    assert "All twelve are done" in ended and "To the inbox" in ended and "<kbd>e</kbd>" in ended
    assert client.post("/practice/restart/")["Location"] == "/practice/1/"
    assert "You finished it" in page(client, "/practice/")


@pytest.mark.django_db
def test_it_is_offered_to_who_is_new_until_it_is_begun_or_put_away(
    linnea: User, client: Client, make_user: MakeUser
) -> None:
    client.force_login(linnea)
    assert "/practice/offer/" in page(client, "/inbox/")
    assert "Not now" in page(client, "/practice/offer/")
    assert client.post("/practice/put-away/")["Location"] == "/inbox/"
    assert page(client, "/practice/offer/") == ""
    other = make_user(name="Petri", email="petri@example.com")
    client.force_login(other)
    client.post("/practice/1/", {"did": "take"})
    assert page(client, "/practice/offer/") == ""
    User.objects.filter(pk=other.pk).update(joined_at=other.joined_at - timedelta(days=8))
    assert "/practice/offer/" not in page(client, "/inbox/")


@pytest.mark.django_db
def test_a_lead_sees_who_finished_and_others_do_not(
    linnea: User, client: Client, make_user: MakeUser, now: datetime
) -> None:
    lead = make_user(name="Lead Andersson", email="lead@example.com", role=Role.LEAD)
    go_through(linnea, now)
    client.force_login(lead)
    shown = page(client, "/team/practice/")
    assert linnea.name in shown and "12 of 12" in shown and "Not begun" in shown
    assert [one.user for one in queries.progress_of_team(lead)] == [lead, linnea]
    client.force_login(linnea)
    assert client.get("/team/practice/").status_code == 403
    assert "/team/practice/" not in page(client, "/team/")


# The API ----------------------------------------------------------------------------------------------------------


def caller(user: User, now: datetime, *scopes: str) -> Client:
    plain = f"lyh_{crypto.token()}"
    ApiKey.objects.create(
        user=user, name="t", prefix=plain[:8], digest=crypto.digest(plain), scopes=list(scopes), made_at=now
    )
    return Client(headers={"Authorization": f"Bearer {plain}"})


def do(api: Client, n: int, did: str) -> Any:
    address, told = f"/api/v1/practice/{n}", json.dumps({"did": did})
    return api.post(address, told, "application/json")


@pytest.mark.django_db
def test_the_api_tells_the_same(linnea: User, now: datetime) -> None:
    api = caller(linnea, now, "read", "write")
    shown = api.get("/api/v1/practice").json()
    assert (shown["done"], shown["all"], len(shown["posts"])) == (0, 12, 12)
    assert shown["posts"][10]["left"] == [["assign", "reply"]]
    told = json.loads(do(api, 1, "reply").content)
    assert (told["verdict"], told["is_done"], told["left"]) == ("right", True, [])
    assert (do(api, 1, "delete").status_code, do(api, 13, "reply").status_code) == (422, 404)
    assert api.get("/api/v1/practice").json()["done"] == 1
    assert api.post("/api/v1/practice/restart").json()["done"] == 0
    assert do(caller(linnea, now, "read"), 1, "reply").status_code == 403


@pytest.mark.django_db
def test_the_api_tells_leads_alone_who_finished(linnea: User, make_user: MakeUser, now: datetime) -> None:
    lead = make_user(name="Lead Andersson", email="lead@example.com", role=Role.LEAD)
    go_through(linnea, now)
    found = caller(lead, now, "read").get("/api/v1/team/practice").json()
    assert [(one["person"], one["done"]) for one in found] == [(lead.pk, 0), (linnea.pk, 12)]
    assert found[0]["finished_at"] is None and found[1]["finished_at"]
    assert caller(linnea, now, "read").get("/api/v1/team/practice").status_code == 403
