"""What rooms put into the shell. A room lists entries and parts in its `menu.py`; `lyhord/urls.py` collects them as `MENU`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lyhord.web.show import url as reverse

# The four blocks of the work (NX-43), in their order: headings of the settings.
REACH = _("Channels and reach")
TEAM = _("Team, guidelines, training and tools")
CRITICAL = _("Critical feedback and trolls")
FOLLOW_UP = _("Follow-up and development")
BLOCKS = (REACH, TEAM, CRITICAL, FOLLOW_UP)

Place = Literal["rail", "settings", "person", "palette", "top", "customer", "judging"]


def everyone(person: Any) -> bool:
    return True


@dataclass(frozen=True, eq=False)  # each is itself: what was drawn of them is remembered by them
class Entry:
    """A link in the rail, the list of settings, the person's menu, or only in the palette."""

    name: str  # the command's name, by which its key is re-mapped
    label: Any  # a lazy translation
    url_name: str
    icon: str | None = None
    key: str | None = None  # "g i": one after the other
    place: Place = "rail"
    order: int = 50
    section: Any = ""  # heading in the list of settings
    is_for: Callable[[Any], bool] = everyone

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    def is_current(self, request: HttpRequest) -> bool:
        url = self.url
        return request.path == url or (url != "/" and request.path.startswith(url))


@dataclass(frozen=True)
class Command:
    """Something that a key does on a page of the room; named as the page names it, so that the key can be mapped anew."""

    name: str
    label: Any  # a lazy translation
    key: str


@dataclass(frozen=True)
class Part:
    """A fragment that a room draws in the shell, such as the on-duty switch. It is given `request` and nothing else.

    In the place `customer`, the head of a customer's page, it is given `customer` too.
    """

    place: Place
    template: str
    order: int = 50
    is_for: Callable[[Any], bool] = everyone


def declared() -> list[Entry | Part]:
    """All that rooms declared: `MENU` of the module that holds the addresses."""
    return list(getattr(import_module(settings.ROOT_URLCONF), "MENU", ()))


def commands() -> list[Command]:
    """Those of all rooms: `COMMANDS` of the module that holds the addresses."""
    return list(getattr(import_module(settings.ROOT_URLCONF), "COMMANDS", ()))


def entries(request: HttpRequest, place: Place = "rail") -> list[Entry]:
    return list(shell(request)[place].entries)


def sections(request: HttpRequest) -> list[tuple[str, list[Entry]]]:
    """The settings by heading: one's own first, then the blocks in their order, then whatever else a room named."""
    found: dict[str, list[Entry]] = {"": [], **{str(block): [] for block in BLOCKS}}
    for entry in entries(request, "settings"):
        found.setdefault(str(entry.section), []).append(entry)
    return [(heading, items) for heading, items in found.items() if items]


def parts(request: HttpRequest, place: Place) -> list[Part]:
    return list(shell(request)[place].parts)


def current(request: HttpRequest, place: Place = "rail") -> Entry | None:
    """The entry that the page belongs to: the longest address that fits, so that one is marked and not two."""
    return current_of(entries(request, place), request)


def current_of(offered: Iterable[Entry], request: HttpRequest) -> Entry | None:
    fitting = [entry for entry in offered if entry.is_current(request)]
    return max(fitting, key=lambda entry: len(entry.url), default=None)


class Placed(NamedTuple):
    """What stands in one place for one person, in its order."""

    entries: tuple[Entry, ...] = ()
    parts: tuple[Part, ...] = ()


def shell(request: HttpRequest) -> Mapping[str, Placed]:
    """All that the person may see of what rooms declared, by place."""
    person = getattr(request, "user", None)
    found: dict[str, list[Entry | Part]] = defaultdict(list)
    for item in sorted(declared(), key=lambda item: item.order):
        if item.is_for(person):
            found[item.place].append(item)
    nothing: dict[str, Placed] = defaultdict(Placed)
    return nothing | {place: placed(items) for place, items in found.items()}


def placed(items: list[Entry | Part]) -> Placed:
    return Placed(
        tuple(item for item in items if isinstance(item, Entry)),
        tuple(item for item in items if isinstance(item, Part)),
    )
