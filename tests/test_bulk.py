"""Rows made and written without Django's cost are the rows that Django would make and write."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import models

from lyhord.desk.models import Conversation, Filing, Strand, Turn
from lyhord.intake.models import Post, Seen, Thread
from lyhord.lib import bulk
from lyhord.triage.models import Assessment
from lyhord.web.models import Change

AT = datetime(2026, 11, 20, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "model", [Conversation, Strand, Turn, Filing, Post, Thread, Seen, Assessment, Change]
)
def test_a_row_made_is_as_the_model_makes_it(model: type[models.Model]) -> None:
    ours, theirs = bulk.made(model), model()
    assert {name: value for name, value in ours.__dict__.items() if name != "_state"} == {
        name: value for name, value in theirs.__dict__.items() if name != "_state"
    }
    assert (ours._state.adding, ours._state.db) == (theirs._state.adding, theirs._state.db) == (True, None)


def test_what_is_made_anew_for_each_row_is_not_shared() -> None:
    first, second = bulk.made(Post), bulk.made(Post)
    first.mentions.append({"native": "1"})
    first.author_facts["aliases"] = ["1"]
    assert (second.mentions, second.author_facts) == ([], {})


def test_a_relation_is_there_before_its_number() -> None:
    strand = bulk.made(Strand)
    conversation = bulk.made(Conversation, version=3)
    bulk.point(strand, "conversation", conversation)
    assert strand.conversation is conversation and strand.conversation_id is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "at",
    [
        AT,
        AT.replace(microsecond=0),
        AT.astimezone(timezone(timedelta(hours=2))),
    ],
)
def test_a_time_comes_back_as_it_was(at: datetime) -> None:
    rows = [bulk.made(Change, at=at, topic="counts", object_id=n) for n in range(3)]
    bulk.insert(rows)
    plain = Change.objects.create(at=at, topic="counts", object_id=3)
    assert [row.pk for row in rows] == sorted(row.pk for row in rows) and plain.pk > rows[-1].pk
    assert set(Change.objects.values_list("at", flat=True)) == {at}
    assert Change.objects.filter(at=at).count() == 4  # and it is found by the database's own comparison
    assert not rows[0]._state.adding


@pytest.mark.parametrize("value", [{"å": [1, None, "ø"]}, [], {"far": 2**70}, {"half": "\ud800"}])
def test_json_is_what_was_given(value: Any) -> None:
    import json

    assert json.loads(bulk.as_json(value)) == value
