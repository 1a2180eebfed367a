"""Times, numbers and names as people of each language write them. Plain functions: language and zone come in."""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from hashlib import sha256

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

# Babel's plain "en" is American: 11/21/26, 1:05 PM.
REGIONS = {"en": "en_GB"}
HUES = 12
UNITS = {  # day, hour, minute, as the smallest signs people know
    "en": ("d", "h", "min"),
    "sv": ("d", "tim", "min"),
    "fi": ("pv", "t", "min"),
    "nb": ("d", "t", "min"),
    "da": ("d", "t", "min"),
}
STEPS = ((1000, "kilobyte"), (1_000_000, "megabyte"), (1_000_000_000, "gigabyte"))


@lru_cache(maxsize=16)
def locale(language: str) -> Locale:
    return Locale.parse(REGIONS.get(language, language.replace("-", "_")), sep="_")


def short(at: datetime, language: str, zone: tzinfo) -> str:
    """Date and time in figures."""
    at = at.astimezone(zone)
    joint = " " if language in {"sv", "fi", "da"} else ", "
    return f"{day(at.date(), language)}{joint}{clock_time(at, language, zone)}"


def clock_time(at: datetime, language: str, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%H.%M" if language in {"fi", "da"} else "%H:%M")


@lru_cache(maxsize=512)
def day(on: date, language: str) -> str:
    pattern = {"sv": "yyyy-MM-dd", "en": "dd/MM/yyyy"}.get(language, "d.M.yyyy")
    return format_date(on, format=pattern, locale=locale(language))


def full(at: datetime, language: str, zone: tzinfo) -> str:
    """With weekday, month and zone in words, for hints."""
    return format_datetime(at, format="full", tzinfo=zone, locale=locale(language))


def in_list(at: datetime, language: str, zone: tzinfo, now: datetime) -> str:
    """The least that tells: the time today, weekday within six days, else the date."""
    on, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    if on == today:
        return clock_time(at, language, zone)
    return _day_in_list(on, today, language)


@lru_cache(maxsize=1024)
def _day_in_list(on: date, today: date, language: str) -> str:
    if timedelta(0) < today - on < timedelta(days=7):
        return format_date(on, format="EEE", locale=locale(language))
    skeleton = locale(language).datetime_skeletons["MMMd" if on.year == today.year else "yMMMd"]
    return format_date(on, format=str(skeleton.pattern), locale=locale(language))


def ago(at: datetime, language: str, now: datetime) -> str:
    return format_timedelta(at - now, add_direction=True, locale=locale(language))


@lru_cache(maxsize=2048, typed=True)
def number(value: float, language: str) -> str:
    return format_decimal(value, locale=locale(language))


def percent(share: float, language: str) -> str:
    return format_percent(share, locale=locale(language))


def money(amount: float, currency: str, language: str) -> str:
    """A price; more decimals than the currency has stay, since networks ask for tenths of a cent.

    What is no currency of three letters is a unit of the network's own, such as those of a quota.
    """
    if not (len(currency) == 3 and currency.isupper()):
        return f"{format_decimal(amount, locale=locale(language))} {currency}"
    decimals = len(f"{amount:.4f}".rstrip("0").partition(".")[2])
    pattern = (
        None
        if decimals <= 2
        else locale(language).currency_formats["standard"].pattern.replace("0.00", f"0.{'0' * decimals}")
    )
    return format_currency(
        amount, currency, format=pattern, locale=locale(language), currency_digits=decimals <= 2
    )


def filesize(size: int, language: str) -> str:
    """In thousands, as file managers and networks count them."""
    if size < STEPS[0][0]:
        return format_unit(size, "byte", length="short", locale=locale(language))
    step, unit = next(pair for pair in reversed(STEPS) if size >= pair[0])
    value = size / step
    return format_unit(round(value, 1 if value < 10 else 0), unit, length="short", locale=locale(language))


def duration(minutes: float, language: str) -> str:
    """12 min, 3 h 40 min, 2 d 5 h: two units at most. The browser writes the same from `UNITS`."""
    whole = round(abs(minutes))
    days, rest = divmod(whole, 1440)
    hours, left = divmod(rest, 60)
    day_sign, hour_sign, minute_sign = UNITS.get(language, UNITS["en"])
    if days:
        parts = [(days, day_sign), (hours, hour_sign)]
    else:
        parts = [(hours, hour_sign), (left, minute_sign)]
    # A narrow space that does not break keeps a number with its unit.
    words = " ".join(f"{count}\u202f{sign}" for count, sign in parts if count) or f"0\u202f{minute_sign}"
    return f"−{words}" if minutes < 0 and whole else words


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    words = [word.lstrip("@#\"'(").strip() for word in name.replace("_", " ").replace(".", " ").split()]
    letters = [word[0].upper() for word in words if word and word[0].isalnum()]
    if not letters:
        return "?"
    return letters[0] if len(letters) == 1 else letters[0] + letters[-1]


@lru_cache(maxsize=4096)
def hue(name: str) -> str:
    """One of twelve hues, the same for a name on every machine and in every run."""
    return f"h{sha256(name.strip().casefold().encode()).digest()[0] % HUES}"


@lru_cache(maxsize=256)
def language_name(code: str) -> str:
    """A language's name in itself, as a visible list of languages shows it. An unknown code is its own name."""
    try:
        found = Locale.parse(code.replace("-", "_"), sep="_")
    except (ValueError, UnknownLocaleError):
        return code
    return found.get_display_name(found) or code
