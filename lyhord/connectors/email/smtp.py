"""SMTP with the server that sends our mails, on a connection that was checked."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator

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
    reply,
    shut,
    told,
    within,
    words,
)
from lyhord.lib import addresses, network

HELLO = (
    "lyhord.invalid"  # what we call ourselves; the name of our machine is nobody's business (RFC 5321, 4.1.4)
)


class Smtp(smtplib.SMTP):
    """An outgoing server that was logged in to."""

    def __init__(self, place: Place, account: AccountSide) -> None:
        self.connection = dial(place, account)
        super().__init__(local_hostname=HELLO, timeout=IDLE_SECONDS)
        self._host = place.host  # the name that STARTTLS checks

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.connection

    def hang_up(self) -> None:
        shut(self.sock)


@contextlib.contextmanager
def submission(account: AccountSide, seconds: float) -> Iterator[Smtp]:
    """Logged in and ready for a mail. Raises BadServer, NotReached, NotLetIn and Broken before the first word of it."""
    place = Place.of(account, "smtp")
    client = Smtp(place, account)
    try:
        with within(seconds, client):
            ready(client, place, account)
            yield client
            with contextlib.suppress(OSError, smtplib.SMTPException):
                client.quit()
    finally:
        client.close()


def ready(client: Smtp, place: Place, account: AccountSide) -> None:
    try:
        code, said = client.connect(place.host, place.port)
        if code != 220:
            raise Broken(f"{place} does not take us now: {code} {reply(said)}")
        client.ehlo_or_helo_if_needed()
        if place.security == "starttls":
            client.starttls(context=network.ssl_context())
            client.ehlo_or_helo_if_needed()
        authenticate(client, account)
    except smtplib.SMTPAuthenticationError as problem:
        why = f"The server for outgoing mail refuses the log-in: {told(Exception(reply(problem.smtp_error)), account)}"
        is_old = oauth.TOKENS.refused(account.secrets.get("oauth_token", ""))
        raise NotLetIn(why, is_final=problem.smtp_code // 100 == 5 and not is_old) from None
    except smtplib.SMTPNotSupportedError as problem:
        raise Broken(f"{place} does not offer what is set here: {told(problem, account)}") from None
    except ssl.SSLError as problem:
        raise NotReached(f"{place} cannot be spoken with safely: {words(problem)}") from None
    except (smtplib.SMTPException, OSError, ValueError) as problem:
        raise Broken(f"{place} broke off, or does not speak as SMTP does: {told(problem, account)}") from None


def authenticate(client: Smtp, account: AccountSide) -> None:
    """A server in the own network may ask for no log-in; any other must."""
    if not client.has_extn("auth") and client.connection is not None and is_inside(account):
        return
    name, password, bearer = credentials(account)
    if bearer:
        answer = f"user={name}\1auth=Bearer {bearer}\1\1"
        client.auth(
            "XOAUTH2", lambda challenge=None: answer if challenge is None else "", initial_response_ok=True
        )
    else:
        client.login(name, password)


def is_inside(account: AccountSide) -> bool:
    place = Place.of(account, "smtp")
    return addresses.is_allowed(place.host, place.port, account.allow_hosts)
