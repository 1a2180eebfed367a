"""What this room puts into the shell."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from lyhord.staff import mandates
from lyhord.web.menu import Entry, Part


def may_stop(person: Any) -> bool:
    return "hold" in mandates.verbs_anywhere(person)


def sends(person: Any) -> bool:
    return bool({"reply", "settle", "hold"} & mandates.verbs_anywhere(person))


ENTRIES: list[Entry | Part] = [
    Entry("outbox", _("Outbox"), "outbox:list", icon="send", key="g o", order=60, is_for=sends),
    Entry("stop", _("Stop all sending"), "outbox:stop", icon="ban", place="palette", is_for=may_stop),
]
