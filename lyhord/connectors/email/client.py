"""Connections with mail servers: dialled through lib's check of addresses, with an end to every wait and to the whole."""

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from lyhord.channels.contract import AccountSide
from lyhord.lib import addresses, network
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean, shorten

CONNECT_SECONDS = 10.0
IDLE_SECONDS = 25.0  # a server that is silent for so long has gone
MOST_AT_ONCE = 60 * 1024 * 1024  # bytes of one answer, whatever the server announces
HELLO = (
    "lyhord.invalid"  # what we call ourselves; the name of our machine is nobody's business (RFC 5321, 4.1.4)
)
BYTES = re.compile(r"""\bb(["'])(.*?)\1""")  # as Python writes what a server said
LINE_BREAKS = re.compile(r"[\r\n\x00]")


class BadServer(LyhordError):
    """What is set for this account is no server that can be spoken with."""


class NotReached(LyhordError):
    """No connection: nothing was said."""


class NotLetIn(LyhordError):
    """The server refuses our name and password. `is_final` is False when it only says: not now."""

    def __init__(self, why: str, *, is_final: bool = True) -> None:
        super().__init__(why)
        self.is_final = is_final


class Broken(LyhordError):
    """The talk ended in the middle, or the server said something that cannot be."""


@dataclass(frozen=True)
class Place:
    host: str
    port: int
    security: str  # tls | starttls | none

    @classmethod
    def of(cls, account: AccountSide, kind: str) -> "Place":
        """The server for `kind` (imap, smtp) as the form has it. Raises BadServer."""
        told = account.settings
        host, security = str(told.get(f"{kind}_host") or ""), str(told.get(f"{kind}_security") or "")
        if not host.strip():
            raise BadServer(f"No server is named for {NAMES[kind]}.")
        if security not in {"tls", "starttls", "none"}:
            raise BadServer(f"Choose how the connection for {NAMES[kind]} is protected.")
        try:
            place = cls(addresses.host(host.strip()), int(told.get(f"{kind}_port") or 0), security)
        except addresses.Unfit as problem:
            raise BadServer(f"The server for {NAMES[kind]} cannot be used: {problem}.") from None
        except ValueError:
            raise BadServer(f"The port for {NAMES[kind]} is no number.") from None
        if not 0 < place.port < 65536:
            raise BadServer(f"There is no port {place.port}.")
        if security == "none" and not addresses.is_allowed(place.host, place.port, account.allow_hosts):
            raise BadServer(
                f"Without TLS everybody on the way reads along. Choose TLS, or name {place} in LYHORD_ALLOW_HOSTS."
            )
        return place

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


NAMES = {"imap": "incoming mail (IMAP)", "smtp": "outgoing mail (SMTP)"}


def dial(place: Place, account: AccountSide) -> socket.socket:
    """A connection to an address that was checked. Raises NotReached."""
    try:
        found = network.dial(place.host, place.port, allow=account.allow_hosts, timeout=CONNECT_SECONDS)
        found.settimeout(IDLE_SECONDS)
        return protected(found, place) if place.security == "tls" else found
    except network.AddressRefused as problem:
        raise NotReached(str(problem)) from None
    except ssl.SSLCertVerificationError as problem:
        raise NotReached(
            f"{place} shows a certificate that is not valid for it: {problem.verify_message}."
        ) from None
    except ssl.SSLError:
        raise NotReached(
            f"{place} does not speak TLS from the start. Try STARTTLS, or another port."
        ) from None
    except TimeoutError:
        raise NotReached(f"{place} did not answer within {CONNECT_SECONDS:.0f} seconds.") from None
    except OSError as problem:
        raise NotReached(f"{place} cannot be reached: {words(problem)}") from None


def protected(plain: socket.socket, place: Place) -> socket.socket:
    try:
        return network.ssl_context().wrap_socket(plain, server_hostname=place.host)
    except BaseException:
        plain.close()
        raise


def words(problem: Exception) -> str:
    """What a library says, in one short line."""
    said = BYTES.sub(r"\2", " ".join(clean(str(problem)).split()))
    return shorten(said, 160) or type(problem).__name__


class Talk(Protocol):
    def hang_up(self) -> None: ...


@contextlib.contextmanager
def within(seconds: float, current: Talk) -> Iterator[None]:
    """Hang up after `seconds`: a byte a minute does not hold us. The waiting call then sees an end of the talk."""
    timer = threading.Timer(seconds, current.hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def shut(connection: Any) -> None:
    with contextlib.suppress(OSError, AttributeError, ValueError):
        connection.shutdown(socket.SHUT_RDWR)


def credentials(account: AccountSide) -> tuple[str, str, str]:
    """Name, password and access token; lines cannot be broken into by them."""
    name = str(account.settings.get("user") or account.settings.get("address") or "").strip()
    password, bearer = account.secrets.get("password", ""), account.secrets.get("oauth_token", "").strip()
    if not (name and (password or bearer)):
        raise BadServer("A password or an access token is needed.")
    if LINE_BREAKS.search(name + password + bearer):
        raise BadServer("User name and password cannot hold line breaks.")
    return name, password, bearer


def told(problem: Exception, account: AccountSide) -> str:
    """A library's words, without what is secret."""
    said = words(problem)
    for secret in account.secrets.values():
        said = said.replace(secret, "…") if secret else said
    return said


def reply(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return shorten(" ".join(clean(text).split()), 200)
