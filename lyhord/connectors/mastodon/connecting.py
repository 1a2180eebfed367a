"""Who we are on a Mastodon server, and what that server takes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed
from lyhord.connectors.mastodon import client, statuses
from lyhord.connectors.mastodon.client import Lost, NotSent, Server, Told
from lyhord.connectors.mastodon.statuses import Strange
from lyhord.lib.errors import LyhordError


def connect(server: Server, account: AccountSide, now: datetime) -> Connected:
    me = asked(server, "/api/v1/accounts/verify_credentials", now)
    about = instance(server, now)
    try:
        author = statuses.person(me)
    except Strange as problem:
        raise ConnectFailed(f"{server.host} does not speak like Mastodon: {problem}.") from None
    domain = statuses.text(about.get("domain")) or statuses.text(about.get("uri")) or server.host
    handle = author.handle if "@" in author.handle else f"{author.handle}@{domain}"
    streaming, streams = streaming_base(about, account), has_stream(server)
    version = statuses.text(about.get("version"))
    return Connected(
        native=author.native,
        handle=handle,
        name=author.name,
        link=author.profile,
        state={
            **limits(about),
            "acct": author.handle,
            "link": author.profile,
            "streaming": streaming,
            "streams": streams,
            "version": version,
        },
        notes=()
        if streams
        else (f"{server.host} has no event stream; news comes when we ask, once a minute.",),
    )


def has_stream(server: Server) -> bool:
    try:
        return server.ask("GET", "/api/v1/streaming/health", with_token=False).status < 400
    except (NotSent, Lost):
        return False


def asked(server: Server, path: str, now: datetime) -> Mapping[str, Any]:
    try:
        told = server.ask("GET", path)
    except (NotSent, Lost) as problem:
        raise ConnectFailed(f"{problem} Check its name, and try again.", is_permanent=False) from None
    if told.is_good and isinstance(told.body, Mapping):
        return told.body
    if told.is_good:
        raise ConnectFailed(f"{server.host} answers, but not as a Mastodon server does. Check its name.")
    if client.is_token_dead(told) or told.status == 403:
        raise ConnectFailed(
            f"{server.host} refuses the access token. Make a new one with the scopes read and write."
        )
    if told.status in {404, 410} or 300 <= told.status < 400:
        raise ConnectFailed(f"{server.host} is no Mastodon server ({told.status}). Check its name.")
    raise ConnectFailed(f"{server.host} answered with {told.status}. Try again later.", is_permanent=False)


def instance(server: Server, now: datetime) -> Mapping[str, Any]:
    """What the server says of itself. snac2 has no v2, Mastodon before 4.0 neither."""
    for path in ("/api/v2/instance", "/api/v1/instance"):
        told = read_or_fail(server, path)
        if told.is_good and isinstance(told.body, Mapping):
            return told.body
    return {}


def read_or_fail(server: Server, path: str) -> Told:
    try:
        return server.ask("GET", path)
    except LyhordError as problem:
        raise ConnectFailed(str(problem), is_permanent=False) from None


def limits(about: Mapping[str, Any]) -> dict[str, int]:
    statuses_told = within(within(about, "configuration"), "statuses")
    media = within(within(about, "configuration"), "media_attachments")
    wanted = {
        "max_characters": statuses_told.get("max_characters"),
        "url_weight": statuses_told.get("characters_reserved_per_url"),
        "most_files": statuses_told.get("max_media_attachments"),
        "picture_bytes": media.get("image_size_limit"),
    }
    return {name: value for name, value in wanted.items() if type(value) is int and value > 0}


def within(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}


def streaming_base(about: Mapping[str, Any], account: AccountSide) -> str:
    """The stream may live on a host of its own. Without encryption we go only where the operator allowed it."""
    told = within(within(about, "configuration"), "urls").get("streaming")
    told = told or within(about, "urls").get("streaming_api")
    scheme, _sign, rest = statuses.text(told).partition("://")
    host = rest.partition("/")[0]
    if scheme in {"wss", "https"} and host:
        return f"https://{host}"
    if scheme in {"ws", "http"} and host in account.allow_hosts:
        return f"http://{host}"
    return ""
