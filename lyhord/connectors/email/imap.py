"""IMAP with a mailbox, on a connection that was checked."""

import contextlib
import imaplib
import logging
import socket
import ssl
from collections.abc import Iterator

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from lyhord.channels.contract import AccountSide
from lyhord.connectors.email import oauth
from lyhord.connectors.email.client import (
    IDLE_SECONDS,
    Broken,
    NotLetIn,
    NotReached,
    Place,
    credentials,
    dial,
    shut,
    told,
    within,
    words,
)
from lyhord.lib import network

MOST_AT_ONCE = 60 * 1024 * 1024  # bytes of one answer, whatever the server announces
A_LOGIN = 30.0  # seconds for the greeting, and for the log-in
TROUBLE = (
    "UNAVAILABLE",
    "INUSE",
    "SERVERBUG",
    "TEMPORAR",
    "TRY AGAIN",
)  # of the server itself: RFC 5530, and usual words

# The library writes each line of the talk at debug level, people's words and tokens among them.
logging.getLogger("imapclient").setLevel(logging.WARNING)


class Dialled(imaplib.IMAP4):
    """The standard library's client on a connection that was made by `dial`."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        self.connection = connection
        super().__init__(host)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self.connection

    def read(self, size: int) -> bytes:
        if size > MOST_AT_ONCE:
            raise self.abort(f"the server announces {size} bytes at once")
        return super().read(size)


class Imap(IMAPClient):  # type: ignore[misc]
    """A mailbox that was logged in to."""

    def __init__(self, place: Place, account: AccountSide, patience: float) -> None:
        self.patience = patience
        self.connection = dial(place, account)
        try:
            with within(self.patience, self):  # the greeting is waited for in here
                super().__init__(place.host, place.port, ssl=False, timeout=IDLE_SECONDS)
        except BaseException:
            self.connection.close()
            raise

    def _create_IMAP4(self) -> Dialled:  # noqa: N802 - the library's name
        return Dialled(self.connection, self.host)

    def hang_up(self) -> None:
        shut(self._imap.sock if "_imap" in self.__dict__ else self.connection)


@contextlib.contextmanager
def mailbox(account: AccountSide, seconds: float | None) -> Iterator[Imap]:
    """Logged in for at most `seconds`; None for a connection that waits for news.

    Raises BadServer, NotReached, NotLetIn and Broken, and nothing else for what a server does.
    """
    place = Place.of(account, "imap")
    imap: Imap | None = None
    try:
        imap = Imap(place, account, min(seconds or A_LOGIN, A_LOGIN))
        with within(seconds, imap) if seconds else contextlib.nullcontext():
            with within(A_LOGIN, imap):
                if place.security == "starttls":
                    imap.starttls(network.ssl_context())
                log_in(imap, account)
            yield imap
            with contextlib.suppress(Exception):
                imap.logout()
    except ssl.SSLError as problem:
        raise NotReached(f"{place} cannot be spoken with safely: {words(problem)}") from None
    except (IMAPClientError, imaplib.IMAP4.error, OSError, ValueError, IndexError, EOFError) as problem:
        raise Broken(f"{place} broke off, or does not speak as IMAP does: {told(problem, account)}") from None
    finally:
        if imap is not None:
            with contextlib.suppress(Exception):
                imap.shutdown()


def log_in(imap: Imap, account: AccountSide) -> None:
    name, password, bearer = credentials(account)
    try:
        if bearer:
            imap.oauth2_login(name, bearer)
        else:
            imap.login(name, password)
    except LoginError as problem:
        said = told(problem, account)
        is_final = not any(word in said.upper() for word in TROUBLE) and not oauth.TOKENS.refused(bearer)
        raise NotLetIn(
            f"The server for incoming mail refuses the log-in: {said}", is_final=is_final
        ) from None
