"""How every connector must behave, whatever its network. A new one is tested here as soon as it stands in the settings."""

import importlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import httpx
import pytest
from django.conf import settings

from lyhord.channels import registry
from lyhord.channels.contract import (
    VERBS,
    AccountSide,
    Allowed,
    Arrival,
    Connected,
    ConnectFailed,
    Connector,
    Denied,
    Event,
    Field,
    Found,
    Gone,
    Hidden,
    Item,
    Kind,
    Length,
    Local,
    Outgoing,
    Refused,
    Request,
    Retry,
    Sent,
    Trouble,
    Unreadable,
    Unsupported,
    Unsure,
    Verb,
)
from lyhord.channels.tests import corpus
from lyhord.channels.tests.faults import FAULTS, SECRET, Network, answering
from lyhord.lib.errors import LyhordError

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CONNECTORS = [registry.load(name) for name in settings.CONNECTORS]
every = pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: connector.name)


def side(connector: Connector, folder: Path) -> AccountSide:
    """An account as somebody might have filled the form, with a secret that must never come back."""
    usual = {
        "host": "network.example",
        "url": "https://network.example",
        "email": "us@network.example",
        "number": "7",
    }
    values = {field.name: usual.get(field.kind, "nordbanan") for field in connector.fields}
    secrets = {field.name: SECRET for field in connector.fields if field.is_secret}
    app = {field.name: SECRET for field in connector.app_fields} | {"hook_secret": SECRET}
    return AccountSide(
        id=1, native="us-1", handle="us", settings=values, secrets=secrets, app=app, folder=str(folder)
    )


def folder_of(connector: Connector) -> Path:
    module = importlib.import_module(f"lyhord.connectors.{connector.name}")
    assert module.__file__ is not None
    return Path(module.__file__).parent


# What it is ---------------------------------------------------------------------------------------------------


@every
def test_it_says_what_it_is_and_how_to_connect(connector: Connector) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", connector.name)
    assert connector.label
    assert connector.intro
    readme = (folder_of(connector) / "README.md").read_text(encoding="utf-8")
    for part in ("what it cannot", "Read 20"):
        assert part.casefold() in readme.casefold(), f"README.md lacks {part!r}"


@every
def test_its_abilities_are_of_the_contract(connector: Connector, tmp_path: Path) -> None:
    can = connector.abilities(side(connector, tmp_path))
    assert can.verbs <= set(VERBS)
    assert can.signals <= set(get_args(Kind))
    assert set(can.receive) <= {"hook", "poll", "stream"}
    assert bool(can.reply) is ("reply" in can.verbs)
    assert all(length.limit > 0 for length in can.reply.values())
    assert can.poll_every > timedelta(0)
    assert all(most > 0 for most in can.files.values())
    assert can.private_after_public != "private_reply" or "private" in can.reply
    assert can.private_reply_days is None or can.private_reply_days > 0
    assert can.window is None or can.window.hours > 0


@every
def test_its_forms_are_well_formed(connector: Connector) -> None:
    fields: tuple[Field, ...] = (*connector.fields, *connector.app_fields)
    names = [field.name for field in fields]
    assert len(names) == len(set(names))
    for field in fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
        assert field.label
        assert bool(field.choices) is (field.kind == "choice")
        assert not (field.is_secret and field.initial)
        assert field.is_secret is (field.kind == "password")


@every
def test_a_lack_of_settings_is_no_crash(connector: Connector, tmp_path: Path) -> None:
    empty = AccountSide(id=0, native="", handle="", settings={}, secrets={}, folder=str(tmp_path))
    connector.abilities(empty)
    assert isinstance(connector.hosts(empty), tuple)
    with Network(lambda request: httpx.Response(404)) as http:
        assert isinstance(sent(connector, http, empty, "reply"), OUTCOMES)


# Bytes --------------------------------------------------------------------------------------------------------


def taken(connector: Connector, raw: bytes, headers: dict[str, str]) -> list[Item] | str:
    """The items, or the reason of the refusal; what else is raised fails the test."""
    try:
        return connector.parse(raw, headers, "https://network.example/api/v1/statuses", "POST")
    except Unreadable as problem:
        assert problem.why
        return problem.why


def seen(items: list[Item] | str) -> list[str] | str:
    """Two readings compared: errors are equal by their words alone."""
    return items if isinstance(items, str) else [repr(item) for item in items]


