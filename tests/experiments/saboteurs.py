"""Saboteurs whose harm shows only where a race falls so: they are given several rounds, and once is enough."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

Place = TypeVar("Place")


def caught(does_harm: Callable[[Place], bool], places: Sequence[Place]) -> int:
    """Let the saboteur work at one place after the other until his harm is seen; how many it took.

    Only for saboteurs. That a defence holds is asked once, and it has to hold then.
    """
    for number, place in enumerate(places, start=1):
        if does_harm(place):
            print(f"caught in round {number} of {len(places)}, at {place}")
            return number
    pytest.fail(f"The saboteur was never caught: {len(places)} rounds, at {', '.join(map(str, places))}.")
