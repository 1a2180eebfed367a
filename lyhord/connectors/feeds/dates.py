"""Dates as feeds write them, which is seldom as the standards say. Pure."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar januari tammikuu tammikuuta",
            "feb february februar februari helmikuu helmikuuta",
            "mar march mars marts maaliskuu maaliskuuta",
            "apr april huhtikuu huhtikuuta",
            "may mai maj toukokuu toukokuuta",
            "jun june juni kesäkuu kesäkuuta",
            "jul july juli heinäkuu heinäkuuta",
            "aug august augusti elokuu elokuuta",
            "sep sept september syyskuu syyskuuta",
            "oct okt october oktober lokakuu lokakuuta",
            "nov november marraskuu marraskuuta",
            "dec des december desember joulukuu joulukuuta",
        ),
        1,
    )
    for name in names.split()
}
ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
WORDS = re.compile(
    r"(\d{1,2})\.?\s+([^\W\d]{3,12})\.?,?\s+(\d{4})(?:\D+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
LONGEST = 100


def moment(text: Any) -> datetime | None:
    """The time in `text`, UTC; None if it holds none. A time without a zone is taken for UTC."""
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        return None
    text = text.strip()
    for read in (iso, mail, words):
        found = read(text)
        if found is not None:
            return found
    return None


def iso(text: str) -> datetime | None:
    try:
        return in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    found = ISO.match(text)
    return built(found[1], found[2], found[3], *found.group(4, 5, 6, 7)) if found else None


def mail(text: str) -> datetime | None:
    """RFC 822, the date of RSS."""
    try:
        return in_utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def words(text: str) -> datetime | None:
    """21 marras 2026, 3. november 2026 kl. 14.05, in our languages."""
    found = WORDS.search(text.casefold())
    month = MONTHS.get(found[2]) if found else None
    return built(found[3], month, found[1], *found.group(4, 5, 6, 7)) if found and month else None


def built(year: Any, month: Any, day: Any, hour: Any, minute: Any, second: Any, zone: Any) -> datetime | None:
    sign = zone if zone and zone[0] in "+-" else "+00:00"
    offset = sign if ":" in sign else f"{sign[:3]}:{sign[3:]}"
    stamp = f"{int(year):04}-{int(month):02}-{int(day):02}T{int(hour or 0):02}:{int(minute or 0):02}:{int(second or 0):02}"
    try:
        return in_utc(datetime.fromisoformat(stamp + offset))
    except (ValueError, OverflowError):
        return None


def in_utc(at: datetime) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def of_struct(value: Any) -> datetime | None:
    """feedparser's own reading: a tuple in UTC, which may be of no calendar."""
    if not value:
        return None
    try:
        year, month, day, hour, minute, second = value[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None
