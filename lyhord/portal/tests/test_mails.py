"""Mails to people who asked on our page (S12; reliability, finding 12)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from lyhord.channels import actions as channels
from lyhord.channels.models import Account
from lyhord.intake.models import Thread, Ticket
from lyhord.lib.persons import Person
from lyhord.outbox.models import Dispatch, State
from lyhord.portal import actions, mails, personal_data, steps
from lyhord.portal.models import Follower, Mail
from lyhord.staff.models import Brand, User

pytestmark = pytest.mark.django_db
WORDS = {
    "subject": "BUY NOW",
    "text": "http://spam.example",
    "name": "Click here",
    "email": "Kim@Example.com",
}


@pytest.fixture
def form(brand: Brand, administrator: User, settings: Any, now: datetime) -> Account:
    settings.LYHORD_SMTP_URL = "smtp://localhost"
    settings.LYHORD_PUBLIC_URL = "https://help.example"
    return channels.connect("webform", brand, [], "Help", {}, None, now)


def ask(
    form: Account, now: datetime, visitor: str = "192.0.2.0/24", language: str = "en", **words: Any
) -> Ticket:
    given = WORDS | words
    return actions.ask(form, given, form_key=uuid4(), language=language, visitor=visitor, now=now)


def send_all(now: datetime) -> list[Any]:
    outbox.outbox.clear()
    for _place, pk in steps.due_mails(now):
        steps.send_mail(pk, now)
    return list(outbox.outbox)


def answered(form: Account, ticket: Ticket, now: datetime, text: str = "Spår fyra. /Linnea") -> Dispatch:
    thread, _made = Thread.objects.get_or_create(
        account=form, native=ticket.thread, defaults={"is_public": False, "begun_at": now}
    )
    dispatch = Dispatch.objects.create(
        account=form, thread=thread, verb="reply", lane=f"t{thread.pk}", key=uuid4(), text=text, is_public=False,
        state=State.HANDED_OVER, made_at=now, state_at=now,
    )  # fmt: skip
    steps.hand_over(now)
    return dispatch


def test_the_receipt_bears_no_word_of_who_asked_and_says_that_a_machine_sent_it(
    form: Account, now: datetime
) -> None:
    ticket = ask(form, now)
    (letter,) = send_all(now)
    everything = letter.message().as_string() + letter.subject + letter.body
    for word in ("BUY NOW", "spam.example", "Click here"):
        assert word not in everything
    assert letter.to == ["kim@example.com"] and str(ticket.number) in letter.subject
    assert f"https://help.example/en/help/ticket/{ticket.token}/" in letter.body
    assert letter.message()["Auto-Submitted"] == "auto-generated"
    assert letter.message()["X-Auto-Response-Suppress"] == "All"
    assert send_all(now + timedelta(days=1)) == []


def test_without_a_mail_server_or_an_address_nothing_is_queued(
    form: Account, settings: Any, now: datetime
) -> None:
    ask(form, now, email="")
    settings.LYHORD_SMTP_URL = ""
    ask(form, now)
    assert not Mail.objects.exists()


@pytest.mark.parametrize(("cap", "most"), [("address", 5), ("network", 10)])
def test_what_reaches_one_address_and_what_one_place_causes_is_capped(
    form: Account, now: datetime, cap: str, most: int
) -> None:
    for number in range(15):
        if cap == "address":
            ask(form, now, visitor=f"10.{number}.0.0/24")
        else:
            ask(form, now, email=f"a{number}@example.com")
    assert Mail.objects.count() == most
    assert Ticket.objects.count() == 15  # asking goes on, and nobody is told that an address is known


def test_an_answer_is_told_and_not_shown_to_an_address_that_nobody_confirmed(
    form: Account, now: datetime
) -> None:
    ticket = ask(form, now)
    send_all(now)
    answered(form, ticket, now)
    (letter,) = send_all(now)
    assert "Spår fyra" not in letter.body and ticket.token in letter.body
    steps.hand_over(now)
    assert send_all(now) == []


def test_a_confirmed_address_gets_the_answer_in_the_mail(
    form: Account, client: Client, now: datetime
) -> None:
    ticket = ask(form, now, language="sv")
    (letter,) = send_all(now)
    follower = Follower.objects.get()
    page = f"/sv/help/mail/{follower.token}/"
    assert page in letter.body
    # The link is in mails alone: who only typed the address cannot confirm it.
    assert follower.token not in client.get(f"/sv/help/ticket/{ticket.token}/").content.decode()
    client.get(page)
    assert Follower.objects.get().confirmed_at is None  # a look, as mail filters take, confirms nothing
    assert client.post(page, {"want": "answers"}).status_code == 302
    assert Follower.objects.get().confirmed_at is not None
    answered(form, ticket, now)
    (letter,) = send_all(timezone.now() + timedelta(days=1))
    assert "Spår fyra. /Linnea" in letter.body


def test_who_wants_no_mail_gets_none_not_even_what_waits(
    form: Account, client: Client, now: datetime
) -> None:
    ticket = ask(form, now)
    client.post(f"/en/help/mail/{Follower.objects.get().token}/", {"want": "nothing"})
    answered(form, ticket, now)
    assert send_all(timezone.now() + timedelta(days=1)) == []


def test_a_mail_server_that_does_not_answer_is_tried_again_and_given_up(
    form: Account, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    def broken(mail: Mail) -> None:
        raise mails.NotSent("ConnectionRefusedError")

    monkeypatch.setattr(mails, "send", broken)
    ask(form, now)
    for day in range(1, 9):
        send_all(now + timedelta(days=day))
    row = Mail.objects.get()
    assert (row.attempts, row.due_at, row.sent_at, row.problem) == (5, None, None, "ConnectionRefusedError")


def test_a_token_that_is_none_opens_nothing(client: Client, form: Account) -> None:
    assert client.get(f"/en/help/mail/{'x' * 22}/").status_code == 404


def test_her_address_is_told_to_her_and_forgotten_with_her(form: Account, now: datetime) -> None:
    ask(form, now)
    ask(form, now, email="other@example.com")
    kim = Person(addresses=("kim@example.com",))
    assert [one["address"] for one in personal_data.export(kim)["followers"]] == ["kim@example.com"]
    personal_data.erase(kim, now)
    assert list(Follower.objects.values_list("address", flat=True)) == ["other@example.com"]
