"""Conversations made one or two, what follows them, and the way back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lyhord.channels.models import Account
from lyhord.conftest import MakeUser
from lyhord.customers import actions as customers
from lyhord.desk import actions, queries, steps
from lyhord.desk.actions import tally
from lyhord.desk.models import (
    Case,
    CaseSettings,
    Conversation,
    Department,
    Field,
    FieldValue,
    FollowUp,
    Join,
    Macro,
    Notification,
    Pause,
    Proposal,
    Request,
    RoutingRule,
    ScheduledReply,
    Strand,
    Tag,
    Tally,
    Turn,
)
from lyhord.desk.queries.followups import due
from lyhord.desk.queries.joins import goes_on_in
from lyhord.desk.tests.conftest import World
from lyhord.staff.models import Brand, User

pytestmark = pytest.mark.django_db


def words_of(row: Conversation) -> set[int]:
    return set(Turn.objects.filter(conversation=row, what="").values_list("pk", flat=True))


def whole() -> None:
    """Whatever was done: each strand has its turns' conversation, and the counts are right."""
    for turn in Turn.objects.filter(what="", strand__isnull=False).select_related("strand"):
        assert turn.strand is not None
        assert turn.strand.conversation_id == turn.conversation_id
    assert tally.recount() == 0


def test_merged_conversations_lose_nothing_and_new_words_come_to_the_one(world: World, linnea: User) -> None:
    one, two = world.says("Anna", thread="t1"), world.says("Anna", "En sak till", thread="t2")
    said = words_of(one) | words_of(two)
    actions.merge(two, one, by=linnea, now=world.later(minutes=1))
    assert words_of(one) == said
    two.refresh_from_db()
    assert (two.status, two.waiting_since) == ("closed", None)
    assert goes_on_in(two) == one
    world.later(minutes=1)
    assert world.says("Anna", "Hallå?", thread="t2") == one
    whole()


def test_what_waits_goes_on_in_the_one_and_comes_back(world: World, linnea: User, brand: Brand) -> None:
    """A question to a department with its pause, a proposal, and a reply that leaves later."""
    one, two = world.says("Anna", thread="t1"), world.says("Anna", "En sak till", thread="t2")
    finance = Department.objects.create(brand=brand, name="Finance", pauses_clock=True)
    finance.addresses.create(address="kassa@example.com")
    usual: dict[str, Any] = {"by": linnea, "form_key": uuid4(), "now": world.now}
    actions.ask(two, finance, "Stämmer beloppet?", **usual)
    strand, seen = world.strand(two), queries.newest_turn(two.pk)
    at = world.now + timedelta(hours=3)
    actions.schedule(strand, "Klockan tolv.", at, zone="UTC", seen=seen, is_public=True, **usual)
    Proposal.objects.create(
        conversation=two, strand=strand, is_public=True, text="Nu.", by=linnea, at=world.now, key=uuid4()
    )

    def where() -> set[int]:
        paused = Pause.objects.filter(ended_at=None).values_list("conversation", flat=True)
        tables = (Request, Proposal, ScheduledReply)
        return {*paused, *(table._default_manager.get().conversation_id for table in tables)}

    actions.merge(two, one, by=linnea, now=world.later(minutes=1))
    assert where() == {one.pk}
    actions.undo(by=linnea, now=world.later(minutes=1))
    assert where() == {two.pk}
    actions.merge(two, one, by=linnea, now=world.later(minutes=1))
    actions.part(Join.objects.latest("pk"), by=linnea, now=world.later(minutes=1))
    assert where() == {two.pk}
    actions.merge(two, one, by=linnea, now=world.later(minutes=1))
    steps.send_scheduled(world.later(hours=3))
    assert Turn.objects.get(dispatch__isnull=False).conversation_id == one.pk
    whole()


def test_a_merge_taken_back_gives_each_its_own_words_also_newer_ones(world: World, linnea: User) -> None:
    one, two = world.says("Anna", thread="t1"), world.says("Anna", "En sak till", thread="t2")
    mine, hers = words_of(one), words_of(two)
    actions.merge(two, one, by=linnea, now=world.later(minutes=1))
    world.later(minutes=1)
    newer = Turn.objects.get(post__text="Hallå?") if world.says("Anna", "Hallå?", thread="t2") else None
    actions.part(Join.objects.get(), by=linnea, now=world.later(minutes=1))
    assert newer is not None
    assert words_of(one) == mine
    assert words_of(two) == hers | {newer.pk}
    two.refresh_from_db()
    assert two.status == "open"
    assert two.waiting_since is not None
    whole()


