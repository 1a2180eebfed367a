"""R10: what a network never sent before is kept, counted and shown; nothing answers 5xx and nothing is lost."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from lyhord.channels import queries as accounts
from lyhord.channels import rules
from lyhord.channels.models import Account
from lyhord.intake import actions, sources, steps
from lyhord.intake.models import Envelope, Refusal
from lyhord.intake.tests import makes
from lyhord.staff.models import Brand
from tests.experiments.hooked import HOOKED
from tests.experiments.payloads import Payload, drifted, fixtures
from tests.experiments.receiving import desk_of, steps_only

pytestmark = pytest.mark.django_db(transaction=True)
FIXTURES = fixtures()
NAMES = sorted({payload.connector for payload in FIXTURES})
every = pytest.mark.parametrize("connector", NAMES)
FEW, ALL = 6, 200


def of(connector: str, each: int) -> list[Payload]:
    """The drifted fixtures of a connector, no bytes twice."""
    found = [one for payload in FIXTURES if payload.connector == connector for one in drifted(payload, each)]
    return list({(one.url, one.raw): one for one in found}.values())


def kept(account: Account, payloads: Sequence[Payload], now: datetime) -> list[str]:
    """Keep and read them all; what is wrong after it."""
    for one in payloads:
        actions.receive(account.app, account, one.raw, one.headers, one.url, one.method, now)
    return settled({one.raw for one in payloads}, now)


def settled(raw: Iterable[bytes], now: datetime) -> list[str]:
    steps_only(now)
    found = []
    rows = list(Envelope.objects.all())
    lost = set(raw) - {bytes(row.raw) for row in rows}
    # What a deletion took the words out of is there, blank.
    if len(lost) > sum(row.is_blank for row in rows):
        found.append(f"{len(lost)} lost: {sorted(lost)[:1]}")
    states = Counter(row.state for row in rows)
    if set(states) - {Envelope.DONE, Envelope.QUARANTINED}:
        found.append(f"{states}: {[row.problem for row in rows if row.state == Envelope.WAITING][:3]}")
    found += [f"{row.pk}: no reason" for row in rows if row.state == Envelope.QUARANTINED and not row.problem]
    found += [row.problem for row in rows if "parser failed" in row.problem]
    return found


def test_every_connector_has_fixtures() -> None:
    assert set(NAMES) == set(settings.CONNECTORS)


@every
@pytest.mark.parametrize(
    "each", [FEW, pytest.param(ALL, marks=[pytest.mark.whole, pytest.mark.timeout(3_000)])]
)
def test_what_drifted_is_kept_and_read_or_set_aside(
    transactional_db: None, now: datetime, connector: str, each: int
) -> None:
    account = makes.make_account(Brand.objects.create(name="Norrtåg"), now, connector, native="nordbanan")
    payloads = of(connector, each)
    assert len(payloads) > each // 2
    assert kept(account, payloads, now) == []
    assert not Refusal.objects.filter(why__contains="it could not be kept").exists()
    print(f"{connector}: {len(payloads)} drifted, {Refusal.objects.count()} refusals")


@pytest.mark.parametrize("hooked", HOOKED, ids=lambda hooked: hooked.name)
def test_no_hook_answers_with_an_error_of_ours(transactional_db: None, hooked: object) -> None:
    wanted = next(each for each in HOOKED if each is hooked)
    desk = desk_of(wanted, Brand.objects.create(name="Norrtåg"), timezone.now())
    payloads = of(wanted.name, 100)
    try:
        statuses = Counter(desk.bring(one.raw).status for one in payloads)
    finally:
        desk.door.writer.stop()
    assert set(statuses) <= {200, 202, 422}
    assert settled({one.raw for one in payloads}, timezone.now() + timedelta(seconds=1)) == []


def warned(account: Account, now: datetime) -> bool:
    found = rules.warnings(accounts.facts_of(account, now), now)
    return "unknown" in {warning.name for warning in found}


@pytest.mark.parametrize("is_hook", [True, False], ids=["by a hook", "asked for"])
def test_above_one_per_cent_the_account_is_warned_of(
    transactional_db: None, now: datetime, is_hook: bool
) -> None:
    desk = desk_of(HOOKED[0], Brand.objects.create(name="Norrtåg"), now)
    where = None if is_hook else desk.account
    good = [desk.hooked.body(f"{number}", now) for number in range(400)]
    bad = [b'{"kind": "created", "id": "%d"}' % number for number in range(5)]
    for raw in good:
        actions.receive(desk.app, where, raw, {}, "", "POST", now)
    steps_only(now)
    assert not warned(desk.account, now)
    for raw in bad:
        actions.receive(desk.app, where, raw, {}, "", "POST", now)
    steps_only(now)
    assert Envelope.objects.filter(state=Envelope.QUARANTINED).count() == 5
    assert warned(desk.account, now)


def test_the_saboteur_whose_parser_throws_everything_away_is_caught(
    transactional_db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = makes.make_account(Brand.objects.create(name="Norrtåg"), now, "demo", native="nordbanan")
    monkeypatch.setattr(steps, "give_up", lambda envelope, why, now: envelope.delete())
    monkeypatch.setattr("lyhord.connectors.demo.parser.parse", lambda raw: [][len(raw)])
    payloads = of("demo", 4)
    for one in payloads:
        actions.receive(account.app, account, one.raw, {}, "", "POST", now)
    for minute in range(0, 60, 10):
        found = settled({one.raw for one in payloads}, now + timedelta(minutes=minute))
    assert "lost" in found[0]


def test_the_saboteur_who_does_not_count_hooks_is_caught(
    transactional_db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources.gaps, "accounts_by_app", lambda apps: {app: [] for app in apps})
    with pytest.raises(AssertionError):
        test_above_one_per_cent_the_account_is_warned_of(None, now, True)