@every
def test_hostile_bytes_are_refused_or_read_and_twice_alike(connector: Connector) -> None:
    for raw in corpus.everything():
        for headers in ({}, {"content-type": "text/event-stream"}, {"content-type": "application/json"}):
            found = taken(connector, raw, headers)
            assert seen(found) == seen(taken(connector, raw, headers))
            if not isinstance(found, str):
                assert all(is_sound(item) for item in found)


def is_sound(item: Item) -> bool:
    if isinstance(item, Unsupported | Unreadable):
        return bool(item.why)
    assert isinstance(item, Event)
    in_utc = item.at is None or item.at.utcoffset() == timedelta(0)
    item.text.encode()  # half characters cannot be stored
    return bool(item.key) and item.kind in get_args(Kind) and in_utc and "\x00" not in item.text


@every
def test_a_stranger_is_not_taken_for_the_network(connector: Connector) -> None:
    for method in ("GET", "POST"):
        for headers in ({}, {"x-demo-signature": "0" * 64}, {"authorization": "Bearer x"}):
            request = Request(method, "https://us.example/hooks/x/y/?challenge=1&proof=2", headers, b"{}")
            assert not connector.verify(request, {"hook_secret": SECRET})
            assert not connector.verify(request, {})


# The network ----------------------------------------------------------------------------------------------------

OUTCOMES = (Sent, Retry, Refused, Unsure, Local)
JSON = "application/json"


faults = pytest.mark.parametrize("fault", FAULTS)


def outgoing(verb: Verb) -> Outgoing:
    return Outgoing(
        verb=verb,
        key="7d0c0f4e-5a4b-4b0e-9df5-1c62a1f0aa11",
        text="We look into it. /Maja",
        item="p1",
        thread="p1",
        person="person:1",
        person_handle="alice",
        made_at=NOW,
    )


def sent(connector: Connector, http: httpx.Client, account: AccountSide, verb: Verb) -> object:
    return connector.send(http, account, outgoing(verb), NOW)


@every
@faults
def test_sending_never_raises_for_what_a_network_does(
    connector: Connector, fault: str, tmp_path: Path
) -> None:
    account = side(connector, tmp_path)
    with Network(FAULTS[fault]) as http:
        for verb in VERBS:
            outcome = sent(connector, http, account, verb)
            assert isinstance(outcome, OUTCOMES), verb
            assert SECRET not in repr(outcome)
            if isinstance(outcome, Retry) and outcome.at is not None:
                assert NOW < outcome.at <= NOW + timedelta(days=1)
            settled = connector.settle(http, account, outgoing(verb), NOW)
            assert isinstance(settled, Sent | Unsure | Retry)
            assert SECRET not in repr(settled)


@every
@faults
def test_reading_fails_with_a_reason_fit_for_people(connector: Connector, fault: str, tmp_path: Path) -> None:
    account = side(connector, tmp_path)
    with Network(FAULTS[fault]) as http:
        for told in reading(connector, http, account):
            if isinstance(told, LyhordError):
                assert isinstance(told, Trouble | ConnectFailed)
                assert str(told).strip()
            assert SECRET not in repr(told)


def reading(connector: Connector, http: httpx.Client, account: AccountSide) -> Iterator[object]:
    calls: list[Callable[[], object]] = [
        lambda: connector.connect(http, account, NOW),
        lambda: list(connector.poll(http, account, "", NOW)),
        lambda: list(connector.poll(http, account, "nonsense", NOW)),
        lambda: list(itertools.islice(connector.stream(http, account, ""), 1)),
        lambda: list(connector.backfill(http, account, "", NOW - timedelta(days=7))),
        lambda: connector.fetch(http, account, "p1", NOW),
        lambda: connector.fetch(http, account, "../../admin?x=1", NOW),
    ]
    for call in calls:
        try:
            found = call()
        except LyhordError as problem:
            yield problem
            continue
        assert isinstance(found, Connected | Found | Gone | Hidden | list)
        assert not isinstance(found, list) or all(isinstance(each, Arrival) for each in found)
        yield found


