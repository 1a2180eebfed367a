"""The same question, asked again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lyhord.customers import actions, asking, noticing, personal_data, queries
from lyhord.customers.models import Band, Identity, SameQuestion, Wording
from lyhord.intake.models import Post, PostChange
from lyhord.lib.persons import Person
from lyhord.staff.models import Brand, User

pytestmark = pytest.mark.django_db
Says = Callable[..., Post]
Who = Callable[[Post], Identity]
ASKED = "När får jag tillbaka väskan som jag glömde på tåg 42 till Malmö?"
TOLD_ANEW = "Hej! Glömde en väska på tåg 42 till Malmö. När får jag tillbaka väskan? Ingen svarar."
OTHER = "Varför kostar biljetten till Oslo dubbelt så mycket i dag som i går?"


def links() -> list[tuple[str, int, int]]:
    return [(row.kind, row.post_id, row.earlier_id) for row in SameQuestion.objects.order_by("pk")]


def test_her_question_on_another_network_is_tied_to_the_first(
    says: Says, who: Who, make_user: Callable[..., User], now: datetime
) -> None:
    first, second = says("aino", ASKED), says("aino2", "Hej, jag heter Aino och undrar en sak", on="mastodon")
    actions.merge(who(first).customer, who(second).customer, make_user(), now)
    again = says("aino2", TOLD_ANEW, on="mastodon")
    says("aino2", OTHER, on="mastodon")
    assert links() == [("hers", again.pk, first.pk)]
    assert queries.told_again(who(first).customer) == 1


def test_what_somebody_else_asked_is_tied_only_when_it_is_much_alike(says: Says) -> None:
    first = says("aino", ASKED)
    same = says("erik", f"@norrtag {ASKED}", on="mastodon")
    says("berit", TOLD_ANEW, on="mastodon")
    assert links() == [("others", same.pk, first.pk)]


def test_short_words_old_words_our_words_and_other_brands_are_tied_to_nothing(
    says: Says, now: datetime
) -> None:
    says("aino", "Tack så mycket!")
    says("erik", "Tack så mycket!", on="mastodon")
    says("aino", ASKED, at=now - asking.WINDOW - timedelta(days=2))
    says("us", ASKED, is_own=True)
    says("berit", ASKED, on="mastodon", brand=Brand.objects.create(name="Other"))
    says("carl", ASKED, on="mastodon")
    assert links() == []


def test_in_her_own_thread_nothing_is_told_again(says: Says) -> None:
    first = says("aino", ASKED)
    second = says("aino", "Hej!", thread="elsewhere")
    Post.objects.filter(pk=second.pk).update(thread=first.thread, text=ASKED)
    PostChange.objects.create(post=second, what="edited", at=second.at)
    noticing.notice(second.at)
    assert links() == []


def test_a_storm_of_one_text_stays_cheap(says: Says) -> None:
    for number in range(30):
        says(f"x{number}", ASKED, on="mastodon")
    assert SameQuestion.objects.filter(post=Post.objects.latest("pk")).count() == asking.OTHERS_MOST
    with CaptureQueriesContext(connection) as few:
        says("late", ASKED, on="mastodon")
    [looked] = [row["sql"] for row in few.captured_queries if f"LIMIT {asking.BAND_MOST}" in row["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(looked)
        assert len({pk for _post, pk in cursor.fetchall()}) == asking.BAND_MOST


def test_a_batch_is_looked_up_by_one_statement_and_each_post_sees_only_those_before_it(
    says: Says, now: datetime
) -> None:
    asked = [says(f"x{number}", ASKED if number % 2 else OTHER, on="mastodon") for number in range(14)]
    there = links()
    SameQuestion.objects.all().delete()
    noticing.forget([post.pk for post in asked])
    with CaptureQueriesContext(connection) as few:
        noticing.read(asked, asked[-1].at)
    assert sorted(links()) == sorted(there)
    assert sum(f"LIMIT {asking.BAND_MOST}" in row["sql"] for row in few.captured_queries) == 1


@pytest.mark.parametrize("many", [1, 30])
def test_how_much_is_asked_does_not_grow_with_the_batch(says: Says, many: int) -> None:
    says("first", ASKED)
    asked = [says(f"x{number}", f"{ASKED} {'åäö'[number % 3]}", on="mastodon") for number in range(many)]
    noticing.forget([post.pk for post in asked])
    with CaptureQueriesContext(connection) as few:
        noticing.read(asked, asked[-1].at)
    assert len(few) < 30, [row["sql"][:80] for row in few.captured_queries]


def test_a_person_may_say_that_it_is_another_question(
    says: Says, make_user: Callable[..., User], now: datetime
) -> None:
    first, second = says("aino", ASKED), says("erik", ASKED, on="mastodon")
    row = SameQuestion.objects.get()
    actions.is_not_the_same(row, make_user(), now)
    assert not queries.same_questions([first.pk, second.pk]).exists()


def test_what_is_deleted_or_erased_is_tied_no_more(says: Says, who: Who, now: datetime) -> None:
    first, second = says("aino", ASKED), says("erik", ASKED, on="mastodon")
    Post.objects.filter(pk=first.pk).update(text="", deleted_at=now)
    PostChange.objects.create(post=first, what="deleted", at=now)
    noticing.notice(now)
    assert links() == []
    assert bytes(Wording.objects.get(post=first).signature) == b""
    identity = who(second)
    personal_data.erase(Person(customer_ids=(identity.customer_id,), identity_ids=(identity.pk,)), now)
    assert bytes(Wording.objects.get(post=second).signature) == b""
    assert not Band.objects.filter(post=second).exists()


def test_bands_are_forgotten_when_nothing_can_be_compared_with_them(says: Says, now: datetime) -> None:
    says("aino", ASKED)
    assert noticing.forget_old(now + asking.WINDOW) == 0
    assert noticing.forget_old(now + asking.WINDOW + timedelta(hours=1)) == 8
