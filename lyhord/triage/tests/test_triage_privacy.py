"""Exact spans of personal data, and what only looks like it. All numbers are test numbers or plainly invented."""

from itertools import pairwise

import pytest

from lyhord.triage.heads import privacy


def found(text: str, language: str = "sv") -> list[tuple[str, str]]:
    return [(span.type, text[span.start : span.end]) for span in privacy.find(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("mitt personnummer är 811228-9874, tack", "sv", [("national_id", "811228-9874")]),
        ("198112289874 är numret", "sv", [("national_id", "198112289874")]),
        ("100 år: 181228+9871?", "sv", []),
        ("tunnus 131052-308T kiitos", "fi", [("national_id", "131052-308T")]),
        ("tunnus 131052a308t kiitos", "fi", [("national_id", "131052a308t")]),
        ("fnr 180260 71441 takk", "nb", [("national_id", "180260 71441")]),
        ("mit cpr er 0107611234", "da", [("national_id", "0107611234")]),
        ("010761-1234 er mit nummer", "da", [("national_id", "010761-1234")]),
        ("kort 4111 1111 1111 1111 spärrat", "sv", [("payment_card", "4111 1111 1111 1111")]),
        ("kort 378282246310005", "da", [("payment_card", "378282246310005")]),
        ("IBAN FI21 1234 5600 0007 85 kiitos", "fi", [("iban", "FI21 1234 5600 0007 85")]),
        ("no9386011117947 er kontoen", "nb", [("iban", "no9386011117947")]),
        ("ring mig på 070-174 06 12 tack", "sv", [("phone", "070-174 06 12")]),
        ("numeroni on 050 123 4567", "fi", [("phone", "050 123 4567")]),
        ("ring 22 12 34 56 etter fire", "nb", [("phone", "22 12 34 56")]),
        ("mobil 98765432", "nb", [("phone", "98765432")]),
        ("call me on 07700 900123", "en", [("phone", "07700 900123")]),
        ("call +44 7700 900123 please", "en", [("phone", "+44 7700 900123")]),
        (
            "skriv till anna.provsson+hem@mejl.example.se!",
            "sv",
            [("email", "anna.provsson+hem@mejl.example.se")],
        ),
        (
            "bor på Södra Provgatan 12 B, 123 45 Teststad nu",
            "sv",
            [("address", "Södra Provgatan 12 B, 123 45 Teststad")],
        ),
        (
            "osoite Koekatu 5 A 12, 00990 Helsinki on oikein",
            "fi",
            [("address", "Koekatu 5 A 12, 00990 Helsinki")],
        ),
        ("jeg bor i Prøvegata 7, 0999 Oslo", "nb", [("address", "Prøvegata 7, 0999 Oslo")]),
        ("jeg bor på Prøvevej 3, 2. tv, 9999 Byen", "da", [("address", "Prøvevej 3, 2. tv, 9999 Byen")]),
        ("I live at 12 Sample Street, London", "en", [("address", "12 Sample Street, London")]),
        ("bokningskod X7K2PM funkar inte", "sv", [("booking_ref", "X7K2PM")]),
        ("p-bot på bilen ABC 12D", "sv", [("vehicle_plate", "ABC 12D")]),
        ("bilen min er EL 12345", "nb", [("vehicle_plate", "EL 12345")]),
        ("bil AB 12 345 fik en bøde", "da", [("vehicle_plate", "AB 12 345")]),
    ],
)
def test_personal_data_is_found_with_its_exact_span(
    text: str, language: str, expected: list[tuple[str, str]]
) -> None:
    assert found(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("personnummer 811228-9873 är fel", "sv"),
        ("tunnus 131052-308U ei kelpaa", "fi"),
        ("18026071442 er ikke gyldig", "nb"),
        ("450161-1234 er ingen dato", "da"),
        ("ordernummer 8112289874 saknas", "sv"),
        ("org.nr 556036-0793", "sv"),
        ("kort 4111 1111 1111 1112", "sv"),
        ("kolli 4111111111111111 borta", "sv"),
        ("IBAN FI21 1234 5600 0007 86", "fi"),
        ("ring 0771-22 22 22 svarade de", "sv"),
        ("soita 0800 123 456", "fi"),
        ("ring 70 10 20 30 sagde de", "da"),
        ("mejla kundservice@example.se", "sv"),
        ("@namn@server.example skrev det", "sv"),
        ("tåg 42 kl 16.05 den 12.10.2024, vagn 5", "sv"),
        ("pris 12 345 678 kr", "nb"),
        ("riksväg 40 är avstängd", "sv"),
        ("artikel ABC123 är slut", "sv"),
        ("malli ABC-123 on rikki", "fi"),
        ("IMEI 490154203237518", "en"),
    ],
)
def test_what_only_looks_like_personal_data_is_left_alone(text: str, language: str) -> None:
    assert found(text, language) == []


def test_offsets_count_characters_of_the_original_text() -> None:
    text = "😀 e\u0301\u200b ring 070-174 06 12"
    (span,) = privacy.find(text, "sv")
    assert text[span.start : span.end] == "070-174 06 12"


def test_spans_are_in_order_and_never_touch() -> None:
    text = "anna@example.se, 070-174 06 12, 811228-9874, Provgatan 1, 123 45 Teststad, kort 4111111111111111"
    spans = privacy.find(text, "sv")
    assert [span.type for span in spans] == ["email", "phone", "national_id", "address", "payment_card"]
    assert all(one.end <= next_one.start for one, next_one in pairwise(spans))
