"""Which mails a machine wrote, so that none is answered by one. Pure.

RFC 3834 and what programs do beside it; the words are those that mail programs put into subjects by themselves.
"""

import re
from dataclasses import dataclass
from typing import Literal

from lyhord.connectors.email.fields import addresses
from lyhord.connectors.email.mime import Part
from lyhord.lib.sentences import filled
from lyhord.lib.text import N_

Kind = Literal["human", "automatic", "auto_reply", "list", "own_loop"]

SAYS_SO = N_("It says of itself that a program wrote it (%(sign)s).")
SAYS_AUTOMATIC = (
    "x-autoreply", "x-autoresponder", "x-autorespond", "x-auto-reply", "x-mail-autoreply", "x-vacation",
    "x-autoreply-from", "x-auto-response", "x-away", "x-ironport-autoreply", "x-cron-env",
)  # fmt: skip
NO = frozenset({"no", "false", "0", "none", "off"})
AWAY = (
    r"automatic reply|auto[- ]?reply|auto[- ]?response|automatic response|automated (reply|response)|autoresponder|auto"
    r"|out of (the )?office( (reply|message|notification|autoreply))?|away from (the )?office|vacation( reply| response)?"
    r"|on vacation|autosvar|automatiskt svar|automatiskt meddelande|frånvaro(meddelande)?|automatisk svar|autosvar"
    r"|fraværsmelding|fraværende|fravær|ikke til stede|fraværsbesked|automaattinen vastaus|automaattivastaus"
    r"|poissaoloilmoitus|poissaolo|poissa|automatische antwort|abwesenheitsnotiz|abwesenheitsnachricht|abwesenheit"
    r"|abwesend|réponse automatique|absence du bureau|absent du bureau|message d.absence|respuesta automática"
    r"|fuera de (la )?oficina|ausente|risposta automatica|fuori (sede|ufficio)|resposta automática|ausência"
    r"|automatisch antwoord|afwezig(heid)?|afwezigheidsbericht|automatická odpověď|automatyczna odpowiedź|odpowiedź automatyczna"
    r"|automatikus válasz|automatisks? (atbildes|atsak)\w*|automaatvastus|автоматический ответ|автоответ|автоматична відповідь"
    r"|otomatik yanıt|自动回复|自动答复|自動回覆|自動回复|自動応答|自動返信|不在通知|자동 회신|부재 중|رد تلقائي|תגובה אוטומטית"
)
SUBJECT = re.compile(rf"\W{{0,5}}({AWAY})\s*([:：\-–—(\[].*)?$", re.IGNORECASE | re.DOTALL)
NO_ANSWER = re.compile(
    r"(no|do|don|ne|nao|não)t?[._-]?(not)?[._-]?(reply|respond|answer|response|responder|responda|repondre)|noreply|no-?return"
    r"|ne-?pas-?repondre|svara-?(inte|ej)|ei-?vasta(usta|a)?|(ikke|ikkje)-?svar|svar-?ikke|nicht-?antworten|keine-?antwort|niet-?(be)?antwoorden",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Verdict:
    """Only a human's mail belongs to a case; what is `automatic` is shown, apart from all cases."""

    kind: Kind
    why: str = ""

    @property
    def may_open(self) -> bool:
        return self.kind in {"human", "automatic"}

    @property
    def may_reopen(self) -> bool:
        return self.kind == "human"

    @property
    def may_auto_answer(self) -> bool:
        return self.kind == "human"


def verdict(mail: Part, subject: str, ours: frozenset[str]) -> Verdict:
    """`ours` are our own addresses, as far as they are known. Bounces and receipts were told apart before."""
    return (
        own_loop(mail, ours)
        or told_by_headers(mail)
        or list_mail(mail, ours)
        or told_by_subject(subject)
        or unanswerable(mail)
        or Verdict("human")
    )


def own_loop(mail: Part, ours: frozenset[str]) -> Verdict | None:
    """From us to us. Without knowing who we are: from whom it was delivered to."""
    known = ours or frozenset(
        each.address for name in ("to", "delivered-to", "x-original-to") for each in addresses(mail.get(name))
    )
    if any(each.address and each.address in known for each in addresses(mail.get("from"))):
        return Verdict("own_loop", N_("It names one of our own addresses as its sender."))
    return None


def told_by_headers(mail: Part) -> Verdict | None:
    said = first_word(mail.get("auto-submitted"))
    if said and said != "no":
        return Verdict("auto_reply", filled(SAYS_SO, sign=f"Auto-Submitted: {said[:40]}"))
    for name in SAYS_AUTOMATIC:
        if any(value.strip().lower() not in NO for value in mail.all(name)):
            return Verdict("auto_reply", filled(SAYS_SO, sign=name))
    if "autoresponder" in mail.get("x-post-messageclass").lower():
        return Verdict("auto_reply", filled(SAYS_SO, sign="X-POST-MessageClass"))
    if first_word(mail.get("precedence")) in {"auto_reply", "auto-reply", "autoreply"}:
        return Verdict("auto_reply", filled(SAYS_SO, sign="Precedence"))
    paths = mail.all("return-path")
    if paths and paths[0].strip() == "<>":
        return Verdict("auto_reply", N_("It takes no answer: its sender is empty (Return-Path: <>)."))
    return None


def list_mail(mail: Part, ours: frozenset[str]) -> Verdict | None:
    """A list that is our own address (a group that hands on what customers write) is none."""
    named = [mail.get("list-id").rpartition("<")[2].rstrip("> ").lower(), mail.get("list-post").lower()]
    if any(address in named[1] or address.replace("@", ".") == named[0] for address in ours):
        return None
    if (
        any(mail.get(name) for name in ("list-id", "mailing-list", "x-mlserver", "x-ml-name"))
        or first_word(mail.get("precedence")) == "list"
    ):
        return Verdict("list", N_("It came by a mailing list."))
    return None


def told_by_subject(subject: str) -> Verdict | None:
    if SUBJECT.match(subject[:300]):
        return Verdict("auto_reply", N_("Its subject says that it is an automatic answer."))
    return None


def unanswerable(mail: Part) -> Verdict | None:
    suppressed = first_word(mail.get("x-auto-response-suppress"))
    if suppressed and suppressed != "none":
        return Verdict("automatic", N_("It asks for no automatic answers (X-Auto-Response-Suppress)."))
    if first_word(mail.get("precedence")) in {"bulk", "junk"} or mail.get("list-unsubscribe"):
        return Verdict("automatic", N_("It was sent to many."))
    for each in [*addresses(mail.get("from")), *addresses(mail.get("reply-to"))]:
        if NO_ANSWER.match(each.address.partition("@")[0]):
            return Verdict(
                "automatic", filled(N_("Its sender takes no answers (%(address)s)."), address=each.address)
            )
    return None


def first_word(value: str) -> str:
    return value.partition(";")[0].partition(",")[0].partition("(")[0].strip().lower()
