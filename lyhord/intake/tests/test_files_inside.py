"""Files that came inside the envelope itself, as those of mails do: kept by the same ways and limits."""

import io
from datetime import datetime

import pytest
from PIL import Image

from lyhord.channels.contract import Headers, Media
from lyhord.channels.models import Account
from lyhord.intake import files, sources
from lyhord.intake.models import Attachment, Envelope, Post
from lyhord.intake.tests import makes
from lyhord.lib import safefetch
from lyhord.staff.models import Brand


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What the connector of these tests finds in its envelopes; nothing may be fetched from elsewhere."""
    found: dict[str, bytes] = {}

    def part(self: object, raw: bytes, headers: Headers, place: str) -> bytes | None:
        return found.get(place) if raw else None

    def fetch(url: str, **how: object) -> safefetch.Fetched:
        raise AssertionError(f"asked for {url}")

    monkeypatch.setattr(makes.Telling, "part", part)
    monkeypatch.setattr(safefetch, "fetch", fetch)
    return found


def kept(brand: Brand, now: datetime, place: str) -> Attachment:
    account: Account = makes.make_account(brand, now)
    makes.make_post(account, now, media=(Media(place, "file", name="a.bin"),))
    for _account, row in sources.due_attachments(now):
        with makes.telling():
            sources.fetch_attachment(row, now)
    return Attachment.objects.get()


@pytest.mark.django_db
def test_a_picture_inside_is_drawn_anew_like_any_other(
    brand: Brand, now: datetime, inside: dict[str, bytes]
) -> None:
    inside["part:2"] = picture()
    attachment = kept(brand, now, "part:2")
    assert (attachment.state, attachment.content_type) == (Attachment.KEPT, "image/png")
    assert (files.folder() / attachment.path).read_bytes().startswith(b"\x89PNG")


@pytest.mark.django_db
@pytest.mark.parametrize("content", [None, b"x" * (safefetch.MAX_BYTES + 1)])
def test_what_is_not_there_or_too_big_is_refused_with_a_reason(
    brand: Brand, now: datetime, inside: dict[str, bytes], content: bytes | None
) -> None:
    if content:
        inside["part:2"] = content
    attachment = kept(brand, now, "part:2")
    assert attachment.state == Attachment.REFUSED
    assert attachment.problem


@pytest.mark.django_db
def test_nothing_is_kept_of_what_was_erased(brand: Brand, now: datetime, inside: dict[str, bytes]) -> None:
    inside["part:2"] = b"%PDF-1.4"
    account = makes.make_account(brand, now)
    makes.make_post(account, now, media=(Media("part:2", "file"),))
    Envelope.objects.update(raw=b"", is_blank=True)
    for _account, row in sources.due_attachments(now):
        with makes.telling():
            sources.fetch_attachment(row, now)
    assert Attachment.objects.get().state == Attachment.REFUSED
    assert Post.objects.count() == 1
