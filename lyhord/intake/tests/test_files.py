"""Files of posts: fetched safely, shown as our own copies, dead in the browser, gone with their post."""

import io
from datetime import datetime, timedelta

import pytest
from django.test import Client
from PIL import Image

from lyhord.channels.contract import Media
from lyhord.channels.models import Account
from lyhord.conftest import ClientOf, MakeUser
from lyhord.intake import files, sources, steps
from lyhord.intake.models import Attachment, Post
from lyhord.intake.sources import attachments
from lyhord.intake.tests import makes
from lyhord.lib import safefetch
from lyhord.staff.models import Brand, Team


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def account(brand: Brand, now: datetime) -> Account:
    return makes.make_account(brand, now)


@pytest.fixture
def attachment(account: Account, now: datetime) -> Attachment:
    media = (Media("https://files.example/a.png", "picture", alt="A platform", name="a.png"),)
    makes.make_post(account, now, media=media)
    return Attachment.objects.get()


class Outside:
    """What lies at the address of the file."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, content: bytes | Exception, status: int = 200
    ) -> None:
        self.content, self.status, self.asked = content, status, 0
        monkeypatch.setattr(safefetch, "fetch", self.fetch)

    def fetch(self, url: str, **how: object) -> safefetch.Fetched:
        self.asked += 1
        if isinstance(self.content, Exception):
            raise self.content
        kind = "image/png" if self.content.startswith(b"\x89PNG") else "text/html"
        return safefetch.Fetched(url, self.content, kind, self.status)


def fetch_all(now: datetime) -> int:
    return sum(sources.fetch_attachment(row, now) for _account, row in sources.due_attachments(now))


def test_a_picture_is_kept_as_our_own_copy(
    attachment: Attachment, account: Account, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    Outside(monkeypatch, picture())
    assert sources.due_attachments(now) == [(account.pk, attachment.pk)]
    assert fetch_all(now) == 1 and fetch_all(now) == 0
    attachment.refresh_from_db()
    assert (attachment.state, attachment.width, attachment.height) == (Attachment.KEPT, 20, 10)
    assert len(attachment.token) == 32 and "a.png" not in attachment.path
    content = (files.folder() / attachment.path).read_bytes()
    assert len(content) == attachment.size and attachment.content_type.startswith("image/")


@pytest.mark.parametrize(
    ("outside", "status", "state", "is_due"),
    [
        (b"", 404, Attachment.REFUSED, False),
        (b"", 503, Attachment.WAITING, True),
        (safefetch.FetchRefused("An address of our own network."), 0, Attachment.REFUSED, False),
        (safefetch.FetchFailed("No answer."), 0, Attachment.WAITING, True),
    ],
)
def test_what_cannot_be_fetched_waits_or_is_refused(
    attachment: Attachment,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    outside: bytes | Exception,
    status: int,
    state: str,
    is_due: bool,
) -> None:
    Outside(monkeypatch, outside, status)
    fetch_all(now)
    attachment.refresh_from_db()
    assert attachment.state == state and attachment.problem
    assert (attachment.due_at is not None) == is_due


def test_a_file_that_never_comes_is_given_up(
    attachment: Attachment, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    outside = Outside(monkeypatch, safefetch.FetchFailed("No answer."))
    for day in range(10):
        fetch_all(now + timedelta(days=day))
    attachment.refresh_from_db()
    assert (attachment.state, outside.asked) == (Attachment.REFUSED, 5)


def test_a_deleted_post_takes_its_files_along(
    attachment: Attachment, account: Account, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    Outside(monkeypatch, picture())
    fetch_all(now)
    attachment.refresh_from_db()
    path = files.folder() / attachment.path
    makes.take(account, makes.said("1", kind="deleted", key="d", at=now), now=now)
    assert path.is_file()
    assert steps.remove_files(now) == 1 and steps.remove_files(now) == 0
    assert not path.exists() and not Attachment.objects.exists()


def test_a_file_of_a_post_deleted_while_it_was_fetched_is_not_kept(
    attachment: Attachment, account: Account, now: datetime
) -> None:
    makes.take(account, makes.said("1", kind="deleted", key="d", at=now), now=now)
    attachments.keep(attachment, safefetch.Fetched("", picture(), "image/png", 200))
    assert Attachment.objects.get().state == Attachment.GONE
    assert not any(files.folder().rglob("*"))


# Shown ------------------------------------------------------------------------------------------------------------

ACTIVE = [
    b"<html><script>alert(1)</script>",
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    b"GIF89a/*<script>alert(1)</script>",
    b"%PDF-1.4 <script>",
    b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
]


def kept(attachment: Attachment, content: bytes, name: str = "a.png") -> str:
    Attachment.objects.filter(pk=attachment.pk).update(name=name)
    attachments.keep(attachment, safefetch.Fetched("", content, "text/html", 200))
    return f"/media/{Attachment.objects.get().token}/"


def test_a_picture_is_shown_and_can_do_nothing(
    attachment: Attachment, make_user: MakeUser, client_of: ClientOf
) -> None:
    answer = client_of(make_user("agent")).get(kept(attachment, picture()))
    assert answer.status_code == 200 and answer["Content-Type"].startswith("image/")
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("content", ACTIVE)
def test_anything_else_is_only_for_download(
    attachment: Attachment, make_user: MakeUser, client_of: ClientOf, content: bytes
) -> None:
    answer = client_of(make_user("agent")).get(kept(attachment, content, "../\u202egpj.exe"))
    assert answer["Content-Type"] == "application/octet-stream"
    disposition = answer["Content-Disposition"]
    assert (
        disposition.startswith("attachment")
        and "\u202e" not in disposition
        and "/" not in disposition.split("=", 1)[1][10:]
    )
    assert "sandbox" in answer["Content-Security-Policy"]


def test_files_are_behind_the_wall_of_sight(
    attachment: Attachment, make_user: MakeUser, client_of: ClientOf
) -> None:
    address = kept(attachment, picture())
    other = Team.objects.create(brand=Brand.objects.create(name="Other"), name="x")
    assert client_of(make_user("agent", team=other)).get(address).status_code == 404
    assert client_of(make_user("agent")).get("/media/nothing/").status_code == 404
    assert Client().get(address).status_code == 302
    assert Post.objects.count() == 1
