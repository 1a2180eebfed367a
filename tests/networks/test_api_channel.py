"""R31, CH-43, CH-44: a network that lyhord does not know, served by the bridge of the documentation as it stands there."""

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import httpx
import pytest
from django.db import connection

from lyhord.channels import actions as channels
from lyhord.channels.contract import Sent
from lyhord.channels.models import Account
from lyhord.conftest import MakeUser
from lyhord.connectors.api import CONNECTOR
from lyhord.intake import steps
from lyhord.intake.door import in_front_of
from lyhord.intake.models import Envelope, Post
from lyhord.outbox import actions as outbox
from lyhord.outbox import queries
from lyhord.outbox import steps as sending
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import Brand, User
from tests.networks.toy import Toy, serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server]

DOCUMENT = Path(__file__).parents[2] / "docs" / "api-channel.md"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PATIENCE = 30.0  # seconds; a test that waits for another process must end


class Silent(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def door() -> Iterator[str]:
    """Our own hook door, behind a real socket."""
    ours = in_front_of(lambda environ, start: [b""])

    def app(environ: Any, start: Any) -> Any:
        try:
            return ours(environ, start)
        finally:
            connection.close()

    server = make_server("127.0.0.1", 0, app, WSGIServer, Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        ours.writer.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def the_bridge() -> str:
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    return str(code)


@contextmanager
def bridge(folder: Path, hook: str, toy: Toy, port: int) -> Iterator[None]:
    script = folder / "bridge.py"
    script.write_text(the_bridge(), encoding="utf-8")
    arguments = [sys.executable, str(script), hook, SECRET, toy.base, str(port)]
    process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
    try:
        until(lambda: is_open(port))
        yield
    finally:
        process.kill()
        process.wait()


def is_open(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def read() -> list[Post]:
    now = datetime.now(tz=Envelope.objects.latest("pk").received_at.tzinfo) + timedelta(minutes=1)
    steps.read_envelopes(now)
    return list(Post.objects.order_by("pk"))


@pytest.fixture
def agent(make_user: MakeUser) -> User:
    return make_user("agent", email="linnea@example.com", name="Linnea Berg")


def test_the_bridge_is_forty_lines() -> None:
    lines = [line for line in the_bridge().splitlines() if line.strip()]
    assert len(lines) <= 40


def test_a_network_that_nobody_knew_is_bridged_both_ways(
    tmp_path: Path, brand: Brand, agent: User, now: datetime, settings: Any
) -> None:
    port = free_port()
    settings.LYHORD_ALLOW_HOSTS = frozenset({f"127.0.0.1:{port}"})
    with serving() as toy, door() as base:
        settings.LYHORD_PUBLIC_URL = base
        values: dict[str, Any] = {
            "secret": SECRET,
            "url": "",
            "reply_in": "both",
            "length": 500,
            "unit": "codepoints",
        }
        account = channels.connect("api", brand, [], "Toy", values, None, now)
        toy.write("kari", "Where is my train?")
        with bridge(tmp_path, channels.hook_url(account.app), toy, port):
            until(Envelope.objects.exists)
            (post,) = read()
            assert (post.text, post.author, post.is_public, post.is_own) == (
                "Where is my train?",
                "kari",
                True,
                False,
            )

            url = f"http://127.0.0.1:{port}/"
            administrator = User.objects.create(
                email="petra@example.com", name="Petra", is_administrator=True
            )
            channels.renew(account, {**values, "url": url, "honours_key": True}, administrator, now)
            dispatch = answered(account, post, agent, now)
            assert (dispatch.state, dispatch.receipt.native) == ("sent", "2")
            assert toy.messages[1] == {"id": 2, "author": "us", "text": "It comes.", "parent": "1"}

            # The answer is lost, and the same goes out again: nothing stands there twice.
            again(account, dispatch, now)
            assert len(toy.messages) == 2

            # Our own words come back, and are known.
            until(lambda: Envelope.objects.count() == 2)
            ours = read()[-1]
            assert (ours.is_own, ours.native, ours.parent, ours.thread) == (True, "2", "1", post.thread)


def answered(account: Account, post: Post, agent: User, now: datetime) -> Dispatch:
    account.refresh_from_db()
    dispatch = outbox.queue(
        account, "reply", key=uuid4(), by=agent, now=now, thread=post.thread, answers=post, newest=post,
        person=post.author, text="It comes.", is_public=True,
    )  # fmt: skip
    sending.send(dispatch.pk, now)
    dispatch.refresh_from_db()
    return dispatch


def again(account: Account, dispatch: Dispatch, now: datetime) -> None:
    with channels.http_client(account) as http:
        sent = CONNECTOR.send(http, channels.side_of(account), queries.outgoing(dispatch), now)
    assert isinstance(sent, Sent) and sent.native == "2"


def test_what_a_stranger_posts_is_not_even_kept(brand: Brand, now: datetime) -> None:
    values: dict[str, Any] = {
        "secret": SECRET,
        "url": "",
        "reply_in": "both",
        "length": 500,
        "unit": "codepoints",
    }
    account = channels.connect("api", brand, [], "Toy", values, None, now)
    path = f"/hooks/api/{account.app.endpoint}/"
    with door() as base:
        body = b'{"type": "message.created", "data": {"id": "1", "text": "x", "author": {"id": "1"}}}'
        for headers in ({}, {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"},
                        {"authorization": f"Bearer {SECRET}"}):  # fmt: skip
            assert httpx.post(base + path, content=body, headers=headers, trust_env=False).status_code == 401
    assert not Envelope.objects.exists()
