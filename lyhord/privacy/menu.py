"""What this room puts into the shell."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from lyhord.staff import mandates
from lyhord.web.menu import FOLLOW_UP, Entry, Part


def answers_people(person: Any) -> bool:
    return bool({"export_person", "erase_person"} & mandates.verbs_anywhere(person))


ENTRIES: list[Entry | Part] = [
    Entry(
        "privacy",
        _("Privacy"),
        "privacy:overview",
        icon="shield",
        place="settings",
        section=FOLLOW_UP,
        order=14,
        is_for=answers_people,
    ),
    Part("customer", "privacy/_acts.html", is_for=answers_people),  # on a customer's page
]
