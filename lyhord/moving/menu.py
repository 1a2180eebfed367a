"""What this room puts into the shell."""

from django.utils.translation import gettext_lazy as _

from lyhord.staff.menu import may
from lyhord.web.menu import FOLLOW_UP, Entry, Part

ENTRIES: list[Entry | Part] = [
    Entry(
        "moving",
        _("Moving in and out"),
        "moving:overview",
        icon="database",
        place="settings",
        section=FOLLOW_UP,
        order=16,
        is_for=may("move_data"),
    ),
]
