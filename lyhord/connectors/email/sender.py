"""Sending a mail, and what it means when a server refuses or falls silent.

A server takes a mail at the final dot and not before (RFC 5321, 4.1.1.4). What goes wrong earlier was not sent and is
tried again; what goes wrong later may have been, and nobody sends it twice.
"""

import contextlib
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage

import httpx

from lyhord.channels.contract import AccountSide, Length, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from lyhord.connectors.email import client, composing, identity, imap, oauth, reader, smtp, tokens
from lyhord.connectors.email.client import BadServer, Broken, NotLetIn, NotReached, reply
from lyhord.connectors.email.smtp import Smtp
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import N_

LENGTH = Length(limit=100_000)
A_CALL = 40.0  # seconds with the outgoing server, all in all; a dispatch is leased for sixty
A_COPY = 12.0  # for laying a copy into the Sent folder
MOST_BYTES = 20 * 1024 * 1024  # of a mail, where the server names no limit of its own


class NotTaken(LyhordError):
    """The server refused one step before the final dot."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code
        self.said = said


def deliver(http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    """Send with an access token that is good now, where we renew them. Without one nothing was said yet."""
    if why := unfit(account, outgoing):
        return Refused(why)
    try:
        return send(oauth.entered(http, account), outgoing, now)
    except NotLetIn as problem:
        return not_let_in(problem)
    except BadServer as problem:
        return Refused(str(problem))
    except NotReached as problem:
        return Retry(str(problem))


def not_let_in(problem: NotLetIn) -> Outcome:
    return Refused(str(problem), account_state="token_revoked") if problem.is_final else Retry(str(problem))


def send(account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    why = unfit(account, outgoing)
    if why:
        return Refused(why)
    try:
        if not composing.recipient(outgoing):
            return Refused(N_("The address has letters that mail servers do not take."))
        mail = composing.compose(account, outgoing, now)
        raw = mail.as_bytes()
    except (ValueError, UnicodeError, IndexError, KeyError):
        return Refused(N_("No mail can be made of this; look at the address that it goes to."))
    outcome = sent(account, outgoing, mail, raw)
    if isinstance(outcome, Sent):
        lay_copy(account, str(mail["Message-ID"]), raw, now)
    return outcome


def unfit(account: AccountSide, outgoing: Outgoing) -> str:
    """Why this cannot be sent by mail at all."""
    if outgoing.verb not in {"reply", "post"}:
        return N_("A mail that was sent cannot be changed, hidden or taken back.")
    if outgoing.visibility == "public":
        return N_("Mail is private; answer in private.")
    if len(outgoing.text) > LENGTH.limit:
        over = len(outgoing.text) - LENGTH.limit
        return f"The mail has {len(outgoing.text)} characters; at most {LENGTH.limit} are sent. Shorten it by {over}."
    if not tokens.own_address(account) or not tokens.secret(account):
        return N_("The mailbox has no address, or was not connected yet.")
    if not identity.address_of(outgoing.person or ""):
        return N_("The mail did not name exactly one sender, so there is no address to answer.")
    size, most = sum(len(file.content) for file in outgoing.files) * 4 // 3, limit(account)
    if size > most:
        return f"The files make {size // 1_000_000} MB of a mail; the server takes {most // 1_000_000} MB."
    return ""


def limit(account: AccountSide) -> int:
    told = account.state.get("most_bytes")
    return told if isinstance(told, int) and told > 0 else MOST_BYTES


def sent(account: AccountSide, outgoing: Outgoing, mail: EmailMessage, raw: bytes) -> Outcome:
    try:
        recipient = composing.recipient(outgoing)
        with smtp.submission(account, A_CALL) as server:
            return handed_over(server, account, recipient, str(mail["Message-ID"]), raw)
    except NotLetIn as problem:
        return not_let_in(problem)
    except BadServer as problem:
        return Refused(str(problem))
    except (NotReached, Broken) as problem:
        return Retry(str(problem))


def handed_over(server: Smtp, account: AccountSide, recipient: str, message_id: str, raw: bytes) -> Outcome:
    try:
        step(server, f"MAIL FROM:<{tokens.own_address(account)}>", {250})
        step(server, f"RCPT TO:<{recipient}>", {250, 251, 252})
        step(server, "DATA", {354})
        server.send(smtplib._quote_periods(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")))  # type: ignore[attr-defined]
    except NotTaken as problem:
        return refusal(problem.code, problem.said)
    except (smtplib.SMTPException, OSError, ValueError) as problem:
        return Retry(f"The server broke off before it had the mail: {client.told(problem, account)}")
    return finished(server, account, message_id)


def step(server: Smtp, line: str, good: set[int]) -> None:
    code, said = server.docmd(line)
    if code not in good:
        raise NotTaken(code, reply(said))


def finished(server: Smtp, account: AccountSide, message_id: str) -> Outcome:
    """From the final dot on only the server's answer says what became of it."""
    try:
        server.send(b".\r\n")
        code, said = server.getreply()
    except (smtplib.SMTPException, OSError, ValueError) as problem:
        return Unsure(f"The server had the whole mail and then said nothing: {client.told(problem, account)}")
    if code == 250:
        return Sent(native=message_id)
    if code // 100 in {4, 5}:
        return refusal(code, reply(said))
    return Unsure(f"The server had the whole mail and answered with {code}, which says neither yes nor no.")


