"""Files with replies: laid beside the draft, sent with the words, taken back, erased."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from lyhord.channels.contract import Allowed, Denied, Price
from lyhord.conftest import ClientOf, MakeUser
from lyhord.desk import actions, queries
from lyhord.desk.models import Conversation, DraftFile
from lyhord.desk.tests.conftest import Network, World
from lyhord.lib.tests.pictures import png, saved
from lyhord.outbox import actions as outbox
from lyhord.outbox import steps as outbox_steps
from lyhord.outbox.models import Dispatch, Enclosure, State
from lyhord.staff import actions as staff
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, Team, User

pytestmark = pytest.mark.django_db
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def world(account: Any, now: Any) -> World:
    return World(account, timezone.now())


@pytest.fixture
def web(linnea: User, client_of: ClientOf) -> Client:
    return client_of(linnea)


def lay(
    conversation: Conversation, by: User, world: World, name: str = "vagn.png", **fields: Any
) -> Enclosure:
    return actions.enclose(
        conversation, name, fields.pop("content", png(4, 3)), by=by, now=world.now, **fields
    )


def on_disk(one: Enclosure, settings: Any) -> bool:
    return (Path(settings.MEDIA_ROOT) / one.path).is_file()


def test_a_picture_lies_beside_the_draft_drawn_anew_under_our_own_name(
    world: World, linnea: User, settings: Any
) -> None:
    conversation = world.says("Aino")
    exif = Image.Exif()
    exif[0x010E] = "taken at my home"
    secret = saved(Image.new("RGB", (4, 3), "red"), "PNG", exif=exif)
    assert b"taken at my home" in secret
    one = lay(conversation, linnea, world, "../../etc/\u202evagn.jpg", content=secret, alt=" En \n vagn ")
    kept = (Path(settings.MEDIA_ROOT) / one.path).read_bytes()
    assert b"taken at my home" not in kept
    assert (one.content_type, one.width, one.height, one.alt) == ("image/png", 4, 3, "En vagn")
    assert one.name == "‹U+202E›vagn.png" and "vagn" not in one.path
    assert queries.draft_files(conversation.pk, linnea) == [one]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.png", b"", "empty"),
        ("a.png", b"<html><script>1</script>", "text/html"),
        ("a.png", b"\x89PNG\r\n\x1a\nbroken", "damaged"),
        ("a.pdf", b"%PDF-" + b"x" * 2_000, "takes 0 MB"),
        ("a.gif", b"GIF89a", "no file of this kind"),
    ],
)
def test_what_cannot_be_sent_there_is_refused_with_the_reason(
    world: World, linnea: User, name: str, content: bytes, words: str
) -> None:
    conversation = world.says("Aino")
    with pytest.raises(outbox.BadFile, match=words):
        lay(conversation, linnea, world, name, content=content)
    assert not Enclosure.objects.exists()


def test_files_go_with_the_reply_in_order_and_are_shown_in_the_thread(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    first, second = (lay(conversation, linnea, world, name, alt=name) for name in ("a.png", "b.png"))
    turn = world.answer(conversation, linnea, files=[second.pk, first.pk])
    sent = Enclosure.objects.filter(dispatch=turn.dispatch_id).order_by("position")
    assert [one.name for one in sent] == ["b.png", "a.png"]
    assert not DraftFile.objects.exists()
    shown = queries.turns(conversation.pk)[-1].attachments
    assert [(one["name"], one["kind"], one["address"]) for one in shown] == [
        ("b.png", "picture", f"/outbox/files/{second.token}/"),
        ("a.png", "picture", f"/outbox/files/{first.token}/"),
    ]


def test_more_than_the_network_takes_is_refused_and_nothing_leaves(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    files = [lay(conversation, linnea, world).pk for _ in range(3)]
    with pytest.raises(outbox.BadFile, match="2 files"):
        world.answer(conversation, linnea, files=files)
    assert not Dispatch.objects.exists() and DraftFile.objects.count() == 3


def test_limits_are_looked_at_again_when_it_is_sent(world: World, linnea: User, network: Network) -> None:
    conversation = world.says("Aino")
    one = lay(conversation, linnea, world)
    network.accepts = {"application/pdf": 10}
    with pytest.raises(outbox.BadFile, match="no file of this kind"):
        world.answer(conversation, linnea, files=[one.pk])


def test_a_file_of_a_colleague_or_one_removed_does_not_go(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    theirs, mine = lay(conversation, petri, world), lay(conversation, linnea, world)
    actions.take_out(conversation, mine.pk, by=linnea, now=world.now)
    for one in (theirs, mine):
        with pytest.raises(actions.NotPossible):
            world.answer(conversation, linnea, files=[one.pk])
    assert not Dispatch.objects.exists()


def test_removing_takes_it_from_the_disk(
    world: World, linnea: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    conversation = world.says("Aino")
    one = lay(conversation, linnea, world)
    assert on_disk(one, settings)
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_out(conversation, one.pk, by=linnea, now=world.now)
        actions.take_out(conversation, one.pk, by=linnea, now=world.now)
    assert not on_disk(one, settings) and not Enclosure.objects.exists()


def test_should_the_process_end_before_a_step_removes_it(world: World, linnea: User, settings: Any) -> None:
    conversation = world.says("Aino")
    one = lay(conversation, linnea, world)
    actions.take_out(conversation, one.pk, by=linnea, now=world.now)
    assert on_disk(one, settings)  # nothing was committed in this test, so nothing ran by itself
    assert outbox_steps.remove_files(world.now) == 1
    assert not on_disk(one, settings)


def test_a_reply_taken_back_has_its_files_beside_the_draft_again(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    one = lay(conversation, linnea, world)
    world.answer(conversation, linnea, files=[one.pk])
    actions.undo(by=linnea, now=world.now)
    assert queries.draft_files(conversation.pk, linnea) == [one]
    world.answer(conversation, linnea, files=[one.pk])
    assert Dispatch.objects.filter(state=State.QUEUED, enclosures=one).count() == 1


def test_with_a_draft_taken_over_go_its_files(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    one = lay(conversation, petri, world)
    draft = actions.save_draft(conversation, "public", "Hej", by=petri, now=world.now)
    assert draft is not None
    actions.take_over_draft(draft, by=linnea, now=world.now)
    assert queries.draft_files(conversation.pk, linnea) == [one]
    assert queries.draft_files(conversation.pk, petri) == []


def test_who_may_not_reply_lays_down_no_file(world: World, make_user: MakeUser) -> None:
    conversation = world.says("Aino")
    with pytest.raises(NotYours):
        lay(conversation, make_user("listener", email="r@example.com"), world)


# Pages -----------------------------------------------------------------------------------------------------------


def give(web: Client, conversation: Conversation, *files: tuple[str, bytes]) -> Any:
    given = [SimpleUploadedFile(name, content) for name, content in files]
    return web.post(f"/conversation/{conversation.pk}/files/add/", {"file": given}, **HTMX)


def test_the_page_takes_what_fits_and_says_why_the_rest_does_not(
    web: Client, world: World, linnea: User
) -> None:
    conversation = world.says("Aino")
    answer = give(web, conversation, ("a.png", png(4, 3)), ("b.svg", b"<svg onload=alert(1)>"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "b.svg: " in html and "image/svg+xml" in html and "<svg onload" not in html
    (one,) = queries.draft_files(conversation.pk, linnea)
    assert f"/outbox/files/{one.token}/" in html
    assert f'name="alt-{one.pk}"' in web.get(f"/conversation/{conversation.pk}/").content.decode()


def test_our_copy_is_dead_in_the_browser_and_seen_by_ours_alone(
    web: Client, world: World, make_user: MakeUser, client_of: ClientOf
) -> None:
    conversation = world.says("Aino")
    give(web, conversation, ("a.png", png(4, 3)))
    address = f"/outbox/files/{Enclosure.objects.get().token}/"
    answer = web.get(address)
    assert answer["Content-Type"] == "image/png" and answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["X-Content-Type-Options"] == "nosniff"
    team = Team.objects.create(brand=Brand.objects.create(name="Other"), name="x")
    assert client_of(make_user(team=team)).get(address).status_code == 404


def test_the_form_sends_what_it_showed_with_what_was_typed_about_it(
    web: Client, world: World, linnea: User
) -> None:
    conversation = world.says("Aino")
    give(web, conversation, ("a.png", png(4, 3)), ("b.png", png(4, 3)))
    shown, hidden = queries.draft_files(conversation.pk, linnea)
    told = {
        "strand": world.strand(conversation).pk, "kind": "public", "text": "Se bilden.", "form_key": str(uuid4()),
        "seen": queries.newest_turn(conversation.pk), "file": [shown.pk], f"alt-{shown.pk}": "Spår fyra",
    }  # fmt: skip
    answer = web.post(f"/conversation/{conversation.pk}/reply/", told, **HTMX)
    assert answer.status_code == 200
    (sent,) = Dispatch.objects.get().enclosures.all()
    assert (sent.pk, sent.alt) == (shown.pk, "Spår fyra")
    assert queries.draft_files(conversation.pk, linnea) == [hidden]


def test_who_lacks_the_mandate_is_told_so_in_place_with_403(
    world: World, make_user: MakeUser, client_of: ClientOf
) -> None:
    conversation = world.says("Aino")
    reader = client_of(make_user("listener", email="r@example.com"))
    told = {"kind": "note", "text": "Hej", "form_key": str(uuid4())}
    for path, given in (
        ("reply", told),
        ("close", {}),
        ("files/add", {"file": SimpleUploadedFile("a.png", png(4, 3))}),
    ):
        answer = reader.post(f"/conversation/{conversation.pk}/{path}/", given, **HTMX)
        assert answer.status_code == 403
        assert answer["HX-Reswap"] == "none"
        assert b"#refusal" in answer.content and b"mandate" in answer.content
    assert AuditEvent.objects.filter(verb="access.denied").count() == 3
    conversation.refresh_from_db()
    assert conversation.status == "open" and not Enclosure.objects.exists()


def test_what_an_answer_costs_is_said_while_it_is_written(
    web: Client, world: World, network: Network
) -> None:
    conversation = world.says("Aino")
    told = {"kind": "public", "text": "Se https://x.example", "strand": world.strand(conversation).pk}
    network.allowed = Allowed(price=Price(0.015, "EUR", "A link costs."))
    html = web.post(f"/conversation/{conversation.pk}/draft/", told, **HTMX).content.decode()
    assert "€0.015" in html and "A link costs." in html
    network.allowed = Denied("The window is closed.")
    assert "The window is closed." in web.get(f"/conversation/{conversation.pk}/").content.decode()
    network.allowed = Allowed()
    assert (
        "check warn" not in web.post(f"/conversation/{conversation.pk}/draft/", told, **HTMX).content.decode()
    )


def test_the_api_adds_describes_sends_and_removes(world: World, make_user: MakeUser) -> None:
    lead = make_user("lead", email="lead@example.com")
    _key, plain = staff.make_api_key(
        by=lead, name="x", scopes=["read", "write"], expires_at=None, now=timezone.now()
    )
    web = Client(headers={"Authorization": f"Bearer {plain}"})
    conversation = world.says("Aino")
    base = f"/api/v1/conversations/{conversation.pk}"
    added = web.post(f"{base}/files", {"file": SimpleUploadedFile("a.png", png(4, 3)), "alt": "En vagn"})
    assert added.status_code == 201, added.content
    one = added.json()
    assert (one["name"], one["alt"], one["content_type"]) == ("a.png", "En vagn", "image/png")
    changed = web.patch(f"{base}/files/{one['id']}", json.dumps({"alt": "Ny"}), "application/json").json()
    assert changed["alt"] == "Ny"
    bad = web.post(f"{base}/files", {"file": SimpleUploadedFile("a.txt", b"words")})
    assert bad.status_code == 422 and "takes no file" in bad.content.decode()
    told = {
        "text": "Se.",
        "is_public": True,
        "seen": queries.newest_turn(conversation.pk),
        "files": [one["id"]],
    }
    sent = web.post(f"{base}/replies", json.dumps(told), "application/json")
    assert sent.status_code == 201, sent.content
    assert [file["alt"] for file in sent.json()["attachments"]] == ["Ny"]
    assert web.get(f"{base}/files").json() == []
    assert web.delete(f"{base}/files/{one['id']}").status_code == 204  # it has left: nothing changes
    assert Dispatch.objects.get().enclosures.count() == 1