def test_undo_takes_a_merge_back(world: World, linnea: User) -> None:
    one, two = world.says("Anna", thread="t1"), world.says("Anna", "En sak till", thread="t2")
    actions.merge(two, one, by=linnea, now=world.later(minutes=1))
    actions.undo(by=linnea, now=world.later(seconds=5))
    two.refresh_from_db()
    assert (two.status, Turn.objects.get(post__text="En sak till").conversation) == ("open", two)
    whole()


def test_two_customers_are_merged_for_a_reason_only(world: World, linnea: User) -> None:
    one, two = world.says("Anna", thread="t1"), world.says("Bo", thread="t2")
    with pytest.raises(actions.NotPossible):
        actions.merge(two, one, by=linnea, now=world.now)
    actions.merge(two, one, by=linnea, now=world.now, reason="Bo writes for his mother.")
    assert Join.objects.get().reason == "Bo writes for his mother."
    with pytest.raises(actions.NotPossible):
        actions.merge(two, one, by=linnea, now=world.now, reason="again")


def test_followups_fields_and_tags_go_along_and_back(world: World, linnea: User) -> None:
    one, two = world.says("Anna", thread="t1"), world.says("Anna", "Två", thread="t2")
    field = Field.objects.create(brand=one.brand, name="Order", kind="text")
    actions.set_field(two, field, "A-17", by=linnea, now=world.now)
    actions.tag(two, "delay", by=linnea, now=world.now)
    actions.follow_up(two, "Ring", world.now + timedelta(days=1), by=linnea, form_key=uuid4(), now=world.now)
    actions.merge(two, one, by=linnea, now=world.later(minutes=1))
    assert FollowUp.objects.get().conversation_id == one.pk
    assert FieldValue.objects.get().conversation_id == one.pk
    assert one.tags.get().name == "delay"
    actions.part(Join.objects.get(), by=linnea, now=world.later(minutes=1))
    assert FollowUp.objects.get().conversation_id == two.pk
    assert FieldValue.objects.get().conversation_id == two.pk
    assert not one.tags.exists()


def test_a_part_of_a_thread_becomes_a_matter_of_its_own_and_the_next_word_belongs_there(
    world: World, linnea: User
) -> None:
    row = world.says("Anna", "Mitt paket?")
    world.answer(row, linnea)
    world.later(minutes=5)
    world.says("Anna", "Och en annan sak: fakturan")
    newest = Turn.objects.get(post__text__startswith="Och en annan")
    made = actions.split(row, [newest.pk], by=linnea, now=world.later(minutes=1))
    assert made.number != row.number
    assert words_of(made) == {newest.pk}
    row.refresh_from_db()
    assert (made.status, row.status) == ("open", "waiting")
    assert Strand.objects.filter(ended_at=None).get().conversation_id == made.pk
    world.later(minutes=1)
    assert world.says("Anna", "Hallå?") == made
    whole()


def test_a_whole_strand_goes_with_its_words_and_can_be_answered(world: World, linnea: User) -> None:
    one, two = world.says("Anna", thread="t1"), world.says("Anna", "Två", thread="t2")
    actions.merge(two, one, by=linnea, now=world.later(minutes=1))
    turn = Turn.objects.get(post__text="Två")
    made = actions.split(one, [turn.pk], by=linnea, now=world.later(minutes=1), subject="Another")
    world.answer(made, linnea)
    made.refresh_from_db()
    assert (made.status, made.subject) == ("waiting", "Another")
    whole()


