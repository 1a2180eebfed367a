"""The line above the list: the words and operators of the search page, within the view that is shown."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lyhord.conftest import ClientOf, MakeUser
from lyhord.desk import actions, queries, steps
from lyhord.desk.models import Conversation
from lyhord.desk.queries import narrowing
from lyhord.desk.queries.search import find
from lyhord.desk.queries.views import VIEWS
from lyhord.desk.tests.conftest import World
from lyhord.intake import search
from lyhord.intake.models import Attachment, Post
from lyhord.staff.models import Brand, Team, User

pytestmark = pytest.mark.django_db
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def said(world: World, linnea: User) -> dict[str, Conversation]:
    made = {
        "late": world.says(
            "Aino", "Missä tilauksen paketti on?", thread="t1", told={"language": "fi", "kind": "complaint"}
        ),
        "bag": world.says("Bo Åberg", "Jag glömde väskan på tåget till Malmö", thread="t2", is_public=False),
        "thanks": world.says(
            "Cecilia", "Tack för hjälpen med väskorna", thread="t3", told={"kind": "praise"}
        ),
        "done": world.says("Doris", "Väskan är hittad", thread="t4"),
    }
    actions.tag(made["bag"], "Lost", by=linnea, now=world.now)
    actions.note(made["late"], "Fråga depån om paketet", by=linnea, form_key=uuid4(), now=world.now)
    actions.take(made["thanks"], by=linnea, now=world.now)
    world.answer(made["thanks"], linnea, "Tack själv, se https://hjalp.example")
    actions.close(made["done"], by=linnea, now=world.now)
    post = Post.objects.get(turn__conversation=made["bag"])
    Attachment.objects.create(post=post, kind="image")
    search.index(search.Entry(*row) for row in Post.objects.values_list("pk", "text", "lang"))
    steps.index_words(world.now + timedelta(minutes=5))
    return made


def listed(user: User, view: str, q: str) -> set[int]:
    return {row.id for row in queries.inbox(user, view, filters=queries.Filters(q=q)).rows}


LINES = [
    "väska", "väska malmö", "tilaus", '"på tåget"', '"tåget på"', "väska -malmö", "väska from:bo", "from:åberg",
    "from:nobodyhere", "from:us", "from:me", "kind:complaint", "-kind:complaint", "lang:fi", "is:private",
    "väska is:public", "is:ours", "is:note", "is:reply", "status:open väska", "status:closed", "assignee:me",
    "assignee:nobody väska", "tag:lost", "-tag:lost", "tag:lost väska", "has:file", "has:link", "has:note", "depån",
    "before:2030-01-01", "after:2030-01-01", "before:2030-01-01 -is:ours", "network:mastodon", "-väska", "from:bo -tag:lost",
    "to:bo", "is:theirs väska has:file",
]  # fmt: skip


@pytest.mark.parametrize("q", LINES)
def test_the_list_holds_what_the_search_page_finds_in_it(
    said: dict[str, Conversation], world: World, linnea: User, q: str
) -> None:
    found = {hit.conversation for hit in find(linnea, q, now=world.now).hits}
    for view in VIEWS:
        assert listed(linnea, view, q) == found & listed(linnea, view, ""), view


def test_some_lines_find_something(said: dict[str, Conversation], linnea: User) -> None:
    assert listed(linnea, "open", "väska from:bo tag:lost is:private has:file") == {said["bag"].pk}
    assert listed(linnea, "closed", "väska") == {said["done"].pk}
    assert listed(linnea, "open", "is:note depån") == {said["late"].pk}
    assert listed(linnea, "open", f"number:{said['bag'].number}") == {said["bag"].pk}


def test_an_operator_narrows_what_a_name_or_a_number_finds(
    said: dict[str, Conversation], linnea: User
) -> None:
    bag = said["bag"]
    for words in ("bo", "@bo", str(bag.number), f"#{bag.number}"):
        assert listed(linnea, "open", words) == {bag.pk}
        assert listed(linnea, "open", f"{words} is:private") == {bag.pk}
        assert listed(linnea, "open", f"{words} is:public") == set()


def test_a_part_that_means_nothing_is_left_out_and_told(said: dict[str, Conversation], linnea: User) -> None:
    page = queries.inbox(linnea, "open", filters=queries.Filters(q="väska is:strange"))
    assert [(one.name, one.value) for one in page.unknown] == [("is", "strange")]
    assert {row.id for row in page.rows} == listed(linnea, "open", "väska")
    assert listed(linnea, "open", "is:strange") == listed(linnea, "open", "")


def test_pages_of_a_narrowed_list_follow_each_other(world: World, linnea: User) -> None:
    for n in range(7):
        world.says(f"P{n}", f"Var är tåget {n}", thread=f"t{n}")
        world.later(minutes=1)
    search.index(search.Entry(*row) for row in Post.objects.values_list("pk", "text", "lang"))
    for q in ("tåget", "is:theirs"):
        shown: list[int] = []
        after = None
        while True:
            page = queries.inbox(linnea, "open", filters=queries.Filters(q=q), after=after, limit=3)
            shown += [row.id for row in page.rows]
            if (after := page.next) is None:
                break
        assert len(shown) == len(set(shown)) == 7, q


def test_words_said_more_often_than_is_looked_tell_how_far(
    said: dict[str, Conversation], linnea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert queries.inbox(linnea, "open", filters=queries.Filters(q="väska")).looked_back_to is None
    monkeypatch.setattr(narrowing, "MOST_LOOKED", 1)
    assert queries.inbox(linnea, "open", filters=queries.Filters(q="väska")).looked_back_to is not None


def test_nobody_finds_what_she_does_not_see(said: dict[str, Conversation], make_user: MakeUser) -> None:
    stranger = make_user(team=Team.objects.create(brand=Brand.objects.create(name="Annat"), name="Lag"))
    for q in LINES:
        assert listed(stranger, "open", q) == set()


@pytest.mark.parametrize("q", [*LINES, "bo", "aino is:public"])
def test_rows_that_changed_are_asked_the_same(said: dict[str, Conversation], linnea: User, q: str) -> None:
    pks = [one.pk for one in said.values()]
    for view in ("open", "waiting", "closed"):
        lines = queries.lines_in_view(linnea, view, pks, filters=queries.Filters(q=q))
        assert {line.id for line in lines} == listed(linnea, view, q)


def test_the_page_tells_what_it_left_out(
    said: dict[str, Conversation], linnea: User, client_of: ClientOf
) -> None:
    web: Client = client_of(linnea)
    html = web.get("/inbox/", {"q": "is:strange"}).content.decode()
    assert "“is:strange” means nothing here, so it was left out." in html and "It takes:" in html
    html = web.get("/inbox/", {"q": "from:nobodyhere"}).content.decode()
    assert "Nothing found." in html and "/search/?q=from%3Anobodyhere" in html
    more = web.get("/inbox/more/", {"q": "is:private"}, **HTMX).content.decode()
    assert f'data-id="{said["bag"].pk}"' in more and f'data-id="{said["late"].pk}"' not in more


def test_the_list_without_words_asks_as_little_as_before(
    said: dict[str, Conversation], linnea: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):  # her accounts, and the page
        queries.inbox(linnea, "open")
    with django_assert_num_queries(2):  # operators that name nobody are asked in the same statement
        queries.inbox(linnea, "open", filters=queries.Filters(q="is:public has:file"))
