from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from lyhord.conftest import MakeUser
from lyhord.desk import actions, queries, steps
from lyhord.desk.models import Conversation, Draft, Note, Presence, SavedView, Status, Tag, Turn, Undo
from lyhord.desk.tests.conftest import World, make_account
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, Team, User
from lyhord.web.models import Change

pytestmark = pytest.mark.django_db

Do = Callable[[Conversation, User, datetime], object]

VERBS: dict[str, tuple[Do, dict[str, object], str]] = {
    "close": (lambda c, by, now: actions.close(c, by=by, now=now), {"status": "closed"}, "closed"),
    "snooze": (
        lambda c, by, now: actions.snooze(c, now + timedelta(hours=2), by=by, now=now), {"status": "snoozed"}, "snoozed",
    ),
    "take": (lambda c, by, now: actions.take(c, by=by, now=now), {"assignee__name": "Linnea Nord"}, "assigned"),
    "priority": (lambda c, by, now: actions.set_priority(c, 90, by=by, now=now), {"priority_set": 90}, "prioritised"),
    "subject": (lambda c, by, now: actions.set_subject(c, " Tåg  12 ", by=by, now=now), {"subject": "Tåg 12"}, "named"),
    "spam": (lambda c, by, now: actions.mark_spam(c, by=by, now=now), {"is_spam": True, "spam_set": True}, "spam"),
    "tag": (lambda c, by, now: actions.tag(c, "Försenat", by=by, now=now), {"tags__name": "Försenat"}, "tagged"),
}  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_does_its_work_once_tells_it_and_can_be_undone(world: World, linnea: User, verb: str) -> None:
    does, holds, told = VERBS[verb]
    conversation = world.says("Aino")
    before = Conversation.objects.values(
        "status", "assignee", "priority_set", "subject", "is_spam", "spam_set", "tags"
    ).get()
    Change.objects.all().delete()
    for _ in range(2):
        does(conversation, linnea, world.now)
    assert Conversation.objects.filter(pk=conversation.pk, **holds).exists()
    assert Turn.objects.filter(what=told, by=linnea).count() == 1
    assert Change.objects.filter(topic="conversation", object_id=conversation.pk, version=2).count() == 1
    assert AuditEvent.objects.filter(actor=linnea, object_id=conversation.pk).count() == 1
    actions.undo(by=linnea, now=world.now)
    after = Conversation.objects.values(
        "status", "assignee", "priority_set", "subject", "is_spam", "spam_set", "tags"
    ).get()
    assert after == before
    with pytest.raises(actions.NothingToUndo):
        actions.undo(by=linnea, now=world.now)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_without_its_mandate_changes_nothing(world: World, make_user: MakeUser, verb: str) -> None:
    conversation = world.says("Aino")
    with pytest.raises(NotYours):
        VERBS[verb][0](conversation, make_user(role="listener"), world.now)
    assert Conversation.objects.get().version == conversation.version
    assert not Turn.objects.exclude(what="").exists() and not Undo.objects.exists()


def test_a_colleague_of_another_brand_may_do_nothing(world: World, make_user: MakeUser) -> None:
    conversation = world.says("Aino")
    elsewhere = Team.objects.create(brand=Brand.objects.create(name="Annat"), name="Lag")
    stranger = make_user(role="lead", team=elsewhere)
    with pytest.raises(NotYours):
        actions.close(conversation, by=stranger, now=world.now)
    assert not queries.conversations_visible_to(stranger).exists()


def test_one_who_cannot_see_it_cannot_be_given_it(world: World, linnea: User, make_user: MakeUser) -> None:
    conversation = world.says("Aino")
    stranger = make_user(role="", name="Sten Främling")
    with pytest.raises(actions.CannotSee, match="Sten Främling"):
        actions.assign(conversation, stranger, by=linnea, now=world.now)
    assert Conversation.objects.get().assignee is None


