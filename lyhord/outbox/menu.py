"""What this room puts into the shell."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lyhord.outbox import queries
from lyhord.staff import mandates
from lyhord.web.menu import Entry, Part


def may_stop(person: Any) -> bool:
    return "hold" in mandates.verbs_anywhere(person)


def sends(person: Any) -> bool:
    return bool({"reply", "settle", "hold"} & mandates.verbs_anywhere(person))


def is_stopped(person: Any) -> bool:
    """Looked up once a request, and kept with the person for the fragment that tells it."""
    if not getattr(person, "is_authenticated", False):
        return False
    if "stops" not in person.__dict__:
        person.__dict__["stops"] = queries.stops_for(person, timezone.now())
    return bool(person.__dict__["stops"])


ENTRIES: list[Entry | Part] = [
    Entry("outbox", _("Outbox"), "outbox:list", icon="send", key="g o", order=60, is_for=sends),
    Part("top", "outbox/_stopped.html", order=1, is_for=is_stopped),
    Entry("stop", _("Stop all sending"), "outbox:stop", icon="ban", place="palette", is_for=may_stop),
]
