"""Every address of the project, and what stands for its parameters and bodies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from lyhord.api import api
from lyhord.triage.tuning.laying import WEIGHTS

Things = dict[str, Any]
NOTHING = 10**9  # the id of nothing
NO_TOKEN = "n" * 32

# What a parameter of an address is, by the beginning of the route. The first that fits counts.
MEANING: list[tuple[str, dict[str, str]]] = [
    ("api/v1/accounts/", {"pk": "account"}),
    ("api/v1/api-keys/", {"pk": "key"}),
    ("api/v1/brands/", {"pk": "brand"}),
    ("api/v1/connectors/", {"name": "=demo"}),
    ("api/v1/conversations/<int:pk>/drafts/<kind>", {"pk": "conversation", "kind": "=note"}),
    ("api/v1/conversations/<int:pk>/files/", {"pk": "conversation", "file": "=1"}),
    ("api/v1/conversations/", {"pk": "conversation", "draft": "draft", "referral": "=1"}),
    ("api/v1/customers/suggestions/", {"pk": "suggestion"}),
    ("api/v1/customers/wishes/", {"number": "wish"}),
    ("api/v1/customers/<int:pk>/merges", {"pk": "kept", "number": "merge"}),
    ("api/v1/customers/", {"pk": "customer"}),
    ("api/v1/dispatches/<int:pk>/settle", {"pk": "unsure"}),
    ("api/v1/dispatches/<int:pk>/release", {"pk": "refused"}),
    ("api/v1/dispatches/", {"pk": "dispatch"}),
    ("api/v1/holds/", {"pk": "hold"}),
    ("api/v1/mandates/", {"role": "=agent", "verb": "=hide"}),
    ("api/v1/me/sessions/", {"pk": "session"}),
    ("api/v1/people/<int:pk>/invite-again", {"pk": "newcomer"}),
    ("api/v1/people/", {"pk": "person"}),
    ("api/v1/posts/", {"pk": "post", "number": "attachment"}),
    ("api/v1/quarantine/", {"pk": "envelope"}),
    ("api/v1/teams/", {"pk": "team"}),
    ("api/v1/triage/models/", {"pk": "=1"}),
    ("api/v1/triage/topics/", {"pk": "topic", "example": "example"}),
    ("api/v1/views/", {"pk": "view"}),
    ("api/", {"rest": "=nowhere"}),
    ("account/passkeys/", {"pk": "=1"}),
    ("admin/r/", {"content_type_id": "=1", "object_id": "=1"}),
    ("admin/", {"object_id": "=1", "url": "=nowhere", "app_label": "="}),
    ("conversation/<int:pk>/files/", {"pk": "conversation", "file": "=1"}),
    (
        "conversation/",
        {
            "pk": "conversation",
            "post": "post",
            "draft": "draft",
            "verb": "=",
            "merge": "merge",
            "link": "=1",
            "referral": "=1",
        },
    ),
    ("inbox/account/", {"pk": "account"}),
    ("inbox/", {"pk": "conversation", "verb": "="}),
    ("thread/", {"pk": "thread"}),
    ("api/v1/threads/", {"pk": "thread"}),
    ("post/", {"pk": "post"}),
    ("media/", {"token": "attachment_token"}),
    ("outbox/files/", {"token": f"={NO_TOKEN}"}),
    ("outbox/holds/", {"pk": "hold"}),
    ("outbox/bounced/", {"pk": "account"}),
    ("outbox/<int:pk>/settle", {"pk": "unsure"}),
    ("outbox/<int:pk>/release", {"pk": "refused"}),
    ("outbox/", {"pk": "dispatch"}),
    ("profile/api-keys/", {"pk": "key"}),
    ("profile/sessions/", {"pk": "session"}),
    ("settings/channels/new/", {"name": "=demo"}),
    ("settings/channels/", {"pk": "account"}),
    ("settings/mandates/", {"role": "=agent", "verb": "=hide"}),
    ("settings/people/", {"pk": "person", "what": "="}),
    ("settings/privacy/person/", {"pk": "customer"}),
    ("settings/privacy/wish/", {"pk": "=1"}),
    ("settings/privacy/keep/", {"kind": "=posts"}),
    ("settings/quarantine/", {"pk": "envelope"}),
    ("settings/triage/models/", {"pk": "=1"}),
    ("settings/triage/topics/", {"pk": "topic", "post": "post", "example": "example", "correction": "=1"}),
    ("settings/teams/brand/", {"pk": "brand"}),
    ("settings/teams/", {"pk": "team"}),
    ("customers/suggestions/", {"pk": "suggestion"}),
    ("customers/<pk>/wishes/", {"pk": "customer", "number": "wish"}),
    ("customers/", {"pk": "customer", "number": "merge"}),
    ("welcome/", {"token": "welcome"}),
    ("<lang>/help/ask/", {"lang": "=sv", "form": "account"}),
    ("<lang>/", {"lang": "=sv", "token": "ticket_token"}),
]
# Where one line a route would hide differences: each of these is a line of its own.
EACH = {
    "settings/people/<int:pk>/<slug:what>/": (
        "what",
        ("deactivate", "reactivate", "second-factor", "end-sessions", "reset-link"),
    )
}

REPLY = {"text": "Hello", "is_public": True, "seen": "$seen"}
# What is sent, so that the route comes as far as asking who may.
BODIES: dict[str, Things] = {
    "PATCH api/v1/me": {"signature": "/X"},
    "PUT api/v1/me/duty": {"is_on_duty": True},
    "POST api/v1/people": {
        "email": "x@example.com",
        "name": "X",
        "teams": [{"team": "$team", "role": "agent"}],
    },
    "PUT api/v1/people/<int:pk>/teams": {"teams": [{"team": "$team", "role": "lead"}]},
    "PUT api/v1/people/<int:pk>/administrator": {"is_administrator": True},
    "POST api/v1/brands": {"name": "New"},
    "PATCH api/v1/brands/<int:pk>": {"must_sign": False},
    "POST api/v1/teams": {"brand": "$brand", "name": "New"},
    "PATCH api/v1/teams/<int:pk>": {"name": "New"},
    "PUT api/v1/mandates/<role>/<verb>": {"is_allowed": True},
    "POST api/v1/accounts": {
        "connector": "demo",
        "brand": "$brand",
        "teams": ["$team"],
        "name": "New",
        "values": {"page": "new"},
    },
    "PATCH api/v1/accounts/<int:pk>": {"name": "New"},
    "PUT api/v1/accounts/<int:pk>/values": {"values": {"page": "norr"}},
    "POST api/v1/accounts/<int:pk>/pause": {"why": "x"},
    "POST api/v1/accounts/<int:pk>/retire": {"name": "Norr"},
    "PATCH api/v1/customers/<int:pk>": {"note": "x"},
    "POST api/v1/customers/<int:pk>/merges": {"gone": "$berit"},
    "POST api/v1/customers/<int:pk>/wishes": {"kind": "topic", "value": "x"},
    "POST api/v1/dispatches/<int:pk>/settle": {"outcome": "stands"},
    "POST api/v1/bounced/drop": {"account": "$account"},
    "POST api/v1/holds": {"account": "$account", "reason": "x"},
    "POST api/v1/outbox/stop-all": {"reason": "x", "brand": "$brand"},
    "POST api/v1/conversations/<int:pk>/correct": {"post": "$post", "head": "kind", "label": "praise"},
    "POST api/v1/posts/<int:pk>/assessment/correct": {"head": "kind", "label": "praise"},
    "POST api/v1/triage/models/<int:pk>/adopt": {"reason": "x"},
    "PUT api/v1/triage/lines": {"thresholds": {}, "lines": {"spam": 0.5}},
    "POST api/v1/triage/lines/apply": {},
    "POST api/v1/triage/lines/as-installation": {"brand": "$brand"},
    "PUT api/v1/triage/weights": {"weights": {"praise": 7}},
    "PUT api/v1/triage/silent": {"rate": 0.1},
    "POST api/v1/triage/topics": {"name": "New"},
    "PATCH api/v1/triage/topics/<int:pk>": {"name": "New"},
    "PUT api/v1/triage/topics/chance": {"chance": 0.6},
    "POST api/v1/triage/topics/examples": {"examples": [{"text": "New words", "topic": "Seats"}]},
    "POST api/v1/triage/topics/<int:pk>/examples": {"texts": ["New words"]},
    "POST api/v1/conversations/bulk": {"ids": ["$conversation"], "verb": "close"},
    "POST api/v1/conversations/<int:pk>/replies": REPLY,
    "POST api/v1/conversations/<int:pk>/move-to-private": {"text": "Hello", "seen": "$seen"},
    "POST api/v1/conversations/<int:pk>/notes": {"text": "x"},
    "POST api/v1/conversations/<int:pk>/check": {"text": "x"},
    "POST api/v1/conversations/<int:pk>/moderate": {"verb": "hide", "post": "$post"},
    "PUT api/v1/conversations/<int:pk>/drafts/<kind>": {"text": "x"},
    "PUT api/v1/conversations/<int:pk>/presence": {"doing": "viewing"},
    "POST api/v1/conversations/<int:pk>/read": {},
    "POST api/v1/conversations/<int:pk>/assign": {"to": "$person"},
    "POST api/v1/conversations/<int:pk>/referrals": {"name": "Desk", "address": "0771-1"},
    "POST api/v1/conversations/<int:pk>/assign-team": {"team": "$team"},
    "POST api/v1/conversations/<int:pk>/snooze": {"until": "$tomorrow"},
    "POST api/v1/conversations/<int:pk>/tag": {"name": "x"},
    "POST api/v1/conversations/<int:pk>/untag": {"name": "delay"},
    "PUT api/v1/conversations/<int:pk>/priority": {"priority": 99},
    "PUT api/v1/conversations/<int:pk>/subject": {"subject": "x"},
    "POST api/v1/threads/<int:pk>/read": {"upto": "$post"},
    "POST api/v1/views": {"name": "x", "query": "", "team": "$team"},
    # Pages
    "POST duty/": {"on": "1"},
    "POST settings/people/invite/": {
        "email": "x@example.com",
        "name": "X",
        "team": "$team",
        "role": "agent",
        "language": "sv",
    },
    "POST settings/people/<int:pk>/teams/": {"role": "$team:lead"},
    "POST settings/people/<int:pk>/administrator/": {"is_administrator": "on"},
    "POST settings/teams/brand/": {"new-name": "New", "new-channel_model": "mixed"},
    "POST settings/teams/brand/<int:pk>/": {"b$brand-name": "New", "b$brand-channel_model": "mixed"},
    "POST settings/teams/brand/<int:pk>/team/": {"name": "New"},
    "POST settings/teams/<int:pk>/": {"name": "New"},
    "POST settings/mandates/<slug:role>/<slug:verb>/": {"choice": "yes"},
    "POST profile/": {"name": "New", "theme": "dark", "density": "normal", "undo_seconds": "10"},
    "POST profile/api-keys/": {"name": "New", "scopes": "read"},
    "POST settings/triage/rate/": {"rate": "10"},
    "POST settings/triage/lines/as-installation/": {"brand": "$brand"},
    "POST settings/triage/lines/save/": {"on-spam": "on", "at-spam": "0.5"},
    "POST settings/triage/priority/": {**WEIGHTS, "influence_from": 1000},
    "POST settings/triage/priority/weigh/": {**WEIGHTS},
    "POST settings/triage/models/<int:pk>/adopt/": {"reason": "x"},
    "POST settings/triage/topics/create/": {"name": "New"},
    "POST settings/triage/topics/threshold/": {"chance": "0.6"},
    "POST settings/triage/topics/<int:pk>/change/": {"name": "New"},
    "POST settings/triage/topics/<int:pk>/move/": {"way": "up"},
    "POST settings/triage/topics/<int:pk>/examples/": {"texts": "New words"},
    "POST settings/triage/topics/<int:pk>/posts/<int:post>/": {"label": "none"},
    "POST settings/channels/new/<slug:name>/": {
        "name": "New",
        "brand": "$brand",
        "teams": "$team",
        "purpose": "service",
        "connector-page": "new",
    },
    "POST settings/channels/<int:pk>/describe/": {"name": "New", "purpose": "brand", "teams": "$team"},
    "POST settings/channels/<int:pk>/renew/": {"connector-page": "norr"},
    "POST settings/channels/<int:pk>/retire/": {"name": "Norr"},
    "POST outbox/stop/": {"reason": "x", "brand": "$brand"},
    "POST outbox/<int:pk>/settle/": {"outcome": "stands"},
    "POST inbox/bulk/take/": {"ids": "$conversation"},
    "POST inbox/bulk/close/": {"ids": "$conversation"},
    "POST inbox/bulk/reopen/": {"ids": "$conversation"},
    "POST inbox/bulk/assign/": {"ids": "$conversation", "to": "$person"},
    "POST inbox/bulk/tag/": {"ids": "$conversation", "name": "x"},
    "POST inbox/bulk/snooze/": {"ids": "$conversation", "until": "later"},
    "POST inbox/bulk/spam/": {"ids": "$conversation"},
    "POST inbox/bulk/not-spam/": {"ids": "$conversation"},
    "POST conversation/<int:pk>/reply/": {
        "kind": "public",
        "strand": "$strand",
        "text": "Hello",
        "seen": "$seen",
        "form_key": "$uuid",
    },
    "POST conversation/<int:pk>/assign/": {"to": "$person"},
    "POST conversation/<int:pk>/merge/": {"other": "$berit"},
    "POST conversation/<int:pk>/before/": {"text": "x", "kind": "public"},
    "POST customers/<int:pk>/change/": {"name": "x"},
    "POST customers/<int:pk>/merge/": {"other": "$berit"},
    "POST customers/<int:pk>/wishes/": {"what": "topic:", "value": "x"},
    "POST conversation/<int:pk>/draft/": {"kind": "note", "text": "x"},
    "POST conversation/<int:pk>/presence/": {"doing": "viewing"},
    "POST conversation/<int:pk>/refer/": {
        "to": "address",
        "name": "Desk",
        "address": "0771-1",
        "form_key": "$uuid",
    },
    "POST conversation/<int:pk>/snooze/": {"until": "later"},
    "POST conversation/<int:pk>/tag/": {"name": "x"},
    "POST conversation/<int:pk>/untag/": {"name": "delay"},
    "POST conversation/<int:pk>/priority/": {"priority": "99"},
    "POST conversation/<int:pk>/subject/": {"subject": "x"},
    "POST conversation/<int:pk>/moderate/": {"verb": "hide", "post": "$post", "form_key": "$uuid"},
    "POST conversation/<int:pk>/post/<int:post>/correct/": {"head": "kind", "label": "praise"},
    "POST welcome/<str:token>/": {"name": "New", "password": "a long and winding sentence"},
    "POST account/forgot/": {"email": "agent_a@example.com"},
    "POST <lang>/help/": {"subject": "x", "text": "x", "form_key": "$uuid"},
    "POST <lang>/help/ask/<form>/": {"subject": "x", "text": "x", "form_key": "$uuid"},
    "POST <lang>/help/ticket/<token>/": {"text": "x", "form_key": "$uuid"},
}
QUERIES: dict[str, dict[str, str]] = {
    "GET api/v1/customers/search": {"q": "a"},
    "GET api/v1/triage/lines/preview": {"what": "answer", "value": "0.5"},
    "GET settings/triage/lines/preview/": {"what": "answer", "at-answer": "0.5"},
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
        for start, names in MEANING:
            if self.path.startswith(start) and name in names:
                return names[name]
        raise KeyError(f"Say in {__name__}.MEANING what <{name}> is in {self.path}.")

    @property
    def names_things(self) -> bool:
        return any(not self.meaning(name).startswith("=") for name in self.places)

    def body(self, things: Things) -> Things:
        found: Things = filled(BODIES.get(self.line, {}), things)
        return found

    def query(self) -> dict[str, str]:
        return QUERIES.get(self.line, {})


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
