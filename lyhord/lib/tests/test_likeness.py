"""How alike two texts are."""

import pytest

from lyhord.lib import likeness

QUESTION = "När får jag tillbaka väskan som jag glömde på tåg 42 till Malmö i fredags?"


@pytest.mark.parametrize(
    ("other", "least", "most"),
    [
        (QUESTION, 1.0, 1.0),
        (f"@norrtag {QUESTION} https://example.com/x #väska", 0.8, 1.0),
        (
            "Hej! När får jag tillbaka väskan som jag glömde på tåg 42 till Malmö? Har väntat en vecka nu.",
            0.35,
            0.9,
        ),
        ("Varför kostar biljetten till Oslo dubbelt så mycket i dag som i går?", 0.0, 0.2),
        ("Tack!", 0.0, 0.0),
        ("", 0.0, 0.0),
    ],
)
def test_texts_are_compared_by_their_signatures(other: str, least: float, most: float) -> None:
    first, second = likeness.signature(QUESTION), likeness.signature(other)
    assert least <= likeness.share(first, second) <= most
    assert likeness.share(first, second) == likeness.share(second, first)


def test_texts_that_are_much_alike_share_a_band_and_others_none() -> None:
    first = likeness.bands(likeness.signature(QUESTION))
    same = likeness.bands(likeness.signature(f"@norrtag {QUESTION}"))
    other = likeness.bands(
        likeness.signature("Varför kostar biljetten till Oslo dubbelt så mycket i dag som i går?")
    )
    assert set(first) & set(same)
    assert not set(first) & set(other)
    assert len(set(first)) == 8 and all(0 <= value < 2**63 for value in first)
    assert likeness.bands(b"") == []


def test_a_signature_has_one_size_whatever_the_text() -> None:
    assert {len(likeness.signature("ord " * many)) for many in (5, 500, 500_000)} == {256}
