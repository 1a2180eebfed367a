"""Edits and deletions that a network does not tell are found by looking again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lyhord.channels.contract import Abilities, AccountSide, Arrival, Found, Gone, Hidden, Trouble
from lyhord.channels.models import Account
from lyhord.intake import sources, steps
from lyhord.intake.models import Look, Post
from lyhord.intake.tests import makes
from lyhord.intake.tests.makes import Telling, raw_of, said
from lyhord.staff.models import Brand


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Telling]:
    """A network that tells of no edits."""
    told = Telling.abilities

    def abilities(self: Telling, account: AccountSide) -> Abilities:
        return replace(told(self, account), must_look_again=True)

    monkeypatch.setattr(Telling, "abilities", abilities)
    with makes.telling() as connector:
        yield connector


@pytest.fixture
def post(brand: Brand, now: datetime, network: Telling) -> Post:
    return makes.make_post(makes.make_account(brand, now), now, item="1", text="Before")


def look(post: Post, now: datetime) -> None:
    sources.look_again([post], now)
    for _account, row in sources.due_looks(now):
        sources.look(row, now)
    steps.read_envelopes(now)
    post.refresh_from_db()


def test_an_edit_is_found(post: Post, now: datetime, network: Telling) -> None:
    edited = replace(said("1"), kind="edited", key="edited:1", text="After", at=now)
    network.fetched["1"] = Found((Arrival(raw=raw_of(edited), cursor="", url="/1"),))
    look(post, now)
    assert (post.text, post.version) == ("After", 2)


def test_a_deletion_is_found(post: Post, now: datetime, network: Telling) -> None:
    network.fetched["1"] = Gone()
    look(post, now)
    assert post.deleted_at is not None
    assert post.text == ""


@pytest.mark.parametrize("told", [Hidden("Not shown."), Trouble("Away.")])
def test_what_cannot_be_seen_is_not_deleted(
    post: Post, now: datetime, network: Telling, told: Hidden | Trouble
) -> None:
    network.fetched["1"] = told
    look(post, now)
    assert (post.text, post.deleted_at) == ("Before", None)
    assert Look.objects.get().due_at is None


def test_a_post_is_not_asked_for_oftener_than_it_may(post: Post, now: datetime, network: Telling) -> None:
    look(post, now)
    assert sources.look_again([post], now + timedelta(seconds=10)) == 0
    assert sources.due_looks(now + timedelta(seconds=10)) == []
    assert sources.look_again([post], now + timedelta(seconds=50)) == 1


def test_a_network_that_tells_is_not_asked(brand: Brand, now: datetime) -> None:
    with makes.telling():
        told = makes.make_post(makes.make_account(brand, now), now)
        assert sources.look_again([told], now) == 0
    assert not Look.objects.exists()


def test_a_paused_account_is_not_asked(post: Post, now: datetime) -> None:
    Account.objects.update(state="paused")
    post = Post.objects.select_related("account").get(pk=post.pk)
    assert sources.look_again([post], now) == 0
