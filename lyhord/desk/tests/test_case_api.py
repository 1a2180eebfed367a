"""Cases by the API: the same rules as on pages."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lyhord.conftest import MakeUser
from lyhord.desk import steps
from lyhord.desk.models import Case, Conversation, Field, FollowUp, Tag, Turn
from lyhord.desk.tests.conftest import World
from lyhord.lib import crypto
from lyhord.staff.models import ApiKey, User

pytestmark = pytest.mark.django_db
API = "/api/v1"


class Caller:
    """Asks as a person with a key that may read and write."""

    def __init__(self, client: Client, by: User, now: datetime) -> None:
        plain = f"lyh_{crypto.token()}"
        scopes = ["read", "write"]
        ApiKey.objects.create(
            user=by, name="t", prefix=plain[:8], digest=crypto.digest(plain), scopes=scopes, made_at=now
        )
        self.client, self.headers = client, {"Authorization": f"Bearer {plain}"}

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        told = "" if body is None else json.dumps(body)
        headers = self.headers | {"Idempotency-Key": str(uuid4())}
        answer = self.client.generic(method, API + path, told, "application/json", headers=headers)
        assert answer.status_code == status, answer.content[:500]
        return answer.json() if answer.content else None


@pytest.fixture
def lead(make_user: MakeUser) -> User:
    return make_user("lead")


@pytest.fixture
def call(client: Client, lead: User, now: datetime) -> Caller:
    return Caller(client, lead, now)


def complains(world: World) -> Conversation:
    row = world.says("Anna", "Mitt paket kom aldrig!", told={"kind": "complaint", "topic": "delivery"})
    steps.open_cases(world.now)
    return row


def test_a_complaint_is_closed_with_an_outcome(world: World, call: Caller, lead: User) -> None:
    row = complains(world)
    refused = call("POST", f"/conversations/{row.pk}/close", {"outcome": "solved"}, 422)
    assert "no reply" in refused["error"]["message"]
    world.answer(row, lead)
    call("POST", f"/conversations/{row.pk}/close", None, 422)
    bulk = call("POST", "/conversations/bulk", {"ids": [row.pk], "verb": "close"})
    assert "needs an outcome" in bulk["refused"][str(row.pk)]
    done = call("POST", f"/conversations/{row.pk}/close", {"outcome": "solved", "cause": "Sorting"})
    assert done["status"] == "closed"
    told = call("GET", f"/conversations/{row.pk}/case")
    assert (told["state"], told["outcome"], told["cause"]) == ("resolved", "solved", "Sorting")
    assert call("GET", "/cases/results")["all"]["closed"] == 1
    assert call("GET", "/lessons?all=true")["items"][0]["cause"] == "Sorting"


def test_a_question_is_no_case_until_somebody_makes_it_one(world: World, call: Caller) -> None:
    row = world.says("Anna")
    call("GET", f"/conversations/{row.pk}/case", None, 404)
    made = call("POST", "/case-types", {"brand": row.brand_id, "name": "Bus", "hours": 4}, 201)
    steps_of = call("POST", f"/case-types/{made['id']}/steps", {"name": "Ask the depot", "hours": 1}, 201)[
        "steps"
    ]
    told = call("POST", f"/conversations/{row.pk}/case", {"type": made["id"]})
    assert (told["type"], told["steps"][0]["is_current"]) == ("Bus", True)
    step = f"/conversations/{row.pk}/case/steps/{steps_of[0]['id']}"
    assert call("POST", step + "/skip", {"reason": "No depot"})["steps"][0]["reason"] == "No depot"
    assert call("DELETE", step)["steps"][0]["is_done"] is False
    assert call("PUT", step)["steps"][0]["is_done"] is True
    assert call("PATCH", f"/conversations/{row.pk}/case", {"lesson": "Ask first"})["lesson"] == "Ask first"
    call("DELETE", f"/conversations/{row.pk}/case")
    assert call("POST", f"/conversations/{row.pk}/close")["status"] == "closed"


def test_the_number_leads_to_a_page_that_tells_how_far_it_is(
    world: World, call: Caller, client: Client, lead: User
) -> None:
    row = complains(world)
    given = call("POST", f"/conversations/{row.pk}/case/number")
    assert f"#{row.number}" in given["text"]
    token = Case.objects.get().token or ""
    for lang, words in (("en", "Your case has reached us"), ("fi", ""), ("sv", "")):
        page = client.get(f"/{lang}/help/case/{token}/")
        assert page.status_code == 200
        assert words in page.content.decode()
        assert page["X-Robots-Tag"] == "noindex"
        assert "Mitt paket" not in page.content.decode()
    world.answer(row, lead)
    assert "We have answered you" in client.get(f"/en/help/case/{token}/").content.decode()
    assert client.get("/en/help/case/" + "x" * 32 + "/").status_code == 404


def test_follow_ups_fields_joins_and_tags(world: World, call: Caller, lead: User) -> None:
    one, two = world.says("Anna", thread="t1"), world.says("Anna", "Två", thread="t2")
    at = f"/conversations/{one.pk}"
    when = "2027-05-01T09:00:00Z"
    made = call("POST", at + "/follow-ups", {"text": "Call", "due_at": when}, 201)
    assert call("GET", "/follow-ups?open=true")[0]["id"] == made["id"]
    call("PUT", f"/follow-ups/{made['id']}", {"due_at": "2027-06-01T09:00:00Z"})
    assert call("POST", f"/follow-ups/{made['id']}/done")["done_at"]
    field = call("POST", "/fields", {"brand": one.brand_id, "name": "Order", "kind": "number"}, 201)
    call("PUT", f"{at}/fields/{field['id']}", {"value": "many"}, 409)
    assert call("PUT", f"{at}/fields/{field['id']}", {"value": "1 200,50"})[0]["value"] == "1200.5"
    assert call("GET", f"/conversations?field={field['id']}&value=1200.5")["items"][0]["id"] == one.pk
    assert call("POST", f"/conversations/{two.pk}/merge", {"into": one.pk})["id"] == one.pk
    join = call("GET", at + "/joins")[0]
    call("POST", f"{at}/joins/{join['id']}/undo")
    call("POST", f"/conversations/{two.pk}/merge", {"into": one.pk})
    turn = Turn.objects.get(post__text="Två")
    assert call("POST", at + "/split", {"turns": [turn.pk]}, 201)["id"] != one.pk
    tag = call("POST", "/tags", {"brand": one.brand_id, "name": "refund"}, 201)
    assert call("PUT", f"/tags/{tag['id']}", {"name": "Refund"})["name"] == "Refund"
    call("DELETE", f"/tags/{tag['id']}", None, 204)
    call("DELETE", f"/fields/{field['id']}", None, 204)
    assert call("PUT", at + "/expert", {"is_expert": True})["id"] == one.pk
    assert not Tag.objects.exists()
    assert Field.objects.get().retired_at
    assert FollowUp.objects.get().done_at


def test_a_like_acknowledges_praise_and_is_counted_as_seen(world: World, call: Caller, lead: User) -> None:
    told = {"kind": "praise", "needs_answer": False}
    row = world.says("Anna", "Ni är bäst!", told=told)
    world.says("Bo", "Bra jobbat!", thread="t2", told=told)
    post = Turn.objects.get(conversation=row).post
    assert post is not None
    call("POST", f"/conversations/{row.pk}/moderate", {"verb": "like", "post": post.pk}, 201)
    row.refresh_from_db()
    assert (row.status, row.waiting_since) == ("waiting", None)
    assert world.now - row.opened_at < timedelta(days=1)
    found = call("GET", "/cases/results?days=365")
    assert (found["mentions"], found["acknowledged"], found["share_seen"]) == (2, 1, 0.5)
