"""Every address of the project, and what stands for its parameters and bodies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from lyhord.api import api
from tests.access import rooms
from tests.access.rooms.shapes import NO_TOKEN, Things

NOTHING = 10**9  # the id of nothing
MEANINGS, BODIES, QUERIES = rooms.meanings(), rooms.bodies(), rooms.queries()
# Where one line a route would hide differences: each of these is a line of its own.
EACH = {
    "settings/people/<int:pk>/<slug:what>/": (
        "what",
        ("deactivate", "reactivate", "second-factor", "end-sessions", "reset-link"),
    )
}


@dataclass(frozen=True)
class Route:
    """One line of the matrix: an address with places, and a method."""

    method: str
    path: str

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_api(self) -> bool:
        return self.path.startswith("api/v1/")

    @property
    def places(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.path)

    def address(self, things: Things, *, is_missing: bool = False) -> str:
        """With the ids of team A's things, or with ids of nothing."""
        return "/" + re.sub(
            r"<(?:\w+:)?(\w+)>", lambda place: self.value(place.group(1), things, is_missing), self.path
        )

    def value(self, name: str, things: Things, is_missing: bool) -> str:
        meaning = self.meaning(name)
        if meaning.startswith("="):
            return meaning[1:]
        thing = things[meaning]
        if not is_missing:
            return str(thing)
        return NO_TOKEN if isinstance(thing, str) else str(NOTHING)

    def meaning(self, name: str) -> str:
        for start, names in MEANINGS.items():
            if self.path.startswith(start) and name in names:
                return names[name]
        raise KeyError(f"Say in tests/access/rooms what <{name}> is in {self.path}.")

    @property
    def names_things(self) -> bool:
        return any(not self.meaning(name).startswith("=") for name in self.places)

    def body(self, things: Things) -> Things:
        found: Things = filled(BODIES.get(self.line, {}), things)
        return found

    def query(self, things: Things) -> Things:
        found: Things = filled(QUERIES.get(self.line, {}), things)
        return found


def filled(value: Any, things: Things) -> Any:
    if isinstance(value, dict):
        return {filled(name, things): filled(one, things) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, things) for one in value]
    if isinstance(value, str) and "$" in value:
        for name in sorted(things, key=len, reverse=True):
            if value == f"${name}":
                return things[name]
            value = value.replace(f"${name}", str(things[name]))
    return value


def routes() -> list[Route]:
    """Every address with each method that could be asked, in one order."""
    found: set[Route] = set()
    for path, pattern in patterns(get_resolver().url_patterns):
        for one in expanded(path):
            found |= {Route(method, one) for method in methods(one, pattern)}
    return sorted(found, key=lambda route: (not route.is_api, route.path, route.method))


def patterns(rows: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for row in rows:
        path = before + str(row.pattern)
        if isinstance(row, URLResolver):
            yield from patterns(row.url_patterns, path)
        else:
            yield path, row


def expanded(path: str) -> list[str]:
    """A readable path; where it lists verbs or the like, one for each."""
    pieces = re.split(r"(\(\?P<\w+>[^)]*\))", path.replace("^", "").replace("$", "").replace("\\Z", ""))
    choices = [alternatives(piece) for piece in pieces]
    paths = ["".join(chosen) for chosen in product(*choices)]
    return [one for path in paths for one in each(path)]


def alternatives(piece: str) -> list[str]:
    match = re.fullmatch(r"\(\?P<(\w+)>([^)]*)\)", piece)
    if match is None:
        return [piece]
    name, what = match.groups()
    words = what.split("|")
    is_list = len(words) > 1 and all(re.fullmatch(r"[\w-]+", word) for word in words)
    return words if is_list and name != "lang" else [f"<{name}>"]


def each(path: str) -> list[str]:
    if path not in EACH:
        return [path]
    name, words = EACH[path]
    return [re.sub(rf"<\w+:{name}>", word, path) for word in words]


def methods(path: str, pattern: URLPattern) -> set[str]:
    if path.startswith("api/v1/"):
        return api_methods().get(path.removeprefix("api/v1/"), {"GET"})
    return {"GET", "POST"}


def api_methods() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            shown = path.lstrip("/").replace("{", "<").replace("}", ">")
            found[shown] = {method for operation in view.operations for method in operation.methods}
    return found
