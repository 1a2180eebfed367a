"""R26: a double click, a form sent again and a flaky mobile net send once, over a killed web process too."""

import random
import re
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.experiments.conftest import Make
from tests.experiments.people import SESSION, Answer, at_once, by_key, by_page
from tests.experiments.rig import Home, Running, asked, signed_off

pytestmark = [pytest.mark.server, pytest.mark.kills, pytest.mark.timeout(300)]

LAPSED = """
from datetime import timedelta
from lyhord.staff.models import Kept
out = Kept.objects.filter(status=None).update(at=now - timedelta(minutes=3))
"""
NOTES = "from lyhord.desk.models import Note; out = list(Note.objects.values_list('text', flat=True))"
Wish = Callable[[], Answer]


def wishes(home: Home, number: int) -> dict[str, Wish]:
    """By their words: answers by API key, answers by the page's form, notes by API key, a third each."""
    session = home.code(SESSION)
    made: dict[str, Wish] = {}
    for place, one in enumerate(asked(home, number)):
        made[f"Wish {place}"] = wish(home, session, place, one)
    return made


def wish(home: Home, session: str, place: int, one: dict[str, Any]) -> Wish:
    text, where = f"Wish {place}", one["conversation"]
    key = str(uuid4())
    if place % 3 == 0:
        told = {"text": text, "is_public": True, "seen": one["seen"], "delay_seconds": 0}
        return partial(by_key, home, "linnea", f"/conversations/{where}/replies", told, key)
    if place % 3 == 1:
        form = {"text": text, "kind": "public", "strand": one["strand"], "seen": one["seen"], "form_key": key}
        return partial(by_page, home, session, f"/conversation/{where}/reply/", form)
    return partial(by_key, home, "petri", f"/conversations/{where}/notes", {"text": text}, key)


def pressed(home: Home, number: int, seed: int = 26) -> list[str]:
    """Each wish 2 to 10 times at once, the web process killed amid some; then once more. What was done not once."""
    chance = random.Random(seed)
    made = wishes(home, number)
    statuses: dict[str, list[int]] = {}
    with home.running("web") as web:
        for place, (text, press) in enumerate(made.items()):
            killer = killing(web, chance.uniform(0, 0.03)) if place % 4 == 0 else None
            statuses[text] = [status for status, _ in at_once([press] * chance.randint(2, 10))]
            if killer is not None:
                killer.join()
                web.start()
        home.code(LAPSED)
        last = {text: press() for text, press in made.items()}
    assert home.once() == 0, home.log()
    found = [f"{text}: {status} in the end" for text, (status, _) in last.items() if status not in {200, 201}]
    found += [f"{text}: {seen}" for text, seen in statuses.items() if set(seen) - {0, 200, 201, 409, 429}]
    done = Counter(signed_off(one["text"]) for one in home.network.answers() if one["verb"] == "reply")
    done.update(home.code(NOTES))
    return found + [f"{text}: done {done[text]} times" for text in made if done[text] != 1]


def killing(web: Running, after: float) -> threading.Timer:
    timer = threading.Timer(after, web.kill)
    timer.start()
    return timer


@pytest.mark.parametrize(
    "number", [18, pytest.param(600, marks=[pytest.mark.whole, pytest.mark.timeout(3000)])]
)
def test_pressed_up_to_ten_times_at_once_it_is_done_once(home: Home, number: int) -> None:
    assert pressed(home, number) == []


def test_the_saboteur_who_forgets_what_was_asked_is_caught(make: Make) -> None:
    """For a note; a second answer would still be refused by R24's defence."""
    found = pressed(make("no_kept,no_form_key"), 6)
    assert any(re.search("done ([2-9]|10) times", fault) for fault in found)
