"""Meta's whole way: one hook for a page and its talks, from signed bytes to posts, with what nobody forgets to keep."""

import hashlib
import hmac
import io
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from lyhord.channels import actions as channels
from lyhord.channels.actions import sealed
from lyhord.channels.models import Account, App
from lyhord.connectors._meta.tests.fake import APP, PAGE, SECRET, TOKEN, Fake
from lyhord.intake import steps
from lyhord.intake.door import in_front_of
from lyhord.intake.models import Envelope, Post, Reaction, Report
from lyhord.staff.models import Brand, User

KARI = "5550001"


@pytest.fixture
def meta(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Fake:
    there = Fake(now)

    def client(*_side: Any, **_how: Any) -> httpx.Client:
        return there.client()

    monkeypatch.setattr(sealed, "client_for", client)
    return there


@pytest.fixture
def accounts(meta: Fake, brand: Brand, administrator: User, now: datetime) -> Iterator[dict[str, Account]]:
    values = {"token": TOKEN, "app_id": APP, "app_secret": SECRET, "login": "facebook"}
    yield {
        name: channels.connect(name, brand, [], name, values, administrator, now)
        for name in ("facebook", "messenger", "instagram")
    }


def bring(app: App, raw: bytes, query: str = "", **headers: str) -> tuple[str, bytes]:
    """To the door, as the web process has it."""
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/hooks/{app.connector}/{app.endpoint}/", "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(raw)), "wsgi.input": io.BytesIO(raw), **headers,
    }  # fmt: skip
    door = in_front_of(lambda environ, start: [b""])
    body = b"".join(door(environ, lambda status, _headers: told.append(status)))
    door.writer.stop()
    return told[0], body


@pytest.mark.django_db(transaction=True)
def test_one_hook_fills_three_accounts_and_nothing_twice(meta: Fake, accounts: dict[str, Account]) -> None:
    assert len({account.app_id for account in accounts.values()}) == 1
    post = meta.post(PAGE, "Ny tidtabell")
    comment = meta.comment(KARI, post, "När går tåget?", "Kari")
    meta.says(KARI, "Hej i tysthet")
    media = meta.picture("Nya tåg")
    meta.remark("77", media, "Fint", "ola")
    meta.tell_page("feed", {"item": "reaction", "verb": "add", "reaction_type": "love", "comment_id": comment,
                            "post_id": post, "from": {"id": PAGE}})  # fmt: skip
    for raw, headers in [*meta.notices, *meta.notices]:
        status, _body = bring(
            accounts["facebook"].app, raw, HTTP_X_HUB_SIGNATURE_256=headers["x-hub-signature-256"]
        )
        assert status == "200 OK"
        assert bring(accounts["facebook"].app, raw, HTTP_X_HUB_SIGNATURE_256="sha256=" + "0" * 64)[
            0
        ].startswith("401")
    steps.read_envelopes(datetime.now(UTC))  # the door has a clock of its own
    told = {
        (row.account.connector, row.text, row.is_own, row.is_public) for row in Post.objects.exclude(text="")
    }
    assert told == {
        ("facebook", "Ny tidtabell", True, True), ("facebook", "När går tåget?", False, True),
        ("messenger", "Hej i tysthet", False, False), ("instagram", "Fint", False, True),
    }  # fmt: skip
    assert Post.objects.get(native=comment).thread.native == post
    assert [row.sign for row in Reaction.objects.all()] == ["❤️"]
    assert not Envelope.objects.exclude(state=Envelope.DONE).exists()


@pytest.mark.django_db(transaction=True)
def test_one_who_wants_to_be_forgotten_is_heard_whichever_account_it_was(
    meta: Fake, accounts: dict[str, Account]
) -> None:
    payload = urlsafe_b64encode(json.dumps({"user_id": "88", "issued_at": 1_790_000_000}).encode()).rstrip(
        b"="
    )
    mark = urlsafe_b64encode(hmac.new(SECRET.encode(), payload, hashlib.sha256).digest()).rstrip(b"=")
    raw = b"signed_request=" + mark + b"." + payload
    status, body = bring(accounts["facebook"].app, raw, CONTENT_TYPE="application/x-www-form-urlencoded")
    assert status == "200 OK"
    assert json.loads(body)["confirmation_code"]
    steps.read_envelopes(datetime.now(UTC))  # the door has a clock of its own
    report = Report.objects.get()
    assert (report.kind, report.person) == ("erasure", "88")
