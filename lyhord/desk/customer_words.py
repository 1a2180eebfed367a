"""What codes of the timeline and of two answers are called on pages."""

from django.utils.translation import gettext_lazy as _

from lyhord.desk.meeting import Difference

MOMENTS = {
    "post": _("Posts"),
    "reply": _("Our replies"),
    "note": _("Internal notes"),
    "event": _("What was done"),
}
DIFFERENCES = {
    "days": _("Days: %(other)s there, %(one)s here"),
    "weeks": _("Weeks: %(other)s there, %(one)s here"),
    "hours": _("Hours: %(other)s there, %(one)s here"),
    "minutes": _("Minutes: %(other)s there, %(one)s here"),
    "money": _("Money: %(other)s there, %(one)s here"),
    "percent": _("Per cent: %(other)s there, %(one)s here"),
    "clock": _("Time of day: %(other)s there, %(one)s here"),
    "yes": _("Yes or no: %(other)s there, %(one)s here"),
}


def differs(difference: Difference) -> str:
    """Where our answer here and the one there say otherwise."""
    return str(DIFFERENCES[difference.what]) % {"one": difference.one, "other": difference.other}
