"""How customers want to be met."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from lyhord.customers import actions, noticing, personal_data, queries
from lyhord.customers.models import Identity, Wish
from lyhord.intake.models import Post
from lyhord.lib.persons import Person
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, User

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]
Says = Callable[..., Post]
Who = Callable[[Post], Identity]


def test_a_wish_read_in_her_words_is_suggested_until_a_person_says_so(
    says: Says, who: Who, make_user: MakeUser, now: datetime
) -> None:
    post = says("aino", "Snälla ring mig inte. Mejla.")
    customer = who(post).customer
    (row,) = queries.wishes_of(customer, now)
    assert (row.kind, row.value, row.state, row.post, row.words) == (
        "call",
        "never",
        Wish.SUGGESTED,
        post,
        "Snälla ring mig inte.",
    )
    actions.accept_wish(row, by=make_user(), now=now)
    assert [row.state for row in queries.wishes_of(customer, now)] == [Wish.STANDS]
    says("aino", "Som sagt, ring mig inte!")
    assert Wish.objects.count() == 1


def test_what_was_read_wrong_is_not_suggested_again(
    says: Says, who: Who, make_user: MakeUser, now: datetime
) -> None:
    customer = who(says("aino", "Ring mig inte!")).customer
    actions.decline_wish(queries.wishes_of(customer, now)[0], by=make_user(), now=now)
    says("aino", "Ring mig inte!")
    assert queries.wishes_of(customer, now) == []


def test_a_wish_ends_by_its_day_or_by_a_word(
    says: Says, who: Who, make_user: MakeUser, now: datetime
) -> None:
    by, customer = make_user(), who(says("aino", "Hej")).customer
    first = actions.wish(customer, "language", "fi", by=by, now=now, until=now + timedelta(days=2))
    second = actions.wish(customer, "pronoun", "hen", by=by, now=now)
    assert queries.wishes_of(customer, now) == [first, second]
    assert queries.wishes_of(customer, now + timedelta(days=3)) == [second]
    actions.end_wish(second, by=by, now=now)
    actions.end_wish(second, by=by, now=now)
    assert queries.wishes_of(customer, now + timedelta(days=3)) == []
    assert actions.wish(customer, "pronoun", "hen", by=by, now=now).state == Wish.STANDS
    assert "hen" not in str(list(AuditEvent.objects.values_list("detail__plain", flat=True)))


def test_the_same_wish_again_gets_the_new_end(
    says: Says, who: Who, make_user: MakeUser, now: datetime
) -> None:
    by, customer = make_user(), who(says("aino", "Hej")).customer
    first = actions.wish(customer, "topic", "reklam", by=by, now=now)
    again = actions.wish(customer, "topic", "reklam", by=by, now=now, until=now + timedelta(days=1))
    assert first.pk == again.pk and again.until == now + timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "value", "days"),
    [
        ("language", "klingon", 1),
        ("topic", "  ", 1),
        ("nonsense", "x", 1),
        ("topic", "x" * 201, 1),
        ("topic", "reklam", -1),
    ],
)
def test_what_cannot_be_a_wish_is_refused(
    says: Says, who: Who, make_user: MakeUser, now: datetime, kind: str, value: str, days: int
) -> None:
    customer = who(says("aino", "Hej")).customer
    with pytest.raises(actions.WrongWords):
        actions.wish(customer, kind, value, by=make_user(), now=now, until=now + timedelta(days=days))
    assert not Wish.objects.exists()


def test_a_listener_may_not_note_wishes(says: Says, who: Who, make_user: MakeUser, now: datetime) -> None:
    customer = who(says("aino", "Hej")).customer
    with pytest.raises(NotYours):
        actions.wish(customer, "topic", "reklam", by=make_user("listener"), now=now)


def test_wishes_follow_a_merge_and_go_back_with_it(
    says: Says, who: Who, make_user: MakeUser, now: datetime
) -> None:
    by = make_user()
    kept, gone = who(says("a", "Hej")).customer, who(says("b", "Hej", on="mastodon")).customer
    wish = actions.wish(gone, "language", "fi", by=by, now=now)
    made = actions.merge(kept, gone, by, now)
    assert queries.wishes_of(kept, now) == [wish]
    actions.part(made, by, now)
    assert queries.wishes_of(kept, now) == []
    assert queries.wishes_of(gone, now) == [wish]


def test_a_wish_that_nobody_looked_at_is_forgotten_after_a_month(
    says: Says, who: Who, make_user: MakeUser, now: datetime
) -> None:
    customer = who(says("aino", "Ring mig inte! I am deaf")).customer
    actions.accept_wish(queries.wishes_of(customer, now)[0], by=make_user(), now=now)
    noticing.forget_old(now + timedelta(days=29))
    assert Wish.objects.count() == 2
    noticing.forget_old(now + timedelta(days=31))
    assert [row.state for row in Wish.objects.all()] == [Wish.STANDS]


def test_a_habit_is_learned_from_what_she_did(says: Says, who: Who) -> None:
    posts = [says("aino", f"Hej {number}", on="mastodon") for number in range(2)]
    customer = who(posts[0]).customer
    assert queries.habit(customer) is None
    says("aino", "Hej igen", on="mastodon")
    habit = queries.habit(customer)
    assert habit is not None and (habit.connector, habit.posts, habit.of) == ("mastodon", 3, 3)


def test_wishes_are_told_and_forgotten(says: Says, who: Who, make_user: MakeUser, now: datetime) -> None:
    identity = who(says("aino", "I am deaf, so please write"))
    person = Person(customer_ids=(identity.customer_id,), identity_ids=(identity.pk,))
    assert [row["value"] for row in personal_data.export(person)["wishes"]] == ["hearing"]
    personal_data.erase(person, now)
    assert not Wish.objects.exists()
