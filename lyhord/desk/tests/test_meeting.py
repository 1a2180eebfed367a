"""What a writer should know before a reply leaves."""

import pytest

from lyhord.desk import meeting
from lyhord.desk.meeting import Wished

SWEDISH = "Hej, vi har hittat din väska och skickar den hem till dig i morgon."
LONG = "Vi har nu gått igenom ditt ärende " + "och sett att det finns en väska som kan vara din " * 3


@pytest.mark.parametrize(
    ("kind", "value", "text", "connector", "is_public", "codes"),
    [
        ("language", "fi", SWEDISH, "mastodon", True, ["language"]),
        ("language", "sv", SWEDISH, "mastodon", True, []),
        ("language", "fi", "Ok, tack!", "mastodon", True, []),
        ("channel", "mail", SWEDISH, "mastodon", False, ["channel"]),
        ("channel", "mail", SWEDISH, "mail", False, []),
        ("channel", "private", SWEDISH, "mastodon", True, ["private"]),
        ("channel", "private", SWEDISH, "mastodon", False, []),
        ("channel", "public", SWEDISH, "mastodon", True, []),
        ("call", "never", "Vi ringer dig i morgon.", "mail", False, ["call"]),
        ("access", "hearing", "We'll call you tomorrow.", "mail", False, ["call"]),
        ("call", "never", "Ring oss om du vill.", "mail", False, []),
        ("topic", "nyhetsbrev", "Prova gärna vårt nyhetsbrev!", "mail", False, ["topic"]),
        ("topic", "nyhetsbrev", SWEDISH, "mail", False, []),
        ("access", "reading", LONG, "mail", False, ["plain"]),
        ("access", "reading", "Vi har din väska. Vi skickar den.", "mail", False, []),
        ("pronoun", "hen", SWEDISH, "mail", False, []),
        ("language", "fi", "", "mail", False, []),
    ],
)
def test_a_wish_that_is_not_met_is_told(
    kind: str, value: str, text: str, connector: str, is_public: bool, codes: list[str]
) -> None:
    found = meeting.unmet([Wished(kind, value)], text, connector=connector, is_public=is_public)
    assert [one.code for one in found] == codes


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Det tar 14 dagar.", "Det tar 30 dagar.", [("days", "14", "30")]),
        ("Det tar 14 dagar.", "Räkna med 14 arbetsdagar, högst 20 dagar.", []),
        ("Se kestää 3 päivää", "Se kestää viisi päivää", []),
        ("Det kostar 1 200 kr", "Avgiften är 1200 kr", []),
        ("It costs 25 eur", "It costs 40 eur", [("money", "25", "40")]),
        ("Bussen går 08.15", "Bussen går 8:15", []),
        ("Bussen går 08.15", "Bussen går 09.15", [("clock", "08:15", "09:15")]),
        ("Ja, det går bra.", "Tyvärr går det inte.", [("yes", "Ja", "Tyvärr")]),
        ("Vi tittar på det.", "Vi återkommer.", []),
        ("", "", []),
    ],
)
def test_two_answers_that_say_otherwise_are_found(
    one: str, other: str, found: list[tuple[str, str, str]]
) -> None:
    assert [(row.what, row.one, row.other) for row in meeting.differences(one, other)] == found
