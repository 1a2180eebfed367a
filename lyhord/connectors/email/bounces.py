"""What mail servers report of mails of ours: not delivered, delayed, delivered, read, complained about. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

from lyhord.connectors.email.charsets import words
from lyhord.connectors.email.fields import addresses, ids, line
from lyhord.connectors.email.mime import Part, read
from lyhord.lib.text import N_, shorten

Kind = Literal["failed", "delayed", "delivered", "read", "complaint"]

LOOKED_AT = 200_000  # bytes of a report's text
SENDERS = re.compile(
    r"(mailer[-_.]?daemon|mail[-_.]?delivery[-_.]?(sub)?system|post[-_.]?master|mailadmin|mmdf|bounces?)([+=-].*)?",
    re.I,
)
NAMES = re.compile(
    r"mail (delivery )?(sub)?system|mailer[- ]?daemon|mail administrator|post ?master|delivery (sub)?system"
    r"|internet mail delivery|mail delivery|nondelivery", re.I,
)  # fmt: skip
SUBJECTS = re.compile(
    r"undeliver|un-deliver|not delivered|non[- ]?delivery|returned mail|mail could not be delivered|failure notice"
    r"|delivery (status|failure|error|problem|has failed|report|notification|unsuccessful)|failed delivery|returned to sender"
    r"|mail (delivery )?fail|(message|mail) (status|delayed|undeliverable)|could not (be deliver|send)|delivery.{0,20}fail"
    r"|dsn:|mail system error|unzustellbar|olevererbar|kunde inte levereras|kan ikke leveres|ei voitu toimittaa"
    r"|onbestelbaar|non remis|non recapitabile|no entregado|rejected.{0,20}(mail|message)|warning: message|permanent error"
    r"|mail transaction failed|email rejected|undelivered|メールエラー|エラー通知|blocked (by|mail)|error sending|nicht zugestellt|未送達|配信不能",
    re.I,
)  # fmt: skip
PHRASES = re.compile(
    r"user unknown|unknown user|no such (user|recipient|mailbox)|mailbox (is |was )?full|over ?quota|exceeded.{0,20}quota"
    r"|recipient address rejected|relay access denied|relaying denied|could not be delivered to|host \S{1,80} said|said: [45]\d\d"
    r"|remote host said|smtp error|smtp server|mail server|mailer-daemon|\b5[0-5]\d[ -#]\d?\.?\d?\.?\d? ?\S{0,20} ?(unknown|invalid|reject)|address(es)? had (permanent|transient)",
    re.I,
)
ANSWERED = re.compile(r"\s*(re|fwd?|sv|vs|vb|vl|aw|wg)\s*:", re.I)  # of one who hands it on or asks about it
ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
BASIC = re.compile(r"(?<![\d.])([45][0-5]\d)(?:[ -#]|$)")
NOTICE = re.compile(r'^\s*\{"notificationType"\s*:\s*"(Bounce|Complaint|Delivery)"')
ORIGINAL = re.compile(r"^[>\s]{0,5}message-id:\s*(<[^<>\s]{1,400}>)", re.I | re.M)
FIELD = re.compile(r"^([A-Za-z-]{2,60}):[ \t]*(.*(?:\n[ \t].*)*)", re.M)
COMPLAINTS = re.compile(r"complaint about message|abuse report|email feedback report|spam report", re.I)
REPORTS = {
    "delivery-status": "failed", "disposition-notification": "read", "feedback-report": "complaint",
}  # fmt: skip
ACTIONS: dict[str, Kind] = {
    "failed": "failed", "delayed": "delayed", "delivered": "delivered", "relayed": "delivered", "expanded": "delivered",
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """`original` is the Message-ID of the mail that it is about, "" where the report does not say."""

    kind: Kind
    original: str = ""
    whom: str = ""  # the address that it was for
    code: str = ""  # as 5.1.1, or 550
    reason: str = ""

    @property
    def is_soft(self) -> bool:
        """It might succeed another day: a full mailbox, a server that is down."""
        return self.code.startswith("4")

    @property
    def text(self) -> str:
        told = f"{self.whom}: {self.code} {self.reason}" if self.whom else f"{self.code} {self.reason}"
        return shorten(line(told).strip(": "), 300) or N_("Not delivered; the report gives no reason.")


def report(mail: Part, subject: str) -> Report | None:
    """What the mail reports, None if it is no report."""
    kind = kind_of(mail)
    if kind == "complaint" or (
        COMPLAINTS.match(subject) and any(part.kind == "message/rfc822" for part in mail.walk())
    ):
        return Report("complaint", original(mail))
    if kind == "read":
        return receipt(mail)
    if kind == "failed":
        return told_by_fields(mail) or told_by_words(mail)
    if NOTICE.search(said(mail)[:200]):
        return notice(mail)
    return told_by_words(mail) if is_bounce(mail, subject) else None


def notice(mail: Part) -> Report:
    """What Amazon SES sends in JSON about mails that left through it."""
    found = NOTICE.search(said(mail)[:200])
    kind = found[1].lower() if found else ""
    if kind == "bounce":
        return told_by_words(mail)
    return Report("complaint" if kind == "complaint" else "delivered", original(mail))


def kind_of(mail: Part) -> str:
    parts = {part.kind for part in mail.walk()}
    said = mail.parameters.get("report-type", "").lower() if mail.kind == "multipart/report" else ""
    for name, kind in REPORTS.items():
        if said == name or f"message/{name}" in parts:
            return kind
    if "message/global-delivery-status" in parts or mail.kind == "multipart/report":
        return "failed"
    return "read" if "message/global-disposition-notification" in parts else ""


def is_bounce(mail: Part, subject: str) -> bool:
    """A report in a server's own words: from the mail system, or to nobody and with the words for it."""
    if mail.get("x-failed-recipients"):
        return True
    senders = addresses(mail.get("from"))
    empty = mail.get("from").strip() in {"<>", ""} and bool(mail.all("from"))
    system = empty or any(
        SENDERS.fullmatch(each.address.partition("@")[0]) or (not each.address and SENDERS.fullmatch(each.name))
        or NAMES.search(each.name) for each in senders
    ) or bool(SENDERS.fullmatch(mail.get("from").rpartition("<")[2].strip("> ").partition("@")[0]))  # fmt: skip
    text = said(mail)
    if system and bool(SUBJECTS.search(subject) or ENHANCED.search(text) or PHRASES.search(text)):
        return True
    # People write of parcels that were not delivered, too: so a server's own signs are needed beside the subject.
    null = mail.get("return-path").strip() == "<>"
    is_of_a_person = ANSWERED.match(subject) and not null
    return (
        bool(SUBJECTS.search(subject))
        and not is_of_a_person
        and (null or bool(ORIGINAL.search(text) or PHRASES.search(text)))
    )


