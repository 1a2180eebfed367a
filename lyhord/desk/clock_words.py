"""What pages call the parts of clocks and hours."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
COUNTRIES: dict[str, Any] = {
    "SE": pgettext_lazy("country", "Sweden"),
    "FI": pgettext_lazy("country", "Finland"),
    "AX": pgettext_lazy("country", "Åland"),
    "NO": pgettext_lazy("country", "Norway"),
    "DK": pgettext_lazy("country", "Denmark"),
    "IS": pgettext_lazy("country", "Iceland"),
}
CLOCKS: dict[str, Any] = {"first": _("First answer"), "resolution": _("Resolution")}
PAUSES: dict[str, Any] = {
    "waiting": pgettext_lazy("pause", "waiting for the customer"),
    "snoozed": pgettext_lazy("pause", "snoozed"),
    "department": pgettext_lazy("pause", "waiting for a department"),
}
DECISIONS: dict[str, Any] = {
    "answer": _("Answer anyway, with an apology"),
    "privately": _("Answer privately"),
    "close": _("Close, with a reason"),
    "before": _("Older than the promise"),
}
CLOCK_UNITS = {"minutes": 60, "hours": 3600, "days": 86400}
UNITS: dict[str, Any] = {
    "minutes": pgettext_lazy("unit", "minutes"),
    "hours": pgettext_lazy("unit", "hours"),
    "days": pgettext_lazy("unit", "days"),
}


def clock_span(seconds: int | None) -> tuple[str, str]:
    """A time for a form: the number, and the largest unit that divides it."""
    if not seconds:
        return "", "minutes"
    unit = next((name for name in ("days", "hours") if seconds % CLOCK_UNITS[name] == 0), "minutes")
    return str(seconds // CLOCK_UNITS[unit]), unit


def minutes(span: timedelta | int | None) -> float:
    if span is None:
        return 0.0
    return (span.total_seconds() if isinstance(span, timedelta) else span) / 60


def state(clock: Any) -> str:
    """How a clock is shown: done ok warn bad."""
    if clock.stopped_at is not None:
        return "bad" if clock.breached_at else "done"
    return ("ok", "warn", "bad", "bad")[clock.stage]
