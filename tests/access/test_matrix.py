"""Every address, asked as every role: the matrix in the repository is the law.

`python -m tests.access.make` writes it anew; what changes in it is to be read like code.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from django.db import transaction

from tests.access import law, walk
from tests.access.routes import Route, Things, routes
from tests.access.walk import ROLES, Walk

LAW = law.read()
# Who must not even learn whether something of team A is there.
STRANGERS = ("nobody", "agent_other", "lead_other")
MOST = 40  # addresses of a part: workers share the parts, and each takes less than a minute
MOST_OF = {"conversation": 16}  # a whole page is drawn after each


def room_of(route: Route) -> str:
    first = route.path.split("/", 1)[0]
    return first if first in {"api", "settings", "conversation"} else "pages"


def cut() -> dict[str, list[Route]]:
    """All lines, room by room, in parts of about the same length: api-1, api-2, ..., settings-1, ..."""
    found = {}
    for room, lines in groupby(sorted(routes(), key=room_of), key=room_of):
        rows, most = list(lines), MOST_OF.get(room, MOST)
        for number, start in enumerate(range(0, len(rows), most), 1):
            found[f"{room}-{number}"] = rows[start : start + most]
    return found


PARTS = cut()


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[Walk]:
    """One world for all lines; each request is undone, and at the end the world too."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield walk.begin()
        transaction.set_rollback(True)


@pytest.mark.timeout(300)  # some forty addresses by fifteen roles
@pytest.mark.django_db  # so that there is a database; `here` fills it before each test's own transaction begins
@pytest.mark.parametrize("part", PARTS)
def test_every_line_holds_for_every_role(here: Walk, part: str) -> None:
    """And what is hidden from somebody looks to her like what is not there."""
    wrong = []
    for route in PARTS[part]:
        told = LAW.get(route.line)
        if told is not None:
            wrong += [
                f"{route.line}: {role} {why}" for role in ROLES for why in faults(here, route, role, told)
            ]
        elif here.outcome(route, "chief") != "no such method":
            wrong.append(f"{route.line} has no line; python -m tests.access.make, and read what it says")
    assert not wrong, "\n".join(wrong)


def faults(here: Walk, route: Route, role: str, told: dict[str, str]) -> Iterator[str]:
    answer = here.answer(route, role)
    if answer.word != told.get(role):
        yield f"gets {answer.word!r}, the law says {told.get(role)!r}"
    is_hidden = told.get(role) == "absent" or (role in STRANGERS and told.get(role) in {"forbidden", "login"})
    if route.names_things and is_hidden and answer.look != here.answer(route, role, is_missing=True).look:
        yield "can tell it from what is not there"


def test_the_law_has_no_line_of_an_address_that_is_gone() -> None:
    known = {route.line for route in routes()}
    assert [line for line in LAW if line not in known] == []


def test_no_answer_is_a_fault_and_no_reading_writes() -> None:
    words = {word for told in LAW.values() for word in told.values()}
    assert words <= set(law.ORDER)
    assert [line for line, told in LAW.items() if line.startswith("GET ") and "done" in told.values()] == []


def test_every_line_names_every_role() -> None:
    assert [line for line, told in LAW.items() if set(told) != set(ROLES)] == []


def test_strangers_write_only_what_is_their_own() -> None:
    """Whoever is of another brand, or nobody: the lines under which they change anything, and no others."""
    own = {
        "PATCH api/v1/me", "PUT api/v1/me/duty", "DELETE api/v1/me/sessions", "POST duty/", "POST profile/",
        "POST profile/keys/", "POST profile/api-keys/", "POST profile/sessions/others/",
    }  # fmt: skip
    own |= {"POST search/save/", "POST settings/notifications/", "PUT api/v1/notifications/settings"}
    # How posts are judged is one for the whole installation where a brand has no values of its own; any lead sets it, on the record.
    judging = {line for line in LAW if " settings/triage/" in line or " api/v1/triage/" in line}
    done = {line for line, told in LAW.items() if {told[role] for role in STRANGERS} & {"done"}}
    assert done - own - judging <= {
        "POST welcome/<str:token>/",
        "POST answer/<str:token>/",
    }  # links let their holders in


# Of team A: what was said, who said it, what colleagues think.
WORDS_OF_A = ("mitt tåg", "Half a thought", "looking into it", "Looking into it")
WORDS_OF_THE_BRAND = ("Anna", "Berit", "agent_a@example.com", "Kundtjänst", "Norr", *WORDS_OF_A)
PUBLIC = ("<lang>/", "help/", "welcome/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("agent_b", WORDS_OF_A),
        ("agent_other", WORDS_OF_THE_BRAND),
        ("lead_other", WORDS_OF_THE_BRAND),
        ("nobody", WORDS_OF_THE_BRAND),
    ],
)
def test_no_list_search_or_count_tells_of_what_is_hidden(
    here: Walk, role: str, words: tuple[str, ...]
) -> None:
    """Every address that can be read, with the ids of team A's things in its query too."""
    asked = asked_of(here)
    told = telling(here, role, asked, words)
    assert not told, "\n".join(told)


@pytest.mark.django_db
def test_the_same_addresses_do_tell_those_who_may_see(here: Walk) -> None:
    """So that the silence above is no accident of the search."""
    assert len(telling(here, "agent_a", asked_of(here), WORDS_OF_A)) > 20


def asked_of(here: Walk) -> Things:
    things = here.things
    return {
        "account": things["account"], "customer": things["customer"], "team": things["team"], "q": "tåg", "view": "waiting",
        "thread": here.world.post.thread_id, "ids": things["conversation"], "after": "", "status": "waiting", "show": "waiting",
        "object": f"desk.conversation:{things['conversation']}", "actor": here.world.people["agent_a"].pk,
    }  # fmt: skip


def telling(here: Walk, role: str, asked: Things, words: tuple[str, ...]) -> list[str]:
    return [
        f"{route.line} tells of {word!r}"
        for route in routes()
        if route.method == "GET" and not route.path.startswith(PUBLIC)
        for text in (here.text(route, role, {}), here.text(route, role, asked))
        for word in words
        # As a word of its own: in a random token four letters meet by chance.
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    ]


ODD = ("9" * 4400, "9" * 25, "\u0000", "²", "💥")  # numbers that are none, or none that a database holds
NAMES = (
    "account customer team q view thread ids after before status show object actor assignee brand tag lang kind id person"
    " verb limit since state connector query turn page form next"
).split()


@pytest.mark.django_db
@pytest.mark.parametrize("value", ODD)
def test_no_address_stumbles_over_odd_words_in_its_query(here: Walk, value: str) -> None:
    asked = dict.fromkeys(NAMES, value)
    told = [
        route.line
        for route in routes()
        if route.method == "GET" and not route.path.startswith("admin/") and here.fails(route, "chief", asked)
    ]
    assert not told, "\n".join(told)
