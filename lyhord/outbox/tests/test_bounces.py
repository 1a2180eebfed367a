"""R81: a storm of bounces is one finding, not ten thousand."""

import time
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.channels.models import Account
from lyhord.conftest import ClientOf, MakeUser
from lyhord.intake.models import Report
from lyhord.outbox import actions, queries, rules, steps
from lyhord.outbox.models import Bounce, Dispatch, State
from lyhord.outbox.tests.conftest import Queue
from lyhord.staff import actions as staff
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import Team, User

MINUTE = timedelta(minutes=1)


def sent(account: Account, now: datetime, n: int, domain: str = "dead.example") -> list[Dispatch]:
    rows = [
        Dispatch(
            account=account, lane=f"d{domain}{number}", verb="reply", person=f"mail:kim{number}@{domain}", text="Hej",
            key=uuid4(), state=State.SENT, made_at=now, sent_at=now, state_at=now,
        )
        for number in range(n)
    ]  # fmt: skip
    return Dispatch.objects.bulk_create(rows)


def come_back(rows: list[Dispatch], now: datetime, text: str = "kim: 5.1.2 no such domain") -> None:
    Report.objects.bulk_create(
        [
            Report(account=row.account, kind="delivered", item=str(row.key), ok=False, text=text, at=now)
            for row in rows
        ]
    )
    while steps.take_reports(now + MINUTE):
        pass


@pytest.mark.parametrize(
    ("report", "is_soft"),
    [
        ("kim@a.example: 4.2.2 mailbox full", True),
        ("kim@a.example: 452 try later", True),
        ("kim@a.example: 5.1.1 no such user", False),
        ("kim@a.example: 550 no", False),
        ("kim452@a.example: 5.1.1 no such user", False),
        ("450@a.example: 550 no", False),
        ("4.4.1 no answer from host", True),
        ("Not delivered; the report gives no reason.", False),
        ("", False),
    ],
)
def test_soft_and_hard_are_told_apart_by_the_code(report: str, is_soft: bool) -> None:
    assert rules.is_soft(report) is is_soft


@pytest.mark.parametrize(
    ("person", "domain"),
    [("mail:kim@Dead.Example", "dead.example"), ("12345", ""), ("", ""), ("a@b@c.example", "c.example")],
)
def test_the_domain_of_an_address(person: str, domain: str) -> None:
    assert rules.domain(person) == domain


@pytest.mark.django_db
def test_ten_thousand_bounces_of_one_dead_domain_are_one_finding(
    account: Account, lead: User, client_of: ClientOf, now: datetime
) -> None:
    rows = sent(account, now, 10_000)
    Dispatch.objects.filter(pk__in=[row.pk for row in rows[10:]]).update(state=State.REFUSED)
    Bounce.objects.bulk_create(
        [Bounce(dispatch=row, account=account, domain="dead.example", at=now) for row in rows[10:]]
    )
    come_back(rows[:10], now)
    (found,) = queries.findings(lead)
    assert (found.n, found.hard, found.soft, found.domains) == (10_000, 10_000, 0, [("dead.example", 10_000)])
    begun = time.monotonic()
    page = client_of(lead).get("/outbox/").content.decode()
    assert time.monotonic() - begun < 5
    assert "10,000 messages" in page and page.count("came back") == 1
    assert page.count("dead.example") == 1 and "kim1@" not in page
    assert actions.drop_bounced(account, lead, now) == 500
    assert queries.findings(lead)[0].n == 9_500


@pytest.mark.django_db
def test_hard_and_soft_and_the_worst_domains_are_named(
    account: Account, lead: User, client_of: ClientOf, now: datetime
) -> None:
    for number in range(7):
        come_back(
            sent(account, now, number + 1, f"d{number}.example"),
            now,
            "x: 4.2.2 full" if number % 2 else "x: 5.1.1 no",
        )
    (found,) = queries.findings(lead)
    assert (found.n, found.soft, found.further) == (28, 2 + 4 + 6, 2)
    assert found.domains[0] == ("d6.example", 7)
    page = client_of(lead).get("/outbox/").content.decode()
    assert "d6.example" in page and "d0.example" not in page and "and 2 more domains" in page
    single = client_of(lead).get(f"/outbox/?show=needs&bounced={account.pk}").content.decode()
    assert "Only what came back" in single and single.count("5.1.1 no") == 1 + 3 + 5 + 7
    assert actions.drop_bounced(account, lead, now, "d6.example") == 7
    assert queries.findings(lead)[0].n == 21


@pytest.mark.django_db
def test_a_few_are_shown_one_by_one_and_other_refusals_always(
    account: Account, lead: User, client_of: ClientOf, now: datetime, queue: Queue
) -> None:
    few = sent(account, now, rules.FEW - 1)
    come_back(few, now)
    assert queries.findings(lead) == []
    assert client_of(lead).get("/outbox/").content.decode().count("5.1.2 no such domain") == rules.FEW - 1
    refused = queue("Refused by the network itself")
    Dispatch.objects.filter(pk=refused.pk).update(state=State.REFUSED, due_at=None)
    come_back(sent(account, now, 1, "more.example"), now)
    page = client_of(lead).get("/outbox/").content.decode()
    assert "Refused by the network itself" in page and "5.1.2 no such domain" not in page


@pytest.mark.django_db
def test_what_is_sent_again_leaves_the_finding(account: Account, lead: User, now: datetime) -> None:
    rows = sent(account, now, 6)
    come_back(rows, now)
    actions.release(Dispatch.objects.get(pk=rows[0].pk), lead, now)
    assert queries.findings(lead)[0].n == 5


@pytest.mark.django_db
def test_another_brands_finding_is_not_seen_and_not_dropped(
    account: Account, now: datetime, client_of: ClientOf, stranger_team: Team, make_user: MakeUser
) -> None:
    come_back(sent(account, now, 6), now)
    stranger = make_user("lead", team=stranger_team)
    assert queries.findings(stranger) == []
    with pytest.raises(NotYours):
        actions.drop_bounced(account, stranger, now)
    assert client_of(stranger).post(f"/outbox/bounced/{account.pk}/drop/").status_code == 404


@pytest.mark.django_db
def test_the_api_tells_and_drops(account: Account, lead: User, now: datetime) -> None:
    come_back(sent(account, now, 6), now)
    given = timezone.now()
    _key, plain = staff.make_api_key(by=lead, name="x", scopes=["read", "write"], expires_at=None, now=given)
    api = Client(headers={"Authorization": f"Bearer {plain}"})
    (found,) = api.get("/api/v1/bounced").json()
    assert (found["hard"], found["soft"], found["domains"]) == (6, 0, [{"domain": "dead.example", "n": 6}])
    done = api.post("/api/v1/bounced/drop", {"account": account.pk}, "application/json")
    assert done.json() == {"dropped": 6} and api.get("/api/v1/bounced").json() == []
    assert Dispatch.objects.filter(state=State.DROPPED).count() == 6
