"""Files that a network gives to our account alone: no address with a secret in it is ever stored or fetched."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import Media, Trouble
from lyhord.channels.models import Account
from lyhord.intake import files, sources
from lyhord.intake.models import Attachment
from lyhord.intake.tests import makes
from lyhord.lib import safefetch
from lyhord.staff.models import Brand

SECRET = "s3cret-of-a-test"
Giving = Callable[..., bytes | None]


def raising(problem: Exception) -> Giving:
    def give(*args: Any) -> bytes | None:
        raise problem

    return give


@pytest.fixture
def attachment(brand: Brand, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Attachment:
    def fetch(url: str, **how: object) -> safefetch.Fetched:
        raise AssertionError(f"asked for {url}")

    monkeypatch.setattr(safefetch, "fetch", fetch)
    makes.make_post(makes.make_account(brand, now), now, media=(Media("ask:f1", "file", name="a.bin"),))
    return Attachment.objects.get()


def tried(attachment: Attachment, give: Giving, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Attachment:
    monkeypatch.setattr(makes.Telling, "file", give)
    with makes.telling():
        sources.fetch_attachment(attachment.pk, now)
    attachment.refresh_from_db()
    return attachment


def test_the_connector_fetches_it_with_our_account(
    attachment: Attachment, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, str]] = []

    def give(self: object, http: httpx.Client, account: Any, place: str, now: datetime) -> bytes:
        asked.append((account.id, place))
        return b"%PDF-1.7"

    kept = tried(attachment, give, now, monkeypatch)
    assert asked == [(attachment.post.account_id, "ask:f1")]
    assert (kept.state, kept.content_type) == (Attachment.KEPT, "application/pdf")
    assert (files.folder() / kept.path).read_bytes() == b"%PDF-1.7"


@pytest.mark.parametrize(
    ("give", "state"),
    [
        (lambda *args: None, Attachment.REFUSED),
        (lambda *args: b"x" * (safefetch.MAX_BYTES + 1), Attachment.REFUSED),
        (raising(Trouble("Wait.")), Attachment.WAITING),
        (raising(httpx.ReadTimeout(f"https://n.example/{SECRET}")), Attachment.WAITING),
    ],
    ids=["none", "large", "trouble", "silence"],
)
def test_what_is_not_given_has_a_reason_and_no_secret_in_it(
    attachment: Attachment, now: datetime, monkeypatch: pytest.MonkeyPatch, give: Giving, state: str
) -> None:
    left = tried(attachment, give, now, monkeypatch)
    assert left.state == state
    assert left.problem
    assert SECRET not in left.problem


def test_nothing_is_asked_of_a_paused_account(
    attachment: Attachment, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Account.objects.update(state="paused")
    left = tried(attachment, raising(AssertionError("asked")), now, monkeypatch)
    assert (left.state, left.problem) == (Attachment.WAITING, "The account is not in use now.")
