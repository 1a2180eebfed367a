"""A mail of ours, the same bytes at each attempt. Pure."""

import email.policy
import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from lyhord.channels.contract import AccountSide, File, Outgoing
from lyhord.connectors.email import fields, identity, tokens
from lyhord.lib import addresses
from lyhord.lib.text import clean, shorten

WIDTH = 72
MOST_SUBJECT = 200
MOST_REFERENCES = 20
REPLY = re.compile(r"\s*(re|sv|vs|aw|antw|odp)\s*(\[\d+\])?:", re.IGNORECASE)
POLICY = email.policy.SMTP.clone(max_line_length=78)


def compose(account: AccountSide, outgoing: Outgoing, now: datetime) -> EmailMessage:
    """To one person and nobody else; nothing of the case's history is in it but the words written."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = mailbox(str(account.settings.get("sender_name") or ""), tokens.own_address(account))
    mail["To"] = mailbox("", recipient(outgoing))
    mail["Subject"] = subject(account, outgoing)
    mail["Date"] = format_datetime((outgoing.made_at or now).astimezone(UTC))
    mail["Message-ID"] = tokens.message_id(account, outgoing.key)
    case = tokens.case_address(account, outgoing.thread or outgoing.key, outgoing.person or "")
    if case:
        mail["Reply-To"] = mailbox(str(account.settings.get("sender_name") or ""), case)
    if outgoing.item and is_id(outgoing.item):
        mail["In-Reply-To"] = outgoing.item
        mail["References"] = " ".join(references(outgoing))
    if outgoing.lang:
        mail["Content-Language"] = fields.line(outgoing.lang)[:12]
    mail.set_content(
        flowed(outgoing.text), charset="utf-8", cte="quoted-printable", params={"format": "flowed"}
    )
    for file in outgoing.files:
        attach(mail, file)
    if mail.is_multipart():
        mail.set_boundary(f"=_{outgoing.key}")
    return mail


def mailbox(name: str, address: str) -> Address:
    return Address(fields.line(name)[:100], addr_spec=address)


def recipient(outgoing: Outgoing) -> str:
    """The address of the person addressed as servers take it, "" if it is none. Raises ValueError."""
    local, _at, domain = identity.address_of(outgoing.person or "").rpartition("@")
    if not local or not local.isascii():
        return ""
    return f"{local}@{addresses.host(domain)}"


def is_id(told: str) -> bool:
    return fields.ids(told) == [told] and told.isascii()


def subject(account: AccountSide, outgoing: Outgoing) -> str:
    told = fields.line(outgoing.title or str(outgoing.facts.get("subject") or ""))
    if not told:
        told = fields.line(outgoing.text.strip().split("\n")[0]) or account.handle
        told = shorten(told, 60)
    told = shorten(told, MOST_SUBJECT)
    return told if outgoing.verb == "post" or REPLY.match(told) else f"Re: {told}"


def references(outgoing: Outgoing) -> list[str]:
    """The first and the last of what hers named, and hers (RFC 5322, 3.6.4)."""
    told = outgoing.facts.get("references")
    known = [each for each in told if isinstance(each, str) and is_id(each)] if isinstance(told, list) else []
    if not known and outgoing.thread and is_id(outgoing.thread):
        known = [outgoing.thread]
    found = list(dict.fromkeys([*known[:1], *known[1:][-MOST_REFERENCES:], outgoing.item or ""]))
    return [each for each in found if each]


def flowed(text: str) -> str:
    """Lines short enough for every server, that flow together again where they are read (RFC 3676)."""
    rows = [
        part
        for row in clean(text).split("\n")
        for part in (["-- "] if row == "-- " else wrapped(row.rstrip(" ")))
    ]
    return "\n".join(rows) + "\n"


def wrapped(row: str) -> list[str]:
    """A row that goes on ends in a blank; one that would be read as a quote or a border gets one before it."""
    parts: list[str] = []
    part: str | None = None
    for word in row.split(" "):
        if part is not None and len(part) + len(word) + 1 > WIDTH:
            parts.append(part + " ")
            part = word
        else:
            part = word if part is None else f"{part} {word}"
    return [f" {each}" if each.startswith((" ", ">", "From ")) else each for each in [*parts, part or ""]]


def attach(mail: EmailMessage, file: File) -> None:
    kind, _slash, subtype = file.content_type.partition("/")
    if not re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", file.content_type) or kind in {"message", "multipart"}:
        kind, subtype = "application", "octet-stream"
    name = fields.line(file.name)[:150] or "file"
    mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=name)
