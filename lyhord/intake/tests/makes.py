"""Makers for tests of this and later rooms: an app, an account, a connector that says what it is told to say."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import httpx

from lyhord.channels import registry
from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Answer,
    Arrival,
    Author,
    Connector,
    Event,
    Found,
    Gone,
    Headers,
    Hidden,
    Item,
    Media,
    Request,
    Trouble,
    Unreadable,
    Unsupported,
)
from lyhord.channels.models import Account, App
from lyhord.intake import actions
from lyhord.intake.models import Envelope, Post
from lyhord.staff.models import Brand

CONNECTOR = "told"  # the network of these tests


class Telling(Connector):
    """A network whose raw bytes are our own events as JSON; `poll` and `stream` give what was laid down."""

    name = CONNECTOR
    label = "Told"

    def __init__(self) -> None:
        self.arrivals: list[Arrival | Exception] = []
        self.streamed: list[Arrival | Exception] = []
        self.fetched: dict[str, Found | Gone | Hidden | Trouble] = {}
        self.cursors: list[str] = []
        self.parsed = 0

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=("poll", "stream"),
            verbs=frozenset({"reply"}),
            signals=frozenset(),
            reply={},
            backfill="full",
        )

    def verify(self, request: Request, secrets: Mapping[str, str]) -> bool:
        return request.headers.get("x-secret") == "right"

    def answer(self, request: Request, secrets: Mapping[str, str]) -> Answer | None:
        if request.method == "GET" and "challenge=" in request.url:
            return Answer(200, request.url.partition("challenge=")[2].encode())
        return None

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        self.parsed += 1
        if raw == b"boom":
            raise RuntimeError("boom")
        try:
            found = json.loads(raw)
        except ValueError as problem:
            raise Unreadable("Not JSON.") from problem
        return [item_of(told) for told in found]

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        self.cursors.append(cursor)
        yield from given(self.arrivals)

    def stream(self, http: httpx.Client, account: AccountSide, cursor: str) -> Iterator[Arrival]:
        yield from given(self.streamed)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        yield from given(self.arrivals)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        answer = self.fetched.get(item, Hidden("Not shown to us."))
        if isinstance(answer, Trouble):
            raise answer
        return answer


def given(laid_down: list[Arrival | Exception]) -> Iterator[Arrival]:
    while laid_down:
        arrival = laid_down.pop(0)
        if isinstance(arrival, Exception):
            raise arrival
        yield arrival


def item_of(told: dict[str, Any]) -> Item:
    if "unsupported" in told:
        return Unsupported(told["unsupported"])
    if "unreadable" in told:
        return Unreadable(told["unreadable"])
    if told.get("author"):
        told["author"] = Author(**told["author"])
    if told.get("at"):
        told["at"] = datetime.fromisoformat(told["at"])
    told["media"] = tuple(Media(**medium) for medium in told.get("media", ()))
    told["mentions"] = tuple(Author(**author) for author in told.get("mentions", ()))
    told["aliases"] = tuple(told.get("aliases", ()))
    return Event(**told)


def raw_of(*items: Event | dict[str, str]) -> bytes:
    """Bytes that `Telling.parse` reads as these items."""
    return json.dumps(
        [asdict(item) if isinstance(item, Event) else item for item in items], default=str
    ).encode()


@contextmanager
def telling() -> Iterator[Telling]:
    """While it lasts, there is one connector: `told`."""
    connector = Telling()
    with mock.patch.object(registry, "connectors", lambda: {CONNECTOR: connector}):
        yield connector


def make_app(now: datetime, connector: str = CONNECTOR, **fields: Any) -> App:
    usual = {"name": "App", "endpoint": f"endpoint{App.objects.count()}", "made_at": now}
    return App.objects.create(connector=connector, **(usual | fields))


def make_account(brand: Brand, now: datetime, connector: str = CONNECTOR, **fields: Any) -> Account:
    app = fields.pop("app", None) or make_app(now, connector)
    usual = {
        "name": "Our page",
        "native": f"us{Account.objects.count() or ''}",
        "handle": "us@example.com",
        "made_at": now,
    }
    return Account.objects.create(app=app, brand=brand, connector=connector, **(usual | fields))


def said(
    item: str = "1", text: str = "Hello", *, by: str = "anna", at: datetime | None = None, **fields: Any
) -> Event:
    """An event `created`; every field can be given otherwise."""
    usual: dict[str, Any] = {
        "kind": "created",
        "key": f"created:{item}",
        "item": item,
        "text": text,
        "author": Author(native=by, handle=f"{by}@example.com", name=by.title()) if by else None,
        "at": at,
    }
    return Event(**(usual | fields))


def envelope_for(account: Account, raw: bytes, now: datetime, url: str = "") -> Envelope:
    envelope = actions.receive(account.app, account, raw, {}, url, "POST", now)
    assert envelope is not None, "these bytes are here already"
    return envelope


def take(account: Account, *events: Item, now: datetime) -> Envelope:
    """Take events as if a network had sent them just now."""
    raw = raw_of(*(event for event in events if isinstance(event, Event)))
    envelope = envelope_for(account, raw, now, url=f"/{Envelope.objects.count()}")
    actions.take(envelope, events, now)
    envelope.refresh_from_db()
    return envelope


def make_post(account: Account, now: datetime, item: str = "1", text: str = "Hello", **fields: Any) -> Post:
    """A post as it stands after it came in."""
    take(account, said(item, text, **({"at": now - timedelta(minutes=1)} | fields)), now=now)
    return Post.objects.get(account=account, native=item)
