"""Every address, asked as every role: the matrix in the repository is the law.

`python -m tests.access.make` writes it anew; what changes in it is to be read like code.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access import law, walk
from tests.access.routes import Route, Things, routes
from tests.access.walk import ROLES, Walk

LAW = law.read()
# Who must not even learn whether something of team A is there.
STRANGERS = ("nobody", "agent_other", "lead_other")
PARTS = ("api/v1/a", "api/v1/c", "api/v1/", "admin/", "settings/", "conversation/", "inbox/", "")


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[Walk]:
    """One world for all lines; each request is undone, and at the end the world too."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield walk.begin()
        transaction.set_rollback(True)


def part_of(route: Route) -> str:
    return next(part for part in PARTS if route.path.startswith(part))


def lines(part: str) -> list[Route]:
    return [route for route in routes() if part_of(route) == part]


@pytest.mark.timeout(300)  # some hundred addresses by fourteen roles
@pytest.mark.django_db  # so that there is a database; `here` fills it before each test's own transaction begins
@pytest.mark.parametrize("part", PARTS)
def test_every_line_holds_for_every_role(here: Walk, part: str) -> None:
    wrong = []
    for route in lines(part):
        told = LAW.get(route.line)
        if told is None:
            if here.outcome(route, "chief") != "no such method":
                wrong.append(f"{route.line} has no line; python -m tests.access.make, and read what it says")
            continue
        for role in ROLES:
            now_is = here.outcome(route, role)
            if now_is != told.get(role):
                wrong.append(f"{route.line}: {role} gets {now_is!r}, the law says {told.get(role)!r}")
    assert not wrong, "\n".join(wrong)


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
    # How posts are judged is one for the whole installation where a brand has no values of its own; any lead sets it, on the record.
    judging = {line for line in LAW if " settings/triage/" in line or " api/v1/triage/" in line}
    done = {line for line, told in LAW.items() if {told[role] for role in STRANGERS} & {"done"}}
    assert done - own - judging <= {"POST welcome/<str:token>/"}  # a link lets its holder in


@pytest.mark.timeout(300)  # some hundred addresses by fourteen roles
@pytest.mark.django_db  # so that there is a database; `here` fills it before each test's own transaction begins
@pytest.mark.parametrize("part", PARTS)
def test_what_is_hidden_looks_like_what_is_not_there(here: Walk, part: str) -> None:
    wrong = []
    for route in lines(part):
        told = LAW.get(route.line)
        if told is None or not route.names_things:
            continue
        for role in ROLES:
            is_hidden = told[role] == "absent" or (role in STRANGERS and told[role] in {"forbidden", "login"})
            if is_hidden and here.looks(route, role, is_missing=False) != here.looks(
                route, role, is_missing=True
            ):
                wrong.append(f"{route.line}: {role} can tell it from what is not there")
    assert not wrong, "\n".join(wrong)


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
