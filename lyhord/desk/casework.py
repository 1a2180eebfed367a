"""What is decided about cases on plain values: how far one has come, what its closing asks for, which are read again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

import regex

OUTCOMES = ("solved", "partly", "workaround", "passed_on", "not_solvable")


@dataclass(frozen=True)
class Facts:
    """What happened in a case so far."""

    is_closed: bool = False
    was_reopened: bool = False  # closed once and open again, and not answered since
    is_answered: bool = False  # our last word has reached her and she has not written since
    is_in_work: bool = False  # its owner, or a colleague, has done something in it
    has_owner: bool = False
    is_acknowledged: bool = False  # she knows that we have seen it


def state(facts: Facts) -> str:
    """How far the case has come. What is farthest counts; opened again is told until she is answered anew."""
    if facts.is_closed:
        return "resolved"
    if facts.was_reopened:
        return "reopened"
    if facts.is_answered:
        return "answered"
    if facts.is_in_work and facts.has_owner:
        return "in_work"
    if facts.has_owner:
        return "owned"
    return "acknowledged" if facts.is_acknowledged else "new"


def is_complaint(use: str, said: bool | None, *, is_spam: bool) -> bool:
    """Whether a complaint's rules hold: a person's word counts before what was judged, and spam is none."""
    if is_spam:
        return False
    return use == "complaint" if said is None else said


def missing(outcome: str, *, is_answered: bool, can_answer: bool, result: str) -> str:
    """What a complaint lacks before it can be closed (CA-02): reply | outcome | reason | "" (nothing).

    Where nobody can be answered any more, a reason in words stands for the reply.
    """
    if not is_answered and can_answer:
        return "reply"
    if outcome not in OUTCOMES:
        return "outcome"
    if not is_answered and not result.strip():
        return "reason"
    return ""


def is_drawn(case: int, secret: str, percent: int) -> bool:
    """Whether a closed complaint is read a second time: the same answer for the same case, whoever closes it."""
    digest = hashlib.blake2b(f"{secret}:{case}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) % 10_000 < percent * 100


def recovered(first: int, last: int) -> bool | None:
    """Whether a customer who began discontent ended otherwise (CA-12); None: she did not begin so."""
    return None if first >= 0 else last >= 0


# Fields of one's own ------------------------------------------------------------------------------------------------

YES = frozenset({"yes", "true", "1", "on", "ja", "kyllä", "joo"})
NO = frozenset({"no", "false", "0", "off", "nej", "nei", "ei"})


def tidy(kind: str, text: str, choices: Sequence[str] = ()) -> str | None:
    """The value in the one form in which it is kept; "" is none, None: it is not of this kind."""
    text = " ".join(text.split())
    if not text:
        return ""
    if kind == "number":
        return number(text)
    if kind == "date":
        return day(text)
    if kind == "choice":
        return next((one for one in choices if one.casefold() == text.casefold()), None)
    if kind == "yes_no":
        word = text.casefold()
        return "yes" if word in YES else "no" if word in NO else None
    return text if len(text) <= 300 else None


def number(text: str) -> str | None:
    """A plain number, with a point: "1 250,50" is 1250.5."""
    text = regex.sub(r"(?<=\d)[\s'](?=\d{3}(\D|$))", "", text).replace("\N{MINUS SIGN}", "-")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= 10**15 or not regex.fullmatch(r"[+-]?\d+(\.\d{1,6})?", text):
        return None
    plain = format(value.normalize(), "f")
    return "0" if plain in {"-0", "0"} else plain


def day(text: str) -> str | None:
    """A date as 2026-03-01; 1.3.2026 is understood."""
    if found := regex.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text):
        text = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else None
    except ValueError:
        return None
