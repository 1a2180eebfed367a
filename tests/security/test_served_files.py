"""What strangers send as files is never shown in our origin as what it claims to be (S02)."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from lyhord.intake import files, rules
from lyhord.intake.files import INLINE
from lyhord.intake.models import Attachment
from lyhord.lib import images, sniff
from tests.access import walk
from tests.access.walk import Walk
from tests.security import corpus, headers

# Types under which a browser would run what is inside, and what servers say of them.
ACTIVE = (
    "image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", "application/xml", "application/pdf",
    "text/javascript", "application/rdf+xml", "image/svg+xml; charset=utf-8", "IMAGE/PNG", "image/png, text/html", "",
)  # fmt: skip
PAGE = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def here(db: None) -> Iterator[Walk]:
    with transaction.atomic():
        yield walk.begin()


@pytest.fixture
def client(here: Walk) -> Client:
    found = Client()
    found.force_login(here.world.people["agent_a"])
    return found


def keep(here: Walk, number: int, content: bytes, kind: str, name: str) -> str:
    files.write(f"{number}.bin", content)
    return Attachment.objects.create(
        post=here.world.post, url=f"https://demo.example/{number}", kind="picture", name=rules.line(name, 200), state=Attachment.KEPT,
        path=f"{number}.bin", content_type=kind, token=f"{number:022}",
    ).token  # fmt: skip


def test_active_files_are_for_download_and_dead(here: Walk, client: Client) -> None:
    stored = [path for path in sorted(corpus.folder("svg-xml-active").rglob("*")) if is_active(path.suffix)]
    assert len(stored) >= 12
    cases = [(path.read_bytes(), kind, path.name) for path in stored for kind in ACTIVE]
    cases += [(PAGE, kind, f"{number}.html") for number, kind in enumerate(ACTIVE)]
    for number, (content, kind, name) in enumerate(cases):
        response = client.get(f"/media/{keep(here, number, content, kind, name)}/")
        assert response.status_code == 200
        assert response["Content-Disposition"].startswith("attachment"), (kind, name)
        assert response["Content-Type"] == "application/octet-stream", (kind, name)
        assert headers.wrong(response, is_private=True, is_media=True) == []
        assert b"".join(response) == content


def is_active(suffix: str) -> bool:
    return suffix not in {"", ".md"}


def test_only_pictures_that_we_drew_are_shown_and_they_are_dead_too(here: Walk, client: Client) -> None:
    for number, kind in enumerate(sorted(INLINE)):
        response = client.get(f"/media/{keep(here, number, PAGE, kind, 'a.png')}/")
        assert response["Content-Type"] == kind and response["Content-Type"].startswith("image/")
        assert headers.wrong(response, is_private=True, is_media=True) == []


def test_no_name_of_a_file_breaks_its_header_or_leaves_its_folder(here: Walk, client: Client) -> None:
    for number, name in enumerate(corpus.file_names() + corpus.PLAIN):
        response = client.get(f"/media/{keep(here, number, PAGE, 'text/html', name)}/")
        told = response["Content-Disposition"]
        assert re.fullmatch(
            r"attachment; filename(=\"(\\.|[^\"\\\r\n])*\"|\*=utf-8''[\w.!#$&+^`|~%-]*)", told, re.A
        ), told
        assert "/" not in told.split("filename", 1)[1] and ".." not in told.split("filename", 1)[1][:4], told
        assert "\u202e" not in told and "%E2%80%AE" not in told


def test_nobody_gets_a_file_of_others_or_one_that_was_refused(here: Walk, client: Client) -> None:
    token = keep(here, 1, PAGE, "image/png", "a.png")
    stranger = Client()
    stranger.force_login(here.world.people["agent_other"])
    assert client.get(f"/media/{token}/").status_code == 200
    assert stranger.get(f"/media/{token}/").status_code == 404
    assert Client().get(f"/media/{token}/").status_code == 302
    Attachment.objects.filter(token=token).update(state=Attachment.REFUSED)
    assert client.get(f"/media/{token}/").status_code == 404


def test_no_active_file_is_taken_for_a_picture() -> None:
    """What is inside decides, whatever a server claims of it."""
    for path in sorted(corpus.folder("svg-xml-active").rglob("*")):
        if path.is_file():
            assert sniff.sniffed(path.read_bytes()) not in INLINE, path.name
            with pytest.raises(images.NotAPicture):
                images.recopy(path.read_bytes())
