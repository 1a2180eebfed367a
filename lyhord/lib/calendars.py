"""Public holidays of the Nordic countries, by date and name.

A holiday is known by its English name: it holds over years and languages. The library is loaded when it is first asked.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

# Country: the sets of its days that are closed unless somebody says otherwise, and those that are open unless so.
COUNTRIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "SE": (("public", "de_facto"), ("optional",)),
    "FI": (("public",), ()),
    "AX": (("public",), ()),
    "NO": (("public",), ()),
    "DK": (("public",), ("optional",)),
    "IS": (("public",), ("half_day",)),
}
LANGUAGES = {"sv": ("sv", "sv_FI"), "fi": ("fi",), "nb": ("no",), "da": ("da",), "en": ("en_US",)}


@dataclass(frozen=True)
class Holiday:
    day: date
    name: str  # in English
    is_usual: bool  # closed unless somebody says otherwise


@lru_cache(maxsize=128)
def holidays(country: str, year: int) -> tuple[Holiday, ...]:
    """In the order of the calendar. A day that is two holidays stands twice."""
    usual, others = COUNTRIES[country]
    closed = {(day, name) for sort in usual for day, name in named(country, year, sort, "en_US")}
    more = {(day, name) for sort in others for day, name in named(country, year, sort, "en_US")}
    found = [Holiday(day, name, True) for day, name in closed]
    found += [Holiday(day, name, False) for day, name in more - closed]
    return tuple(sorted(found, key=lambda one: (one.day, not one.is_usual, one.name)))


@lru_cache(maxsize=128)
def called(country: str, year: int, language: str) -> dict[tuple[date, str], str]:
    """What the holidays of a year are called in that language of ours, else as the country itself does."""
    names: dict[tuple[date, str], str] = {}
    for sort in (*COUNTRIES[country][0], *COUNTRIES[country][1]):
        told = dict_of(named(country, year, sort, tongue(country, language)))
        for day, english in dict_of(named(country, year, sort, "en_US")).items():
            # Of a day that is two holidays both languages tell the names in one order.
            names |= {(day, name): told[day][place] for place, name in enumerate(english) if day in told}
    return names


def dict_of(pairs: list[tuple[date, str]]) -> dict[date, list[str]]:
    found: dict[date, list[str]] = {}
    for day, name in pairs:
        found.setdefault(day, []).append(name)
    return found


def tongue(country: str, language: str) -> str:
    """A language that the library has for that country, else the country's own."""
    known = library(country)
    wanted = (code for code in LANGUAGES.get(language, ()) if code in known.supported_languages)
    return next(wanted, str(known.default_language))


def named(country: str, year: int, sort: str, language: str) -> list[tuple[date, str]]:
    days = library(country)(years=year, categories=(sort,), language=language)
    return [(day, name) for day in sorted(days) for name in days.get_list(day)]


def library(country: str) -> Any:
    import holidays as known  # 80 ms and 20 MB; most processes never ask

    return getattr(known, country)
