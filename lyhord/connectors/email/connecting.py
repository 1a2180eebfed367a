"""Trying a mailbox: both servers, the folders, and what they can."""

import smtplib
from datetime import datetime
from typing import Any

import httpx
from imapclient.exceptions import IMAPClientError

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed
from lyhord.connectors.email import client, fields, imap, oauth, reader, smtp, tokens
from lyhord.connectors.email.client import BadServer, Broken, NotLetIn, NotReached
from lyhord.connectors.email.imap import Imap
from lyhord.lib.text import N_

A_TRY = 30.0  # seconds for each server


def connect(http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
    address = tokens.own_address(account)
    if not fields.mail_address(address) or not address.isascii():
        raise ConnectFailed(N_("Give the address to which customers write, such as help@brand.example."))
    renewed: dict[str, str] = {}
    try:
        if oauth.is_renewed(account):
            token = oauth.TOKENS.renewed(http, account)
            account = oauth.with_token(account, token)
            renewed = {"oauth_token": token.access, "oauth_refresh": token.refresh}
        incoming = tried_imap(account)
        outgoing = tried_smtp(account)
    except BadServer as problem:
        raise ConnectFailed(str(problem)) from None
    except NotLetIn as problem:
        raise ConnectFailed(str(problem), is_permanent=problem.is_final) from None
    except (NotReached, Broken) as problem:
        raise ConnectFailed(f"{problem} Check name, port and protection.", is_permanent=False) from None
    return Connected(
        native=address,
        handle=address,
        name=str(account.settings.get("sender_name") or address),
        state=incoming | outgoing,
        secrets=renewed,
        notes=tuple(notes(account, incoming)),
    )


def tried_imap(account: AccountSide) -> dict[str, Any]:
    with imap.mailbox(account, A_TRY) as box:
        wanted = str(account.settings.get("sent") or "")
        sent = wanted or special(box)
        inbox = str(account.settings.get("inbox") or "INBOX")
        reader.select(box, reader.Folder(inbox))
        if wanted and reader.select(box, reader.Folder(wanted, True)) is None:
            raise BadServer(f"There is no folder {wanted} for sent mail.")
        return {"idle": box.has_capability("IDLE"), "sent": sent}


def special(box: Imap) -> str:
    r"""The folder that the server marks \Sent (RFC 6154), else one of a usual name, else "" ."""
    try:
        listed = [(flags, str(name)) for flags, _delimiter, name in box.list_folders()]
    except IMAPClientError:
        return ""
    marked = [name for flags, name in listed if b"\\Sent" in flags]
    usual = [name for _flags, name in listed if name.rpartition("/")[2].rpartition(".")[2].lower() in USUAL]
    return next(iter([*marked, *usual]), "")


USUAL = frozenset(
    {"sent", "sent items", "sent messages", "skickat", "lähetetyt", "sendt", "sendte elementer"}
)


def tried_smtp(account: AccountSide) -> dict[str, Any]:
    with smtp.submission(account, A_TRY) as server:
        try:
            code, said = server.docmd("NOOP")
        except (smtplib.SMTPException, OSError) as problem:
            raise Broken(f"The server for outgoing mail broke off: {client.told(problem, account)}") from None
        if code != 250:
            raise Broken(f"The server for outgoing mail does not take us now: {code} {client.reply(said)}")
        size = str(server.esmtp_features.get("size", ""))
        return {"most_bytes": int(size) if size.isdecimal() and len(size) < 12 else 0}


def notes(account: AccountSide, incoming: dict[str, Any]) -> list[str]:
    found = []
    if not incoming["idle"]:
        found.append(N_("The server cannot wait for mail (IDLE); it is asked once a minute."))
    if not incoming["sent"]:
        found.append(
            N_("There is no folder for sent mail; answers written with other programs are not seen here.")
        )
    if not account.settings.get("authserv_id"):
        found.append(N_("No server confirms senders: every sender is only claimed."))
    return found
