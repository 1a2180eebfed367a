"""A department answers by mail: through the mailbox, the rooms, to the case; and no customer is made a conversation of it."""

from datetime import datetime
from uuid import uuid4

import pytest

from lyhord.channels import actions as channels
from lyhord.channels.models import Account
from lyhord.conftest import MakeUser
from lyhord.desk import actions as desk
from lyhord.desk.models import Conversation, Request, RequestTurn, Turn
from lyhord.intake.tests import makes
from lyhord.staff.models import Brand, Team
from tests.test_mail_through_the_rooms import ADDRESS, comes, mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(brand: Brand, team: Team, now: datetime) -> Account:
    settings = {"address": ADDRESS, "plus_addressing": True, "sender_name": "Brand"}
    found = makes.make_account(
        brand, now, connector="email", native=ADDRESS, handle=ADDRESS, settings=settings
    )
    channels.sealed.seal(found.app, {"hook_secret": "of this account alone"})
    found.app.save()
    return found


@pytest.fixture
def row(account: Account, make_user: MakeUser, now: datetime) -> Request:
    comes(account, mail("Kim <kim@customer.example>", message_id="<k1@customer.example>").as_bytes(), now)
    lead = make_user(role="lead")
    given = desk.DepartmentGiven("Finance", addresses=["kassa@our.example"])
    department = desk.make_department(account.brand, given, by=lead, now=now)
    case = Conversation.objects.get()
    return desk.ask(case, department, "Is the sum right?", by=lead, form_key=uuid4(), now=now)


def test_a_mail_to_the_questions_own_address_is_its_answer_without_what_it_quotes(
    row: Request, account: Account, now: datetime
) -> None:
    assert row.address.startswith("help+c") and row.account == account
    words = "It is 40 euro.\n\nOn 20 Nov 2026 at 11:00, Brand wrote:\n> Is the sum right?\n"
    letter = mail("Kassa <kassa@our.example>", words, message_id="<a1@our.example>", subject="Re: question")
    letter.replace_header("to", row.address)
    for _ in range(2):  # the mailbox may give it twice
        comes(account, letter.as_bytes(), now)
    turn = RequestTurn.objects.get(kind="answer")
    assert (turn.text, turn.via, turn.name) == ("It is 40 euro.", "mail", "Kassa")
    row.refresh_from_db()
    assert row.state == "answered" and Conversation.objects.count() == 1
    assert Turn.objects.filter(what="department_answered").count() == 1
    assert not Turn.objects.filter(post__native="<a1@our.example>").exists()


def test_a_mail_to_a_made_up_address_answers_nothing(row: Request, account: Account, now: datetime) -> None:
    letter = mail("Eve <eve@evil.example>", "It is 0 euro.", message_id="<e1@evil.example>")
    head, _sign, tail = row.address.partition("@")
    letter.replace_header("to", f"{head[:-3]}aaa@{tail}")
    comes(account, letter.as_bytes(), now)
    assert not RequestTurn.objects.filter(kind="answer").exists()


def test_an_absence_note_answers_nothing(row: Request, account: Account, now: datetime) -> None:
    letter = mail(
        "Kassa <kassa@our.example>",
        "I am away.",
        message_id="<a2@our.example>",
        auto_submitted="auto-replied",
    )
    letter.replace_header("to", row.address)
    comes(account, letter.as_bytes(), now)
    assert not RequestTurn.objects.filter(kind="answer").exists()


def test_a_mail_after_it_was_withdrawn_answers_nothing_and_stops_nothing(
    row: Request, account: Account, now: datetime
) -> None:
    desk.withdraw_request(row, by=row.by, now=now)
    letter = mail("Kassa <kassa@our.example>", "Late.", message_id="<a3@our.example>")
    letter.replace_header("to", row.address)
    comes(account, letter.as_bytes(), now)
    assert not RequestTurn.objects.filter(kind="answer").exists()
    comes(account, mail("Max <max@customer.example>", message_id="<m1@customer.example>").as_bytes(), now)
    assert Conversation.objects.count() == 2
