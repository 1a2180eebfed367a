"""What pages say of the time that a network gives for an answer, and of what is possible after it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

NEARLY = timedelta(hours=2)

INSTEAD: dict[str, Any] = {
    "private": _("an answer in private"),
    "public": _("an answer in public"),
    "template": _("an approved template"),
    "tag": _("an answer that a person writes"),
    "link": _("a link by which the customer can write to you"),
}
INSTEAD_DO: dict[str, Any] = {"private": _("Answer in private"), "public": _("Answer in public")}


def instead(codes: Iterable[str]) -> str:
    """What is possible, with commas between."""
    return ", ".join(str(INSTEAD[code]) for code in codes)


def is_nearly_over(until: datetime, now: datetime) -> bool:
    return until - now < NEARLY
