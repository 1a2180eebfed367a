"""The reader of a whole thread: everybody's words, nested, nothing left out, and what is new to whom (NX-12)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.conftest import ClientOf, MakeUser
from lyhord.desk import actions, queries, steps
from lyhord.desk.models import ThreadReading
from lyhord.desk.queries import threads
from lyhord.desk.tests.conftest import World
from lyhord.intake.models import Post, PostAlias, Thread
from lyhord.outbox.models import State
from lyhord.staff.models import Brand, Team, User


@pytest.fixture
def world(account: Any) -> World:
    return World(account, timezone.now())


@pytest.fixture
def web(linnea: User, client_of: ClientOf) -> Client:
    return client_of(linnea)


def told(page: threads.Reader) -> list[tuple[str, int]]:
    return [
        (one.post.text if one.post else f"ours: {one.dispatch and one.dispatch.text}", one.depth)
        for one in page.said
    ]


def word(world: World, name: str, text: str, parent: str = "", **fields: Any) -> Post:
    world.later(minutes=1)
    return world.post(name, text, native=text, parent=parent, **fields)


def test_every_word_stands_under_the_one_it_answers(world: World, linnea: User) -> None:
    word(world, "", "A")
    word(world, "Aino", "A1", "A")
    word(world, "Erik", "B")
    word(world, "Kim", "A1a", "A1", is_spoken_to=False)
    alias = word(world, "Kim", "A2", "A")
    PostAlias.objects.create(account=world.account, native="other", post=alias)
    word(world, "Aino", "A2a", "other")
    page = queries.reader(linnea, world.thread("t1"))
    assert told(page) == [("A", 0), ("A1", 1), ("A1a", 2), ("A2", 1), ("A2a", 2), ("B", 0)]
    assert page.next is None


def test_a_ring_of_answers_and_a_deep_chain_lose_nothing(world: World, linnea: User) -> None:
    word(world, "Aino", "x", "y")
    word(world, "Erik", "y", "x")
    word(world, "Kim", "self", "self")
    for n in range(20):
        word(world, "Kim", f"d{n}", f"d{n - 1}")
    page = queries.reader(linnea, world.thread("t1"))
    assert len(page.said) == 23
    assert max(one.depth for one in page.said) == threads.DEEPEST


def test_a_long_thread_goes_on_page_by_page_with_nothing_twice(world: World, linnea: User) -> None:
    first = word(world, "Aino", "root")
    for n in range(7):
        word(world, "Erik", f"e{n}", "root")
    seen: list[str] = []
    after, pages = "", 0
    while True:
        page = queries.reader(linnea, first.thread, after, most=3)
        seen += [one.post.text for one in page.said if one.post]
        pages += 1
        if pages == 2:
            assert {one.answers for one in page.said} == {
                first
            }  # says whose, though it stands on another page
        if page.next is None:
            break
        after = page.next
    assert (seen, pages) == (["root", *(f"e{n}" for n in range(7))], 3)


def test_what_was_read_is_new_to_nobody_but_those_who_have_not_read(
    world: World, linnea: User, petri: User
) -> None:
    post = word(world, "Aino", "a")
    word(world, "", "ours")
    thread = post.thread
    page = queries.reader(linnea, thread)
    assert [one.is_new for one in page.said] == [True, False]
    actions.mark_thread_read(thread, page.upto, by=linnea, now=world.now)
    actions.mark_thread_read(thread, 1, by=linnea, now=world.now)  # an older page of hers: never back
    word(world, "Erik", "b")
    page = queries.reader(linnea, thread)
    assert [one.is_new for one in page.said] == [False, False, True] and page.unread == 1
    assert queries.reader(petri, thread).unread == 2
    assert ThreadReading.objects.count() == 1


def test_reading_an_early_page_hides_nothing_of_a_later_one(world: World, linnea: User) -> None:
    posts = [word(world, "Aino", f"p{n}") for n in range(3)]
    late = world.post("Erik", "late", native="late", at=posts[0].at + timedelta(seconds=1))
    page = queries.reader(linnea, late.thread, most=2)  # p0 and the late comer, whose id is the highest
    assert [one.post.text for one in page.said if one.post] == ["p0", "late"]
    assert page.upto == posts[0].pk
    actions.mark_thread_read(late.thread, page.upto, by=linnea, now=world.now)
    assert queries.reader(linnea, late.thread, page.next or "", most=2).unread == 2


def test_our_answer_stands_there_once_whether_or_not_the_network_shows_it(world: World, linnea: User) -> None:
    conversation = world.says("Aino", "Fråga")
    turn = world.answer(conversation, linnea, "Svar")
    world.later(minutes=1)
    world.becomes(turn.dispatch, State.SENT, native="n1")
    thread = Thread.objects.get()
    assert told(queries.reader(linnea, thread)) == [("Fråga", 0), ("ours: Svar /Linnea", 1)]
    world.post("", "Svar", native="n1", parent="p1")
    steps.file_posts(world.now)
    assert told(queries.reader(linnea, thread)) == [("Fråga", 0), ("Svar", 1)]


def test_the_page_marks_folds_and_leads_back(web: Client, world: World, linnea: User) -> None:
    conversation = world.says("Aino", "Fråga", extra={"quoted": "> förr"})
    gone = word(world, "Erik", "Borta")
    Post.objects.filter(pk=gone.pk).update(deleted_at=world.now, text="")
    word(world, "Kim", "<b>svar</b>\u202e", "p1", is_spoken_to=False)
    thread = Thread.objects.get()
    assert f'href="/thread/{thread.pk}/"' in web.get(f"/conversation/{conversation.pk}/").content.decode()
    html = web.get(f"/thread/{thread.pk}/").content.decode()
    assert "3 unread" in html and html.count('class="said d0 is-new"') == 2
    assert 'class="said d1 is-new"' in html and "Answer, level 1" in html
    assert "&lt;b&gt;svar&lt;/b&gt;" in html and "\u202e" not in html
    assert "Deleted by its author" in html and "&gt; förr" in html
    assert f'href="/inbox/{conversation.pk}/"' in html
    upto = Post.objects.order_by("-pk")[0].pk
    assert f'name="upto" value="{upto}"' in html
    assert web.post(f"/thread/{thread.pk}/read/", {"upto": upto}).status_code == 302
    assert "is-new" not in web.get(f"/thread/{thread.pk}/").content.decode()
    assert web.get(f"/thread/{thread.pk}/?after=nonsense").status_code == 302


def test_a_joined_thread_leads_to_the_one_it_was_joined_to(web: Client, world: World) -> None:
    old, new = world.thread("old"), world.thread("new")
    old.joined = new
    old.save()
    assert web.get(f"/thread/{old.pk}/")["Location"] == f"/thread/{new.pk}/"


def test_a_stranger_to_the_brand_reads_no_thread(
    world: World, make_user: MakeUser, client_of: ClientOf
) -> None:
    thread = word(world, "Aino", "hemligt").thread
    team = Team.objects.create(brand=Brand.objects.create(name="Other"), name="x")
    stranger = client_of(make_user(team=team))
    assert stranger.get(f"/thread/{thread.pk}/").status_code == 404
    assert stranger.post(f"/thread/{thread.pk}/read/", {"upto": 1}).status_code == 404
    assert not ThreadReading.objects.exists()