def said(mail: Part) -> str:
    """The readable parts, the mail returned among them, up to an end."""
    found, left = [], LOOKED_AT
    for part in mail.walk():
        if left > 0 and not part.parts and part.kind.startswith(("text/", "message/")):
            text = (
                part.text()[0][:left]
                if part.kind.startswith("text/")
                else part.body[:left].decode("utf-8", "replace")
            )
            found.append(text)
            left -= len(text)
    return "\n".join(found)


def fields(text: str) -> dict[str, str]:
    """Of several recipients the first that failed counts; a later block does not write over it."""
    found: dict[str, str] = {}
    for name, value in FIELD.findall(text[:LOOKED_AT]):
        found.setdefault(name.lower(), line(value))
    return found


def told_by_fields(mail: Part) -> Report | None:
    """A delivery status as RFC 3464 has it."""
    status = next((part for part in mail.walk() if part.kind.endswith("delivery-status")), None)
    if status is None:
        return None
    blocks = [
        fields(block) for block in status.content()[:LOOKED_AT].decode("utf-8", "replace").split("\n\n")
    ]
    whom = [block for block in blocks if "action" in block or "status" in block or "final-recipient" in block]
    failed = next((block for block in whom if block.get("action", "").lower().startswith("fail")), None)
    block = failed or next(iter(whom), {})
    action = block.get("action", "failed").partition(" ")[0].lower()
    reason = block.get("diagnostic-code", "").partition(";")[2] or block.get("diagnostic-code", "")
    recipient = block.get("final-recipient") or block.get("original-recipient", "")
    return Report(
        kind=ACTIONS.get(action, "failed"),
        original=original(mail),
        whom=next((each.address for each in addresses(recipient.rpartition(";")[2])), ""),
        code=code_in(block.get("status", "")) or code_in(reason) or code_in(said(mail)),
        reason=reason or first_reason(said(mail)),
    )


def told_by_words(mail: Part) -> Report:
    text = said(mail)
    whom = next((each.address for each in addresses(mail.get("x-failed-recipients"))), "")
    return Report("failed", original(mail), whom, code_in(text), first_reason(text))


def code_in(text: str) -> str:
    found = ENHANCED.search(text)
    if found:
        return found[0]
    basic = BASIC.search(text)
    return basic[1] if basic else ""


def first_reason(text: str) -> str:
    """The first line with a code in it, else the first that speaks of failure."""
    lines = [line(each) for each in text.split("\n")[:400]]
    for pattern in (ENHANCED, BASIC, SUBJECTS):
        for each in lines:
            if pattern.search(each):
                return each[:300]
    return next((each[:300] for each in lines if each), "")


def receipt(mail: Part) -> Report:
    part = next((part for part in mail.walk() if part.kind.endswith("disposition-notification")), None)
    told = fields(part.content().decode("utf-8", "replace")) if part else {}
    named = ids(told.get("original-message-id", ""))
    is_read = "displayed" in told.get("disposition", "").lower()
    return Report("read" if is_read else "delivered", named[0] if named else original(mail))


def original(mail: Part) -> str:
    """The Message-ID of the mail returned: in the part that returns it, or among the words; not the report's own."""
    own = set(ids(mail.get("message-id")))
    for part in mail.walk():
        if part.kind in {
            "message/rfc822",
            "text/rfc822-headers",
            "message/global",
            "message/rfc822-headers",
            "message/global-headers",
        }:
            inner, _notes = read(part.content()[:LOOKED_AT])
            if found := [each for each in ids(inner.get("message-id")) if each not in own]:
                return found[0]
    found = [each for each in ORIGINAL.findall(words(said(mail))) if each not in own]
    return found[-1] if found else next(iter(ids(mail.get("in-reply-to"))), "")
