"""Variables in saved replies, on plain words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.desk import filling

KNOWN = {"customer.first_name": "Aino", "agent.name": "Linnea Nord", "case.number": "#1042"}


@pytest.mark.parametrize(
    ("text", "wanted", "missing"),
    [
        ("Hi {customer.first_name}, this is {agent.name}.", "Hi Aino, this is Linnea Nord.", ()),
        ("Hi {customer.handle}, wait.", "Hi {customer.handle}, wait.", ("customer.handle",)),
        ("Hi {customer.handle|there}, wait.", "Hi there, wait.", ()),
        ("Hi {customer.handle|}, wait.", "Hi, wait.", ()),
        ("Hi {customer.handle|} again", "Hi again", ()),
        ("Bye {customer.handle|}", "Bye", ()),
        ("{customer.handle|} Hello", "Hello", ()),
        ("{ case.number }", "#1042", ()),
        ("Plain {braces} and {a.b}", "Plain {braces} and {a.b}", ()),
        ("{customer.handle} {customer.handle}", "{customer.handle} {customer.handle}", ("customer.handle",)),
    ],
)
def test_values_stand_in_their_places_and_what_has_none_stays(
    text: str, wanted: str, missing: tuple[str, ...]
) -> None:
    assert filling.filled(text, KNOWN) == filling.Filled(wanted, missing)
    assert filling.unfilled(filling.filled(text, KNOWN).text) == missing


def test_what_a_customer_calls_herself_is_never_filled_in_turn() -> None:
    told = filling.filled("Hi {customer.name}!", {"customer.name": "{agent.name}", "agent.name": "Linnea"})
    assert told.text == "Hi (agent.name)!"
    assert filling.unfilled(told.text) == ()


@given(st.text(), st.text())
def test_filled_words_have_no_open_place_but_those_told(before: str, value: str) -> None:
    told = filling.filled(f"{before}{{customer.name}}", {"customer.name": value})
    assert set(filling.unfilled(told.text)) <= set(told.missing)
    assert ("customer.name" in told.missing) == (not value.strip()) or "{" in before


@pytest.mark.parametrize(
    ("name", "handle", "first"),
    [
        ("Aino Virtanen", "aino", "Aino"),
        ("Aino", "aino@net", "Aino"),
        ("Jean-Luc", "x", "Jean-Luc"),
        ("åsa öberg", "x", "åsa"),
        ("kattmamma77", "x", ""),
        ("🚂 Tåg", "x", ""),
        ("", "x", ""),
        ("norrlandspendlaren", "norrlandspendlaren@net", ""),
        ("@norrlandspendlaren", "x", ""),
        ("A", "x", ""),
    ],
)
def test_a_first_name_is_taken_only_where_it_is_one(name: str, handle: str, first: str) -> None:
    assert filling.first_name(name, handle) == first


def test_a_slip_of_the_pen_is_no_variable() -> None:
    assert filling.unknown("Hi {customer.fist_name}, {customer.name}, {not a place}") == (
        "customer.fist_name",
    )