def test_undo_refuses_when_somebody_changed_it_since(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    actions.take(conversation, by=linnea, now=world.now)
    actions.assign(conversation, petri, by=petri, now=world.now)
    with pytest.raises(actions.ChangedSince):
        actions.undo(by=linnea, now=world.now)
    assert Conversation.objects.get().assignee_id == petri.pk


def test_undo_looks_back_a_quarter_of_an_hour_and_no_further(world: World, linnea: User) -> None:
    actions.take(world.says("Aino"), by=linnea, now=world.now)
    with pytest.raises(actions.NothingToUndo):
        actions.undo(by=linnea, now=world.later(minutes=16))
    assert Conversation.objects.get().assignee_id == linnea.pk


def test_snoozed_comes_back_when_its_time_has_come_and_not_before(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    actions.snooze(conversation, world.now + timedelta(hours=1), by=linnea, now=world.now)
    assert steps.wake(world.later(minutes=59)) == 0
    assert steps.wake(world.later(minutes=1)) == 1
    conversation.refresh_from_db()
    assert (conversation.status, conversation.snoozed_until) == (Status.OPEN, None)
    assert Turn.objects.filter(what="woke", by=None).count() == 1


def test_snoozed_comes_back_when_she_writes(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    actions.snooze(conversation, world.now + timedelta(days=1), by=linnea, now=world.now)
    again = world.says("Aino", "Nu då?")
    assert (again.pk, again.status, again.snoozed_until) == (conversation.pk, Status.OPEN, None)


@pytest.mark.parametrize("hours", [-1, 0, 24 * 400])
def test_nothing_is_snoozed_into_the_past_or_for_ever(world: World, linnea: User, hours: int) -> None:
    conversation = world.says("Aino")
    with pytest.raises(actions.NotPossible):
        actions.snooze(conversation, world.now + timedelta(hours=hours), by=linnea, now=world.now)
    assert Conversation.objects.get().status == Status.OPEN


def test_many_at_once_are_changed_and_undone_in_one_step(world: World, linnea: User) -> None:
    ids = [world.says(name, thread=name).pk for name in ("Aino", "Maja", "Erik")]
    done = actions.bulk(ids, "close", by=linnea, now=world.now)
    assert (done.changed, done.refused) == (ids, {})
    assert actions.bulk(ids, "close", by=linnea, now=world.now).changed == []
    undone = actions.undo(by=linnea, now=world.now)
    assert undone.conversations == ids
    assert not Conversation.objects.filter(status=Status.CLOSED).exists()


def test_many_at_once_leaves_out_what_refuses_and_what_is_not_seen(world: World, linnea: User) -> None:
    first, second = (world.says(name, thread=name) for name in ("Aino", "Maja"))
    other = make_account(Brand.objects.create(name="Annat"), world.now)
    hidden = Conversation.objects.create(
        brand=other.brand,
        account=other,
        customer=first.customer,
        number=999,
        opened_at=world.now,
        last_at=world.now,
    )
    actions.close(first, by=linnea, now=world.now)
    ids = [first.pk, second.pk, hidden.pk]
    done = actions.bulk(ids, "snooze", by=linnea, now=world.now, until=world.now + timedelta(hours=1))
    assert done.changed == [second.pk]
    assert list(done.refused) == [first.pk] and "closed" in done.refused[first.pk]
    hidden.refresh_from_db()
    assert hidden.status == Status.OPEN


@pytest.mark.parametrize("verb", ["take", "tag", "mark_spam", "not_spam", "set_priority"])
def test_every_verb_of_many_works_on_many(world: World, linnea: User, verb: str) -> None:
    values: dict[str, dict[str, object]] = {"tag": {"name": "x"}, "set_priority": {"priority": 3}}
    ids = [world.says(name, thread=name).pk for name in ("Aino", "Maja")]
    done = actions.bulk(ids, verb, by=linnea, now=world.now, **values.get(verb, {}))
    assert done.changed == ids


def test_tags_are_the_brands_and_alike_in_any_case(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    actions.tag(conversation, "Försenat", by=linnea, now=world.now)
    actions.tag(world.says("Maja", thread="m"), " försenat ", by=linnea, now=world.now)
    assert Tag.objects.count() == 1
    actions.untag(conversation, "FÖRSENAT", by=linnea, now=world.now)
    assert not conversation.tags.exists()
    actions.undo(by=linnea, now=world.now)
    assert conversation.tags.count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "\n"])
def test_a_tag_has_a_name_of_one_to_sixty_characters(world: World, linnea: User, name: str) -> None:
    with pytest.raises(actions.NotPossible):
        actions.tag(world.says("Aino"), name, by=linnea, now=world.now)
    assert not Tag.objects.exists()


def test_a_note_stays_in_the_house_and_a_double_click_is_one(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    key = uuid4()
    for _ in range(2):
        actions.note(conversation, "Ring henne\x00", by=linnea, form_key=key, now=world.now)
    conversation.refresh_from_db()
    assert [note.text for note in Note.objects.all()] == ["Ring henne"]
    assert conversation.waiting_since is not None
    assert conversation.snippet == "När går tåget?"


# Drafts, presence, reading, views ---------------------------------------------------------------------------------


def test_a_colleague_may_read_a_draft_and_take_it_over(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    draft = actions.save_draft(conversation, "public", "Hej Aino", by=linnea, now=world.now)
    assert draft is not None
    assert [row.text for row in queries.drafts(conversation.pk)] == ["Hej Aino"]
    actions.save_draft(conversation, "public", "Egna ord", by=petri, now=world.now)
    taken = actions.take_over_draft(draft, by=petri, now=world.now)
    assert taken.text == "Egna ord\n\nHej Aino"
    assert Draft.objects.get().user_id == petri.pk


def test_an_empty_draft_is_none(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    actions.save_draft(conversation, "public", "Hej", by=linnea, now=world.now)
    assert actions.save_draft(conversation, "public", "  ", by=linnea, now=world.now) is None
    assert not Draft.objects.exists()


def test_presence_shows_the_others_and_ends_by_itself(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    Change.objects.all().delete()
    assert actions.present(conversation, "writing", by=petri, now=world.now) == []
    others = actions.present(conversation, "viewing", by=linnea, now=world.now)
    assert [(other.name, other.doing) for other in others] == [("Petri Aalto", "writing")]
    assert Change.objects.filter(topic="presence").count() == 2
    actions.present(conversation, "viewing", by=linnea, now=world.later(seconds=10))
    assert Change.objects.filter(topic="presence").count() == 2  # nothing new was said
    steps.forget_presence(world.later(seconds=15))
    assert Presence.objects.get().user_id == linnea.pk
    actions.present(conversation, "gone", by=linnea, now=world.now)
    assert not Presence.objects.exists()


def test_bold_is_ones_own_and_the_dot_is_everybodys(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")

    def seen(user: User) -> tuple[bool, bool]:
        row = queries.row(user, conversation.pk)
        assert row is not None
        return row.is_new, row.waits

    actions.mark_read(conversation, by=linnea, now=world.now)
    assert (seen(linnea), seen(petri)) == ((False, True), (True, True))
    world.says("Aino", "Hallå?")
    assert seen(linnea) == (True, True)
    actions.mark_read(conversation, by=linnea, now=world.now)
    actions.mark_unread(conversation, by=linnea, now=world.now)
    assert seen(linnea) == (True, True)


def test_a_view_is_ones_own_unless_a_lead_shares_it(
    world: World, linnea: User, make_user: MakeUser, team: Team
) -> None:
    mine = actions.save_view("Suomi", "lang=fi", by=linnea, now=world.now)
    with pytest.raises(NotYours):
        actions.save_view("Alla", "", by=linnea, now=world.now, team=team)
    shared = actions.save_view("Alla", "view=open", by=make_user(role="lead"), now=world.now, team=team)
    assert queries.saved_views(linnea) == [mine, shared]
    with pytest.raises(NotYours):
        actions.delete_view(mine, by=make_user(), now=world.now)
    actions.delete_view(mine, by=linnea, now=world.now)
    assert SavedView.objects.count() == 1