@every
def test_nobody_outside_its_hosts_is_spoken_with(connector: Connector, tmp_path: Path) -> None:
    """Each call goes to an address of its own, and never without encryption."""
    account, asked = side(connector, tmp_path), list[httpx.URL]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, json={"id": "1", "url": "http://169.254.169.254/"})

    with Network(answer) as http:
        for verb in VERBS:
            sent(connector, http, account, verb)
        list(reading(connector, http, account))
    assert {url.host for url in asked} <= {
        httpx.URL(f"https://{host.partition('://')[2] or host}").host for host in connector.hosts(account)
    }
    assert {url.scheme for url in asked} <= {"https"}


@every
def test_what_it_cannot_is_refused_with_a_reason(connector: Connector, tmp_path: Path) -> None:
    account = side(connector, tmp_path)
    can = connector.abilities(account)
    with Network(answering(200, json={})) as http:
        for verb in set(VERBS) - can.verbs:
            outcome = sent(connector, http, account, verb)
            assert isinstance(outcome, Refused), verb
            assert outcome.why


# Words --------------------------------------------------------------------------------------------------------


@every
@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "åäö",
        "👩‍👩‍👧‍👦",
        "https://nordbanan.example/a?b=c",
        "@kari@else.example",
        "\u202e",
        "x" * 5000,
    ],
)
def test_words_are_measured(connector: Connector, text: str, tmp_path: Path) -> None:
    for length in connector.abilities(side(connector, tmp_path)).reply.values():
        count = connector.measure(text, length)
        assert count >= 0
        assert (count == 0) is (text == "")
        assert connector.measure(text + "a", length) == count + 1 or "example" in text or text == "\u202e"


@every
def test_what_is_too_long_is_refused_before_it_leaves(connector: Connector, tmp_path: Path) -> None:
    account, asked = side(connector, tmp_path), list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"id": "1"})

    with Network(answer) as http:
        for visibility, length in connector.abilities(account).reply.items():
            long = replace(outgoing("reply"), text="x" * (length.limit + 1), visibility=visibility)
            assert isinstance(connector.send(http, account, long, NOW), Refused)
    assert asked == []


@every
def test_the_words_that_will_stand_there_hold_what_was_written(connector: Connector, tmp_path: Path) -> None:
    account = side(connector, tmp_path)
    for verb in VERBS:
        assert outgoing(verb).text in connector.words(account, outgoing(verb))


@every
def test_it_says_before_we_write_whether_we_may_answer(connector: Connector, tmp_path: Path) -> None:
    account = side(connector, tmp_path)
    for last_word_at in (None, NOW, NOW - timedelta(days=400)):
        told = connector.can_reply(account, outgoing("reply"), last_word_at, NOW)
        assert isinstance(told, Allowed | Denied)
        assert isinstance(told, Allowed) or told.why


def test_length_of_the_contract_is_what_the_networks_use() -> None:
    assert {length.unit for connector in CONNECTORS for length in lengths(connector)} <= {
        "codepoints",
        "graphemes",
        "utf16",
        "bytes",
        "weighted",
    }


def lengths(connector: Connector) -> list[Length]:
    empty = AccountSide(id=0, native="", handle="", settings={}, secrets={})
    return list(connector.abilities(empty).reply.values())


@every
def test_it_imports_nothing_of_the_other_rooms(connector: Connector) -> None:
    allowed = re.compile(rf"lyhord\.(lib|channels\.contract|connectors\.(_\w+|{connector.name}))(\W|$)")
    for path in folder_of(connector).glob("*.py"):
        for name in re.findall(
            r"^\s*(?:from|import) (lyhord\S*(?: import \w+)?)", path.read_text(encoding="utf-8"), re.M
        ):
            assert allowed.match(name.replace(" import ", ".")), f"{path.name} imports {name}"


@every
def test_a_secret_in_the_address_lets_in_and_nothing_near_it(connector: Connector) -> None:
    """For networks that sign nothing; what the account's page shows is what is let in."""
    secrets, url = {"hook_secret": SECRET}, f"https://us.example/hooks/x/y/?token={SECRET}"
    request = Request("POST", url, {}, b"{}")
    assert connector.verify(request, secrets) is connector.has_secret_in_address
    for place in range(len(SECRET)):
        near = SECRET[:place] + ("x" if SECRET[place] != "x" else "y") + SECRET[place + 1 :]
        assert not connector.verify(replace(request, url=url.replace(SECRET, near)), secrets)
