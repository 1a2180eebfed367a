"""How files of other systems are read: each system in one module, pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lyhord.lib.text import N_
from lyhord.moving.readers.chatwoot import read as read_chatwoot
from lyhord.moving.readers.files import MOST_BYTES, BadFile, File, open_all
from lyhord.moving.readers.generic import read as read_generic
from lyhord.moving.readers.guidance import read as read_guidance
from lyhord.moving.readers.helpdesk import read as read_helpdesk
from lyhord.moving.readers.zammad import read as read_zammad
from lyhord.moving.records import Batch

Columns = Mapping[str, str]


@dataclass(frozen=True)
class System:
    name: str
    label: str
    files: str  # what it is given, marked by N_
    read: Callable[[Sequence[File], Columns], Batch]
    has_columns: bool = False


SYSTEMS: dict[str, System] = {
    system.name: system
    for system in (
        System(
            "chatwoot",
            "Chatwoot",
            N_("JSON of its API, or JSON lines of its tables"),
            read_chatwoot,
        ),
        System(
            "zammad",
            "Zammad",
            N_("JSON of its REST API: tickets, articles, users, groups"),
            read_zammad,
        ),
        System(
            "helpdesk",
            "django-helpdesk",
            N_("JSON of manage.py dumpdata"),
            read_helpdesk,
        ),
        System(
            "csv",
            "CSV",
            N_("A CSV with a line for each message"),
            read_generic,
            has_columns=True,
        ),
        System(
            "guidance",
            N_("Guidance (CSV)"),
            N_("A CSV of saved replies, macros, targets or FAQ"),
            read_guidance,
            has_columns=True,
        ),
    )
}


def read(system: str, given: Sequence[tuple[str, bytes]], columns: Columns, most: int = MOST_BYTES) -> Batch:
    """All that stands in these files: (name, content). `most`: bytes of a zip, unpacked.

    Raises BadFile where one cannot be read at all.
    """
    return SYSTEMS[system].read(open_all(given, most), columns).settle()


__all__ = ["SYSTEMS", "BadFile", "Columns", "System", "read"]
