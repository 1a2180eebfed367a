"""What comes in from another system starts nothing, tells nobody and sends nothing, whatever the worker walks."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

import lyhord.flow
from lyhord.channels.models import Account, State
from lyhord.desk import actions as desk
from lyhord.desk import queries
from lyhord.desk.actions import hours
from lyhord.desk.models import (
    Case,
    Clock,
    Conversation,
    Nightmare,
    Notification,
    Routing,
    RoutingPolicy,
    Strand,
    Turn,
)
from lyhord.desk.queries.search import find
from lyhord.intake.models import Post
from lyhord.moving.tests import files
from lyhord.moving.tests.bringing import bring
from lyhord.outbox.actions import CannotSend
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import User
from lyhord.triage.models import Assessment
from tests import world as worlds
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return worlds.build(datetime(2026, 11, 20, 12, 0, tzinfo=UTC))


def promise(world: World) -> None:
    """All that could start, be given, flagged or told."""
    lead = world.people["lead_a"]
    hours.save_target(
        world.brand,
        hours.TargetGiven(first=60, resolution=120, first_too_late=180),
        by=lead,
        now=world.now,
    )
    policy, _new = RoutingPolicy.objects.get_or_create(brand=world.brand)
    policy.is_on, policy.nightmare_hours = True, 1
    policy.save()
    User.objects.filter(pk=world.people["agent_a"].pk).update(is_on_duty=True, on_duty_since=world.now)
    given = desk.GivenMacro("Late", world.brand, [{"verb": "close"}], on_tag="delay")
    desk.save_macro(given, by=lead, now=world.now)


def walk(now: datetime) -> None:
    for _again in range(3):
        for step in lyhord.flow.STEPS:
            step.run(now)


def test_nothing_starts_and_nobody_is_told_and_nothing_leaves(world: World) -> None:
    promise(world)
    walk(world.now)
    dispatches, notices = Dispatch.objects.count(), Notification.objects.count()
    told = json.loads(files.raw(files.CHATWOOT))
    told["messages"][0]["content"] = "Det här är skandal, jag klagar! Jag kräver pengarna tillbaka!"
    told["conversations"][0]["status"] = "open"
    del told["messages"][2]
    bring(world, "chatwoot", files.raw(told))
    bring(world, "helpdesk", files.raw(files.HELPDESK))
    later = world.now + timedelta(hours=30)
    walk(later)
    history = Conversation.objects.filter(account__is_history=True)
    assert history.count() == 5
    assert not Clock.objects.filter(conversation__in=history).exists()
    assert not Routing.objects.filter(conversation__in=history).exists()
    assert not Nightmare.objects.filter(conversation__in=history).exists()
    assert not Case.objects.filter(conversation__in=history).exists()
    assert not Notification.objects.filter(conversation__in=history).exists()
    assert Notification.objects.count() >= notices  # of what lives they may be told
    assert Dispatch.objects.count() == dispatches and mail.outbox == []
    assert not history.exclude(waiting_since=None).exists() and not history.exclude(due_at=None).exists()
    assert {row.status for row in history.filter(subject="Trasig dörr")} == {"closed"}
    assert Turn.objects.filter(conversation__in=history, what__in=["tagged", "assigned"]).count() == 0


def test_words_are_judged_and_found_like_all_others(world: World) -> None:
    bring(world, "chatwoot", files.raw(files.CHATWOOT))
    walk(world.now + timedelta(minutes=5))
    post = Post.objects.get(text="Var är mitt tåg?", account__is_history=True)
    assert Assessment.objects.filter(post=post).exists()
    identity = post.authorship.identity
    assert identity is not None and identity.customer.name == "Anna Ek"
    row = Conversation.objects.get(subject="Mitt tåg")
    for word in ("12.05", "Kolla"):  # an answer, and a note
        hits = find(world.people["agent_a"], word, now=timezone.now(), zone=UTC).hits
        assert {hit.conversation for hit in hits} == {row.pk}, word
    account = Account.objects.get(is_history=True)
    assert account.state == State.RETIRED and account.brand == world.brand


def test_a_reply_to_history_is_refused(world: World) -> None:
    bring(world, "chatwoot", files.raw(files.CHATWOOT))
    strand = Strand.objects.select_related("thread__account__app", "identity").get(
        conversation__customer__name="Bo"
    )
    with pytest.raises((CannotSend, desk.NotPossible)):
        desk.reply(
            strand, "Hej", seen=queries.newest_turn(strand.conversation_id), is_public=False,
            by=world.people["agent_a"], form_key=uuid4(), now=world.now,
        )  # fmt: skip
