"""What codes of this room are called on pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lyhord.customers.models import Wish

KINDS: dict[str, Any] = dict(Wish.Kind.choices)
# Kinds whose value is a code that rules read, and how it is called. A language is called by its own name.
CHOICES: dict[str, dict[str, Any]] = {
    "language": {
        "sv": "svenska",
        "fi": "suomi",
        "nb": "norsk bokmål",
        "nn": "nynorsk",
        "da": "dansk",
        "en": "English",
    },
    "channel": {
        "mail": pgettext_lazy("wish", "By mail"),
        "phone": pgettext_lazy("wish", "By telephone"),
        "private": pgettext_lazy("wish", "In private messages"),
        "public": pgettext_lazy("wish", "In public, where she asked"),
    },
    "call": {"never": pgettext_lazy("wish", "Do not call her")},
    "access": {
        "hearing": pgettext_lazy("wish", "Does not hear well: write, do not call"),
        "sight": pgettext_lazy("wish", "Does not see well: no pictures of text"),
        "reading": pgettext_lazy("wish", "Reads with difficulty: short and plain"),
        "mobility": pgettext_lazy("wish", "Moves with difficulty: tell of step-free ways"),
        "plain": pgettext_lazy("wish", "Wants plain language"),
    },
}
SOURCES: dict[str, Any] = {
    "post": _("read in her words"),
    "person": _("told to a colleague"),
    "api": _("told by another system"),
}
REASONS: dict[str, Any] = {
    "mail": _("Both gave the mail address %(value)s"),
    "phone": _("Both gave the telephone number %(value)s"),
    "booking": _("Both named the booking %(value)s"),
    "links_both": _("Each links to the other's profile"),
    "link": _("One of them links to the other's profile"),
    "handle": _("The same handle on two networks: %(value)s"),
    "handle_rare": _("The same unusual handle on two networks: %(value)s"),
    "handle_is_name": _("The same handle, which is the name itself: %(value)s"),
    "moment": _("They wrote the same within half an hour"),
    "name_same": _("The same name"),
    "name_letters": _("The same name in other letters: %(one)s, %(other)s"),
    "name_spelling": _("The same name spelled otherwise: %(one)s, %(other)s"),
    "name_short": _("A short form of the name: %(one)s, %(other)s"),
    "name_middle": _("The same name with and without a middle name: %(one)s, %(other)s"),
    "name_double": _("One surname of two: %(one)s, %(other)s"),
    "name_order": _("The same name with the surname first: %(one)s, %(other)s"),
    "name_initial": _("The initial fits: %(one)s, %(other)s"),
    "name_sister": _("The same name in another language, perhaps: %(one)s, %(other)s"),
    "name_surname": _("The same first name, another surname: %(one)s, %(other)s"),
    "other_name": _("But the names are different: %(one)s, %(other)s"),
    "same_network": _("But both are on the same network"),
}


def reason(told: dict[str, Any]) -> str:
    """One reason of a suggestion, in the reader's language."""
    text = str(REASONS.get(told.get("code", ""), told.get("code", "")))
    try:
        return str(text % told.get("values", {}))
    except (KeyError, TypeError, ValueError):
        return text


def wish(kind: str, value: str) -> str:
    """A wish in words: a code is called by its name, the rest stands as it was written."""
    return str(CHOICES.get(kind, {}).get(value, value))
