"""What this room puts into the shell."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from lyhord.web.menu import CRITICAL, Entry, Part


def works_here(person: Any) -> bool:
    return bool(getattr(person, "is_authenticated", False))


ENTRIES: list[Entry | Part] = [
    Entry(
        "triage",
        _("How posts are judged"),
        "triage:overview",
        icon="list-checks",
        place="settings",
        section=CRITICAL,
        order=15,
        is_for=works_here,
    ),
]
