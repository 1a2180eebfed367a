"""Which names one person goes by."""

import pytest

from lyhord.customers import names
from lyhord.customers.evaluating import figures, ours, pairs, simple


def test_names_of_one_person_are_told_from_those_of_two() -> None:
    rows = pairs()
    assert sum(row.is_one for row in rows) >= 100
    assert sum(not row.is_one for row in rows) >= 100
    assert {row.language for row in rows} == {"sv", "fi", "nb", "da", "en"}
    found, plain = figures(ours, rows), figures(simple, rows)
    print(
        f"precision {found.precision:.2f}, recall {found.recall:.2f}; by letters alone {plain.precision:.2f}, {plain.recall:.2f}"
    )
    assert found.precision >= 0.97
    assert found.recall >= 0.95
    assert plain.recall < 0.1


@pytest.mark.parametrize("language", ["sv", "fi", "nb", "da", "en"])
def test_no_language_is_left_behind(language: str) -> None:
    found = figures(ours, [row for row in pairs() if row.language == language])
    assert found.precision >= 0.9
    assert found.recall >= 0.9


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Aino Virtanen", "aino virtanen", "same"),
        ("Åsa Öberg", "Aasa Oeberg", "letters"),
        ("Carl Wallin", "Karl Vallin", "spelling"),
        ("Bengan Lund", "Bengt Lund", "short"),
        ("Anna Maria Sandell", "Anna Sandell", "middle"),
        ("Anna Lind-Berg", "Anna Berg", "double"),
        ("Virtanen Aino", "Aino Virtanen", "order"),
        ("A. Virtanen", "Aino Virtanen", "initial"),
        ("Johan Berg", "Juhani Berg", "sister"),
        ("Johanna Ögren", "Johanna Öberg", "surname"),
        ("Kari Solberg", "Kåre Solberg", "different"),
        ("Aino", "Aino Virtanen", "different"),
        ("", "Aino Virtanen", "different"),
        ("(((", "...", "different"),
    ],
)
def test_how_two_names_differ_is_said_in_both_directions(one: str, other: str, kind: str) -> None:
    assert names.compare(one, other) == names.compare(other, one) == kind


def test_a_name_is_looked_up_whatever_its_letters_and_order() -> None:
    assert names.keys("Öberg, Åsa") == names.keys("Asa Oberg") == names.keys("Åsa Margareta Öberg")
    assert len(names.keys("Anna Lind-Berg")) == 2
    assert names.keys("Aino") == names.keys("A. Virtanen") == []


def test_a_name_of_any_length_is_read_in_no_time() -> None:
    assert names.compare("a" * 100_000, "-" * 100_000) == "different"
    assert names.keys("- " * 50_000) == []
