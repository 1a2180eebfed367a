"""The pages of own topics: all may look, leads may change, and nobody reads a post of a brand that she does not see."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lyhord.channels.models import Account, App
from lyhord.conftest import ClientOf, MakeUser
from lyhord.staff.models import Brand, User
from lyhord.triage import actions as correcting
from lyhord.triage.models import Assessment, Correction, Topic, TopicExample, TopicModel, Tuning
from lyhord.triage.tests.world import write
from lyhord.triage.topics import actions, examples

pytestmark = pytest.mark.django_db
PAGE = "/settings/triage/topics/"


@pytest.fixture
def web(lead: User, client_of: ClientOf) -> Client:
    return client_of(lead)


@pytest.fixture
def seats(lead: User) -> Topic:
    return actions.create("Seats <b>", "Where one sits", by=lead, now=timezone.now())


def read(client: Client, path: str = "", status: int = 200) -> str:
    answer = client.get(PAGE + path)
    assert answer.status_code == status
    return answer.content.decode()


def sent(client: Client, path: str, body: Any, status: int = 302) -> str:
    answer = client.post(PAGE + path, body)
    assert answer.status_code == status
    return answer.content.decode()


def judged(account: Account, topic: Topic | None, text: str = "Wrong seat", **fields: Any) -> Assessment:
    now = timezone.now()
    post = write(account, now - timedelta(days=1), text, **fields)
    return Assessment.objects.create(
        post=post, at=now, model="x", language="en", kind="question", topic="other",
        own_topic=topic, own_topic_confidence=0.71,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["agent", "listener", "expert", "lead", "administrator"])
def test_all_who_work_here_may_look(
    make_user: MakeUser, client_of: ClientOf, role: str, seats: Topic
) -> None:
    client = client_of(make_user(role, email="looks@example.com"))
    may = role in {"lead", "administrator"}
    for path in ("", f"{seats.pk}/"):
        page = read(client, path)
        assert page.count("<h1>") == 1 and "Seats &lt;b&gt;" in page and "Seats <b>" not in page
        assert ("create/" in page or "change/" in page) == may
    read(client, "999/", status=404)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("create/", {"name": "x"}),
        ("begin/", {}),
        ("teach/", {}),
        ("threshold/", {"chance": "0.4"}),
        ("apply/", {}),
        ("upload/", {"file": SimpleUploadedFile("a.csv", b"a,b")}),
        ("%d/change/", {"name": "x"}),
        ("%d/move/", {"way": "up"}),
        ("%d/retire/", {}),
        ("%d/bring-back/", {}),
        ("%d/examples/", {"texts": "x"}),
    ],
)
def test_an_agent_changes_nothing(
    agent: User, client_of: ClientOf, seats: Topic, path: str, body: dict[str, Any]
) -> None:
    sent(client_of(agent), path % seats.pk if "%" in path else path, body, status=403)
    assert Topic.objects.get().name == "Seats <b>" and not TopicExample.objects.exists()
    assert not TopicModel.objects.exists() and not Tuning.objects.exists()


def test_a_newcomer_begins_with_the_shipped_topics(web: Client) -> None:
    assert "Begin with the shipped topics" in read(web)
    sent(web, "begin/", {})
    page = read(web)
    assert Topic.objects.count() == 17 and "Recruitment" in page and "lacks 8" in page
    assert "Begin with the shipped topics" not in page and "At least two topics need 8 examples" in page


def test_topics_are_made_changed_moved_retired_and_brought_back(web: Client, seats: Topic) -> None:
    sent(web, "create/", {"name": "Tickets", "description": "To ride"})
    sent(web, "create/", {"name": "tickets"})
    tickets = Topic.objects.get(name="Tickets")
    assert Topic.objects.count() == 2
    sent(web, f"{tickets.pk}/move/", {"way": "up"})
    page = read(web)
    assert page.index(">Tickets<") < page.index(">Seats &lt;b&gt;<")
    sent(web, f"{seats.pk}/change/", {"name": "Chairs", "description": ""})
    sent(web, f"{seats.pk}/retire/", {})
    assert "Retired topics" in read(web) and "is retired" in read(web, f"{seats.pk}/")
    sent(web, f"{seats.pk}/bring-back/", {})
    assert "Retired topics" not in read(web) and Topic.objects.get(pk=seats.pk).name == "Chairs"


def test_examples_are_added_one_a_line_and_the_rest_is_told(web: Client, lead: User, seats: Topic) -> None:
    other = actions.create("Tickets", by=lead, now=timezone.now())
    sent(web, f"{other.pk}/examples/", {"texts": "Ticket gone\n"})
    sent(web, f"{seats.pk}/examples/", {"texts": "Wrong seat\n\n Broken <i>seat</i> \r\n"})
    assert seats.examples.count() == 2
    page = read(web, f"{seats.pk}/")
    assert "Broken &lt;i&gt;seat" in page
    told = sent(web, f"{seats.pk}/examples/", {"texts": "ticket GONE\nwrong seat\nNew seat"}, status=200)
    assert (
        "1 example was taken" in told and "Stands under “Tickets”" in told and "Stands there already" in told
    )
    told = sent(web, f"{seats.pk}/examples/", {"texts": "?!"}, status=422)
    assert "No example was taken" in told
    one = seats.examples.earliest("pk")
    sent(web, f"{other.pk}/examples/{one.pk}/remove/", {}, status=404)
    sent(web, f"{seats.pk}/examples/{one.pk}/remove/", {})
    assert seats.examples.count() == 2


def test_many_examples_come_in_pages(web: Client, lead: User, seats: Topic) -> None:
    rows = [examples.Row(n, f"Seat with the word n{'o' * n}", seats) for n in range(60)]
    examples.add(rows, "written", by=lead, now=timezone.now())
    first = read(web, f"{seats.pk}/")
    last = seats.examples.order_by("-pk")[49].pk
    assert f"?after={last}" in first and first.count("remove/") == 50
    assert read(web, f"{seats.pk}/?after={last}").count("remove/") == 10
    assert read(web, f"{seats.pk}/?after=x").count("remove/") == 50


def test_a_file_is_taken_and_what_is_wrong_is_told(web: Client, seats: Topic) -> None:
    def file(content: bytes) -> dict[str, Any]:
        return {"file": SimpleUploadedFile("a.csv", content)}

    told = sent(web, "upload/", file(b"text,topic\nWrong seat,seats <b>\nWifi?,Net\n"), status=200)
    assert "1 example was taken" in told and "There is no topic “Net”" in told
    sent(web, "upload/", file(b"text\nOther seat\n") | {"topic": seats.pk})
    told = sent(
        web, "upload/", file(b"text,topic\nWifi?,Net\nwifi?,Net\n") | {"make_topics": "on"}, status=200
    )
    assert "New topics: Net" in told and Topic.objects.count() == 2 and TopicExample.objects.count() == 3
    for wrong, why in [
        ({}, "Choose a file"),
        (file(b"x" * 1_000_001), "at most 1000"),
        (file(b"\xff\xe5"), "UTF-8"),
    ]:
        sent(web, "upload/", wrong)
        assert why in read(web)
    sent(web, "upload/", file(b"a,b") | {"topic": "999"}, status=404)


def test_posts_judged_so_are_sorted_and_taken_back(
    web: Client, account: Account, lead: User, seats: Topic
) -> None:
    other = actions.create("Tickets", by=lead, now=timezone.now())
    told = judged(account, seats, "Wrong <i>seat</i>")
    page = read(web, f"{seats.pk}/")
    assert "Wrong &lt;i&gt;seat" in page and "71%" in page
    sent(web, f"{seats.pk}/posts/{told.pk}/", {"label": str(seats.pk)})
    assert seats.examples.get().post_id == told.pk and "said by" in read(web, f"{seats.pk}/")
    sent(web, f"{seats.pk}/corrections/{Correction.objects.get().pk}/take-back/", {})
    assert not seats.examples.exists()
    sent(web, f"{seats.pk}/posts/{told.pk}/", {"label": str(other.pk)})
    told.refresh_from_db()
    assert told.own_topic == other and other.examples.count() == 1
    sent(web, f"{seats.pk}/posts/{told.pk}/", {"label": "nonsense"})
    sent(web, f"{seats.pk}/posts/{told.pk}/", {})
    told.refresh_from_db()
    assert told.own_topic == other
    assert "Wrong" not in read(web, f"{seats.pk}/")


def test_nobody_reads_or_sorts_posts_of_a_brand_that_she_does_not_see(
    web: Client, account: Account, lead: User, agent: User, seats: Topic, now: Any
) -> None:
    brand = Brand.objects.create(name="Another")
    app = App.objects.create(connector="demo", name="Other", endpoint="y", made_at=now)
    elsewhere = Account.objects.create(app=app, brand=brand, connector="demo", name="Elsewhere", made_at=now)
    chief = User.objects.create_superuser("chief@example.com", "a long and winding sentence", name="Chief")
    told = judged(elsewhere, seats, "A secret seat")
    correcting.correct(told.post, "own_topic", str(seats.pk), by=chief, now=timezone.now())
    judged(account, seats, "An open seat")
    page = read(web, f"{seats.pk}/")
    assert "secret" not in page and "A post that you may not see" in page and "An open seat" in page
    assert "secret" not in read(web)
    sent(web, f"{seats.pk}/posts/{told.pk}/", {"label": "none"}, status=404)
    sent(web, f"{seats.pk}/corrections/{Correction.objects.get().pk}/take-back/", {}, status=404)
    told.refresh_from_db()
    assert told.own_topic == seats


def test_teaching_is_asked_for_and_what_serves_is_shown(web: Client, lead: User, seats: Topic) -> None:
    sent(web, "teach/", {})
    assert (
        not TopicModel.objects.exists() and "At least two topics" in read(web)
    ) or "Make at least two" in read(web)
    other = actions.create("Tickets", by=lead, now=timezone.now())
    for topic in (seats, other):
        rows = [examples.Row(n, f"{topic.name} word{'y' * n}", topic) for n in range(8)]
        examples.add(rows, "written", by=lead, now=timezone.now())
    sent(web, "teach/", {})
    sent(web, "teach/", {})
    row = TopicModel.objects.get()
    assert row.state == "waiting" and "One is under way" in read(web)
    row.state, row.labels, row.taught = "serving", [seats.pk, other.pk], [1] * 16
    row.figures = {
        "share": 0.75, "largest": 0.5, "topics": {str(seats.pk): [8, 6]}, "confused": [[seats.pk, other.pk, 2]],
    }  # fmt: skip
    row.save()
    page = read(web)
    assert "75%" in page and "Most often confused" in page and "taught 16 examples" in page
    assert "6 of 8" in read(web, f"{seats.pk}/")
    sent(web, "threshold/", {"chance": "0,65"})
    assert Tuning.objects.get().own_topic_from == 0.65
    for wrong in ("0", "1.1", "x", ""):
        sent(web, "threshold/", {"chance": wrong})
        assert Tuning.objects.get().own_topic_from == 0.65
    sent(web, "apply/", {})


def test_why_a_model_does_not_serve_is_told(web: Client, seats: Topic, now: Any) -> None:
    from lyhord.triage.topics import course, settling

    for state, why, values in [
        ("refused", course.NOT_BETTER, {"share": "40%", "largest": "60%"}),
        ("failed", "It failed (%(problem)s). The next night tries again.", {"problem": "MemoryError"}),
        ("replaced", settling.STALE, {}),
    ]:
        TopicModel.objects.create(at=now, state=state, why=why, values=values)
    page = read(web)
    assert "about 60%" in page and "MemoryError" in page and "gone since" in page
