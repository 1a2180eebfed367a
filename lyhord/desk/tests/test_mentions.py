"""Colleagues named in notes, threads of notes, and guests who read one note alone."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.conftest import ClientOf
from lyhord.desk import actions, naming
from lyhord.desk.actions import mentioning
from lyhord.desk.models import Conversation, Mention, NoteReply, Turn
from lyhord.desk.queries import mentions
from lyhord.desk.tests.conftest import World
from lyhord.staff import mandates
from lyhord.staff.models import Team, User

PEOPLE = {1: "Linnea Nord", 2: "Petri Aalto", 3: "Linnea Öst", 4: "Åsa"}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Linnea Nord kan du?", [1]), ("@linnea nord, @Petri", [1, 2]), ("Fråga @Åsa.", [4]), ("@Linnea", []),
        ("mail petri@aalto.fi", []), ("a@Petri", []), ("@Petrison", []), ("@Petri @petri aalto", [2]), ("@", []), ("", []),
        ("(@Petri)", [2]), ("@Linnea Nordström", []),
    ],
)  # fmt: skip
def test_who_is_named(text: str, who: list[int]) -> None:
    assert naming.named(text, PEOPLE) == who


@given(st.text(max_size=300))
def test_any_text_names_only_people_that_there_are(text: str) -> None:
    found = naming.named(text, PEOPLE)
    assert set(found) <= set(PEOPLE) and len(found) == len(set(found))
    assert not found or "@" in text


@pytest.fixture
def case(world: World) -> Conversation:
    return world.says("Aino", "Min väska är borta")


@pytest.fixture
def outsider(make_user: Callable[..., User], case: Conversation) -> User:
    """Of the same brand, and of a team that does not see the account."""
    case.account.teams.set([Team.objects.get(name="Kundtjänst")])
    other = Team.objects.create(brand=case.brand, name="Andra")
    return make_user(role="expert", team=other, name="Olle Ute", email="olle@example.com")


def note(case: Conversation, text: str, by: User, world: World, **told: object) -> Turn:
    return actions.note(case, text, by=by, form_key=uuid4(), now=world.now, **told)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_who_is_named_is_told_once_and_has_read_it_when_she_opened_it(
    case: Conversation, linnea: User, petri: User, world: World
) -> None:
    note(case, "@Petri kan du ringa? @Petri Aalto!", linnea, world)
    mention = Mention.objects.get()
    assert (mention.user, mention.by, mention.is_guest, mention.read_at) == (petri, linnea, False, None)
    assert mentions.unread(petri) == 1
    actions.mark_read(case, by=petri, now=world.now)
    assert mentions.unread(petri) == 0


@pytest.mark.django_db
def test_naming_oneself_or_nobody_tells_nobody(case: Conversation, linnea: User, world: World) -> None:
    note(case, "@Linnea Nord minns: mail aino@net", linnea, world)
    assert not Mention.objects.exists()


@pytest.mark.django_db
def test_who_does_not_see_the_case_is_named_only_as_an_invited_guest_and_reads_that_thread_alone(
    case: Conversation, linnea: User, outsider: User, world: World
) -> None:
    note(case, "@Olle Ute hej", linnea, world)
    assert not Mention.objects.exists()
    first = note(case, "@Olle Ute hur gör vi?", linnea, world, guests=[outsider.pk])
    note(case, "HEMLIGT", linnea, world)
    note(case, "Så här", linnea, world, answers=first.pk)
    mention = Mention.objects.get()
    assert mention.is_guest
    assert [said.text for said in mentions.thread_of(mention)] == ["@Olle Ute hur gör vi?", "Så här"]
    turn = actions.answer_as_guest(mention, "Ring dem", by=outsider, form_key=uuid4(), now=world.now)
    assert turn.note is not None and turn.note.reply_to.answers_id == first.note_id
    with pytest.raises(mandates.NotYours):
        actions.answer_as_guest(mention, "x", by=linnea, form_key=uuid4(), now=world.now)


@pytest.mark.django_db
def test_an_invitation_reaches_only_people_of_the_brand(
    case: Conversation, linnea: User, make_user: Callable[..., User], world: World
) -> None:
    from lyhord.staff.models import Brand

    theirs = Team.objects.create(brand=Brand.objects.create(name="Söder"), name="C")
    stranger = make_user(team=theirs, name="Sten Borta")
    note(case, "@Sten Borta hej", linnea, world, guests=[stranger.pk])
    assert not Mention.objects.exists()


@pytest.mark.django_db
def test_threads_are_one_level_deep_and_of_one_conversation(
    case: Conversation, linnea: User, petri: User, world: World
) -> None:
    first = note(case, "Ett", linnea, world)
    second = note(case, "Två", petri, world, answers=first.pk)
    third = note(case, "Tre", linnea, world, answers=second.pk)
    assert set(NoteReply.objects.values_list("answers", flat=True)) == {first.note_id}
    assert mentions.answering(case.pk)[third.pk] == (first.pk, "Linnea Nord")
    other = world.says("Maja", thread="m")
    with pytest.raises(actions.NotPossible):
        note(other, "Fyra", linnea, world, answers=first.pk)


@pytest.mark.django_db
def test_suggestions_put_those_who_see_it_first(
    case: Conversation, linnea: User, petri: User, outsider: User, world: World, client_of: ClientOf
) -> None:
    found = client_of(linnea).get(f"/conversation/{case.pk}/colleagues/?q=").json()["people"]
    assert [(one["name"], one["sees"]) for one in found] == [("Petri Aalto", True), ("Olle Ute", False)]
    named = client_of(linnea).get(f"/conversation/{case.pk}/colleagues/?q=aal").json()["people"]
    assert [one["name"] for one in named] == ["Petri Aalto"]
    assert client_of(outsider).get(f"/conversation/{case.pk}/colleagues/?q=").status_code == 404


@pytest.mark.django_db
def test_the_page_of_mentions(
    case: Conversation, linnea: User, petri: User, outsider: User, world: World, client_of: ClientOf
) -> None:
    assert "Nobody has named you" in client_of(petri).get("/mentions/").content.decode()
    given = {
        "kind": "note",
        "text": "@Petri Aalto @Olle Ute <b>hej</b>",
        "guests": str(outsider.pk),
        "form_key": str(uuid4()),
    }
    sent = client_of(linnea).post(f"/conversation/{case.pk}/reply/", given, headers={"HX-Request": "true"})
    assert sent.status_code == 200, sent.content
    page = client_of(petri).get("/mentions/").content.decode()
    assert "&lt;b&gt;hej" in page and f"/inbox/{case.pk}/" in page
    theirs = client_of(outsider).get("/mentions/").content.decode()
    assert "&lt;b&gt;hej" in theirs and f"/inbox/{case.pk}/" not in theirs and "väska" not in theirs
    mention = Mention.objects.get(user=outsider)
    answered = client_of(outsider).post(
        f"/mentions/{mention.pk}/answer/", {"text": "Ja", "form_key": str(uuid4())}
    )
    assert answered.status_code == 302 and Turn.objects.filter(by=outsider).count() == 1
    assert client_of(petri).post(f"/mentions/{mention.pk}/answer/", {"text": "Ja"}).status_code == 404
    assert client_of(petri).post("/mentions/read/").status_code == 302
    assert not Mention.objects.filter(user=petri, read_at=None).exists()
    assert mentioning.read_all(by=petri, now=world.now) == 0
    thread = client_of(linnea).get(f"/conversation/{case.pk}/").content.decode()
    assert "answers Linnea Nord" in thread
