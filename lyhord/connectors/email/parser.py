"""A mail as an event. Pure: what only the reader of the mailbox can know comes in headers of its own."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lyhord.channels.contract import Author, Event, Headers, Item, Unreadable, Unsupported
from lyhord.connectors.email import bounces, fields, identity, machines, mime, tokens
from lyhord.connectors.email.body import Body, body, marked_up, part_at
from lyhord.connectors.email.charsets import words
from lyhord.connectors.email.identity import Sender
from lyhord.connectors.email.mime import Part
from lyhord.lib import sentences
from lyhord.lib.sentences import filled
from lyhord.lib.text import N_

# Without any of these it is no mail, whatever else it is.
NEEDED = frozenset(
    {"from", "date", "subject", "message-id", "received", "to", "return-path", "mime-version", "content-type"}
)
LONGEST_SUBJECT = 300
MOST_REFERENCES = 30
QUOTED_JSON = 10_000  # intake keeps 20 000 characters of notes about a post, as JSON
SIGNATURE = 1_000
COMPLAINT = N_("A report that a mail of ours was marked as spam.")
CUT = N_("The mail has %(n)s bytes; what lies beyond the limit was not fetched.")


class Around:
    """What the reader of the mailbox told beside the mail. `lyhord parse` has nothing of it."""

    def __init__(self, headers: Headers) -> None:
        self.account = headers.get("x-account", "")
        self.names = frozenset(headers.get("x-account-names", "").split()) | ({self.account} - {""})
        self.authserv = headers.get("x-authserv", "")
        self.is_sent = headers.get("x-folder", "") == "sent"
        self.own = frozenset(headers.get("x-own", "").split())
        self.case = headers.get("x-case", "")
        self.stored_at = headers.get("x-stored-at", "")
        self.cut_from = headers.get("x-cut-from", "")

    def is_to_be_trusted(self, told: str) -> bool:
        """An id that looks like ours counts only if the reader found it signed."""
        return not self.account or told in self.own or not tokens.OWN.fullmatch(told)


def parse(raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
    mail, notes = mime.read(raw)
    if not NEEDED & {name for name, _value in mail.headers}:
        raise Unreadable(N_("This is no mail: it has none of the headers that every mail has."))
    around = Around(headers)
    item = item_of(mail, raw, around)
    subject = fields.line(words(mail.get("subject")))[:LONGEST_SUBJECT]
    if around.is_sent:
        return [created(mail, item, subject, around, notes, machines.Verdict("human"))]
    if found := bounces.report(mail, subject):
        return [reported(found, mail, item, around)]
    verdict = machines.verdict(mail, subject, around.names)
    if not verdict.may_open:
        return [Unsupported(verdict.why, item)]
    return [created(mail, item, subject, around, notes, verdict)]


def item_of(mail: Part, raw: bytes, around: Around) -> str:
    """The Message-ID. A mail without one, or one that took ours, is known by its bytes."""
    told = next(iter(fields.ids(mail.get("message-id"))), "")
    is_taken = bool(tokens.OWN.fullmatch(told)) and bool(around.account) and not around.is_sent
    if told and not is_taken:
        return told
    return f"<{hashlib.sha256(raw).hexdigest()[:32]}@none.invalid>"


def created(
    mail: Part, item: str, subject: str, around: Around, notes: Sequence[str], verdict: machines.Verdict
) -> Event:
    is_ours = around.is_sent and item in around.own
    told = body(mail, subject, folds=not is_ours)
    sender = identity.who(mail, item, "" if around.is_sent else around.authserv)
    thread, parent = place(mail, item, around, verdict)
    return Event(
        kind="created",
        key=f"created:{item}",
        item=item,
        thread=thread,
        parent=parent,
        author=author(sender, around, verdict),
        at=moment(mail, around),
        text=told.text,
        visibility="private",
        is_own=around.is_sent,
        media=tuple(told.media),
        lang=fields.line(mail.get("content-language")).partition(",")[0][:12],
        title=subject,
        aliases=(around.case,) if around.is_sent and around.case else (),
        extra=extra(mail, subject, told, sender, around, notes, verdict),
    )


def place(mail: Part, item: str, around: Around, verdict: machines.Verdict) -> tuple[str | None, str | None]:
    """Thread and parent. Our address of a case first, then what it says that it answers; never the subject.

    What a machine wrote stands alone, whatever it refers to: it reopens nothing.
    """
    if not verdict.may_reopen:
        return item, None
    if around.case and not around.is_sent:
        return None, around.case
    references = [each for each in fields.ids(mail.get("references")) if around.is_to_be_trusted(each)]
    answered = [each for each in fields.ids(mail.get("in-reply-to")) if around.is_to_be_trusted(each)]
    parent = next((each for each in [*answered, *reversed(references)] if each != item), None)
    if references and references[0] != item:
        return references[0], parent
    return (None if parent else item), parent


def author(sender: Sender, around: Around, verdict: machines.Verdict) -> Author:
    if around.is_sent:
        return Author(native=around.account, handle=sender.address, name=sender.name)
    is_bot = verdict.kind != "human"
    return Author(
        native=sender.native, handle=sender.address, name=sender.name or sender.address, is_bot=is_bot
    )


def moment(mail: Part, around: Around) -> datetime | None:
    """When it says that it was written; else when the nearest server took it, or our own stored it."""
    told = fields.moment(mail.get("date"))
    received = mail.get("received").rpartition(";")[2]
    if told is None and received:
        told = fields.moment(received)
    if told is None and around.stored_at:
        told = fields.moment(around.stored_at)
    return told


def extra(
    mail: Part,
    subject: str,
    told: Body,
    sender: Sender,
    around: Around,
    notes: Sequence[str],
    verdict: machines.Verdict,
) -> dict[str, Any]:
    """What an answer needs, and what the page may fold out: `quoted`, `signature`, `notes`."""
    if around.cut_from:
        notes = [*notes, filled(CUT, n=around.cut_from)]
    ours = [each for each in fields.ids(mail.get("references")) if around.is_to_be_trusted(each)]
    others = copied(mail, sender, around)
    said = [*sender.notes, *notes, *told.notes]
    found: dict[str, Any] = {
        "subject": subject,
        "references": ours[:1] + ours[1:][-MOST_REFERENCES:],
        "standing": "" if around.is_sent else sender.standing,
        "notes": [str(note) for note in said],
        "quoted": shortened(told.quoted),
        "signature": told.signature[:SIGNATURE],
        "reply_to": identity.reply_to(mail, sender.address),
        "copied": others,
        "has_original": bool(marked_up(mail)),
        "automatic": str(verdict.why) if verdict.kind == "automatic" else "",
        "sentences": sentences.told([*said, verdict.why]),
    }
    return {name: value for name, value in found.items() if value}


def copied(mail: Part, sender: Sender, around: Around) -> list[str]:
    """Who else got it. Answers go to the sender alone."""
    told = [
        each.address for name in ("to", "cc") for value in mail.all(name) for each in fields.addresses(value)
    ]
    return [
        each for each in dict.fromkeys(told) if each and each != sender.address and each not in around.names
    ][:20]


def shortened(text: str) -> str:
    """As much as fits beside the rest; letters beyond ASCII take six signs in JSON."""
    while len(json.dumps(text)) > QUOTED_JSON:
        text = text[: len(text) * 3 // 4].rstrip() + " …"
    return text


# What servers report --------------------------------------------------------------------------------------------


def reported(found: bounces.Report, mail: Part, item: str, around: Around) -> Item:
    if found.kind == "complaint":
        return Unsupported(COMPLAINT, item)
    if found.kind == "delayed":
        return Unsupported(
            filled(N_("Not delivered yet; the server goes on trying. %(said)s"), said=found.text), item
        )
    if not found.original:
        return Unsupported(
            filled(N_("A report that does not say of which mail. %(said)s"), said=found.text), item
        )
    if around.account and found.original not in around.own:
        return Unsupported(
            filled(N_("A report on a mail that was not sent from here. %(said)s"), said=found.text), item
        )
    key = tokens.key_of(found.original) if around.account else ""
    return Event(
        kind="read" if found.kind == "read" else "delivered",
        key=f"report:{item}",
        # By our key a dispatch is found even while we do not know whether it left.
        item=(key or found.original) if found.kind != "read" else found.original,
        at=moment(mail, around),
        text=found.text if found.kind == "failed" else "",
        visibility="private",
        ok=found.kind != "failed",
        extra={"code": found.code, "is_soft": found.is_soft, "whom": found.whom}
        if found.kind == "failed"
        else {},
    )


def part(raw: bytes, place: str) -> bytes | None:
    """A file that lies in the mail, by the address that its event gave it."""
    found = part_at(mime.read(raw)[0], place)
    return found.content() if found else None


def original(raw: bytes) -> str | None:
    """The mail's HTML as it came, one part after the other; None if it has none."""
    found = marked_up(mime.read(raw)[0])
    return "\n<hr>\n".join(part.text()[0] for part in found) if found else None
