"""From the network's bytes to our rows: an edit is one version, an unchanged post none, a block no tombstone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels import actions as channels
from lyhord.channels.contract import Arrival
from lyhord.channels.models import Account
from lyhord.connectors.bluesky import CONNECTOR
from lyhord.connectors.bluesky.sessions import SESSIONS
from lyhord.connectors.bluesky.tests.fake import ACCOUNT, CID, HER, US, Server, error, ok, uri
from lyhord.connectors.bluesky.tests.test_reader import notification
from lyhord.intake import sources, steps
from lyhord.intake.models import Post
from lyhord.intake.sources import polling
from lyhord.intake.tests import makes
from lyhord.staff.models import Brand, Team, User

pytestmark = pytest.mark.django_db
PLACE = uri(key="3k00001")


@pytest.fixture
def now() -> datetime:
    return datetime.fromisoformat("2026-11-21T20:06:00+00:00")


@pytest.fixture
def brand(db: None) -> Brand:
    return Brand.objects.create(name="Nordbanan")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """What the network answers to a look; nothing else is reached."""
    SESSIONS.forget()
    answering = Server()
    monkeypatch.setattr(
        channels, "http_client", lambda account, **_more: httpx.Client(transport=answering.http._transport)
    )
    monkeypatch.setattr(channels, "side_of", lambda account: ACCOUNT)
    yield answering
    SESSIONS.forget()


@pytest.fixture
def post(brand: Brand, now: datetime, server: Server) -> Post:
    account = makes.make_account(brand, now, "bluesky", native=US)
    told(account, now, notification(1))
    return Post.objects.get(native=PLACE)


def told(account: Account, now: datetime, *parts: dict[str, Any], edited: str = "") -> None:
    import orjson

    headers = {"x-account": US} | ({"x-edited": edited, "x-asked-at": now.isoformat()} if edited else {})
    raw = orjson.dumps({"notifications": parts})
    polling.received(account, Arrival(raw=raw, cursor="", url="/xrpc/list", headers=headers), now)
    steps.read_envelopes(now)


def look(post: Post, now: datetime) -> None:
    sources.look_again([post], now)
    for _account, row in sources.due_looks(now):
        sources.look(row, now)
    steps.read_envelopes(now)
    post.refresh_from_db()


def thread(cid: str, text: str) -> httpx.Response:
    part = notification(1, cid=cid)
    part["record"]["text"] = text
    return ok({"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": part}})


def test_a_post_is_kept_with_its_author_and_digest(post: Post) -> None:
    assert (post.author, post.handle, post.text) == (HER, "alice.test", "Word 1")
    assert post.extra["cid"] == CID
    assert post.thread.native == PLACE
    assert post.is_public
    assert post.is_spoken_to


def test_a_look_at_what_did_not_change_makes_no_version(post: Post, now: datetime, server: Server) -> None:
    server.answers["getPostThread"] = thread(CID, "Word 1")
    look(post, now)
    assert (post.text, post.version) == ("Word 1", 1)


def test_a_look_at_an_edit_makes_one_version_however_often_it_is_told(
    post: Post, now: datetime, server: Server
) -> None:
    server.answers["getPostThread"] = thread("bafyedited", "Word one")
    look(post, now)
    assert (post.text, post.version) == ("Word one", 2)
    part = notification(1, cid="bafyedited")
    part["record"]["text"] = "Word one"
    told(post.account, now + timedelta(minutes=1), part, edited=PLACE)
    look(post, now + timedelta(minutes=2))
    assert (post.text, post.version) == ("Word one", 2)
    assert post.extra["cid"] == "bafyedited"
    assert [version.text for version in post.versions.all()] == ["Word 1"]


def test_a_block_leaves_the_words_and_a_deletion_takes_them(
    post: Post, now: datetime, server: Server
) -> None:
    server.answers["getPostThread"] = ok({"thread": {"blocked": True, "uri": PLACE}})
    look(post, now)
    assert (post.text, post.deleted_at) == ("Word 1", None)
    server.answers |= {"getPostThread": error(400, "NotFound"), "getRecord": error(400, "RecordNotFound")}
    look(post, now + timedelta(minutes=5))
    assert post.text == ""
    assert post.deleted_at is not None


def test_a_mention_told_ten_times_is_one_post(post: Post, now: datetime) -> None:
    for minute in range(10):
        other = {**notification(1), "isRead": minute % 2 == 0, "labels": [minute]}
        told(post.account, now + timedelta(minutes=minute), other)
    assert Post.objects.count() == 1


def test_the_form_connects_an_account_and_keeps_what_it_learnt(
    brand: Brand, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    SESSIONS.forget()
    from lyhord.channels.actions import sealed

    session = {"accessJwt": "a", "refreshJwt": "b", "did": US, "handle": "brand.test"}
    document = {"service": [{"id": "#atproto_pds", "serviceEndpoint": "https://pds.example"}]}
    server = Server(createSession=ok({**session, "didDoc": document}))
    monkeypatch.setattr(sealed, "client_for", lambda *_args, **_more: server.http)
    values = {"handle": "brand.test", "app_password": "geheim", "service": "bsky.social"}
    account = channels.connect("bluesky", brand, list[Team](), "Bluesky", values, None, now)
    assert (account.native, account.handle) == (US, "brand.test")
    assert account.settings == {"handle": "brand.test", "service": "bsky.social"}
    assert "geheim" not in account.sealed
    side = channels.side_of(account)
    assert side.secrets == {"app_password": "geheim", "access": "a", "refresh": "b"}
    assert CONNECTOR.hosts(side) == ("https://bsky.social", "https://pds.example", "https://plc.directory")
    assert User.objects.count() == 0
    SESSIONS.forget()
