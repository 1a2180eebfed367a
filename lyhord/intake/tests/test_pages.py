"""The quarantine's pages."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client

from lyhord.channels.models import Account
from lyhord.conftest import ClientOf, MakeUser
from lyhord.intake import steps, views
from lyhord.intake.models import Envelope
from lyhord.intake.tests import makes
from lyhord.staff.models import Brand, Team

HOSTILE = "<script>alert(1)</script>\u202e"


@pytest.fixture(autouse=True)
def network() -> Iterator[makes.Telling]:
    with makes.telling() as connector:
        yield connector


@pytest.fixture
def envelope(brand: Brand, now: datetime) -> Envelope:
    account = makes.make_account(brand, now)
    found = makes.envelope_for(account, HOSTILE.encode(), now)
    steps.read_envelopes(now)
    return found


def test_what_could_not_be_read_is_shown_with_reason_and_bytes(
    envelope: Envelope, make_user: MakeUser, client_of: ClientOf
) -> None:
    client = client_of(make_user("senior"))
    page = client.get("/settings/quarantine/")
    assert page.status_code == 200 and "Not JSON." in page.content.decode()
    words = client.get(f"/settings/quarantine/{envelope.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)" in words and "‹U+202E›" in words
    assert "<script>alert(1)" not in words and "\u202e" not in words


def test_one_click_tries_again(envelope: Envelope, make_user: MakeUser, client_of: ClientOf) -> None:
    client = client_of(make_user("senior"))
    assert client.post(f"/settings/quarantine/{envelope.pk}/retry/").status_code == 302
    envelope.refresh_from_db()
    assert envelope.state == Envelope.WAITING
    assert client.post(f"/settings/quarantine/{envelope.pk}/retry/").status_code == 404


def test_all_are_tried_again(envelope: Envelope, make_user: MakeUser, client_of: ClientOf) -> None:
    client_of(make_user("senior")).post("/settings/quarantine/retry/")
    assert not Envelope.objects.filter(state=Envelope.QUARANTINED).exists()


def test_who_lacks_the_mandate_changes_nothing(
    envelope: Envelope, make_user: MakeUser, client_of: ClientOf
) -> None:
    client = client_of(make_user("agent"))
    client.post(f"/settings/quarantine/{envelope.pk}/retry/")
    client.post("/settings/quarantine/retry/")
    assert Envelope.objects.get().state == Envelope.QUARANTINED
    assert "Try again" not in client.get("/settings/quarantine/").content.decode()


def test_strangers_see_nothing(envelope: Envelope, make_user: MakeUser, client_of: ClientOf) -> None:
    other = Team.objects.create(brand=Brand.objects.create(name="Other"), name="x")
    client = client_of(make_user("senior", team=other))
    assert "Not JSON." not in client.get("/settings/quarantine/").content.decode()
    assert client.get(f"/settings/quarantine/{envelope.pk}/").status_code == 404
    assert client.post(f"/settings/quarantine/{envelope.pk}/retry/").status_code == 404
    assert Client().get("/settings/quarantine/").status_code == 302


def test_many_are_paged(account_with_many: Account, make_user: MakeUser, client_of: ClientOf) -> None:
    client = client_of(make_user("senior"))
    page = client.get("/settings/quarantine/").content.decode()
    assert page.count('class="nowrap"') == views.A_PAGE and "?before=" in page
    last = Envelope.objects.order_by("pk")[2].pk
    assert client.get(f"/settings/quarantine/?before={last}").content.decode().count('class="nowrap"') == 2


@pytest.fixture
def account_with_many(brand: Brand, now: datetime) -> Account:
    account = makes.make_account(brand, now)
    for number in range(views.A_PAGE + 3):
        makes.envelope_for(account, b"bad%d" % number, now)
    steps.read_envelopes(now)
    return account


def test_bytes_that_are_no_text_are_shown_as_hex() -> None:
    assert views.raw_as_text(b"\xff\xfeA\n") == "000000  ff fe 41 0a" + " " * 36 + "  ..A."
    assert views.raw_as_text("é".encode() * 3_000).startswith("éé")