@pytest.mark.parametrize("way", ["undo", "part"])
def test_what_is_to_be_sent_goes_with_the_strand_that_is_split_off_and_comes_back(
    world: World, linnea: User, way: str
) -> None:
    row = world.says("Anna", "Mitt paket?")
    world.later(minutes=5)
    world.says("Anna", "Och en annan sak: fakturan")
    strand, seen = world.strand(row), queries.newest_turn(row.pk)
    at = world.now + timedelta(hours=3)
    usual: dict[str, Any] = {"by": linnea, "form_key": uuid4(), "now": world.now}
    actions.schedule(strand, "Fakturan kommer.", at, zone="UTC", seen=seen, is_public=True, **usual)
    Proposal.objects.create(
        conversation=row, strand=strand, is_public=True, text="Nu.", by=linnea, at=world.now, key=uuid4()
    )

    def where() -> set[int]:
        return {table._default_manager.get().conversation_id for table in (Proposal, ScheduledReply)}

    newest = Turn.objects.get(post__text__startswith="Och en annan")
    made = actions.split(row, [newest.pk], by=linnea, now=world.later(minutes=1))
    assert where() == {made.pk}
    if way == "undo":
        actions.undo(by=linnea, now=world.later(seconds=5))
    else:
        actions.part(Join.objects.get(), by=linnea, now=world.later(seconds=5))
    assert where() == {row.pk}
    steps.send_scheduled(world.later(hours=3))
    assert Turn.objects.get(dispatch__isnull=False).conversation_id == row.pk
    whole()


@pytest.mark.parametrize("way", ["undo", "part"])
def test_a_split_taken_back_is_as_it_was(world: World, linnea: User, way: str) -> None:
    row = world.says("Anna", "Mitt paket?")
    world.later(minutes=5)
    world.says("Anna", "Och en annan sak: fakturan")
    said = words_of(row)
    newest = Turn.objects.get(post__text__startswith="Och en annan")
    made = actions.split(row, [newest.pk], by=linnea, now=world.later(minutes=1))
    if way == "undo":
        actions.undo(by=linnea, now=world.later(seconds=5))
    else:
        actions.part(Join.objects.get(), by=linnea, now=world.later(seconds=5))
    assert words_of(row) == said
    made.refresh_from_db()
    assert made.status == "closed"
    assert Strand.objects.get().conversation_id == row.pk
    whole()


def test_a_split_leaves_a_post_of_hers_on_both_sides(world: World, linnea: User) -> None:
    row = world.says("Anna", "Mitt paket?")
    only = Turn.objects.get(what="")
    with pytest.raises(actions.NotPossible):
        actions.split(row, [only.pk], by=linnea, now=world.now)
    with pytest.raises(actions.NotPossible):
        actions.split(row, [], by=linnea, now=world.now)
    assert Conversation.objects.count() == 1


def test_a_follow_up_comes_back_to_who_made_it_when_on_duty(world: World, linnea: User, petri: User) -> None:
    row = world.says("Anna")
    world.answer(row, linnea)
    actions.assign(row, petri, by=linnea, now=world.now)
    key = uuid4()
    for _twice in range(2):
        actions.follow_up(
            row, "Ring Anna", world.now + timedelta(hours=2), by=linnea, form_key=key, now=world.now
        )
    assert FollowUp.objects.count() == 1
    assert steps.remind(world.now) == 0
    User.objects.filter(pk=linnea.pk).update(is_on_duty=True)
    world.later(hours=3)
    assert steps.remind(world.now) == 1
    assert steps.remind(world.now) == 0
    row.refresh_from_db()
    assert (row.status, row.assignee_id) == ("open", linnea.pk)
    assert [one.text for one in due(linnea, world.now)] == ["Ring Anna"]
    assert due(petri, world.now) == []
    actions.finish_followup(FollowUp.objects.get(), by=linnea, now=world.now)
    assert due(linnea, world.now) == []


def test_required_fields_are_filled_before_closing(world: World, linnea: User) -> None:
    row = world.says("Anna")
    field = Field.objects.create(
        brand=row.brand, name="Order", kind="number", is_required=True, of="conversation"
    )
    with pytest.raises(actions.NeedsEnding, match="Order"):
        actions.close(row, by=linnea, now=world.now)
    with pytest.raises(actions.NotPossible):
        actions.set_field(row, field, "many", by=linnea, now=world.now)
    actions.close(row, by=linnea, now=world.now, ending=actions.Ending(fields={field.pk: "17"}))
    actions.undo(by=linnea, now=world.now)
    assert not FieldValue.objects.exists()


