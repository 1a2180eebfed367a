"""Fail points and sabotage do nothing where nobody asked for them."""

import os
import signal

import pytest

from lyhord.lib import failpoints, sabotage


def test_a_point_that_nobody_named_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "PLAN", failpoints.parse("other=raise"))
    failpoints.failpoint("here")
    assert failpoints.PLAN["other"].passes == 0


def test_a_named_point_acts_at_the_pass_that_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "PLAN", failpoints.parse("here=raise:2, other=kill"))
    failpoints.failpoint("here")
    with pytest.raises(failpoints.FailPoint):
        failpoints.failpoint("here")
    failpoints.failpoint("here")


@pytest.mark.kills
def test_a_kill_is_a_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "PLAN", failpoints.parse("here=kill"))
    child = os.fork()
    if child == 0:
        failpoints.failpoint("here")
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


@pytest.mark.parametrize(
    ("testing", "names", "is_on"),
    [
        ("1", "room.a,room.b", True),
        ("1", "room.abc", False),
        ("1", "", False),
        ("0", "room.a", False),
        ("", "room.a", False),
    ],
)
def test_sabotage_is_for_tests_alone(
    monkeypatch: pytest.MonkeyPatch, testing: str, names: str, is_on: bool
) -> None:
    monkeypatch.setenv("LYHORD_TESTING", testing)
    monkeypatch.setenv("LYHORD_SABOTAGE", names)
    assert sabotage.is_on("room.a") is is_on
