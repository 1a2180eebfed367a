"""The pages of Settings, Channels."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import translation

from lyhord.channels import actions
from lyhord.channels.actions import connecting
from lyhord.channels.contract import Connected
from lyhord.channels.models import Account, State
from lyhord.channels.tests.fakes import Paper
from lyhord.conftest import ClientOf, MakeUser
from lyhord.lib.sentences import filled
from lyhord.staff.models import Brand, Team, User

VALUES = {"place": "table", "token": "right"}
FORM = {
    "name": "Kundtjänst",
    "purpose": "service",
    "language": "sv",
    "connector-place": "table",
    "connector-token": "right",
}


@pytest.fixture
def account(paper: Paper, brand: Brand, administrator: User, now: datetime) -> Account:
    return actions.connect("paper", brand, [], "Kundtjänst", VALUES, administrator, now)


def test_the_inventory_shows_owner_state_and_what_is_wrong(
    account: Account, administrator: User, client_of: ClientOf, now: datetime
) -> None:
    Account.objects.update(
        admins=1, is_verified=False, expires_at=now - timedelta(days=400), notes=["v1 ends in May."]
    )
    page = client_of(administrator).get("/settings/channels/").content.decode()
    for text in ("Kundtjänst", "Astrid Chef", "Only one person administers it", "has not verified the name"):
        assert text in page
    assert "The token has expired" in page
    assert "v1 ends in May." in page


def test_a_note_is_in_the_readers_language_and_its_values_as_they_were(
    account: Account,
    paper: Paper,
    administrator: User,
    client_of: ClientOf,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    note = filled("The page names this feed, too: %(feed)s", feed="100% wool <b>")
    connecting.learn(account, {}, Connected(native=account.native, notes=(note, "v1 ends in May.")), now)
    account.refresh_from_db()
    plain = translation.gettext
    monkeypatch.setattr(
        translation, "gettext", lambda text: plain(text).replace("The page names", "Sidan anger")
    )
    page = client_of(administrator).get("/settings/channels/").content.decode()
    assert "Sidan anger this feed, too: 100% wool &lt;b&gt;" in page
    assert "v1 ends in May." in page


def test_a_lead_sees_hers_and_nobody_elses(
    account: Account,
    make_user: MakeUser,
    client_of: ClientOf,
    paper: Paper,
    administrator: User,
    now: datetime,
) -> None:
    paper.found = replace(paper.found, native="page2")
    elsewhere = Brand.objects.create(name="Södertåg")
    other = actions.connect("paper", elsewhere, [], "Hemlig", VALUES, administrator, now)
    client = client_of(make_user("lead"))
    page = client.get("/settings/channels/").content.decode()
    assert "Kundtjänst" in page
    assert "Hemlig" not in page
    assert client.get(f"/settings/channels/{account.pk}/").status_code == 200
    assert client.get(f"/settings/channels/{other.pk}/").status_code == 404


def test_an_agent_has_no_channel_pages(account: Account, make_user: MakeUser, client_of: ClientOf) -> None:
    client = client_of(make_user("agent"))
    assert client.get("/settings/channels/").status_code == 403
    assert client.get(f"/settings/channels/{account.pk}/").status_code == 403
    assert client.post(f"/settings/channels/{account.pk}/pause/").status_code == 403
    account.refresh_from_db()
    assert account.state == State.ACTIVE


def test_connecting_by_the_form(paper: Paper, brand: Brand, administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    assert "Put paper on the table." in client.get("/settings/channels/new/").content.decode()
    assert 'type="password"' in client.get("/settings/channels/new/paper/").content.decode()
    answer = client.post("/settings/channels/new/paper/", {**FORM, "brand": brand.pk})
    account = Account.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/settings/channels/{account.pk}/")
    assert (account.name, account.language, account.settings) == (
        "Kundtjänst",
        "sv",
        {"place": "table", "colour": ""},
    )


def test_a_refused_connection_says_why_and_keeps_what_was_written(
    paper: Paper, brand: Brand, administrator: User, client_of: ClientOf
) -> None:
    given = {**FORM, "brand": brand.pk, "connector-token": "wrong-token"}
    answer = client_of(administrator).post("/settings/channels/new/paper/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Paper does not know this token" in page
    assert 'value="table"' in page
    assert "wrong-token" not in page
    assert not Account.objects.exists()


def test_an_empty_form_marks_its_fields(paper: Paper, administrator: User, client_of: ClientOf) -> None:
    answer = client_of(administrator).post("/settings/channels/new/paper/", {})
    assert answer.status_code == 422
    assert answer.content.decode().count("This field is required.") >= 3
    assert paper.seen == []


def test_there_is_no_page_for_an_unknown_network(
    paper: Paper, administrator: User, client_of: ClientOf
) -> None:
    assert client_of(administrator).get("/settings/channels/new/myspace/").status_code == 404


def test_test_now_is_green_or_red_with_the_cause(
    account: Account, paper: Paper, administrator: User, client_of: ClientOf
) -> None:
    client = client_of(administrator)
    path = f"/settings/channels/{account.pk}/"
    assert "It works: the network answered." in client.post(f"{path}test/", follow=True).content.decode()
    paper.found = replace(paper.found, native="page2")
    page = client.post(f"{path}test/", follow=True).content.decode()
    assert "These credentials are for another account" in page


def test_the_page_tells_what_it_can_and_where_the_hook_is(
    account: Account, administrator: User, make_user: MakeUser, client_of: ClientOf
) -> None:
    path = f"/settings/channels/{account.pk}/"
    page = client_of(administrator).get(path).content.decode()
    assert "500 characters" in page
    assert "not yet tried" in page
    assert actions.hook_url(account.app) in page
    assert "right" not in page.split("</head>")[1].replace("arrow-right", "").replace("panel-right", "")
    assert actions.hook_url(account.app) not in client_of(make_user("lead")).get(path).content.decode()


def test_pause_and_resume_by_a_lead(account: Account, make_user: MakeUser, client_of: ClientOf) -> None:
    client = client_of(make_user("lead"))
    client.post(f"/settings/channels/{account.pk}/pause/")
    account.refresh_from_db()
    assert account.state == State.PAUSED
    client.post(f"/settings/channels/{account.pk}/resume/")
    account.refresh_from_db()
    assert account.state == State.ACTIVE
    assert client.get(f"/settings/channels/{account.pk}/renew/").status_code == 403


def test_describing_it(account: Account, team: Team, administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    path = f"/settings/channels/{account.pk}/describe/"
    told = {"name": "Kundservice", "purpose": "brand", "language": "", "teams": [team.pk], "owner": ""}
    assert client.post(path, told).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.purpose, account.owner) == ("Kundservice", "brand", None)
    assert client.post(path, {**told, "purpose": "fun"}).status_code == 422
    account.refresh_from_db()
    assert account.purpose == "brand"


def test_renewing_by_the_form(account: Account, administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    path = f"/settings/channels/{account.pk}/renew/"
    assert 'value="table"' in client.get(path).content.decode()
    assert client.post(path, {"connector-place": "shelf", "connector-token": "wrong"}).status_code == 422
    assert client.post(path, {"connector-place": "shelf", "connector-token": ""}).status_code == 302
    account.refresh_from_db()
    assert account.settings["place"] == "shelf"


def test_retiring_asks_for_the_name(account: Account, administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    path = f"/settings/channels/{account.pk}/retire/"
    answer = client.post(path, {"name": "no"})
    assert answer.status_code == 422
    assert "Type the name of the account, “Kundtjänst”, to retire it." in answer.content.decode()
    client.post(path, {"name": "Kundtjänst"})
    account.refresh_from_db()
    assert account.state == State.RETIRED
