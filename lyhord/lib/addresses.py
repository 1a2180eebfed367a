"""Which hosts and addresses of the internet a stranger may send us to, and one strict reading of a URL."""

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import idna
import regex

PORTS = {"http": 80, "https": 443}
URL = regex.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*+)://(?P<authority>[^/?#]*+)(?P<rest>[^#]*+)")
# Spaces, controls, and the backslash that browsers take for a slash: two programs read such a URL two ways.
UNFIT = regex.compile(r"[\x00-\x20\x7f-\xa0\\\p{Z}\p{C}]")
AUTHORITY = regex.compile(r"(?P<host>\[[0-9A-Fa-f:.]++\]|[^:@%\[\]]++)(?::(?P<port>[0-9]{1,5}+))?")
NAME = regex.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*+")
NUMBER = regex.compile(r"[0-9]++|0x[0-9a-f]*+")
QUAD = regex.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")

# Beyond what Python calls global: multicast, the 6to4 relay, and what IETF protocols and benchmarks use.
UNFIT_4 = tuple(
    map(ipaddress.IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/3"))
)
# Only 2000::/3 is the public internet (IANA registry, read 2026-11); in it, these wrap other addresses
# (Teredo, 6to4) or are for documents and tests.
PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
UNFIT_6 = tuple(
    map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20"))
)


class Unfit(ValueError):
    """A URL that is read in more than one way, or none of ours; the text says why."""


@dataclass(frozen=True)
class Target:
    """A URL as we read it, the host as it is asked of DNS: lower case, without a dot at the end, IDNA 2008."""

    scheme: str
    host: str
    port: int
    rest: str  # path and query, "" or beginning with "/" or "?"

    @property
    def place(self) -> str:
        """`host:port`, as operators write it in LYHORD_ALLOW_HOSTS."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.place}{self.rest}"


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, and not one that leads back inside.

    Private, loopback, link-local, carrier NAT, multicast, reserved, documentation, unique local, mapped and
    compatible IPv4, NAT64, 6to4, Teredo and site-local addresses are not.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return found.is_global and not any(found in network for network in UNFIT_4)
    return is_public_6(found)


def is_public_6(found: IPv6Address) -> bool:
    return found.scope_id is None and found in PUBLIC_6 and not any(found in network for network in UNFIT_6)


def read(url: str) -> Target:
    """The one strict reading of an absolute http or https URL. Raises Unfit."""
    if UNFIT.search(url):
        raise Unfit("it holds a space, a control character or a backslash")
    parts = URL.match(url)
    if parts is None:
        raise Unfit("it is not an absolute address like https://example.com/")
    scheme = parts["scheme"].lower()
    if scheme not in PORTS:
        raise Unfit("only http and https are fetched")
    authority = AUTHORITY.fullmatch(parts["authority"])
    if authority is None:
        raise Unfit("its host is missing, or carries a user name or other signs")
    port = int(authority["port"] or PORTS[scheme])
    if not 0 < port < 65536:
        raise Unfit(f"there is no port {port}")
    return Target(scheme, host(authority["host"]), port, parts["rest"])


def host(text: str) -> str:
    """A host name or address in the form it is looked up by. Raises Unfit."""
    if text.startswith("["):
        return str(bracketed(text[1:-1]))
    name = text.lower()
    if NUMBER.fullmatch(name.rstrip(".").rpartition(".")[2]):
        return plain_quad(name)
    try:
        name = in_ascii(name).removesuffix(".")
    except (idna.IDNAError, UnicodeError) as problem:
        raise Unfit("its host is no name that DNS takes") from problem
    if len(name) > 253 or NAME.fullmatch(name) is None:
        raise Unfit("its host is no name that DNS takes")
    return name


def in_ascii(name: str) -> str:
    """Letters of all scripts as DNS has them; look-alikes of ASCII (full width and the like) are no letters."""
    if name.isascii() and "xn--" not in name:
        return name  # IDNA refuses underscores and double hyphens that DNS knows
    return idna.encode(name).decode("ascii")


def bracketed(text: str) -> IPv6Address:
    try:
        return IPv6Address(text)
    except ValueError as problem:
        raise Unfit("its host is no IPv6 address") from problem


def plain_quad(name: str) -> str:
    """Octal, hexadecimal, short and whole-number hosts are read differently by different programs."""
    if QUAD.fullmatch(name) is None:
        raise Unfit("its host is a number; an address is written like 192.0.2.1")
    try:
        return str(IPv4Address(name))
    except ValueError as problem:
        raise Unfit("its host is no IPv4 address") from problem


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_allowed(name: str, port: int, allow: Collection[str]) -> bool:
    """Whether the operator named this host and port as one that may be spoken with wherever it lies."""
    return f"{name}:{port}" in allow or f"[{name}]:{port}" in allow