def test_where_the_list_of_tags_is_fixed_only_leads_add_to_it(world: World, make_user: MakeUser) -> None:
    agent, lead = make_user("agent"), make_user("lead")
    row = world.says("Anna")
    CaseSettings.objects.create(brand=row.brand, has_fixed_tags=True)
    with pytest.raises(actions.NotPossible, match="list of tags"):
        actions.tag(row, "refund", by=agent, now=world.now)
    actions.add_tag(row.brand, "Refund", by=lead, now=world.now)
    actions.tag(row, "refund", by=agent, now=world.now)
    assert row.tags.get().name == "Refund"


def test_a_tag_begins_a_case_with_its_process(world: World, make_user: MakeUser) -> None:
    lead, row = make_user("lead"), world.says("Anna")
    kind = actions.save_type(row.brand, "Refund", by=lead, now=world.now, tag="refund", hours=24)
    actions.tag(row, "Refund", by=lead, now=world.now)
    case = Case.objects.get(conversation=row)
    assert (case.type_id, case.due_at) == (kind.pk, row.opened_at + timedelta(hours=24))
    with pytest.raises(actions.NeedsEnding):
        actions.close(row, by=lead, now=world.now)


def test_tags_are_made_one_and_renamed(world: World, make_user: MakeUser) -> None:
    lead = make_user("lead")
    one, two = world.says("Anna"), world.says("Bo", thread="t2")
    for row, names in ((one, ["late", "delay"]), (two, ["late"])):
        for name in names:
            actions.tag(row, name, by=lead, now=world.now)
    late = Tag.objects.get(name="late")
    given = [
        {"verb": verb, "value": value}
        for verb, value in (("tag", "vip"), ("untag", "LATE"), ("note", "Late"))
    ]
    macro = Macro.objects.create(
        brand=one.brand, name="M", steps=given, on_tag="late", made_by=lead, changed_at=world.now
    )
    rule = RoutingRule.objects.create(
        brand=one.brand, name="R", then={"tags": ["late", "vip", "delay"]}, is_on=True, at=world.now, by=lead
    )
    actions.rename_tag(late, "Delay", by=lead, now=world.now)
    assert [list(row.tags.values_list("name", flat=True)) for row in (one, two)] == [["delay"], ["delay"]]
    actions.rename_tag(Tag.objects.get(), "Delayed", by=lead, now=world.now)
    assert two.tags.get().name == "Delayed"
    macro.refresh_from_db()
    rule.refresh_from_db()
    assert macro.on_tag == "Delayed" and [step["value"] for step in macro.steps] == ["vip", "Delayed", "Late"]
    assert (rule.then["tags"], rule.is_on, rule.version) == (["Delayed", "vip"], True, 1)
    assert isinstance(world.account, Account)
    assert Tally.objects.exists()


def test_a_conversation_of_two_customers_keeps_its_own_when_one_is_merged_elsewhere(
    world: World, linnea: User
) -> None:
    one, two = world.says("Anna", thread="t1"), world.says("Bo", thread="t2")
    actions.merge(two, one, by=linnea, now=world.now, reason="Bo writes for his mother.")
    mail = world.person("BoMail").customer
    customers.merge(mail, world.person("Bo").customer, linnea, world.now)
    assert steps.follow_merges(world.now) == 0
    one.refresh_from_db()
    assert one.customer.name == "Anna"


def test_a_promise_is_told_even_in_a_closed_conversation_and_to_leads_where_she_left(
    world: World, linnea: User, make_user: MakeUser
) -> None:
    lead = make_user(role="lead", name="Lena Lead")
    row, other = world.says("Anna"), world.says("Bo", thread="t2")
    for matter in (row, other):
        given: dict[str, Any] = {"by": linnea, "form_key": uuid4(), "now": world.now}
        actions.follow_up(matter, "Ring", world.now + timedelta(hours=1), user=linnea, **given)
        actions.close(matter, by=linnea, now=world.now)
        assert steps.remind(world.later(hours=1)) == 1
        User.objects.filter(pk=linnea.pk).update(is_active=False)
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.status, row.closed_at, other.status, other.assignee) == ("open", None, "open", None)
    told = Notification.objects.filter(what="follow_up").order_by("pk")
    assert list(told.values_list("user", "conversation")) == [(linnea.pk, row.pk), (lead.pk, other.pk)]
