"""Whoever hunts saboteurs stops at the first harm, and says when there was none."""

import pytest

from tests.experiments.rig import caught


def test_one_harm_is_enough_and_no_further_round_is_begun() -> None:
    begun: list[int] = []

    def does_harm(place: int) -> bool:
        begun.append(place)
        return place == 7

    assert caught(does_harm, (4, 7, 11)) == 2
    assert begun == [4, 7]


def test_without_harm_it_fails_after_the_last_round() -> None:
    rounds = iter(range(3))
    with pytest.raises(pytest.fail.Exception, match="never caught: 3 rounds, at 4, 7, 11"):
        caught(lambda place: next(rounds) < 0, (4, 7, 11))
    assert list(rounds) == []


def test_a_broken_round_is_no_harm() -> None:
    def breaks(place: int) -> bool:
        raise OSError("no such installation")

    with pytest.raises(OSError, match="no such installation"):
        caught(breaks, (4, 7))
