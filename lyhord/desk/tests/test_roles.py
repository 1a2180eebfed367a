"""Who is named in a post, and as what (IN-20)."""

from typing import Any

import pytest

from lyhord.desk import queries, rules
from lyhord.desk.tests.conftest import World

US = {"native": "1", "handle": "sj_ab", "name": "", "is_us": True}
GABRIELLA = {"native": "2", "handle": "GabriellaGullbr", "name": "", "is_us": False}
MAGGAN = {"native": "3", "handle": "maggansimm@social.example", "name": "Maggan", "is_us": False}


@pytest.mark.parametrize(
    ("text", "extra", "roles"),
    [
        ("@maggansimm Läser Kupé och hittar @GabriellaGullbr Hur vill hon att @sj_ab närmar sig?", {}, ["named", "named", "addressed"]),
        ("@sj_ab @GabriellaGullbr: hej @maggansimm", {}, ["addressed", "addressed", "named"]),
        ("Hej @sj_ab", {"roles": {"2": "quoted", "3": "answered", "1": "us"}}, ["named", "quoted", "answered"]),
        ("", {"roles": "strange"}, ["named", "named", "named"]),
    ],
)  # fmt: skip
def test_each_has_a_role(text: str, extra: dict[str, Any], roles: list[str]) -> None:
    assert [one["role"] for one in rules.roles([US, GABRIELLA, MAGGAN], extra, text)] == roles


@pytest.mark.django_db
def test_the_thread_tells_who_is_addressed_and_who_only_named(world: World) -> None:
    text = "@maggansimm Läser Kupé och hittar @GabriellaGullbr. @sj_ab?"
    conversation = world.says(
        "Aino", text, mentions=[MAGGAN, GABRIELLA, US], extra={"roles": {"2": "quoted"}}
    )
    (turn,) = queries.turns(conversation.pk)
    assert [(one["handle"], one["role"], one["is_us"]) for one in turn.roles] == [
        ("maggansimm@social.example", "addressed", False),
        ("GabriellaGullbr", "quoted", False),
        ("sj_ab", "named", True),
    ]
