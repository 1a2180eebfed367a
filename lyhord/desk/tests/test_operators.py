"""What the search box means: words, phrases, exclusions and operators, on plain values."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.desk.operators import OPERATORS, Asked, Condition, day_of, moment, parsed, suggested
from lyhord.intake.marking import marked, says, says_phrase


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Asked()),
        ("late train", Asked(words=("late", "train"))),
        ('"two hours" -bus', Asked(phrases=("two hours",), without=("bus",))),
        ("from:Aino", Asked(conditions=(Condition("from", "aino"),))),
        ('tag:"lost luggage"', Asked(conditions=(Condition("tag", "lost luggage"),))),
        ("-is:spam", Asked(conditions=(Condition("is", "spam", is_not=True),))),
        ("IS:Public", Asked(conditions=(Condition("is", "public"),))),
        ("by:me", Asked(conditions=(Condition("from", "me"),))),
        ("is:blue", Asked(unknown=(Condition("is", "blue"),))),
        ("before:soon", Asked(unknown=(Condition("before", "soon"),))),
        ("number:#1042", Asked(conditions=(Condition("number", "#1042"),))),
        ("https://norr.example 12:30", Asked(words=("https://norr.example", "12:30"))),
        ("tag: late", Asked(words=("tag:", "late"))),
        ('"never closed', Asked(phrases=("never closed",))),
        ("-", Asked(words=("-",))),
    ],
)
def test_what_is_typed_is_read_as_it_is_meant(text: str, asked: Asked) -> None:
    assert parsed(text) == asked


@given(st.text(max_size=400))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    asked = parsed(text)
    assert all(one.name in OPERATORS for one in asked.conditions)
    suggested(text, {"tag": ["late"]})


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-11-05", date(2026, 11, 5)),
        ("2026-11", date(2026, 11, 1)),
        ("2026", date(2026, 1, 1)),
        ("today", date(2026, 11, 22)),
        ("yesterday", date(2026, 11, 21)),
        ("7d", date(2026, 11, 15)),
        ("99999d", None),
        ("2026-13", None),
        ("soon", None),
    ],
)
def test_a_day_is_told_in_several_ways(value: str, day: date | None) -> None:
    assert day_of(value, date(2026, 11, 22)) == day


def test_a_day_begins_by_the_clock_of_who_asks() -> None:
    now = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # already the 22nd in Helsinki
    at = moment("today", now, ZoneInfo("Europe/Helsinki"))
    assert at == datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


def test_it_offers_operators_then_their_values() -> None:
    assert ("late tag:", "tag:") in suggested("late ta", {})
    assert suggested("tag:lo", {"tag": ["lost luggage", "late"]}) == [
        ('tag:"lost luggage" ', 'tag:"lost luggage"')
    ]
    assert ("-is:spam ", "is:spam") in suggested("-is:s", {})


def test_the_hit_is_marked_in_every_form_of_the_word() -> None:
    assert marked("Beställningarna kom inte.", ["beställning"], "sv") == [
        ("Beställningarna", True),
        (" kom inte.", False),
    ]
    assert ("tilauksen", True) in marked("Missä tilauksen paketti on?", ["tilaus"], "fi")


def test_a_long_text_is_cut_around_the_hit() -> None:
    pieces = marked("a " * 400 + "väskan " + "b " * 400, ["väska"], "sv")
    assert pieces[0] == ("… ", False) and pieces[-1] == ("…", False)
    assert ("väskan", True) in pieces
    assert sum(len(text) for text, _hit in pieces) < 300


def test_a_phrase_is_the_very_words_in_their_order() -> None:
    assert says_phrase("Two  hours, late!", "hours late")
    assert not says_phrase("late two hours", "hours late")
    assert not says_phrase("Twohours late", "hours late")


FORMS = {
    "tilaus": "tilaus tilauksen tilausta tilauksessa tilaukset tilauksia tilauksista tilaukseen",
    "hinta": "hinta hinnan hintaa hinnat hintoja hinnoista",
    "vesi": "vesi veden vettä vedessä",
    "kauppa": "kauppa kaupan kauppaa kaupassa kaupat kauppoja",
    "lasku": "lasku laskun laskua laskut laskuja laskussa",
    "käsittely": "käsittely käsittelyn käsittelyssä käsittelyä",
    "matka": "matka matkan matkalla matkat matkoja",
    "beställning": "beställning beställningen beställningar beställningarna beställnings",
    "faktura": "faktura fakturan fakturor fakturorna",
    "leverans": "leverans leveransen leveranser leveranserna",
}


@pytest.mark.parametrize("word", FORMS)
def test_every_form_of_a_word_is_found(word: str) -> None:
    lang = "fi" if word in list(FORMS)[:7] else "sv"
    missed = [form for form in FORMS[word].split() if not says(form, [word], lang)]
    assert missed == []


@pytest.mark.parametrize(
    ("asked", "said"), [("tilauksen", "tilaus"), ("hinnan", "hinta"), ("kaupan", "kauppa")]
)
def test_a_bent_word_finds_its_plain_form(asked: str, said: str) -> None:
    assert says(said, [asked], "fi")


def test_finnish_gradation_is_not_for_swedish_words() -> None:
    assert not says("Mina vänner", ["vänta"], "sv")
