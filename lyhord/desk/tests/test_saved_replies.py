"""Saved replies: who writes and sees them, how they read in a conversation, and what they were before."""

from collections.abc import Callable
from typing import Any

import pytest

from lyhord.desk import actions, queries
from lyhord.desk.actions import Given, NotPossible, Wording
from lyhord.desk.models import OpeningHours, SavedReply, SavedReplyText
from lyhord.desk.queries.saved_replies import values
from lyhord.desk.tests.conftest import Network, World
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, Team, User

pytestmark = pytest.mark.django_db
DELAY = (
    Wording("sv", "Hej {customer.first_name}! Tåget är sent. {agent.name}"),
    Wording("en", "Hi! The train is late."),
)


@pytest.fixture
def lead(make_user: Callable[..., User]) -> User:
    return make_user(role="lead", name="Siv Lund", email="siv@example.com")


def saved(by: User, world: World, **fields: Any) -> SavedReply:
    usual: dict[str, Any] = {"name": "Delay", "brand": world.account.brand, "texts": DELAY}
    return actions.save_reply(Given(**(usual | fields)), by=by, now=world.now)


def test_a_saved_reply_is_filled_in_her_language(world: World, lead: User, linnea: User) -> None:
    reply = saved(lead, world)
    conversation = world.says("Aino", lang="sv")
    (found,) = queries.fitting(linnea, conversation)
    assert (found.reply, found.lang) == (reply, "sv")
    assert found.text == "Hej Aino! Tåget är sent. Linnea Nord"
    assert found.missing == () and found.limit == 500
    assert not found.is_too_long


def test_the_text_for_the_network_is_taken_before_the_one_for_all(
    world: World, lead: User, linnea: User
) -> None:
    saved(lead, world, texts=(*DELAY, Wording("sv", "Kort.", "network")))
    (found,) = queries.fitting(linnea, world.says("Aino"))
    assert found.text == "Kort."


def test_length_is_shown_with_values_and_signature(
    world: World, lead: User, linnea: User, network: Network
) -> None:
    network.limit = 30
    saved(lead, world, texts=[Wording("sv", "{customer.first_name}" + "x" * 20)])
    (found,) = queries.fitting(linnea, world.says("Aino"))
    assert found.used == len("Aino" + "x" * 20 + " /Linnea")
    assert found.is_too_long


def test_words_with_an_open_place_are_not_sent(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    with pytest.raises(NotPossible, match=r"\{customer\.first_name\} has no value"):
        world.answer(conversation, linnea, "Hej {customer.first_name},")
    assert world.answer(conversation, linnea, "Hej {Aino},").dispatch is not None


def test_a_lead_writes_for_the_team_and_an_agent_for_herself(
    world: World, lead: User, linnea: User, petri: User
) -> None:
    with pytest.raises(NotYours):
        saved(linnea, world)
    mine = saved(linnea, world, is_own=True, name="Mine")
    theirs = saved(lead, world, name="Ours")
    assert {row.pk for row in queries.saved_replies(linnea)} == {mine.pk, theirs.pk}
    assert {row.pk for row in queries.saved_replies(petri)} == {theirs.pk}
    assert not queries.may_change(lead, mine) and queries.may_change(linnea, mine)
    with pytest.raises(NotYours):
        actions.delete_reply(mine, by=lead, now=world.now)


def test_a_team_and_another_brand_see_only_their_own(
    world: World, lead: User, make_user: Callable[..., User]
) -> None:
    other = Team.objects.create(brand=world.account.brand, name="Other")
    elsewhere = Team.objects.create(brand=Brand.objects.create(name="Södertåg"), name="C")
    of_team = make_user(team=other, name="Other Person", email="o@example.com")
    of_brand = make_user(team=elsewhere, name="Else", email="e@example.com")
    saved(lead, world, name="All")
    saved(lead, world, name="Team", team=lead.memberships.get().team)
    assert [row.name for row in queries.saved_replies(of_team)] == ["All"]
    assert queries.saved_replies(of_brand) == []
    assert len(queries.saved_replies(lead)) == 2


def test_each_change_keeps_what_was_before_and_it_comes_back(world: World, lead: User) -> None:
    reply = saved(lead, world)
    again = actions.save_reply(
        Given("Late", world.account.brand, [Wording("sv", "Nytt.")]), by=lead, now=world.now, reply=reply
    )
    assert again.pk == reply.pk and again.version == 2
    assert [(one.number, one.name, len(one.texts)) for one in reply.versions.all()] == [(1, "Delay", 2)]
    moved = actions.save_reply(
        Given("Late", world.account.brand, [Wording("sv", "Nytt.")], folder="Trains"),
        by=lead,
        now=world.now,
        reply=reply,
    )
    assert moved.version == 2 and moved.folder == "Trains"
    back = actions.restore_reply(reply, 1, by=lead, now=world.now)
    assert (back.name, back.version) == ("Delay", 3)
    assert SavedReplyText.objects.filter(reply=reply).count() == 2


def test_retired_ones_are_offered_to_nobody(world: World, lead: User, linnea: User) -> None:
    reply = saved(lead, world)
    conversation = world.says("Aino")
    actions.review_reply(reply, "adapt", "Too stiff", by=lead, now=world.now)
    assert [one.reply.review_note for one in queries.fitting(linnea, conversation)] == ["Too stiff"]
    actions.review_reply(reply, "retired", by=lead, now=world.now)
    assert queries.fitting(linnea, conversation) == []
    assert [row.pk for row in queries.saved_replies(lead, review="retired")] == [reply.pk]
    assert AuditEvent.objects.filter(verb="saved_reply.reviewed", actor=lead).count() == 2


@pytest.mark.parametrize(
    ("words", "found"), [("del", 1), ("tåget", 1), ("TAGET sent", 1), ("bag", 0), ("", 1)]
)
def test_search_finds_names_and_words_without_marks(
    world: World, lead: User, linnea: User, words: str, found: int
) -> None:
    saved(lead, world)
    assert len(queries.fitting(linnea, world.says("Aino"), words)) == found


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        ([], "at least one language"),
        ([Wording("sv", " ")], "at least one language"),
        ([Wording("svenska", "x")], "which language"),
        ([Wording("sv", "x"), Wording("sv", "y")], "same language"),
        ([Wording("sv", "x", "nowhere")], "no network nowhere"),
        ([Wording("sv", "{customer.nmae}")], "no variable"),
        ([Wording("sv", "x" * 10_001)], "10001 characters"),
    ],
)
def test_what_cannot_be_meant_is_refused(world: World, lead: User, texts: list[Wording], why: str) -> None:
    with pytest.raises(NotPossible, match=why):
        saved(lead, world, texts=texts)
    assert not SavedReply.objects.exists()


@pytest.mark.parametrize(
    ("spans", "told"),
    [([[540, 1020]], "9:00–17:00"), ([[540, 720], [780, 1020]], "9:00–12:00, 13:00–17:00"), ([], "")],
)
def test_opening_hours_are_those_of_today(
    world: World, linnea: User, spans: list[list[int]], told: str
) -> None:
    conversation = world.says("Aino")
    assert values(linnea, conversation, world.now)["opening_hours"] == ""
    OpeningHours.objects.create(
        brand=world.account.brand, name="Usual", zone="Europe/Stockholm", week=[spans] * 7, is_default=True
    )
    assert values(linnea, conversation, world.now)["opening_hours"] == told
