"""WhatsApp's whole way: from its signed hook to a post."""

import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from lyhord.channels import actions as channels
from lyhord.channels.models import Account
from lyhord.connectors.whatsapp import hooks
from lyhord.connectors.whatsapp.tests.server import BUSINESS, NUMBER, TOKEN, Network, serving
from lyhord.intake import steps
from lyhord.intake.door import in_front_of
from lyhord.intake.models import Envelope, Post
from lyhord.staff.models import Brand, User

KARI = {"profile": {"name": "Kari Nord", "username": "kari"}, "user_id": "SE.1349"}


@pytest.fixture
def network(settings: Any) -> Iterator[Network]:
    with serving() as there:
        settings.LYHORD_ALLOW_HOSTS = frozenset({there.base})
        yield there
        assert there.faults == []


@pytest.fixture
def account(network: Network, brand: Brand, administrator: User, now: datetime) -> Account:
    values = {
        "number": NUMBER, "business": BUSINESS, "token": TOKEN, "server": network.base,
        "app_secret": "s3cret", "verify_token": "ett-ord",
    }  # fmt: skip
    return channels.connect("whatsapp", brand, [], "Vårt nummer", values, administrator, now)


def told(account: Account, signature: str | None = None) -> str:
    message = {
        "id": "wamid.A",
        "from_user_id": "SE.1349",
        "timestamp": "1790000000",
        "type": "text",
        "text": {"body": "Hej"},
    }
    value = {"metadata": {"phone_number_id": NUMBER}, "contacts": [KARI], "messages": [message]}
    entry = {"id": BUSINESS, "changes": [{"field": "messages", "value": value}]}
    raw = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    answered: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/hooks/whatsapp/{account.app.endpoint}/",
        "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(raw)),
        "HTTP_X_HUB_SIGNATURE_256": signature or hooks.signature(raw, "s3cret"),
        "wsgi.input": io.BytesIO(raw),
    }
    door = in_front_of(lambda environ, start: [])
    door(environ, lambda status, headers: answered.append(status))
    door.writer.stop()
    return answered[0]


@pytest.mark.django_db(transaction=True)
def test_a_message_without_a_number_becomes_one_post_however_often_it_comes(
    account: Account, now: datetime
) -> None:
    assert account.native == NUMBER and account.learnt["templates"]
    assert [told(account)[:3], told(account)[:3], told(account, "sha256=0")[:3]] == ["200", "200", "401"]
    Envelope.objects.update(due_at=now)
    steps.read_envelopes(now)
    (post,) = Post.objects.all()
    assert (post.author, post.handle, post.text, post.is_public) == ("SE.1349", "kari", "Hej", False)
