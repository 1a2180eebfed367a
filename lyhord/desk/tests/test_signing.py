import pytest

from lyhord.desk import rules


def anything(words: str) -> bool:
    return True


@pytest.mark.parametrize(
    "text",
    [
        "Hej! /Linnea", "Hej! / Linnea", "Hej!/Linnea", "Hej ^LN", "Hej ^ln", "Hej!\n- Linnea", "Hej! – Linnea", "Hej!\nLinnea",
        "Hej! Linnea", "Hej! ~Linnea", "Hej! /LINNEA", "Hej! Linnea Nord", "Hej! /Linnea Nord.", "Mvh Linnea",
        "Terveisin Linnea", "Hilsen, Linnea", "Hej!\n\nVänliga hälsningar\nLinnea", "Hej! /Linnea 😊", "Hej! /Linnea\n",
        "Hej! /LN", "Hej!\nLN",
    ],
)  # fmt: skip
def test_a_name_put_by_hand_is_not_put_again(text: str) -> None:
    assert rules.signed(text, "/Linnea", "Linnea Nord", anything) == text.rstrip()


@pytest.mark.parametrize(
    "text",
    [
        "Hej!",
        "Fråga Linnea",
        "Linnea hjälper dig",
        "Vi ses i Malmö",
        "Skriv /hjälp",
        "Tåget ALLN",
        "Hej ^PA",
        "Biljetten är PLN",
    ],
)
def test_words_that_only_look_like_a_name_are_signed(text: str) -> None:
    assert rules.signed(text, "/Linnea", "Linnea Nord", anything) == f"{text} /Linnea"


@pytest.mark.parametrize(
    ("limit", "end"), [(100, " /Linnea"), (13, " /Linnea"), (12, " ^LN"), (9, " ^LN"), (8, " ^LN")]
)
def test_the_signature_gives_way_to_the_limit(limit: int, end: str) -> None:
    def fits(words: str) -> bool:
        return len(words) <= limit

    signed = rules.signed("Hejsa", "/Linnea", "Linnea Nord", fits)
    assert signed == f"Hejsa{end}"
    assert fits(signed) is (
        limit >= 9
    )  # below that nothing can be done, and the caller refuses it by its length


@pytest.mark.parametrize(
    ("chosen", "name", "signature"),
    [("", "Linnea Nord", "/Linnea"), ("^LN", "Linnea Nord", "^LN"), ("", "", ""), ("  ", "Åsa", "/Åsa")],
)
def test_a_signature_is_chosen_or_the_first_name(chosen: str, name: str, signature: str) -> None:
    assert rules.signature_of(chosen, name) == signature


def test_an_own_signature_is_known_again_with_and_without_its_sign() -> None:
    for text in ("Hej! Kundtjänst/Linnea", "Hej! /Kundtjänst-Linnea"):
        assert rules.signed(text, "/Kundtjänst-Linnea", "Linnea Nord", anything).count("Linnea") == 1


def test_nobody_signs_without_a_name() -> None:
    assert rules.signed("Hej!", "", "", anything) == "Hej!"


def test_one_line_is_cut_and_holds_no_line_break() -> None:
    assert rules.one_line("a\n\nb\tc") == "a b c"
    assert len(rules.one_line("ord " * 500)) <= 200
