"""A channel that is given up: what came stays, nobody waits there any more (CH-44, CH-43)."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.channels import actions as channels
from lyhord.channels.models import Account
from lyhord.conftest import ClientOf, MakeUser
from lyhord.customers.models import Identity
from lyhord.desk import actions, queries, steps
from lyhord.desk.models import Conversation, Status, Strand, Tally, Turn
from lyhord.desk.tests.conftest import World, make_account
from lyhord.intake import search
from lyhord.outbox.actions import CannotSend
from lyhord.staff.models import Brand, Team, User


@pytest.fixture
def world(account: Any) -> World:
    account.name = "Second Life"
    account.save()
    return World(account, timezone.now())


@pytest.fixture
def linnea(make_user: MakeUser) -> User:
    return make_user("administrator", name="Linnea Nord")


@pytest.fixture
def web(linnea: User, client_of: ClientOf) -> Client:
    return client_of(linnea)


def retire(account: Account, by: User, world: World) -> None:
    channels.retire(account, by, world.now, name=account.name, why="Nobody is there any more.")


def waits() -> int:
    return sum(cell.n for cell in Tally.objects.filter(waits=True, status="open"))


def test_second_life_is_retired_and_nobody_waits_there_any_more(
    web: Client, world: World, linnea: User
) -> None:
    late, answered = world.says("Aino", "Biljetten saknas"), world.says("Erik", thread="t2")
    closed = world.says("Kim", thread="t3")
    world.answer(answered, linnea)
    actions.close(closed, by=linnea, now=world.now)
    since = late.waiting_since
    assert steps.end_waits(world.now) == 0  # the channel lives
    retire(world.account, linnea, world)
    assert steps.end_waits(world.now) == 1
    assert steps.end_waits(world.now) == 0
    late.refresh_from_db()
    assert (late.waiting_since, late.status) == (None, Status.OPEN)  # no longer late, and not lost
    assert waits() == 0
    assert not Strand.objects.filter(conversation=late, waiting_since__isnull=False).exists()
    told = Turn.objects.get(what="platform_retired")
    assert told.conversation == late
    assert since is not None and told.values == {"name": "Second Life", "since": since.isoformat()}
    assert queries.counts(linnea)["service"] == 0
    # All of it is found and read.
    word = Turn.objects.get(conversation=late, post__isnull=False).post
    assert word is not None
    search.index([search.Entry(post=word.pk, text=word.text, lang="sv")])
    assert late.pk in [row.id for row in queries.inbox(linnea, filters=queries.Filters(q="Biljetten")).rows]
    html = web.get(f"/inbox/{late.pk}/").content.decode()
    assert "Biljetten saknas" in html
    assert "Second Life was retired: nobody waits here any more" in html
    assert "Second Life is retired: nothing can be sent from it." in html
    assert "Nobody is there any more." in html
    assert "We know of no other way to this customer." in html
    assert 'name="strand" value=""' in html
    with pytest.raises(CannotSend, match="retired"):
        world.answer(late, linnea)


def test_a_word_from_before_the_end_that_is_read_after_it_does_not_wait_either(
    world: World, linnea: User
) -> None:
    conversation = world.says("Aino")
    retire(world.account, linnea, world)
    steps.end_waits(world.now)
    world.says("Aino", "Hallå?")
    assert waits() == 1
    assert steps.end_waits(world.now) == 1
    assert waits() == 0
    conversation.refresh_from_db()
    assert conversation.waiting_since is None


def test_a_matter_that_lives_on_elsewhere_waits_on_there(world: World, linnea: User, brand: Brand) -> None:
    here = make_account(brand, world.now, name="Norrtåg")
    conversation = world.says("Aino")
    world.later(minutes=1)
    strand = Strand.objects.create(
        thread=world.thread("x1", account=here),
        identity=world.person("Aino"), conversation=conversation, begun_at=world.now, waiting_since=world.now,
    )  # fmt: skip
    retire(world.account, linnea, world)
    assert steps.end_waits(world.now) == 1
    assert steps.end_waits(world.now) == 0
    conversation.refresh_from_db()
    assert conversation.waiting_since == strand.waiting_since
    detail = queries.conversation(linnea, conversation.pk)
    assert detail is not None and detail.answer_strand == strand.pk


def test_a_part_of_somebody_elses_conversation_there_ends_too(
    world: World, linnea: User, brand: Brand
) -> None:
    second = make_account(brand, world.now, name="Second Life 2")
    conversation = world.says("Aino")
    world.answer(conversation, linnea)
    Strand.objects.create(
        thread=world.thread("x1", account=second),
        identity=world.person("Aino"), conversation=conversation, begun_at=world.now, waiting_since=world.now,
    )  # fmt: skip
    Conversation.objects.filter(pk=conversation.pk).update(waiting_since=world.now, status="open")
    retire(second, linnea, world)
    assert steps.end_waits(world.now) == 1
    conversation.refresh_from_db()
    assert conversation.waiting_since is None
    assert Turn.objects.get(what="platform_retired").values["name"] == "Second Life 2"


def test_the_composer_names_the_other_ways_to_her(
    web: Client, world: World, linnea: User, brand: Brand
) -> None:
    here = make_account(brand, world.now, name="Norrtåg")
    elsewhere = world.says("Aino", thread="x1", account=here)
    conversation = world.says("Aino", thread="t1")
    retire(world.account, linnea, world)
    found = queries.other_ways(linnea, conversation)
    assert [(way.identity.name, way.conversation) for way in found] == [("Aino", elsewhere)]
    html = web.get(f"/conversation/{conversation.pk}/").content.decode()
    assert f"Write in #{elsewhere.number}" in html
    Identity.objects.update(blocks_us=True)
    assert queries.other_ways(linnea, conversation) == []


def test_the_page_of_an_account_counts_its_conversations_and_leads_to_them(
    web: Client, world: World, linnea: User
) -> None:
    world.says("Aino")
    actions.close(world.says("Erik", thread="t2"), by=linnea, now=world.now)
    page = web.get(f"/settings/channels/{world.account.pk}/").content.decode()
    assert f'hx-get="/inbox/account/{world.account.pk}/"' in page
    html = web.get(f"/inbox/account/{world.account.pk}/").content.decode()
    for view, label in (("open", "All open"), ("closed", "Closed")):
        assert (
            f'?view={view}&amp;account={world.account.pk}">{label}</a> <span class="muted">1</span>' in html
        )
    assert "snoozed" not in html
    assert "readable and searchable" not in html
    retire(world.account, linnea, world)
    assert b"readable and searchable" in web.get(f"/inbox/account/{world.account.pk}/").content


def test_a_stranger_to_the_brand_is_told_nothing_of_its_account(
    world: World, make_user: MakeUser, client_of: ClientOf
) -> None:
    team = Team.objects.create(brand=Brand.objects.create(name="Other"), name="x")
    stranger = client_of(make_user(team=team))
    assert stranger.get(f"/inbox/account/{world.account.pk}/").status_code == 404
