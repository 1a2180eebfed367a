"""Who we are on a homeserver, and what it takes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed
from lyhord.connectors.matrix import client, rooms
from lyhord.connectors.matrix.client import V3, Lost, NotSent, Server, Told, quoted
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean

FILE_BYTES = 50 * 1024 * 1024  # Synapse's own default, max_upload_size
MOST_LOOKED_AT = 30  # rooms, for their encryption


def connect(server: Server, account: AccountSide, now: datetime) -> Connected:
    me = whoami(server)
    native = me.get("user_id")
    if not isinstance(native, str) or not native.startswith("@"):
        raise ConnectFailed(f"{server.host} answers, but not as a homeserver does. Check its address.")
    profile = optional(server, f"{V3}/profile/{quoted(native)}")
    limits = optional(server, "/_matrix/client/v1/media/config") or optional(
        server, "/_matrix/media/v3/config"
    )
    versions = optional(server, "/_matrix/client/versions", with_token=False).get("versions")
    name, most = profile.get("displayname"), limits.get("m.upload.size")
    known = [each for each in versions if isinstance(each, str)] if isinstance(versions, list) else []
    return Connected(
        native=clean(native),
        handle=clean(native).removeprefix("@"),
        name=clean(name) if isinstance(name, str) else "",
        link=f"https://matrix.to/#/{clean(native)}",
        state={
            "version": known[-1] if known else "",
            "file_bytes": most if type(most) is int and most > 0 else FILE_BYTES,
        },
        notes=notes(server),
    )


def whoami(server: Server) -> Mapping[str, Any]:
    try:
        told = server.ask("GET", f"{V3}/account/whoami")
    except (NotSent, Lost) as problem:
        raise ConnectFailed(f"{problem} Check its address, and try again.", is_permanent=False) from None
    if told.is_good:
        return told.body
    raise failed(server, told)


def failed(server: Server, told: Told) -> ConnectFailed:
    if told.is_token_dead:
        return ConnectFailed(f"{server.host} refuses the access token. Log in again and copy the new one.")
    if told.code in client.CLOSED:
        return ConnectFailed(f"{server.host} has closed or suspended this account.")
    if told.status == 429 or told.status >= 500:
        return ConnectFailed(
            f"{server.host} does not answer now ({told.status}). Try again later.", is_permanent=False
        )
    place = elsewhere(server)
    if place:
        return ConnectFailed(
            f"The homeserver of {server.host} is found at {place}. Write that as its address."
        )
    return ConnectFailed(f"{server.host} is no homeserver ({told.status}). Check its address.")


def elsewhere(server: Server) -> str:
    """Where the homeserver of a domain is, as the domain itself says; only told, never gone to."""
    told = optional(server, "/.well-known/matrix/client", with_token=False).get("m.homeserver")
    place = told.get("base_url") if isinstance(told, Mapping) else None
    return clean(place)[:200].removeprefix("https://").strip("/") if isinstance(place, str) else ""


def optional(server: Server, path: str, *, with_token: bool = True) -> Mapping[str, Any]:
    try:
        told = server.ask("GET", path, with_token=with_token)
    except (NotSent, Lost):
        return {}
    return told.body if told.is_good else {}


def notes(server: Server) -> tuple[str, ...]:
    """Rooms that we are in and cannot read."""
    found = optional(server, f"{V3}/joined_rooms").get("joined_rooms")
    places = [room for room in found if isinstance(room, str)] if isinstance(found, list) else []
    try:
        closed = sum(bool(rooms.state(server, room, "m.room.encryption")) for room in places[:MOST_LOOKED_AT])
    except LyhordError:
        return ()
    if not closed:
        return ()
    return (
        f"The account is in {closed} encrypted rooms, which we cannot read. Ask people to write in others.",
    )
