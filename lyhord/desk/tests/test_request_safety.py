"""The light page as strangers meet it: guessed, expired, another's, flooded; and what it may never show or carry."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lyhord.conftest import ClientOf
from lyhord.desk import actions, links, personal_data
from lyhord.desk.models import Conversation, Department, Request, RequestFile, RequestTurn, Turn
from lyhord.desk.tests.conftest import World
from lyhord.desk.tests.test_personal_data import person
from lyhord.lib import crypto
from lyhord.staff.models import User

pytestmark = pytest.mark.django_db

NASTY = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "{{ 7*7 }}", "{% raw %}",
    "javascript:alert(1)", "</textarea><script>1</script>", "\u202eevil\u202c", "a\x00b", "=cmd|' /C calc'!A0", "\r\nBcc: x@y.z",
    "<a href='javascript:1'>x</a>", "&lt;b&gt;", "<!--", "]]>",
]  # fmt: skip


@pytest.fixture
def case(world: World) -> Conversation:
    return world.says("Aino", "Fakturan är fel")


@pytest.fixture
def department(case: Conversation, administrator: User) -> Department:
    given = actions.DepartmentGiven("Finance", addresses=["kassa@example.com"])
    return actions.make_department(case.brand, given, by=administrator, now=timezone.now())


@pytest.fixture
def row(case: Conversation, department: Department, linnea: User, world: World) -> Request:
    world.says("Aino", "EJ TICKAT")
    actions.note(case, "INTERN NOTERING", by=linnea, form_key=uuid4(), now=world.now)
    shown = Turn.objects.filter(conversation=case, post__isnull=False).order_by("pk")[0]
    return actions.ask(
        case, department, "Stämmer det?", shown=[shown.pk], by=linnea, form_key=uuid4(), now=timezone.now()
    )


def page(row: Request) -> str:
    return f"/answer/{links.secret(row)}/"


def test_a_secret_has_more_than_128_bits_and_stands_nowhere(row: Request) -> None:
    secret = links.secret(row)
    assert len(secret) >= 22 * 128 // 128 and len(set(secret)) > 15
    kept = str(list(Request.objects.values()))
    assert secret not in kept and crypto.digest(secret) in kept


def test_guessing_ends_after_some_tries_and_a_right_link_still_opens(row: Request) -> None:
    client = Client()
    told = [client.get(f"/answer/{crypto.token()[:40]}/").status_code for _ in range(25)]
    assert told == [404] * 20 + [429] * 5
    assert client.get(page(row)).status_code == 200


@pytest.mark.parametrize("secret", ["x", "å" * 22, "%00", "../admin", "n" * 500])
def test_what_is_no_secret_leads_nowhere(secret: str, row: Request) -> None:
    assert Client().get(f"/answer/{secret}/").status_code in {400, 404}


def test_an_expired_and_a_renewed_link_are_as_if_they_had_never_been(row: Request, linnea: User) -> None:
    old = page(row)
    new = actions.new_request_link(row, by=linnea, now=timezone.now())
    assert new.endswith(page(Request.objects.get(pk=row.pk)))
    assert Client().get(old).status_code == 404
    Request.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    gone = Client().get(page(Request.objects.get(pk=row.pk)))
    assert (gone.status_code, gone.content) == (404, Client().get(f"/answer/{'n' * 40}/").content)
    key = {"text": "x", "form_key": str(uuid4())}
    assert Client().post(page(Request.objects.get(pk=row.pk)), key).status_code == 404
    assert not RequestTurn.objects.filter(kind="answer").exists()


def test_nothing_but_the_ticked_word_leaves_the_case(row: Request, case: Conversation, linnea: User) -> None:
    text = Client().get(page(row)).content.decode()
    assert "Fakturan är fel" in text and "Stämmer det?" in text
    for secret in (
        "EJ TICKAT",
        "INTERN NOTERING",
        "Aino",
        "aino@net",
        linnea.email,
        "/inbox/",
        "/conversation/",
        "/settings/",
    ):
        assert secret not in text, secret


def test_another_questions_link_shows_that_one_alone(
    row: Request, case: Conversation, department: Department, linnea: User
) -> None:
    other = actions.ask(case, department, "En annan fråga", by=linnea, form_key=uuid4(), now=timezone.now())
    text = Client().get(page(other)).content.decode()
    assert "En annan fråga" in text and "Stämmer det?" not in text and "Fakturan" not in text


def test_a_link_lets_nobody_in_anywhere_else(row: Request) -> None:
    client = Client()
    client.get(page(row))
    for address in (
        "/inbox/",
        f"/requests/{row.pk}/",
        "/requests/",
        "/settings/departments/",
        "/mentions/",
        "/shifts/",
        "/purpose/",
    ):
        assert client.get(address).headers["Location"].startswith("/login/")


def test_what_was_deleted_since_is_gone_there_too(row: Request) -> None:
    turn = row.shown.get()
    assert turn.post is not None
    type(turn.post).objects.filter(pk=turn.post.pk).update(deleted_at=timezone.now())
    assert "Fakturan" not in Client().get(page(row)).content.decode()


@pytest.mark.parametrize("words", NASTY)
def test_nasty_answers_are_words_on_every_page(
    words: str, row: Request, linnea: User, client_of: ClientOf
) -> None:
    form = {"text": words + " x", "name": words, "form_key": str(uuid4())}
    sent = Client().post(page(row), form)
    assert sent.status_code in {302, 422}  # a name of zero bytes alone is refused by the form
    if sent.status_code == 422:
        return
    client = client_of(linnea)
    pages = [
        Client().get(page(row)),
        client.get(f"/requests/{row.pk}/"),
        client.get(f"/conversation/{row.conversation_id}/"),
    ]
    for shown in pages:
        text = shown.content.decode()
        for bad in ("<script>alert", "<img src=x", "<svg onload", "<a href='javascript", "<script>1"):
            assert bad not in text


def test_floods_of_answers_are_slowed(row: Request) -> None:
    client = Client()
    told = [client.post(page(row), {"text": f"{n}", "form_key": str(uuid4())}).status_code for n in range(25)]
    assert told[0] == 302 and told[-1] == 422
    assert RequestTurn.objects.filter(kind="answer").count() == 20


def test_files_are_what_their_bytes_say_and_only_people_inside_fetch_them(
    row: Request, linnea: User, client_of: ClientOf
) -> None:
    bad = SimpleUploadedFile("a.pdf", b"MZ\x90\x00 program", "application/pdf")
    refused = Client().post(page(row), {"text": "x", "form_key": str(uuid4()), "files": [bad]})
    assert refused.status_code == 422 and not RequestFile.objects.exists()
    assert not RequestTurn.objects.filter(kind="answer").exists()
    good = SimpleUploadedFile(
        "../../<b>.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF", "text/html"
    )
    assert (
        Client().post(page(row), {"text": "x", "form_key": str(uuid4()), "files": [good]}).status_code == 302
    )
    kept = RequestFile.objects.get()
    assert "/" not in kept.name and kept.content_type == "application/pdf"
    assert Client().get(f"/requests/files/{kept.token}/").status_code == 302
    got = client_of(linnea).get(f"/requests/files/{kept.token}/")
    assert got.status_code == 200 and got["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got["Content-Security-Policy"]


def test_erasing_her_takes_the_words_and_ends_the_link(row: Request, case: Conversation) -> None:
    Client().post(page(row), {"text": "SVAR", "name": "Kim", "form_key": str(uuid4())})
    told = personal_data.export(person(case))["requests"]
    assert [one["text"] for one in told] == ["Stämmer det?", "SVAR"]
    personal_data.erase(person(case), timezone.now())
    assert set(RequestTurn.objects.values_list("text", "name")) == {("–", "")}
    assert not Request.objects.get().shown.exists()
    assert Client().get(page(Request.objects.get())).status_code == 404
