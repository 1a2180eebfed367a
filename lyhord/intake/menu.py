"""What this room puts into the shell."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from lyhord.staff import mandates
from lyhord.web.menu import REACH, Entry, Part


def may_retry(person: Any) -> bool:
    return "retry_quarantine" in mandates.verbs_anywhere(person)


ENTRIES: list[Entry | Part] = [
    Entry(
        "quarantine",
        _("Quarantine"),
        "intake:quarantine",
        icon="shield-alert",
        place="settings",
        section=REACH,
        order=35,
        is_for=may_retry,
    ),
]
