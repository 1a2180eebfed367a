"""From posts to people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from lyhord.channels.models import Account, App
from lyhord.customers import steps
from lyhord.customers.models import Authorship, Customer, Identity, IdentityAlias
from lyhord.intake.models import Post, PostChange, Report, Thread
from lyhord.staff.models import Brand
from lyhord.web import marks

pytestmark = pytest.mark.django_db
MakePost = Callable[..., Post]


@pytest.fixture
def account(brand: Brand, now: datetime) -> Account:
    return make_account(brand, now)


def make_account(brand: Brand, now: datetime, connector: str = "demo", native: str = "us") -> Account:
    app = App.objects.create(
        connector=connector, name=native, endpoint=f"{connector}-{native}-{brand.pk}", made_at=now
    )
    return Account.objects.create(
        app=app, brand=brand, connector=connector, name=native, native=native, made_at=now
    )


@pytest.fixture
def make_post(account: Account, now: datetime) -> MakePost:
    numbers = count(1)
    usual_account = account

    def make(author: str = "aino", account: Account | None = None, **fields: Any) -> Post:
        place = account or usual_account
        at = fields.pop("at", now)
        thread, _ = Thread.objects.get_or_create(
            account=place, native="t", defaults={"is_public": True, "begun_at": now}
        )
        usual = {
            "handle": author,
            "name": author.capitalize(),
            "stored_at": now,
            "text_at": at,
            "is_public": True,
        }
        return Post.objects.create(
            thread=thread, account=place, native=f"p{next(numbers)}", author=author, at=at, **(usual | fields)
        )

    return make


def identity_of(post: Post) -> Identity | None:
    return Authorship.objects.get(post=post).identity


def test_posts_of_one_person_are_one_customer(make_post: MakePost, now: datetime) -> None:
    first, second, other = make_post("aino"), make_post("aino"), make_post("erik")
    assert steps.tie_authors(now) == 3
    assert identity_of(first) == identity_of(second) != identity_of(other)
    assert Customer.objects.count() == 2
    assert steps.tie_authors(now) == 0


def test_a_later_walk_finds_the_person_again(make_post: MakePost, now: datetime) -> None:
    first = make_post("aino")
    steps.tie_authors(now)
    second = make_post("aino")
    steps.tie_authors(now)
    assert identity_of(first) == identity_of(second)
    assert Customer.objects.count() == 1


def test_a_handle_that_changed_hands_is_another_person(make_post: MakePost, now: datetime) -> None:
    first = make_post("id-1", handle="aino")
    second = make_post("id-2", handle="aino")
    steps.tie_authors(now)
    assert identity_of(first) != identity_of(second)


def test_a_new_handle_of_the_same_person_is_shown_and_an_older_post_does_not_bring_the_old_one_back(
    make_post: MakePost, now: datetime
) -> None:
    make_post("id-1", handle="aino")
    steps.tie_authors(now)
    make_post("id-1", handle="aino_v", at=now + timedelta(hours=1))
    make_post("id-1", handle="aino_before", at=now - timedelta(hours=1))
    steps.tie_authors(now)
    assert Identity.objects.get().handle == "aino_v"


def test_brands_and_networks_are_walls(make_post: MakePost, now: datetime, brand: Brand) -> None:
    other_brand = make_account(Brand.objects.create(name="Other"), now)
    other_network = make_account(brand, now, connector="mastodon")
    posts = [make_post("1"), make_post("1", account=other_brand), make_post("1", account=other_network)]
    steps.tie_authors(now)
    assert len({identity.pk for post in posts if (identity := identity_of(post))}) == 3
    assert Customer.objects.count() == 3


def test_own_posts_and_those_without_an_author_are_nobodys(make_post: MakePost, now: datetime) -> None:
    own, nameless = make_post("us", is_own=True), make_post("")
    steps.tie_authors(now)
    assert identity_of(own) is None
    assert identity_of(nameless) is None
    assert not Customer.objects.exists()


@pytest.mark.parametrize("together", [True, False])
def test_a_further_native_id_is_the_same_person(make_post: MakePost, now: datetime, together: bool) -> None:
    first = make_post("phone-1", author_facts={"aliases": ["bsuid-9"]})
    if not together:
        steps.tie_authors(now)
    second = make_post("bsuid-9")
    third = make_post("psid-3", author_facts={"aliases": ["bsuid-9"]})
    steps.tie_authors(now)
    assert identity_of(first) == identity_of(second) == identity_of(third)
    assert set(IdentityAlias.objects.values_list("native", flat=True)) >= {"bsuid-9"}
    assert Customer.objects.count() == 1


def test_a_post_told_of_before_it_came_is_tied_when_it_comes_and_holds_up_nobody(
    make_post: MakePost, now: datetime
) -> None:
    early, later = make_post("", is_placeholder=True), now + timedelta(minutes=5)
    last = [make_post("erik") for _ in range(3)][-1]
    steps.tie_authors(later)
    steps.tie_authors(later)
    assert identity_of(early) is None and marks.get(steps.MARK) == last.pk
    Post.objects.filter(pk=early.pk).update(is_placeholder=False, author="aino")
    PostChange.objects.create(post=early, what="filled", at=later)
    assert steps.tie_authors(later) == 1
    assert identity_of(early) == Identity.objects.get(native="aino")
    assert steps.tie_authors(later) == 0


def test_news_of_an_author_change_how_she_is_called(
    make_post: MakePost, account: Account, now: datetime
) -> None:
    make_post("aino")
    steps.tie_authors(now)
    told = '{"handle": "aino_v", "name": "", "profile": "", "followers": 7, "aliases": []}'
    Report.objects.create(account=account, kind="author", person="aino", text=told, at=now)
    assert steps.tie_authors(now) == 1
    identity = Identity.objects.get()
    assert (identity.handle, identity.name, identity.followers) == ("aino_v", "Aino", 7)
    assert steps.tie_authors(now) == 0


def test_who_blocks_us_is_known_until_she_takes_it_back(
    make_post: MakePost, account: Account, now: datetime
) -> None:
    make_post("aino")
    steps.tie_authors(now)
    for told, blocks in (("true", True), ("null", True), ("false", False)):
        text = f'{{"handle": "", "name": "", "profile": "", "followers": null, "blocks_us": {told}}}'
        Report.objects.create(account=account, kind="author", person="aino", text=text, at=now)
        assert steps.tie_authors(now) == 1
        assert Identity.objects.get().blocks_us is blocks


def test_two_who_are_known_already_are_never_made_one(make_post: MakePost, now: datetime) -> None:
    first, second = make_post("mail:a@example.com"), make_post("visitor:9")
    steps.tie_authors(now)
    make_post("visitor:9", author_facts={"aliases": ["mail:a@example.com"]})
    steps.tie_authors(now)
    assert identity_of(first) != identity_of(second)
    assert Customer.objects.count() == 2 and not IdentityAlias.objects.exists()


def test_the_mark_moves_over_what_is_done(make_post: MakePost, now: datetime) -> None:
    last = [make_post() for _ in range(5)][-1]
    steps.tie_authors(now)
    steps.tie_authors(now + timedelta(minutes=5))
    assert marks.get(steps.MARK) == last.pk


def test_facts_of_the_network_are_kept_and_odd_ones_are_not(make_post: MakePost, now: datetime) -> None:
    make_post(
        "aino",
        author_facts={"followers": 1200, "profile": "https://example.com/aino", "lang": "fi", "is_bot": True},
    )
    make_post("erik", author_facts={"followers": -4, "profile": "javascript:alert(1)", "lang": 7})
    steps.tie_authors(now)
    aino, erik = Identity.objects.get(native="aino"), Identity.objects.get(native="erik")
    assert (aino.followers, aino.profile, aino.is_bot, aino.customer.language) == (
        1200,
        "https://example.com/aino",
        True,
        "fi",
    )
    assert (erik.followers, erik.profile, erik.is_bot, erik.customer.language) == (None, "", False, "")


def test_a_person_who_was_first_seen_without_a_name_gets_hers_later(
    make_post: MakePost, now: datetime
) -> None:
    make_post("id-1", handle="", name="", deleted_at=now)
    steps.tie_authors(now)
    make_post("id-1", name="Tuva Björkslätt", at=now + timedelta(minutes=1))
    steps.tie_authors(now)
    assert [customer.name for customer in Customer.objects.all()] == ["Tuva Björkslätt"]
