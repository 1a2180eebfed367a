"""Everything that Meta sends to the one hook of an app, and what its Graph API answers. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from lyhord.channels.contract import Author, Event, Headers, Item, Unreadable, Unsupported
from lyhord.connectors._meta import feed, graph, hooks, insta, messages
from lyhord.connectors._meta.graph import Asker
from lyhord.connectors._meta.values import Part, Strange, moment, native, stamp, text, within
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson

ACCOUNT, THREAD, EDITED = "x-account", "x-thread", "x-edited-at"
MOST = 20_000  # items of one document; Meta bundles at most a thousand changes (docs)


def parse(raw: bytes, headers: Headers, url: str, connector: str) -> list[Item]:
    """Whichever connector of the family the hook belongs to, it reads all: each event names its own."""
    signed = hooks.signed_request_in(raw, headers)
    if signed:
        return [about_a_person(signed, url, connector)]
    try:
        told = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    asker = Asker(headers.get(ACCOUNT, ""), connector, headers.get(EDITED, ""), headers.get(THREAD, ""))
    documents = told if isinstance(told, list) else [told]
    found: list[Item] = []
    for document in documents:
        if not isinstance(document, Mapping):
            raise Unreadable(f"Neither a notification nor an answer of Meta but {type(document).__name__}.")
        found += read(document, asker)
        if len(found) > MOST:
            raise Unreadable(f"It holds more than {MOST} items.")
    if not found:
        return [Unsupported("It holds nothing.")]
    return found


def read(document: Part, asker: Asker) -> list[Item]:
    if set(document) == {"body"} and isinstance(document["body"], Mapping):
        document = document["body"]  # so some keep what came to their hook
    if "entry" in document:
        return notification(document, asker.connector)
    if "field" in document:
        return guarded(document, lambda: change(document, asker.connector, "", None))
    if "sender" in document or "recipient" in document:
        return guarded(document, lambda: messages.told(document, talks(asker.connector), ""))
    return answer(document, asker)


def guarded(part: Any, tell: Callable[[], Iterable[Item]]) -> list[Item]:
    """What is wrong with one stands in its place, and the others go on."""
    try:
        return list(tell())
    except Strange as problem:
        return [Unreadable(f"Not as Meta tells it: {problem}.", name(part))]


def name(part: Any) -> str | None:
    if not isinstance(part, Mapping):
        return None
    value = part.get("value")
    for place in (part, value if isinstance(value, Mapping) else {}, part.get("message")):
        for field in ("comment_id", "post_id", "mid", "id"):
            found = place.get(field) if isinstance(place, Mapping) else None
            if isinstance(found, str) and found:
                return found[:200]
    return None


def talks(connector: str) -> str:
    return insta.INSTAGRAM if connector == insta.INSTAGRAM else graph.MESSENGER


# By hook ------------------------------------------------------------------------------------------------------------


def notification(document: Part, connector: str) -> list[Item]:
    """{object, entry: [{id, time, changes | messaging | standby}]}"""
    what, entries = document.get("object"), document["entry"]
    if not isinstance(entries, list):
        raise Unreadable("Its entry is no list.")
    family = {"page": feed.FACEBOOK, "instagram": insta.INSTAGRAM, "permissions": "permissions"}
    named = family.get(what, "") if isinstance(what, str) else ""
    if what is None:
        named = connector
    if not named:
        return [Unsupported(f"Notifications about {str(what)[:40]!r} are not ones that we use.")]
    found: list[Item] = []
    for entry in entries:
        found += guarded(entry, lambda entry=entry: entered(entry, named))  # type: ignore[misc]
    return found


def entered(entry: Any, connector: str) -> list[Item]:
    if not isinstance(entry, Mapping):
        return [Unreadable(f"An entry is no object but {type(entry).__name__}.")]
    account, at = native(entry), moment(entry.get("time"))
    found: list[Item] = []
    for each in several(entry, "changes"):
        found += guarded(each, lambda each=each: change(each, connector, account, at))  # type: ignore[misc]
    for field in ("messaging", "standby"):
        for each in several(entry, field):
            found += guarded(each, lambda each=each, field=field: spoken(each, connector, account, field))  # type: ignore[misc]
    if "field" in entry and "value" in entry:  # so Meta's own examples have it
        found += guarded(entry, lambda: change(entry, connector, account, at))
    if not found:
        found = [
            Unsupported(
                f"An entry with {', '.join(sorted(map(str, entry)))[:100]} tells nothing that we use."
            )
        ]
    return found


def several(entry: Part, field: str) -> list[Any]:
    value = entry.get(field)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Strange(f"its {field} is no list")
    return value


def spoken(part: Any, connector: str, account: str, field: str) -> list[Item]:
    if not isinstance(part, Mapping):
        raise Strange(f"a part of its {field} is no object")
    # Meta's own test names no account (recorded: id "0"), so it is told from the message.
    return messages.told(
        part, talks(connector), "" if account == "0" else account, is_standby=field == "standby"
    )


def change(part: Any, connector: str, account: str, at: datetime | None) -> list[Item]:
    if not isinstance(part, Mapping):
        raise Strange("a change is no object")
    field, value = text(part, "field"), within(part, "value")
    if "sender" in value or "recipient" in value:
        return messages.told(value, talks(connector), account, is_standby=field == "standby")
    if "verb" in part or connector == "permissions":
        return permission(part, value, account)
    if "messag" in field:
        return [Unsupported("Meta's test of the hook, which holds no message.")]
    if connector == insta.INSTAGRAM:
        return [insta.changed(field, value, account, at)]
    return [feed.changed(field, value, account, at)]


def permission(part: Part, value: Part, person: str) -> list[Item]:
    """Somebody gave or took a right: of the pages named, what we were allowed to do there."""
    verb, field = text(part, "verb") or text(value, "verb"), text(part, "field")
    targets = value.get("target_ids")
    if verb != "revoke" and verb != "revoked":
        return [Unsupported(f"The permission {field[:60]!r} is now {verb[:20]!r}.")]
    named = (
        [str(each) for each in targets if isinstance(each, str | int)] if isinstance(targets, list) else []
    )
    if not named:
        return [Unsupported(f"Somebody took the permission {field[:60]!r} back, and no account is named.")]
    return [
        Event(kind="account", key=f"permission:{each}:{field}:{verb}:{person}", connector=connector, account=each,
              text="permission_lost", ok=False, extra={"why": field})
        for each in named for connector in (feed.FACEBOOK, graph.MESSENGER, insta.INSTAGRAM)
    ]  # fmt: skip


def about_a_person(signed: str, url: str, connector: str) -> Item:
    """The two callbacks: she wants to be forgotten, or took from our app what she had allowed."""
    told = hooks.said(signed)
    ident = native(told, "user_id") if told is not None and isinstance(told.get("user_id"), str | int) else ""
    if told is None or not ident:
        raise Unreadable("A signed request that names nobody.")
    at = moment(told.get("issued_at")) if isinstance(told.get("issued_at"), int | str) else None
    if hooks.is_deauthorizing(url):
        return Event("account", f"deauthorized:{ident}:{stamp(at)}", at=at, text="permission_lost", ok=False,
                     extra={"why": "deauthorized"}, connector=connector)  # fmt: skip
    return Event("erasure", f"erasure:{ident}:{stamp(at)}", author=Author(native=ident), at=at, connector=connector,
                 extra={"code": hooks.code_of(told)})  # fmt: skip


# By Graph -----------------------------------------------------------------------------------------------------------


def answer(document: Part, asker: Asker) -> list[Item]:
    """One object, a list of them, or several under their ids (docs: reading multiple objects)."""
    data = document.get("data")
    if isinstance(data, list):
        nodes = data
    elif document and all(
        isinstance(each, Mapping) and str(each.get("id")) == key for key, each in document.items()
    ):
        nodes = list(document.values())
    else:
        nodes = [document]
    found: list[Item] = []
    for each in reversed(nodes):  # Graph tells the newest first, and answers come after what they answer
        if not isinstance(each, Mapping):
            found.append(Unreadable(f"Graph tells of an object that is {type(each).__name__}."))
            continue
        found += guarded(each, lambda each=each: graph.node(each, asker))  # type: ignore[misc]
    return found
