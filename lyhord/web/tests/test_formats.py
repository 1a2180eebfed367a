"""Times, numbers and names are written as people of each language write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lyhord.web import formats

STOCKHOLM = ZoneInfo("Europe/Stockholm")
AT = datetime(2026, 11, 21, 12, 5, tzinfo=UTC)  # a Saturday, 13:05 in Stockholm


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "21/11/2026, 13:05"),
        ("sv", "2026-11-21 13:05"),
        ("fi", "21.11.2026 13.05"),
        ("nb", "21.11.2026, 13:05"),
        ("da", "21.11.2026 13.05"),
    ],
)
def test_a_short_time_is_in_the_readers_zone_and_never_american(language: str, told: str) -> None:
    assert formats.short(AT, language, STOCKHOLM) == told


@pytest.mark.parametrize(
    ("language", "number", "share"),
    [
        ("en", "12,345.6", "78%"),
        ("sv", "12 345,6", "78 %"),
        ("fi", "12 345,6", "78 %"),
        ("da", "12.345,6", "78 %"),
    ],
)
def test_numbers_have_the_signs_of_their_language(language: str, number: str, share: str) -> None:
    def plain(text: str) -> str:
        return text.replace("\u00a0", " ").replace("\u202f", " ")

    assert plain(formats.number(12345.6, language)) == number
    assert plain(formats.percent(0.78, language)) == share


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (timedelta(minutes=5), "13:00"),
        (timedelta(days=1), "Fri"),
        (timedelta(days=6), "Sun"),
        (timedelta(days=7), "14 Nov"),
        (timedelta(days=400), "17 Oct 2025"),
    ],
)
def test_a_list_shows_the_least_that_tells_the_time(ago: timedelta, told: str) -> None:
    assert formats.in_list(AT - ago, "en", STOCKHOLM, AT) == told


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (12, "12 min"),
        (220, "3 h 40 min"),
        (120, "2 h"),
        (-8, "−8 min"),
        (0, "0 min"),
        (3185, "2 d 5 h"),
        (-0.4, "0 min"),
    ],
)
def test_a_duration_has_two_units_at_most_and_a_sign_when_it_is_over(minutes: float, told: str) -> None:
    assert formats.duration(minutes, "en").replace("\u202f", " ") == told


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Aino Virtanen", "AV"),
        ("@lok_förare", "LF"),
        ("Nils", "N"),
        ("", "?"),
        ("🚆", "?"),
        ("Anna van der Berg", "AB"),
    ],
)
def test_initials_are_the_first_and_the_last(name: str, letters: str) -> None:
    assert formats.initials(name) == letters


def test_a_name_keeps_its_hue_however_it_is_written() -> None:
    assert formats.hue("Aino Virtanen") == formats.hue(" aino virtanen ") == "h3"


@pytest.mark.parametrize(
    ("code", "name"), [("fi", "suomi"), ("nb", "norsk bokmål"), ("xx", "xx"), ("not a code", "not a code")]
)
def test_a_language_is_named_in_itself_and_an_unknown_one_by_its_code(code: str, name: str) -> None:
    assert formats.language_name(code) == name


@pytest.mark.parametrize(
    ("size", "told"), [(0, "0 byte"), (999, "999 byte"), (1500, "1.5 kB"), (12_400_000, "12 MB")]
)
def test_a_file_has_a_size_people_read(size: int, told: str) -> None:
    assert formats.filesize(size, "en").replace("\u00a0", " ") == told


def test_a_price_in_units_of_a_network_has_no_sign_of_money() -> None:
    assert formats.money(50, "quota units", "en") == "50 quota units"
    assert formats.money(1500, "kvotenheter", "sv").endswith(" kvotenheter")
    assert formats.money(0.2, "USD", "en") == "US$0.20"
