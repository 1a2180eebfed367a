"""What rooms put into the shell. A room lists entries and parts in its `menu.py`; `lyhord/urls.py` collects them as `MENU`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

Place = Literal["rail", "settings", "person", "palette", "top"]


def everyone(person: Any) -> bool:
    return True


@dataclass(frozen=True)
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
        return request.path == self.url or (self.url != "/" and request.path.startswith(self.url))


@dataclass(frozen=True)
class Part:
    """A fragment that a room draws in the shell, such as the on-duty switch. It is given `request` and nothing else."""

    place: Place
    template: str
    order: int = 50
    is_for: Callable[[Any], bool] = everyone


def declared() -> list[Entry | Part]:
    """All that rooms declared: `MENU` of the module that holds the addresses."""
    return list(getattr(import_module(settings.ROOT_URLCONF), "MENU", ()))


def entries(request: HttpRequest, place: Place = "rail") -> list[Entry]:
    return [item for item in _for(request, place) if isinstance(item, Entry)]


def parts(request: HttpRequest, place: Place) -> list[Part]:
    return [item for item in _for(request, place) if isinstance(item, Part)]


def current(request: HttpRequest, place: Place = "rail") -> Entry | None:
    """The entry that the page belongs to: the longest address that fits, so that one is marked and not two."""
    fitting = [entry for entry in entries(request, place) if entry.is_current(request)]
    return max(fitting, key=lambda entry: len(entry.url), default=None)


def _for(request: HttpRequest, place: Place) -> Iterator[Entry | Part]:
    person = getattr(request, "user", None)
    for item in sorted(declared(), key=lambda item: item.order):
        if item.place == place and item.is_for(person):
            yield item
