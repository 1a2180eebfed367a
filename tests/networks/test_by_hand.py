"""Places that no program reads, and the telephone: from what somebody writes down to the answer that somebody posts."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lyhord import flow
from lyhord.channels import actions as channels
from lyhord.channels.models import Account
from lyhord.conftest import ClientOf, MakeUser
from lyhord.connectors import phone
from lyhord.desk import actions as desk
from lyhord.desk.models import Conversation, Strand
from lyhord.desk.queries import by_hand
from lyhord.intake.models import Post, Refusal
from lyhord.outbox.models import Dispatch, Receipt, State
from lyhord.outbox.steps import sending, settling
from lyhord.staff.models import Brand, Team, User

pytestmark = pytest.mark.django_db
LOG = (Path(phone.__file__).parent / "fixtures" / "log.csv").read_bytes()
LINK = "https://keskustelu.example/t/123#c9"


@pytest.fixture
def place(brand: Brand, team: Team, administrator: User, now: datetime) -> Account:
    values = {"place": "Suomi24", "look_again": "3"}
    return channels.connect("manual", brand, [team], "Suomi24", values, administrator, now)


@pytest.fixture
def line(brand: Brand, team: Team, administrator: User, now: datetime) -> Account:
    values = {"line": "0771-00 00 00", "country": "46"}
    return channels.connect("phone", brand, [team], "Kundtjänst", values, administrator, now)


@pytest.fixture
def now() -> datetime:
    """The pages read the clock; what they kept is due by then."""
    return timezone.now() + timedelta(minutes=1)


@pytest.fixture
def linnea(make_user: MakeUser) -> User:
    return make_user(role="senior", name="Linnea Berg", email="linnea@example.com")


@pytest.fixture
def window(client_of: ClientOf, linnea: User) -> Client:
    return client_of(linnea)


def walk(now: datetime) -> None:
    while sum(step.run(now) for step in flow.STEPS if step.every == flow.SOON):
        pass


def seen(window: Client, place: Account, **more: Any) -> Any:
    form = {"link": LINK, "author": "Matti", "text": "Missä juna on?", "form_key": str(uuid4())} | more
    return window.post(f"/by-hand/{place.pk}/seen/", form)


def answered(place: Account, by: User, now: datetime) -> Dispatch:
    """Our answer to the only matter, as far as the network it cannot reach."""
    strand = Strand.objects.get()
    turn = desk.reply(
        strand,
        "Juna on Tampereella.",
        seen=strand.conversation.turns.latest("pk").pk,
        is_public=strand.thread.is_public,
        by=by,
        form_key=uuid4(),
        now=now,
        delay=timedelta(0),
    )
    assert turn.dispatch is not None
    sending.send(turn.dispatch.pk, now)
    return Dispatch.objects.get(pk=turn.dispatch.pk)


def test_what_somebody_saw_becomes_a_matter_with_its_link(
    window: Client, place: Account, now: datetime
) -> None:
    assert "Suomi24" in window.get("/by-hand/").content.decode()
    key = str(uuid4())
    assert seen(window, place, form_key=key).status_code == 302
    assert seen(window, place, form_key=key).status_code == 302  # a double click
    walk(now)
    post = Post.objects.get()
    assert (post.text, post.link, post.name, post.is_public) == ("Missä juna on?", LINK, "Matti", True)
    assert Conversation.objects.get().account == place


def test_a_note_without_its_proof_is_drawn_again_with_the_reason(window: Client, place: Account) -> None:
    answer = seen(window, place, link="nowhere")
    assert answer.status_code == 422
    assert "Missä juna on?" in answer.content.decode()
    picture = SimpleUploadedFile("x.png", b"<script>", "image/png")
    assert seen(window, place, picture=picture).status_code == 422
    assert not Post.objects.exists()


def test_an_answer_waits_until_somebody_posted_it_and_gives_the_link(
    window: Client, place: Account, linnea: User, now: datetime
) -> None:
    seen(window, place)
    walk(now)
    dispatch = answered(place, linnea, now)
    assert dispatch.state == State.UNSURE
    settling.settle_unsure(dispatch.pk, now + timedelta(hours=1))
    assert Dispatch.objects.get().state == State.UNSURE  # no program knows better
    assert "Juna on Tampereella." in window.get("/by-hand/").content.decode()

    address = f"/by-hand/answers/{dispatch.pk}/posted/"
    window.post(address, {"link": ""})
    assert Dispatch.objects.get().state == State.UNSURE
    window.post(address, {"link": LINK + "0"})
    window.post(address, {"link": LINK + "1"})
    assert Dispatch.objects.get().state == State.SENT
    receipt = Receipt.objects.get()
    assert (receipt.evidence, receipt.link) == ("person", LINK + "0")
    assert "Juna on Tampereella." not in window.get("/by-hand/").content.decode()


def test_an_open_matter_is_looked_at_again_after_its_days(
    window: Client, place: Account, linnea: User, now: datetime
) -> None:
    seen(window, place)
    walk(now)
    post = Post.objects.get()
    assert by_hand.to_look(linnea, post.at + timedelta(days=2)) == []
    later = post.at + timedelta(days=4)
    assert [each.post for each in by_hand.to_look(linnea, later)] == [post]
    window.post(f"/by-hand/posts/{post.pk}/looked/", {"outcome": "gone", "form_key": str(uuid4())})
    walk(now)
    post.refresh_from_db()
    assert post.deleted_at is not None
    assert by_hand.to_look(linnea, later) == []


def test_seeing_that_it_stands_puts_off_the_next_look(
    place: Account, window: Client, linnea: User, now: datetime
) -> None:
    seen(window, place, at="2026-01-02T08:00")
    walk(now)
    post = Post.objects.get()
    assert by_hand.to_look(linnea, now)
    window.post(f"/by-hand/posts/{post.pk}/looked/", {"outcome": "stands", "form_key": str(uuid4())})
    walk(now)
    assert by_hand.to_look(linnea, now) == []
    assert Post.objects.get().deleted_at is None


def test_a_log_brought_in_twice_is_each_call_once(window: Client, line: Account, now: datetime) -> None:
    for log in (LOG, LOG + b"\n"):
        file = SimpleUploadedFile("log.csv", log, "text/csv")
        assert window.post(f"/by-hand/{line.pk}/log/", {"log": file}).status_code == 302
        walk(now)
    assert sorted(Post.objects.values_list("thread__native", flat=True)) == [
        "tel:+358401234567",
        "tel:+46701234567",
    ]
    assert "hidden" in Refusal.objects.order_by("pk")[0].why


def test_a_call_is_noted_and_the_caller_called_back(
    window: Client, line: Account, linnea: User, now: datetime
) -> None:
    form = {"number": "070-123 45 67", "direction": "in", "text": "Vill ha ersättning", "duration": "4:10"}
    assert window.post(f"/by-hand/{line.pk}/call/", form | {"form_key": str(uuid4())}).status_code == 302
    walk(now)
    post = Post.objects.get()
    assert (post.author, post.is_public) == ("tel:+46701234567", False)
    dispatch = answered(line, linnea, now)
    assert dispatch.state == State.UNSURE
    window.post(f"/by-hand/answers/{dispatch.pk}/posted/", {})
    assert Dispatch.objects.get().state == State.SENT


def test_who_may_not_answer_writes_nothing_down(
    client_of: ClientOf, make_user: MakeUser, place: Account, brand: Brand, now: datetime
) -> None:
    listener = make_user(role="listener", name="Lina", email="lina@example.com")
    assert seen(client_of(listener), place).status_code in {403, 404}
    walk(now)
    assert not Post.objects.exists()
