"""Search over everything that somebody may see: what is found, by whom, and that it is gone when it is erased."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from lyhord.conftest import MakeUser
from lyhord.desk import actions, personal_data, steps
from lyhord.desk.models import Conversation, SavedView
from lyhord.desk.queries.search import Found, find
from lyhord.desk.tests.conftest import World
from lyhord.intake import search
from lyhord.intake.models import Attachment, Post
from lyhord.lib.persons import Person
from lyhord.staff.models import Brand, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(world: World) -> dict[str, Conversation]:
    made = {
        "late": world.says(
            "Aino", "Missä tilauksen paketti on?", thread="t1", told={"language": "fi", "kind": "complaint"}
        ),
        "bag": world.says("Bo Åberg", "Jag glömde väskan på tåget till Malmö", thread="t2", is_public=False),
        "thanks": world.says(
            "Cecilia", "Tack för hjälpen med väskorna", thread="t3", told={"kind": "praise"}
        ),
    }
    index_posts()
    return made


def index_posts() -> None:
    search.index(search.Entry(*row) for row in Post.objects.values_list("pk", "text", "lang"))


def asks(user: User, text: str, world: World, **given: object) -> Found:
    steps.index_words(world.now + timedelta(minutes=5))
    return find(user, text, now=world.now, **given)  # type: ignore[arg-type]


def texts(found: Found) -> list[str]:
    return [hit.text.split()[0] for hit in found.hits]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("väska", ["Tack", "Jag"]),
        ("väska malmö", ["Jag"]),
        ("tilaus", ["Missä"]),
        ('"på tåget"', ["Jag"]),
        ('"tåget på"', []),
        ("väska -malmö", ["Tack"]),
        ("väska from:bo", ["Jag"]),
        ("from:åberg", ["Jag"]),
        ("from:nobodyhere", []),
        ("kind:complaint", ["Missä"]),
        ("-kind:complaint", ["Tack", "Jag"]),
        ("lang:fi", ["Missä"]),
        ("is:private", ["Jag"]),
        ("väska is:public", ["Tack"]),
        ("is:ours", []),
        ("status:open väska", ["Tack", "Jag"]),
        ("status:closed", []),
        ("assignee:nobody väska", ["Tack", "Jag"]),
        ("assignee:me", []),
        ("network:network väska", ["Tack", "Jag"]),
        ("account:norr väska", ["Tack", "Jag"]),
        ("has:file", []),
        ("before:2000", []),
        ("after:2000 tilaus", ["Missä"]),
        ("väsk", ["Tack", "Jag"]),
        ("is:blue", []),
        ("", []),
    ],
)
def test_what_is_asked_is_found_the_newest_first(
    world: World, said: dict[str, Conversation], linnea: User, text: str, found: list[str]
) -> None:
    assert texts(asks(linnea, text, world)) == found


def test_tags_numbers_files_and_owners(world: World, said: dict[str, Conversation], linnea: User) -> None:
    bag = said["bag"]
    actions.tag(bag, "Lost luggage", by=linnea, now=world.now)
    actions.take(bag, by=linnea, now=world.now)
    Attachment.objects.create(
        post=Post.objects.get(turn__conversation=bag), url="https://a.example/1", kind="image"
    )
    for text in (
        'tag:"lost luggage" väska',
        'tag:"Lost luggage"',
        f"number:{bag.number}",
        "has:file",
        "assignee:linnea",
    ):
        assert texts(asks(linnea, text, world)) == ["Jag"], text


def test_our_replies_and_notes_are_found_and_marked(
    world: World, said: dict[str, Conversation], linnea: User
) -> None:
    world.answer(said["bag"], linnea, "Vi hittade resväskan i Lund.")
    actions.note(said["late"], "Kartongen ligger i källaren", by=linnea, form_key=uuid4(), now=world.now)
    assert [hit.what for hit in asks(linnea, "lund", world).hits] == ["reply"]
    note = asks(linnea, "källare", world).hits[0]
    assert note.what == "note" and ("källaren", True) in note.pieces
    assert [hit.what for hit in asks(linnea, "from:me", world).hits] == ["note", "reply"]
    assert texts(asks(linnea, "is:note", world)) == ["Kartongen"]
    assert texts(asks(linnea, "to:bo resväska", world)) == ["Vi"]


def test_nobody_finds_what_she_may_not_see(
    world: World, said: dict[str, Conversation], brand: Brand, make_user: MakeUser
) -> None:
    other = Brand.objects.create(name="Other")
    team = other.teams.create(name="Others")
    stranger = make_user(name="Stranger", email="stranger@example.com", team=team)
    assert asks(stranger, "väska", world).hits == []
    assert asks(stranger, f"number:{said['bag'].number}", world).hits == []


def test_erased_words_are_gone_from_the_index_at_once(
    world: World, said: dict[str, Conversation], linnea: User
) -> None:
    actions.note(said["bag"], "Ring Bo om väskan", by=linnea, form_key=uuid4(), now=world.now)
    assert len(asks(linnea, "ring", world).hits) == 1
    identity = world.person("Bo Åberg")
    personal_data.erase(
        Person(
            customer_ids=(identity.customer_id,), identity_ids=(identity.pk,), native_ids=(), addresses=()
        ),
        world.now,
    )
    assert asks(linnea, "ring", world).hits == []
    assert asks(linnea, "is:note", world).hits == []


def test_pages_go_on_where_they_ended_and_miss_nothing(world: World, linnea: User) -> None:
    for n in range(7):
        conversation = world.says(f"P{n}", f"Paket {n}", thread=f"x{n}")
        actions.note(conversation, f"Paket note {n}", by=linnea, form_key=uuid4(), now=world.later(minutes=1))
    index_posts()
    seen: list[str] = []
    after = ""
    for _page in range(9):
        found = asks(linnea, "paket", world, after=after, limit=3)
        seen += [hit.text for hit in found.hits]
        if not found.next:
            break
        after = found.next
    assert sorted(seen) == sorted([f"Paket {n}" for n in range(7)] + [f"Paket note {n}" for n in range(7)])


def test_the_page_shows_marks_and_saves_the_search_as_a_view(
    world: World, said: dict[str, Conversation], linnea: User, client: Client
) -> None:
    client.force_login(linnea)
    page = client.get("/search/?q=väska").content.decode()
    assert "<mark>väskan</mark>" in page
    assert "lost" not in client.get("/search/suggest/?q=is:").content.decode()
    assert "is:private" in client.get("/search/suggest/?q=is:p").content.decode()
    client.post("/search/save/", {"q": "väska is:private", "name": "Väskor"})
    view = SavedView.objects.get(user=linnea)
    answer = client.get(f"/inbox/?{view.query}")
    assert answer.status_code == 302 and answer["Location"].startswith("/search/?q=v%C3%A4ska+is%3Aprivate")


def test_an_empty_search_tells_what_can_be_asked(linnea: User, client: Client) -> None:
    client.force_login(linnea)
    assert "has:" in client.get("/search/").content.decode()
    assert "is:blue" in client.get("/search/?q=is:blue").content.decode()
