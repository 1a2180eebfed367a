"""The page for those who answer people about their data, and what goes by age."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.channels.models import Account
from lyhord.conftest import ClientOf, MakeUser
from lyhord.customers.models import Customer, Identity
from lyhord.intake import search
from lyhord.intake.models import Envelope, Post, PostVersion
from lyhord.intake.tests import makes
from lyhord.privacy import actions, commands, steps
from lyhord.privacy.models import Rule, Wish
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(brand: Brand, now: datetime) -> Account:
    return makes.make_account(brand, now)


@pytest.fixture
def anna(account: Account, now: datetime) -> Customer:
    makes.take(account, makes.said("1", "Min hemlighet", at=now), now=now)
    customer = Customer.objects.create(brand=account.brand, name="Anna", since=now)
    Identity.objects.create(
        customer=customer, brand=account.brand, connector=makes.CONNECTOR, native="anna", handle="anna@example.com",
        name="Anna", first_at=now, last_at=now,
    )  # fmt: skip
    return customer


@pytest.fixture
def keeper(make_user: MakeUser) -> User:
    return make_user("administrator", email="keeper@example.com", name="Petra Skydd")


@pytest.fixture
def web(keeper: User, client_of: ClientOf) -> Client:
    return client_of(keeper)


def test_a_person_is_found_and_told_in_one_file_and_the_log_says_so(web: Client, anna: Customer) -> None:
    for q in ("Anna", f"customer:{anna.pk}", f"{makes.CONNECTOR}:anna"):
        assert (
            f"/settings/privacy/person/{anna.pk}/" in web.get("/settings/privacy/", {"q": q}).content.decode()
        )
    answer = web.post(f"/settings/privacy/person/{anna.pk}/export/")
    assert answer["Content-Disposition"] == f'attachment; filename="customer-{anna.pk}.json"'
    told = json.loads(answer.content)
    assert [post["text"] for post in told["rooms"]["intake"]["posts"]] == ["Min hemlighet"]
    wish = Wish.objects.get()
    assert (wish.kind, wish.customer, wish.done_at is not None) == ("access", anna.pk, True)
    assert wish.rows["intake"] >= 1
    assert AuditEvent.objects.filter(verb="person.exported").exists()


def test_forgetting_wants_her_number_and_then_is_for_good(web: Client, anna: Customer) -> None:
    address = f"/settings/privacy/person/{anna.pk}/erase/"
    page = web.post(address, {"number": anna.pk + 1}, follow=True).content.decode()
    assert "Nothing was erased" in page and Post.objects.get().text == "Min hemlighet"
    web.post(address, {"number": anna.pk})
    assert Post.objects.get().text == "" and Wish.objects.get().kind == "erasure"
    assert "Min hemlighet" not in web.get("/settings/privacy/").content.decode()


def test_a_wish_has_a_month_and_two_more_with_a_reason(
    anna: Customer, keeper: User, web: Client, now: datetime
) -> None:
    came = datetime(2026, 1, 31, 12, tzinfo=UTC)
    wish = actions.note_wish(anna, "access", came, by=keeper, now=now)
    assert wish.due_at == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert actions.note_wish(anna, "access", came, by=keeper, now=now) == wish
    assert wish.is_late(wish.due_at + timedelta(seconds=1)) and not wish.is_late(wish.due_at)
    with pytest.raises(actions.NeedsReason):
        actions.extend(wish, " ", by=keeper, now=now)
    web.post(f"/settings/privacy/wish/{wish.pk}/extend/", {"why": "Many accounts"})
    wish.refresh_from_db()
    assert (wish.due_at, wish.extended_for) == (datetime(2026, 4, 30, 12, tzinfo=UTC), "Many accounts")
    actions.export(actions.whole([anna.pk]), by=keeper, now=now)
    wish.refresh_from_db()
    assert wish.done_at == now and Wish.objects.count() == 1


def test_nobody_else_finds_the_page_or_the_person(
    anna: Customer, make_user: MakeUser, client_of: ClientOf, now: datetime
) -> None:
    lead = make_user("lead", email="lead@example.com")
    web = client_of(lead)
    for path in ("", f"person/{anna.pk}/"):
        assert web.get(f"/settings/privacy/{path}").status_code == 403
    assert web.post(f"/settings/privacy/person/{anna.pk}/export/").status_code == 403
    assert web.post(f"/settings/privacy/person/{anna.pk}/erase/", {"number": anna.pk}).status_code == 403
    team = Team.objects.create(brand=Brand.objects.create(name="Other"), name="x")
    other = make_user("administrator", email="o@example.com", team=team)
    assert client_of(other).get(f"/settings/privacy/person/{anna.pk}/").status_code == 404
    with pytest.raises(NotYours):
        actions.erase(actions.whole([anna.pk]), by=other, now=now)
    assert Post.objects.get().text == "Min hemlighet" and not Wish.objects.exists()


# How long we keep what -------------------------------------------------------------------------------------------


def test_every_kind_of_every_room_has_its_rows_and_its_end(now: datetime) -> None:
    kinds = actions.ages()
    assert {"envelopes", "versions", "posts", "drafts", "notes", "answers", "followers"} <= set(kinds)
    for kind, (label, part) in kinds.items():
        assert label and part.aged(kind, now).count() == 0
        assert part.expire(kind, now, now, 10) == 0


def test_what_is_older_than_its_rule_goes_in_batches_and_the_log_says_how_much(
    account: Account, administrator: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, young = now - timedelta(days=400), now - timedelta(days=3)
    for number in range(5):
        makes.take(account, makes.said(f"o{number}", f"gammalt {number}", at=old), now=old)
    makes.take(account, makes.said("y", "nytt", at=young), now=young)
    actions.set_rule("posts", 365, by=administrator, now=now)
    assert steps.would_go(now) == {"posts": 5}
    assert Post.objects.exclude(text="").count() == 6  # a dry look removes nothing
    monkeypatch.setattr(steps, "BATCH", 2)
    assert [steps.retain(now) for _ in range(4)] == [2, 2, 1, 0]
    assert list(Post.objects.exclude(text="").values_list("text", flat=True)) == ["nytt"]
    assert search.find("gammalt", None) == []
    rule = Rule.objects.get()
    assert (rule.removed, rule.last_at) == (5, now)
    assert AuditEvent.objects.filter(verb="retention.removed").count() == 3


def test_without_a_rule_everything_stays(account: Account, now: datetime) -> None:
    old = now - timedelta(days=4000)
    makes.take(account, makes.said("1", "gammalt", at=old), now=old)
    assert steps.retain(now) == 0
    assert Post.objects.get().text == "gammalt" and not Envelope.objects.get().is_blank


def test_raw_bytes_and_earlier_texts_go_and_the_post_stays(
    account: Account, administrator: User, now: datetime
) -> None:
    old = now - timedelta(days=100)
    makes.take(account, makes.said("1", "first", at=old), now=old)
    makes.take(account, makes.said("1", "second", kind="edited", key="e", at=old), now=old)
    for kind in ("envelopes", "versions"):
        actions.set_rule(kind, 90, by=administrator, now=now)
    steps.retain(now)
    assert Post.objects.get().text == "second" and not PostVersion.objects.exists()
    assert all(bytes(raw) == b"" for raw in Envelope.objects.values_list("raw", flat=True))


def test_only_an_administrator_of_all_says_how_long_and_never_too_short(
    web: Client, administrator: User, client_of: ClientOf
) -> None:
    assert web.post("/settings/privacy/keep/posts/", {"days": 100}).status_code == 403
    chief = client_of(administrator)
    page = chief.post("/settings/privacy/keep/posts/", {"days": 3}, follow=True).content.decode()
    assert "at least 30 days" in page and not Rule.objects.exists()
    chief.post("/settings/privacy/keep/posts/", {"days": 100})
    assert Rule.objects.get().days == 100
    chief.post("/settings/privacy/keep/posts/", {"days": ""})
    assert Rule.objects.get().days is None
    page = chief.post("/settings/privacy/keep/nothing/", {"days": 100}, follow=True).content.decode()
    assert "There is no such kind" in page


def test_the_command_says_what_would_go_and_touches_nothing(
    account: Account, administrator: User, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    old = now - timedelta(days=100)
    makes.take(account, makes.said("1", "gammalt", at=old), now=old)
    monkeypatch.setattr("lyhord.privacy.commands.django.setup", lambda: None)
    assert commands.main("retention", []) == 0
    assert "No kind has a time" in capsys.readouterr().out
    actions.set_rule("posts", 90, by=administrator, now=now)
    commands.main("retention", ["--dry-run"])
    assert "posts: 1 would go" in capsys.readouterr().out and Post.objects.get().text == "gammalt"
    commands.main("retention", [])
    assert "Removed 1 rows." in capsys.readouterr().out and Post.objects.get().text == ""
