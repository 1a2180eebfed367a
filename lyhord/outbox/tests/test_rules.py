"""Decisions on plain values."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from lyhord.outbox import rules

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PLACE = {
    "dispatch": 9,
    "account": 3,
    "thread": 12,
    "is_public": True,
    "identity": 7,
    "person": "anna",
    "post": 5,
}


@pytest.mark.parametrize(
    ("verb", "fields", "lane"),
    [
        ("reply", {}, "t12i7"),
        ("edit", {}, "t12i7"),
        ("reply", {"is_public": False}, "t12"),
        ("reply", {"identity": None, "person": ""}, "d9"),
        ("post", {"thread": None, "identity": None, "person": ""}, "d9"),
        ("reply", {"thread": None, "is_public": False}, "s3i7"),
        ("hide", {}, "p5"),
        ("like", {}, "p5"),
        ("block", {}, "b3i7"),
        ("block", {"identity": None, "person": ""}, "p5"),
    ],
)
def test_a_lane_is_what_must_stay_in_order(verb: str, fields: dict[str, object], lane: str) -> None:
    assert rules.lane(verb, **{**PLACE, **fields}) == lane  # type: ignore[arg-type]


def test_two_people_whom_nobody_knows_yet_have_two_lanes_that_fit_their_column() -> None:
    lanes = {rules.lane("reply", **{**PLACE, "identity": None, "person": who * 300}) for who in "ab"}  # type: ignore[arg-type]
    assert len(lanes) == 2
    assert all(len(lane) <= 60 for lane in lanes)


@pytest.mark.parametrize("hint", [timedelta(seconds=1), timedelta(minutes=30), timedelta(hours=23)])
def test_the_networks_word_is_never_undercut_and_binds_the_account(hint: timedelta) -> None:
    for seed in range(50):
        again = rules.after_retry(1, 0, NOW + hint, NOW, random.Random(seed))
        assert again.at is not None and again.at >= NOW + hint
        assert again.account_until == NOW + hint


def test_without_a_word_the_waits_grow_and_differ() -> None:
    def waits(attempts: int) -> list[float]:
        found = [rules.after_retry(attempts, 0, None, NOW, random.Random(seed)).at for seed in range(200)]
        return [(at - NOW).total_seconds() for at in found if at is not None]

    assert max(waits(1)) <= 2
    assert max(waits(7)) > 60
    assert len(set(waits(5))) > 100
    assert min(waits(7)) > 0


@pytest.mark.parametrize(
    ("attempts", "hint"),
    [(8, None), (9, None), (1, NOW + timedelta(days=2)), (1, NOW + timedelta(days=3650))],
)
def test_what_would_never_end_is_for_people(attempts: int, hint: datetime | None) -> None:
    assert rules.after_retry(attempts, 0, hint, NOW, random.Random(1)).at is None


def test_no_word_of_a_network_binds_an_account_for_longer_than_a_day() -> None:
    again = rules.after_retry(1, 0, NOW + timedelta(days=3650), NOW, random.Random(1))
    assert again.account_until == NOW + timedelta(days=1)


@pytest.mark.parametrize(("ends_in", "is_tried"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_a_channel_with_a_time_of_its_own_is_tried_until_it_ends(ends_in: timedelta, is_tried: bool) -> None:
    again = rules.after_retry(200, 0, None, NOW, random.Random(1), tries_until=NOW + ends_in)
    assert (again.at is not None) == is_tried


@pytest.mark.parametrize(("failures", "pause"), [(5, 30), (6, 60), (9, 480), (10, 900), (40, 900)])
def test_after_five_failures_the_account_is_left_alone_for_longer_and_longer(
    failures: int, pause: int
) -> None:
    again = rules.after_retry(1, failures, None, NOW, random.Random(1))
    assert again.account_until == NOW + timedelta(seconds=pause)
    assert again.at is not None and again.at >= again.account_until


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Hello Anna", "hello  anna", True),
        ("Hello Anna", "@anna@paper.example Hello Anna", True),
        ("@anna Hello", "Hello", True),
        ("Hej då", "Hej da\N{COMBINING RING ABOVE}", True),
        ("Hello Anna", "Hello Anna!", False),
        ("", "", False),
        ("@anna", "@bertil", False),
    ],
)
def test_our_words_are_known_again(ours: str, theirs: str, same: bool) -> None:
    assert rules.same_words(ours, theirs) is same
