"""What this room puts into the shell."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from lyhord.channels import queries
from lyhord.web.menu import REACH, Entry, Part


def looks_after_accounts(person: Any) -> bool:
    return bool(getattr(person, "is_authenticated", False)) and queries.may_see_inventory(person)


ENTRIES: list[Entry | Part] = [
    Entry(
        "channels",
        _("Channels"),
        "channels:accounts",
        icon="radio",
        place="settings",
        section=REACH,
        order=30,
        is_for=looks_after_accounts,
    ),
    Part("top", "channels/_trouble.html", order=5, is_for=looks_after_accounts),
]
