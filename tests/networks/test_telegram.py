"""Telegram's whole way: from its hook or its queue to a post, and files without their secret address."""

import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import Any

import pytest

from lyhord.channels import actions as channels
from lyhord.channels.models import Account
from lyhord.connectors.telegram.tests.server import TOKEN, Network, serving
from lyhord.intake import sources, steps
from lyhord.intake.door import in_front_of
from lyhord.intake.models import Attachment, Envelope, Post, Report, Source
from lyhord.staff.models import Brand, User

TALK = {"id": 77, "type": "private", "first_name": "Kari"}
KARI = {"id": 77, "is_bot": False, "first_name": "Kari"}


@pytest.fixture
def network(settings: Any) -> Iterator[Network]:
    with serving() as there:
        settings.LYHORD_ALLOW_HOSTS = frozenset({there.base})
        yield there
        assert there.faults == []


@pytest.fixture
def account(network: Network, brand: Brand, administrator: User, now: datetime) -> Account:
    values = {"token": TOKEN, "server": network.base}
    return channels.connect("telegram", brand, [], "Vår bot", values, administrator, now)


def update(number: int, **fields: Any) -> dict[str, Any]:
    message = {"message_id": number, "date": 1_790_000_000, "chat": TALK, "from": KARI, **fields}
    return {"update_id": number, "message": message}


def listen(account: Account, network: Network, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the network has nothing more."""
    stop = Flag()

    def rest(seconds: float) -> None:
        stop.set()

    monkeypatch.setattr("lyhord.connectors.telegram.reader.time.sleep", rest)
    steps.ensure_sources(now)
    Source.objects.filter(account=account).update(due_at=now, held_by="")
    sources.stream(Source.objects.get(account=account, way="stream").pk, stop, "w1", lambda: now)
    steps.read_envelopes(now)


def test_what_waits_at_telegram_becomes_posts_once(
    network: Network, account: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert account.native == "123456"
    network.updates = [update(7, text="Hej"), update(8, text="Är någon där?")]
    listen(account, network, now, monkeypatch)
    network.updates = [update(8, text="Är någon där?"), update(9, text="Hallå")]
    listen(account, network, now + timedelta(minutes=5), monkeypatch)
    posts = Post.objects.order_by("native")
    assert [post.text for post in posts] == ["Hej", "Är någon där?", "Hallå"]
    assert {post.thread.native for post in posts} == {"77"}
    assert not any(post.is_public for post in posts)


def test_a_picture_is_kept_and_the_token_lies_nowhere(
    network: Network, account: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [{"file_id": "f1", "file_unique_id": "f1", "width": 9, "height": 9}]
    network.files = {"photos/f1.jpg": b"%PDF-1.7 no picture"}
    network.updates = [update(7, photo=sizes)]
    listen(account, network, now, monkeypatch)
    for _account, row in sources.due_attachments(now):
        sources.fetch_attachment(row, now)
    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.url, attachment.content_type) == (
        "kept",
        "ask:f1",
        "application/pdf",
    )
    stored = [
        *Attachment.objects.values_list("url", "problem"),
        *Envelope.objects.values_list("url", "headers"),
    ]
    stored += [(account.sealed, json.dumps(account.learnt))]
    assert TOKEN not in repr(stored)


def test_a_person_who_blocks_the_bot_leaves_the_account_working(
    network: Network, account: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = {"id": 123456, "is_bot": True, "first_name": "Nordbanan"}
    part = {
        "chat": TALK, "from": KARI, "date": 1_790_000_000, "old_chat_member": {"status": "member", "user": bot},
        "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
    }  # fmt: skip
    network.updates = [{"update_id": 7, "my_chat_member": part}]
    listen(account, network, now, monkeypatch)
    report = Report.objects.get()
    assert (report.kind, report.person, report.ok) == ("author", "77", False)
    account.refresh_from_db()
    assert account.state == "active"


@pytest.mark.django_db(transaction=True)
def test_the_hook_takes_what_carries_our_secret_and_nothing_else(
    network: Network, now: datetime, settings: Any
) -> None:
    settings.LYHORD_PUBLIC_URL = "https://kund.example"
    values = {"token": TOKEN, "server": network.base}
    brand = Brand.objects.create(name="Norrtåg")
    account = channels.connect("telegram", brand, [], "Vår bot", values, None, now)
    assert network.webhook["url"] == channels.hook_url(account.app)
    steps.ensure_sources(now)
    assert not Source.objects.filter(account=account).exists()
    secret = channels.secrets_of(account.app)["hook_secret"]
    assert network.webhook["secret_token"] == secret
    raw = json.dumps(update(7, text="Hej")).encode()
    for given, status in (("wrong", "401 Unauthorized"), (secret, "200 OK")):
        assert knock(account, raw, given) == status
        assert Envelope.objects.count() == (given == secret)
    assert secret not in Envelope.objects.get().headers
    Envelope.objects.update(due_at=now)
    steps.read_envelopes(now)
    assert Post.objects.get().text == "Hej"


def knock(account: Account, raw: bytes, secret: str) -> str:
    """A request at the hook door; the status that it answers."""
    answered: list[str] = []
    environ = {
        "PATH_INFO": f"/hooks/telegram/{account.app.endpoint}/",
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(raw)),
        "HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN": secret,
        "wsgi.input": io.BytesIO(raw),
    }
    door = in_front_of(lambda environ, start: [])
    door(environ, lambda status, headers: answered.append(status))
    door.writer.stop()
    return answered[0]
