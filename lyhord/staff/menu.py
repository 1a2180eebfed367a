"""What this room puts into the shell."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from lyhord.staff import mandates
from lyhord.web.menu import FOLLOW_UP, TEAM, Entry, Part


def may(verb: str) -> Callable[[Any], bool]:
    return lambda person: verb in mandates.verbs_anywhere(person)


def is_administrator(person: Any) -> bool:
    return bool(getattr(person, "is_administrator", False))


ORGANISATION = TEAM

ENTRIES: list[Entry | Part] = [
    Entry("settings", _("Settings"), "staff:settings", icon="settings", key="g s", order=95),
    Entry(
        "people",
        _("People"),
        "staff:people",
        icon="users",
        place="settings",
        section=ORGANISATION,
        order=10,
        is_for=may("manage_people"),
    ),
    Entry(
        "teams",
        _("Brands and teams"),
        "staff:teams",
        icon="building-2",
        place="settings",
        section=ORGANISATION,
        order=11,
        is_for=may("manage_brands"),
    ),
    Entry(
        "mandates",
        _("Mandates"),
        "staff:mandates",
        icon="shield-check",
        place="settings",
        section=ORGANISATION,
        order=12,
        is_for=is_administrator,
    ),
    Entry(
        "audit",
        _("Audit log"),
        "staff:audit",
        icon="history",
        place="settings",
        section=FOLLOW_UP,
        order=13,
        is_for=may("see_audit"),
    ),
    Entry("profile", _("Your profile"), "staff:profile", icon="circle-user", place="person", order=10),
    Part(
        "top",
        "staff/_duty.html",
        order=10,
        is_for=lambda person: bool(getattr(person, "is_authenticated", False)),
    ),
    Part("person", "staff/_log_out.html", order=90),
]
