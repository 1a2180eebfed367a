"""The HTTP client for the networks' own interfaces, pinned to hosts that were configured."""

import time
from collections.abc import Collection

import httpx

from lyhord.lib import addresses, network
from lyhord.lib.addresses import is_allowed
from lyhord.lib.errors import LyhordError
from lyhord.lib.inflate import ACCEPT, TooLarge
from lyhord.lib.network import AddressRefused

__all__ = ["AddressRefused", "BadAddress", "TooLarge", "client", "server_url"]

USER_AGENT = "lyhord/0.1"


class BadAddress(LyhordError):
    """The address of a server that somebody wrote is not one we can use."""


def client(
    base_url: str,
    *,
    hosts: Collection[str] = (),
    allow: Collection[str] = (),
    timeout_total: float | None = 30.0,
    max_bytes: int | None = 10_000_000,
    idle: float = 30.0,
    user_agent: str = USER_AGENT,
    headers: dict[str, str] | None = None,
    max_connections: int = 10,
    resolver: network.Resolver = network.system_resolver,
    connect: network.Connect = network.system_connect,
    clock: network.Clock = time.monotonic,
) -> httpx.Client:
    """A client that speaks with the host of `base_url` and those in `hosts`, and with nobody else.

    Each call ends after `timeout_total` seconds and `max_bytes` of unpacked body, whatever the server does;
    None for both when a stream stays open, which then ends after `idle` silent seconds. Redirects are not
    followed. `allow` holds `host:port` pairs (LYHORD_ALLOW_HOSTS) that may be private or without TLS.

    The client raises httpx's errors: of `ConnectError` (`AddressRefused` is one) and `ConnectTimeout` nothing
    was sent; after any other the call may have been carried out. Raises BadAddress at once.
    """
    target = read(base_url)
    transport = Pinned(
        network.Limits(timeout_total, max_bytes),
        resolver=resolver,
        allow=allow,
        connect=connect,
        clock=clock,
        max_connections=max_connections,
    )
    transport.hosts = frozenset({target.host, *hosts})
    transport.allow = frozenset(allow)
    return httpx.Client(
        base_url=target.url,
        transport=transport,
        headers={"User-Agent": user_agent, "Accept-Encoding": ACCEPT, **(headers or {})},
        timeout=httpx.Timeout(idle, connect=10.0),
        follow_redirects=False,
        trust_env=False,
    )


def server_url(text: str, allow: Collection[str] = ()) -> str:
    """`mastodon.example` or `https://mastodon.example/` as an operator writes it, as https://mastodon.example

    http only for a host and port in `allow`. Nothing is looked up. Raises BadAddress.
    """
    text = text.strip()
    target = read(text if "://" in text else f"https://{text}")
    if target.scheme == "http" and not is_allowed(target.host, target.port, allow):
        raise BadAddress(f"The address of {target.host} must begin with https://.")
    if target.rest not in {"", "/"}:
        raise BadAddress(f"Only the server is wanted here, as in https://{target.host} without a path.")
    port = "" if target.port == addresses.PORTS[target.scheme] else f":{target.port}"
    return f"{target.scheme}://{target.place.rpartition(':')[0]}{port}"


def read(url: str) -> addresses.Target:
    try:
        return addresses.read(url)
    except addresses.Unfit as problem:
        raise BadAddress(f"The address cannot be used: {problem}.") from problem


class Pinned(network.BoundedTransport):
    hosts: frozenset[str] = frozenset()
    allow: frozenset[str] = frozenset()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        host = url.raw_host.decode("ascii").strip("[]")
        port = url.port or addresses.PORTS.get(url.scheme, 0)
        if host not in self.hosts:
            raise AddressRefused(
                f"This connection speaks with {', '.join(sorted(self.hosts))}, not with {host}."
            )
        if url.scheme != "https" and not is_allowed(host, port, self.allow):
            raise AddressRefused(f"{host} is spoken with over https only.")
        return super().handle_request(request)
