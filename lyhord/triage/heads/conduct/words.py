"""The word lists of conduct made ready: one editable file a language beside the tables of `words`."""

import tomllib
from functools import cache
from pathlib import Path

from lyhord.triage.lexicon import Lexicon

FOLDER = Path(__file__).parents[2] / "words" / "conduct"
LANGUAGES = ("sv", "fi", "nb", "da", "en")
# Bokmål, Nynorsk and Danish share most words, and short messages are often told apart wrongly.
TOGETHER = {"nb": ("nb", "da"), "nn": ("nb", "da"), "no": ("nb", "da"), "da": ("da", "nb")}
GIVEN = "given"  # names, parted by blanks; all else are terms as in `words`


@cache
def table(language: str) -> dict[str, str]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def of(language: str) -> Lexicon:
    """For a language we have no list for, all lists together."""
    read: tuple[str, ...] = LANGUAGES
    if language in LANGUAGES or language in TOGETHER:
        read = TOGETHER.get(language, (language,))
    return Lexicon([{name: terms for name, terms in table(one).items() if name != GIVEN} for one in read])


@cache
def given_names() -> frozenset[str]:
    """Of all languages: people move, and their names with them."""
    return frozenset(name for one in LANGUAGES for name in table(one)[GIVEN].split())
