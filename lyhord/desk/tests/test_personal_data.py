from uuid import uuid4

import pytest
from django.apps import apps

from lyhord.desk import actions, personal_data, steps
from lyhord.desk.models import Conversation, Draft, Note, Turn, Undo
from lyhord.desk.tests.conftest import World
from lyhord.lib.persons import Person
from lyhord.staff.models import User

pytestmark = pytest.mark.django_db


def test_every_model_of_the_room_is_declared() -> None:
    models = {model.__name__ for model in apps.get_app_config("desk").get_models()}
    assert models == set(personal_data.DECLARED)


def person(conversation: Conversation) -> Person:
    return Person(
        customer_ids=(conversation.customer_id,),
        identity_ids=tuple(conversation.strands.values_list("identity", flat=True)),
    )


def test_what_is_held_about_her_is_exported_and_what_is_about_others_is_not(
    world: World, linnea: User
) -> None:
    conversation = world.says("Aino", "Min väska")
    world.says("Maja", "Min cykel", thread="m")
    actions.note(conversation, "Ring Aino", by=linnea, form_key=uuid4(), now=world.now)
    told = personal_data.export(person(conversation))
    assert [row["snippet"] for row in told["conversations"]] == ["Min väska"]
    assert [row["text"] for row in told["notes"]] == ["Ring Aino"]
    assert "cykel" not in str(told)


def test_erasing_leaves_no_word_about_her_and_everything_about_others(world: World, linnea: User) -> None:
    conversation = world.says("Aino", "Min väska MARKERAD")
    other = world.says("Maja", "Min cykel", thread="m")
    for matter in (conversation, other):
        actions.note(matter, f"MARKERAD {matter.pk}", by=linnea, form_key=uuid4(), now=world.now)
        actions.set_subject(matter, f"MARKERAD {matter.pk}", by=linnea, now=world.now)
        actions.tag(matter, "MARKERAD", by=linnea, now=world.now)
        actions.save_draft(matter, "public", "MARKERAD", by=linnea, now=world.now)
    assert personal_data.erase(person(conversation), world.now) > 0
    conversation.refresh_from_db()
    other.refresh_from_db()
    assert (conversation.subject, conversation.snippet) == ("", "")
    assert not conversation.tags.exists() and other.tags.exists()
    assert [note.text for note in Note.objects.order_by("pk")] == [
        personal_data.ERASED,
        f"MARKERAD {other.pk}",
    ]
    assert [draft.conversation_id for draft in Draft.objects.all()] == [other.pk]
    told = Turn.objects.filter(conversation=conversation).values_list("values", flat=True)
    assert "MARKERAD" not in str(list(told))
    assert other.subject.startswith("MARKERAD")


def test_no_undo_brings_words_back_that_were_erased(world: World, linnea: User) -> None:
    conversation, other = world.says("Aino"), world.says("Maja", thread="m")
    for matter in (other, conversation):
        actions.set_subject(matter, "MARKERAD", by=linnea, now=world.now)
        actions.set_subject(matter, "Biljett", by=linnea, now=world.now)
    personal_data.erase(person(conversation), world.now)
    assert actions.undo(by=linnea, now=world.now).conversations == [other.pk]
    conversation.refresh_from_db()
    assert conversation.subject == ""


def test_what_cannot_be_taken_back_any_more_is_not_kept(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    actions.set_subject(conversation, "MARKERAD", by=linnea, now=world.now)
    assert steps.forget_undo(world.later(minutes=15)) == 0
    assert steps.forget_undo(world.later(minutes=1)) == 1
    assert not Undo.objects.exists()


def test_the_reasons_that_colleagues_wrote_go_from_the_turns(world: World) -> None:
    conversation, other = world.says("Aino"), world.says("Maja", thread="m")
    for matter in (conversation, other):
        for what in personal_data.WORDED:
            values = {"name": "Ring", "reason": "MARKERAD", "why": "MARKERAD"}
            Turn.objects.create(conversation=matter, at=world.now, what=what, values=values)
    personal_data.erase(person(conversation), world.now)
    told = Turn.objects.filter(what__in=personal_data.WORDED)
    assert {str(turn.values) for turn in told.filter(conversation=conversation)} == {"{'name': 'Ring'}"}
    assert all("MARKERAD" in str(turn.values) for turn in told.filter(conversation=other))
