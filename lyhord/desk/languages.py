"""Languages as the reader calls them: "Finnish" on an English page, "suomi" on a Finnish one."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language


def language_name(code: str) -> str:
    """Of a code, in the language of the page; an unknown code is its own name."""
    return named(code, get_language() or "en")


@lru_cache(maxsize=512)
def named(code: str, reader: str) -> str:
    try:
        found = Locale.parse(code.replace("-", "_"), sep="_").get_display_name(reader.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return code
    return found or code
