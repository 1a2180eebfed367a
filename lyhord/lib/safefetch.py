"""Fetching what a stranger's URL names: avatars, previews, attachments, feeds. The only client for such URLs."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx

from lyhord.lib import addresses, images, network
from lyhord.lib.errors import LyhordError
from lyhord.lib.inflate import ACCEPT, TooLarge
from lyhord.lib.sniff import sniffed

TOTAL_SECONDS = 10.0
MAX_BYTES = 5_000_000
WAITS = httpx.Timeout(TOTAL_SECONDS, connect=4.0)  # a dead address leaves time for the name's next one
REDIRECTS = 3
REDIRECT_STATUSES = {301, 302, 303, 307, 308}
HEADERS = {"User-Agent": "lyhord/0.1 (link fetcher)", "Accept-Encoding": ACCEPT, "Accept": "*/*"}


class FetchRefused(LyhordError):
    """We do not fetch this, now or later: the address, its answer or a redirect is not one we follow."""


class FetchFailed(LyhordError):
    """The other side did not answer well; another try later may succeed."""


@dataclass(frozen=True)
class Fetched:
    url: str  # the last one, after redirects
    content: bytes
    content_type: str  # by what the bytes are, never by what the server says
    status: int


def fetch(
    url: str,
    *,
    resolver: network.Resolver = network.system_resolver,
    allow: Collection[str] = frozenset(),
    connect: network.Connect = network.system_connect,
    clock: network.Clock = time.monotonic,
    max_bytes: int = MAX_BYTES,
    headers: dict[str, str] | None = None,
) -> Fetched:
    """What lies at `url`, within 10 seconds, 5 MB and 3 redirects in all.

    `allow` holds `host:port` pairs that may be private, and on any port. `headers` is for If-None-Match and
    the like and goes to every host on the way, so it must hold no secret. Raises FetchRefused, FetchFailed.
    """
    limits = network.Limits(TOTAL_SECONDS, max_bytes)
    transport = network.BoundedTransport(
        limits, resolver=resolver, allow=allow, connect=connect, clock=clock, max_connections=2
    )
    with (
        httpx.Client(
            transport=transport, headers=HEADERS | (headers or {}), timeout=WAITS, trust_env=False
        ) as client,
        network.until(clock() + TOTAL_SECONDS),
    ):
        try:
            return followed(client, checked(url, allow), allow)
        except (TooLarge, network.AddressRefused) as problem:
            raise FetchRefused(str(problem)) from problem
        except httpx.TimeoutException as problem:
            raise FetchFailed(f"No full answer within {TOTAL_SECONDS:.0f} seconds.") from problem
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise FetchFailed(f"The other side did not answer well: {problem}") from problem


@dataclass(frozen=True)
class Walked:
    """The answer at the end of the redirects, with its headers."""

    url: str
    permanent: str  # how far 301 and 308 alone led: where it lies from now on
    response: httpx.Response


def client(
    *,
    allow: Collection[str] = frozenset(),
    max_bytes: int = MAX_BYTES,
    resolver: network.Resolver = network.system_resolver,
    connect: network.Connect = network.system_connect,
    clock: network.Clock = time.monotonic,
) -> httpx.Client:
    """A client for `walk`, held to the same rules at each request: for who needs the headers of the answer, too."""
    limits = network.Limits(TOTAL_SECONDS, max_bytes)
    transport = Roaming(
        limits, resolver=resolver, allow=allow, connect=connect, clock=clock, max_connections=2
    )
    transport.allow = frozenset(allow)
    return httpx.Client(transport=transport, headers=HEADERS, timeout=WAITS, trust_env=False)


class Roaming(network.BoundedTransport):
    """Judges the address of each request as `fetch` does, whoever makes it."""

    allow: frozenset[str] = frozenset()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            checked(str(request.url), self.allow)
        except FetchRefused as problem:
            raise network.AddressRefused(str(problem)) from problem
        return super().handle_request(request)


def walk(
    client: httpx.Client,
    url: str,
    allow: Collection[str] = frozenset(),
    headers: dict[str, str] | None = None,
) -> Walked:
    """What `client` is answered at `url`, within 10 seconds and 3 redirects. `headers` must hold no secret.

    Raises FetchRefused, and httpx's own errors.
    """
    target = permanent = checked(url, allow)
    is_permanent = True
    with network.until(time.monotonic() + TOTAL_SECONDS):
        for _ in range(REDIRECTS + 1):
            client.cookies.clear()
            response = client.get(target.url, headers=headers)
            location = response.headers.get("location")
            if response.status_code not in REDIRECT_STATUSES or not location:
                return Walked(target.url, permanent.url, response)
            target = redirected(target, location, allow)
            is_permanent = is_permanent and response.status_code in {301, 308}
            permanent = target if is_permanent else permanent
    raise FetchRefused(f"The address leads on more than {REDIRECTS} times.")


def picture(
    url: str,
    *,
    resolver: network.Resolver = network.system_resolver,
    allow: Collection[str] = frozenset(),
    connect: network.Connect = network.system_connect,
    clock: network.Clock = time.monotonic,
) -> images.Picture:
    """The picture at `url`, copied anew so that nothing but the picture is left. Raises as `fetch`, and NotAPicture."""
    fetched = fetch(url, resolver=resolver, allow=allow, connect=connect, clock=clock)
    if fetched.status != 200:
        raise FetchFailed(f"The picture was not given: the answer was {fetched.status}.")
    return images.recopy(fetched.content)


def followed(client: httpx.Client, target: addresses.Target, allow: Collection[str]) -> Fetched:
    for _ in range(REDIRECTS + 1):
        # Each hop may set cookies for the next one, which is none of our business.
        client.cookies.clear()
        response = client.get(target.url)
        location = response.headers.get("location")
        if response.status_code not in REDIRECT_STATUSES or not location:
            return taken(target, response)
        target = redirected(target, location, allow)
    raise FetchRefused(f"The address leads on more than {REDIRECTS} times.")


def redirected(target: addresses.Target, location: str, allow: Collection[str]) -> addresses.Target:
    try:
        onward = checked(urljoin(target.url, location), allow)
    except ValueError as problem:
        raise FetchRefused("The address leads on to one that cannot be read.") from problem
    if target.scheme == "https" and onward.scheme == "http":
        raise FetchRefused("The address leads from https to http, where others could change the answer.")
    return onward


def taken(target: addresses.Target, response: httpx.Response) -> Fetched:
    content_type = sniffed(response.content)
    said = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    # A lie about a picture is how active files get into a page.
    if (
        said.startswith("image/")
        and said != "image/svg+xml"
        and (content_type == "image/svg+xml" or not content_type.startswith("image/"))
    ):
        raise FetchRefused(f"The answer says {said[:60]} and is {content_type}.")
    return Fetched(target.url, response.content, content_type, response.status_code)


def checked(url: str, allow: Collection[str]) -> addresses.Target:
    try:
        target = addresses.read(url)
    except addresses.Unfit as problem:
        raise FetchRefused(f"This address is not fetched: {problem}.") from problem
    if addresses.is_allowed(target.host, target.port, allow):
        return target
    if target.port not in addresses.PORTS.values():
        raise FetchRefused(f"Port {target.port} is not fetched from; 80 and 443 are.")
    if addresses.is_address(target.host):
        if not addresses.is_public(target.host):
            raise FetchRefused("This address lies inside a private network, so it is not fetched.")
    elif "." not in target.host:
        raise FetchRefused("A host without a dot is a name of an inside network, so it is not fetched.")
    return target
