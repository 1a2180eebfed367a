"""The holidays that opening hours know."""

from datetime import date

import pytest

from lyhord.lib.calendars import COUNTRIES, called, holidays


def closed(country: str, year: int) -> dict[date, str]:
    return {one.day: one.name for one in holidays(country, year) if one.is_usual}


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("SE", date(2026, 6, 19)),  # Midsummer's Eve: no law says so, everybody keeps it
        ("SE", date(2026, 6, 6)),
        ("FI", date(2026, 12, 6)),
        ("AX", date(2026, 6, 9)),
        ("NO", date(2026, 5, 17)),
        ("DK", date(2026, 5, 14)),
        ("IS", date(2026, 6, 17)),
    ],
)
def test_each_country_has_its_own_days(country: str, day: date) -> None:
    assert day in closed(country, 2026)


def test_a_law_that_was_changed_is_known() -> None:
    assert date(2023, 5, 5) in closed("DK", 2023)  # the last Great Prayer Day
    assert date(2024, 4, 26) not in closed("DK", 2024)


def test_other_days_stand_in_the_list_and_are_open() -> None:
    found = {one.name: one.is_usual for one in holidays("DK", 2027)}
    assert not found["Constitution Day"] and found["Good Friday"]


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", ["en", "sv", "fi", "nb", "da"])
def test_every_holiday_has_a_name_in_every_language(country: str, language: str) -> None:
    names = called(country, 2027, language)
    assert all(names[one.day, one.name] for one in holidays(country, 2027))


def test_names_are_of_the_language_where_the_library_has_it() -> None:
    assert called("SE", 2026, "sv")[date(2026, 6, 20), "Midsummer Day"] == "Midsommardagen"
    assert called("FI", 2026, "sv")[date(2026, 12, 6), "Independence Day"] == "Självständighetsdagen"
    assert called("DK", 2026, "fi")[date(2026, 12, 25), "Christmas Day"] == "Juledag"


def test_the_names_that_switches_know_hold_over_the_years() -> None:
    names = [{one.name for one in holidays("SE", year)} for year in (2025, 2026, 2027, 2028)]
    assert {"Midsummer Eve", "Epiphany", "National Day", "All Saints' Day"} <= set.intersection(*names)