def refusal(code: int, said: str) -> Outcome:
    """RFC 5321, 4.2.1: a 4 is for now, a 5 for good; anything else is no answer to what we asked."""
    if code // 100 == 5:
        state = "token_revoked" if code in {530, 534, 535} else ""
        return Refused(f"The server refuses the mail: {code} {said}", str(code), account_state=state)  # type: ignore[arg-type]
    return Retry(f"The server does not take it now: {code} {said}")


# The copy in Sent -----------------------------------------------------------------------------------------------


def lay_copy(account: AccountSide, message_id: str, raw: bytes, now: datetime) -> None:
    """Into the Sent folder, unless the server did so itself. The mail is gone either way, so failing is no failure."""
    folder = reader.sent_name(account)
    if not folder:
        return
    with contextlib.suppress(LyhordError), imap.mailbox(account, A_COPY) as box:
        selected = reader.select(box, reader.Folder(folder, True))
        if selected is not None and not box.search(["HEADER", "Message-ID", message_id]):
            box.append(folder, raw, flags=(b"\\Seen",), msg_time=now.astimezone(UTC))


# After a lost answer --------------------------------------------------------------------------------------------


def look_up(http: httpx.Client, account: AccountSide, outgoing: Outgoing) -> Sent | Unsure | Retry:
    try:
        return settle(oauth.entered(http, account), outgoing)
    except LyhordError as problem:
        return Unsure(str(problem))


def settle(account: AccountSide, outgoing: Outgoing) -> Sent | Unsure | Retry:
    """Look into Sent, where many servers lay a copy themselves, and for an answer or a report that names our mail.

    Finding nothing proves nothing: a person decides.
    """
    if outgoing.verb not in {"reply", "post"}:
        return Unsure(N_("Mail knows nothing of this."))
    message_id = tokens.message_id(account, outgoing.key)
    try:
        with imap.mailbox(account, A_CALL) as box:
            for folder in reader.folders(account):
                if reader.select(box, folder) is not None and box.search(named(message_id, folder.is_sent)):
                    return Sent(native=message_id, evidence="read_back")
    except LyhordError as problem:
        return Unsure(str(problem))
    return Unsure(N_("It is not in the Sent folder, and nothing that came in speaks of it."))


def named(message_id: str, is_sent: bool) -> list[object]:
    if is_sent:
        return ["HEADER", "Message-ID", message_id]
    answered = ["OR", ["HEADER", "In-Reply-To", message_id], ["HEADER", "References", message_id]]
    return ["OR", answered, ["BODY", tokens.key_of(message_id)]]
