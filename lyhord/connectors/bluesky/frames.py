"""The network's streams, told as events: frames of com.atproto.sync.subscribeRepos, and Jetstream's JSON. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import libipld

from lyhord.channels.contract import Author, Event, Item, Unreadable, Unsupported
from lyhord.connectors.bluesky import names, records
from lyhord.connectors.bluesky.names import GATE, LIKE, POST, REPOST, Address
from lyhord.connectors.bluesky.records import Json, Strange, Us

CBOR_MAPS = (b"\xa1", b"\xa2")  # the header of a frame is a map of one or two; no JSON begins so
JETSTREAM = "network.bsky.jetstream.subscribeEvents#"


def is_frame(raw: bytes) -> bool:
    return raw[:1] in CBOR_MAPS


def frame(raw: bytes, us: Us) -> list[Item]:
    """One message of the firehose. Raises Unreadable if it is none."""
    header, body = opened(raw)
    kind = header.get("t")
    if header.get("op") == -1:
        return [Unsupported(f"The stream ended with an error: {records.text(body.get('error'))[:100]}.")]
    if kind == "#commit":
        return commit(body, us)
    if kind in {"#identity", "#account"}:
        return [state(str(kind)[1:], body, us)]
    known = {"#sync", "#info", "#labels", "#handle", "#tombstone", "#migrate"}
    if kind in known:
        return [Unsupported(f"The stream's message {kind!r} tells nothing that we use.")]
    raise Unreadable("The frame is of a kind that the protocol does not have.")


def opened(raw: bytes) -> tuple[Json, Json]:
    """Header and body of a frame. Raises Unreadable."""
    try:
        parts = libipld.decode_dag_cbor_multi(raw)
    except (ValueError, RecursionError) as problem:
        raise Unreadable(f"No DAG-CBOR: {str(problem)[:100]}") from None
    if len(parts) != 2 or not all(isinstance(part, dict) for part in parts):
        raise Unreadable("A frame is a header and a body.")
    return parts[0], parts[1]


def commit(body: Json, us: Us) -> list[Item]:
    """What one person changed in the repository: each change by itself."""
    did, ops = body.get("repo"), body.get("ops")
    if not names.is_did(did) or not isinstance(ops, list):
        raise Unreadable("A commit names its repository and what was done in it.")
    if body.get("tooBig") is True:
        return [Unsupported("The commit is too big to be told in a stream.")]
    at = records.moment(body.get("time"))
    blocks = blocks_of(body.get("blocks"))
    found: list[Item] = []
    for op in records.listed(ops):
        path = records.text(op.get("path"))
        collection, _slash, key = path.partition("/")
        uri, cid = f"at://{did}/{collection}/{key}", op.get("cid")
        record = blocks.get(cid) if isinstance(cid, bytes) else None
        found += guarded(uri, records.text(op.get("action")), cid, record, at, us)
    return found or [Unsupported("A commit that changed nothing.")]


def blocks_of(raw: Any) -> Mapping[bytes, Any]:
    if not isinstance(raw, bytes) or not raw:
        return {}
    try:
        return dict(libipld.decode_car(raw)[1])
    except (ValueError, RecursionError) as problem:
        raise Unreadable(f"The blocks of the commit are no CAR: {str(problem)[:100]}") from None


def guarded(uri: str, action: str, cid: Any, record: Any, at: datetime | None, us: Us) -> list[Item]:
    place = names.address(uri)
    if place is None:
        return [Unreadable("The path is none of a record.", uri[:500])]
    try:
        return list(changed(place, action, cid, record, at, us))
    except Strange as problem:
        return [Unreadable(f"Not as the AT protocol tells it: {problem}.", uri)]


def changed(
    place: Address, action: str, cid: Any, record: Any, at: datetime | None, us: Us
) -> Iterator[Item]:
    """One record made, changed or deleted."""
    uri = str(place)
    if place.collection not in {POST, LIKE, REPOST, GATE}:
        yield Unsupported(f"A record of {place.collection} is not one that we use.", uri)
    elif action == "delete" and place.collection == POST:
        yield Event(kind="deleted", key=f"deleted:{uri}", item=uri, author=Author(native=place.did), at=at)
    elif action == "delete":
        yield Unsupported("What was taken back is not told, only that something was.", uri)
    elif action not in {"create", "update"}:
        raise Strange("the action is none")
    elif place.collection == GATE:
        yield from gate(place, cid, records.mapping(record, "the record"), at, us)
    elif place.collection in records.SIGNS:
        yield sign(uri, records.mapping(record, "the record"), Author(native=place.did), at)
    else:
        yield from written(uri, action, cid, record, at, us)


def written(uri: str, action: str, cid: Any, record: Any, at: datetime | None, us: Us) -> Iterator[Item]:
    post = records.stored(uri, cid, record, us, at)
    if records.text(post.record.get("$type")) not in {"", POST}:
        yield Unsupported("A record that is no post lies among the posts.", uri)
    elif action == "update":
        yield records.event("edited", post, us, at)
    else:
        yield from records.events(post, us)


def sign(uri: str, record: Json, author: Author, at: datetime | None) -> Event:
    """A like or a repost."""
    place = names.address(uri)
    subject = records.referred(record.get("subject"))
    if place is None or place.collection not in records.SIGNS or not subject:
        raise Strange("it names no like and no subject")
    told = records.min_of(records.moment(record.get("createdAt")), at)
    key, text = f"reaction:{uri}", records.SIGNS[place.collection]
    return Event(kind="reaction", key=key, item=subject, author=author, at=told, text=text)


def gate(place: Address, cid: Any, record: Json, at: datetime | None, us: Us) -> Iterator[Item]:
    """Replies that we ourselves hid, here or with another tool. Those of others are their own matter."""
    hidden = record.get("hiddenReplies")
    uris = [uri for uri in hidden if names.of_post(uri)] if isinstance(hidden, list) else []
    if place.did != us.native or not uris:
        yield Unsupported("A rule on who may answer a thread.", str(place))
        return
    for uri in uris:
        yield Event(kind="hidden", key=f"hidden:{uri}:{names.digest(cid)}", item=uri, at=at)


def state(kind: str, body: Json, us: Us) -> Item:
    """News of an account: its name, or whether it still is one."""
    did, at = body.get("did"), records.moment(body.get("time"))
    if not names.is_did(did):
        raise Unreadable("News of an account without its id.")
    seq = records.text(body.get("time")) or str(body.get("seq") or "")
    if kind == "identity":
        handle = records.text(body.get("handle"))
        if not handle or handle == "handle.invalid":
            return Unsupported("An account's document changed, and its name is not told.", str(did))
        author = Author(native=str(did), handle=handle, profile=f"https://bsky.app/profile/{did}")
        return Event(kind="author_changed", key=f"author:{did}:{seq}", author=author, at=at)
    status = records.text(body.get("status"))
    if body.get("active") is not False:
        return Unsupported("The account is active.", str(did))
    if did == us.native and us.native:
        return Event(kind="account", key=f"account:{did}:{seq}", at=at, text="disabled")
    if status == "deleted":
        return Event(kind="erasure", key=f"erasure:{did}:{seq}", author=Author(native=str(did)), at=at)
    # It may come back, so nothing is forgotten for it.
    return Unsupported(f"The account is not active: {status or 'no reason given'}.", str(did))


# Jetstream ----------------------------------------------------------------------------------------------------


def is_jetstream(document: Json) -> bool:
    return "payload" in document or ("did" in document and ("commit" in document or "kind" in document))


def jetstream(document: Json, us: Us) -> list[Item]:
    """One message of Jetstream: the first form (`time_us`, `kind`) or that of August 2026 (`payload`, `time`)."""
    payload = document.get("payload")
    if isinstance(payload, Mapping):
        document = payload
    did = document.get("did")
    if not names.is_did(did):
        raise Unreadable("A message of Jetstream without an id.")
    kind = records.text(document.get("$type")).removeprefix(JETSTREAM) or records.text(document.get("kind"))
    at = told_at(document)
    inner = document.get("commit") if isinstance(document.get("commit"), Mapping) else document
    assert isinstance(inner, Mapping)
    if kind in {"identity", "account"}:
        about = document.get(kind)
        body = dict(about) if isinstance(about, Mapping) else dict(document)
        return [state(kind, {"time": at.isoformat() if at else "", **body, "did": did}, us)]
    if "collection" not in inner:
        return [Unsupported(f"Jetstream's message {kind or 'without a kind'!r} is not one that we use.")]
    uri = f"at://{did}/{records.text(inner.get('collection'))}/{records.text(inner.get('rkey'))}"
    action = records.text(inner.get("operation")) or OLD_ACTIONS.get(records.text(inner.get("type")), "")
    return guarded(uri, action, inner.get("cid"), inner.get("record"), at, us)


OLD_ACTIONS = {"c": "create", "u": "update", "d": "delete"}  # Jetstream of 2024


def told_at(document: Json) -> datetime | None:
    microseconds = document.get("time_us")
    if type(microseconds) is int:
        try:
            return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return records.moment(document.get("time"))
