"""Statements that are put together once answer as the query sets that they come from, with whatever values."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import DataError
from django.db.models import F, QuerySet
from django.utils import timezone

from lyhord.web.models import Change, Mark
from lyhord.web.sessions import SessionStore
from lyhord.web.statements import STAND_IN, CannotKeep, Kept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def marks() -> None:
    Mark.objects.bulk_create(Mark(name=f"m{n}", value=n) for n in range(1, 6))


def test_the_words_are_made_once_and_the_values_are_asked_each_time() -> None:
    made: list[Any] = []

    def build(value: int) -> QuerySet[Mark, str]:
        made.append(value)
        return Mark.objects.filter(value__gte=value).order_by("value").values_list("name", flat=True)

    kept = Kept[str](build)
    assert kept(4) == ["m4", "m5"]
    assert kept(5) == ["m5"]
    Mark.objects.filter(name="m5").update(value=99)
    assert kept(6) == ["m5"]
    assert made == [STAND_IN]


def test_rows_come_as_the_query_set_gives_them() -> None:
    whole = Kept[Mark](lambda name: Mark.objects.filter(name=name))
    pairs = Kept[tuple[str, int]](lambda value: Mark.objects.filter(value=value).values_list("name", "value"))
    times = Kept[Any](lambda pk: Change.objects.filter(object_id=pk).values_list("at", flat=True))
    now = timezone.now()
    Change.objects.create(at=now, topic="counts", object_id=7)
    (mark,) = whole("m2")
    assert (mark.name, mark.value, mark._state.adding) == ("m2", 2, False)
    assert pairs(3) == [("m3", 3)]
    assert times(7) == [now]  # with its zone, on SQLite too


def test_sequences_of_any_length() -> None:
    kept = Kept[str](
        lambda values, least: (
            Mark.objects.filter(value__in=values, pk__gte=least)
            .order_by("value")
            .values_list("name", flat=True)
        )
    )
    assert kept([1, 3, 5], 0) == ["m1", "m3", "m5"]
    assert kept((2,), 0) == ["m2"]
    assert kept([], 0) == []


@pytest.mark.parametrize("name", ["' OR 1=1 --", "%s", "m1' --", "å\u0000"])
def test_a_value_is_never_read_as_words(name: str) -> None:
    kept = Kept[Mark](lambda asked: Mark.objects.filter(name=asked))
    try:
        assert kept(name) == []
    except DataError:  # PostgreSQL takes no zero byte
        assert "\u0000" in name


@pytest.mark.parametrize(
    "build",
    [
        lambda value: Mark.objects.all(),  # the value would be forgotten
        lambda value: Mark.objects.annotate(more=F("value")).filter(value=value),
        lambda value: Mark.objects.filter(value=value).values("name"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_once(build: Any) -> None:
    with pytest.raises(CannotKeep):
        Kept[Any](build)(1)


def test_a_session_counts_until_it_ends_or_is_taken_away() -> None:
    begun = SessionStore()
    begun["who"] = "Linnea"
    begun.save()
    key = str(begun.session_key)
    assert SessionStore(key)["who"] == "Linnea"
    Session.objects.filter(pk=key).update(expire_date=timezone.now())
    ended = SessionStore(key)
    assert "who" not in ended and ended.session_key is None
    Session.objects.all().delete()
    assert "who" not in SessionStore(key)
