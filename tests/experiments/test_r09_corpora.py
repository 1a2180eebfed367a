"""R09: the collected strange words, mails, feeds and documents as payloads: through every connector that could get them."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import pytest

from lyhord.channels.models import Account
from lyhord.connectors.email.tests import data
from lyhord.intake import actions, steps
from lyhord.intake.models import Envelope, Post
from lyhord.intake.tests import makes
from lyhord.staff.models import Brand
from tests.experiments.payloads import Payload, dressed, fixtures, mail
from tests.experiments.receiving import steps_only
from tests.security import corpus

pytestmark = pytest.mark.django_db
Each = TypeVar("Each")
FIXTURES = fixtures()
MAILS = ("mail-bounces", "mail-mime-flanker", "mail-mime-ruby", "mail-mime-stalwart", "mail-replies-talon")
GOOD = {
    each.connector: each
    for each in FIXTURES
    if each.name in {"message", "form", "01-Order-2.eml", "news.json"}
}


def worded(most: int) -> list[Payload]:
    """Every strange word in a place of words of every network that sends JSON."""
    texts = [*corpus.PLAIN, *corpus.some(corpus.oddities(), most)]
    usual = [each for each in FIXTURES if each.raw.lstrip().startswith((b"{", b"["))]
    return [
        dressed(usual[(number + turn) % len(usual)], text, number * 7 + turn)
        for number, text in enumerate(texts)
        for turn in range(3)
    ]


def mailed(most: int) -> list[Payload]:
    found = [mail(name, raw) for folder in MAILS for name, raw in data.mails(folder)]
    return picked(found, most) + picked(looping(), most)


def looping() -> list[Payload]:
    """Mails of machines: the loops that are ours to break."""
    cases = corpus.read("own-mail-loops", "cases.json")
    return [mail(case["id"], case["raw"].encode("utf-8", "surrogatepass")) for case in cases]


def fed(most: int) -> list[Payload]:
    paths = [path for path in sorted(corpus.folder("feeds-malformed").rglob("*.*")) if path.suffix != ".md"]
    kind = {"content-type": "application/xml"}
    found = [
        Payload("feeds", path.name, path.read_bytes(), kind, f"https://a.example/{path.name}")
        for path in paths
    ]
    return picked(found, most)


def documents(most: int) -> list[Payload]:
    paths = picked(sorted(corpus.folder("json-parsing").rglob("*.json")), most)
    usual = {each.connector: each for each in FIXTURES}
    return [
        Payload(name, path.name, path.read_bytes(), usual[name].headers, usual[name].url)
        for path in paths
        for name in usual
    ]


def picked(found: list[Each], most: int) -> list[Each]:
    """Some, spread evenly over all."""
    return found[:: max(1, len(found) // most)]


FAMILIES: dict[str, Callable[[int], list[Payload]]] = {
    "words": worded, "mails": mailed, "feeds": fed, "documents": documents,
}  # fmt: skip


def stuck(payloads: list[Payload], now: datetime) -> list[str]:
    """Keep all, a good message of each network last; what is not done or set aside with reason and bytes."""
    brand = Brand.objects.create(name="Nordbanan")
    accounts: dict[str, Account] = {}
    for number, one in enumerate([*payloads, *GOOD.values()]):
        account = accounts.get(one.connector)
        if account is None:
            account = accounts[one.connector] = makes.make_account(
                brand, now, one.connector, native="nordbanan"
            )
        actions.receive(account.app, account, one.raw, one.headers, one.url or f"/{number}", one.method, now)
    steps_only(now)
    found = []
    for row in Envelope.objects.all():
        if row.state not in {Envelope.DONE, Envelope.QUARANTINED}:
            found.append(f"{row.connector} {row.state}: {row.problem}, {bytes(row.raw)[:60]!r}")
        elif row.state == Envelope.QUARANTINED and not row.problem:
            found.append(f"{row.connector}: set aside without a reason")
    good = {name: set(Post.objects.filter(account=each).values_list("pk")) for name, each in accounts.items()}
    return found + [f"{name}: its good message is not there" for name in GOOD if not good[name]]


@pytest.mark.parametrize(
    "most",
    [12, pytest.param(10**6, marks=[pytest.mark.whole, pytest.mark.timeout(3_000)])],
    ids=["some", "all"],
)
@pytest.mark.parametrize("family", FAMILIES)
def test_strange_payloads_are_read_or_set_aside_and_hold_up_nothing(
    now: datetime, db: None, family: str, most: int
) -> None:
    payloads = FAMILIES[family](most)
    assert len(payloads) >= 12
    assert stuck(payloads, now) == []
    print(f"{family}: {len(payloads)} payloads")


def test_the_saboteur_who_never_puts_anything_aside_is_caught(
    now: datetime, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(raw: bytes) -> None:
        raise ValueError(raw)

    monkeypatch.setattr("lyhord.connectors.demo.parser.parse", fails)
    monkeypatch.setattr(steps, "put_off", lambda envelope, why, now: None)
    found = stuck([Payload("demo", "odd", b"{", {})], now)
    assert any(fault.startswith("demo waiting") for fault in found)
    assert "demo: its good message is not there" in found
