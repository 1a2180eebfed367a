"""Who wrote a mail, as far as that can be known. Pure; small on purpose (reference reliability-security.md, finding 11).

A From is a claim. It names an identity when there is exactly one address in it; it is confirmed when our own mail
server says so; nothing else in a mail makes anybody anyone: no Reply-To, no name, no Message-ID, no guessed address.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from lyhord.connectors.email.fields import Address, addresses, line
from lyhord.connectors.email.mime import Part
from lyhord.lib.sentences import filled
from lyhord.lib.text import N_

Standing = Literal["confirmed", "claimed", "failed", "nobody"]

RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)
SIGNED_BY = re.compile(r"\bheader\.(?:d|i)\s*=\s*\"?@?([a-z0-9.-]+)", re.IGNORECASE)
COMMENT = re.compile(r"\([^()]{0,500}\)")
LOOKED_AT = 8_000
MAIL, UNSURE = "mail:", "unverified:"


@dataclass(frozen=True)
class Sender:
    """`native` is what tells people apart. A mail that is not surely hers never bears a customer's own `mail:` name."""

    native: str
    address: str
    name: str
    standing: Standing
    notes: tuple[str, ...] = ()


def who(mail: Part, item: str, authserv: str = "") -> Sender:
    """`authserv` is the name of our own mail server in Authentication-Results; "": nobody vouches for anything."""
    found = [each for value in mail.all("from") for each in addresses(value)]
    if len(mail.all("from")) != 1 or len(found) != 1 or not found[0].address or found[0].is_odd:
        shown = line(mail.get("from"))[:200]
        nobody = f"{UNSURE}{hashlib.sha256(item.encode()).hexdigest()[:24]}"
        return Sender(nobody, "", shown, "nobody", (N_("The mail does not name exactly one sender."),))
    sender = found[0]
    standing = authentication(mail, sender, authserv)
    prefix = UNSURE if standing == "failed" else MAIL
    return Sender(
        prefix + sender.address, sender.address, sender.name, standing, notes(mail, sender, standing)
    )


def notes(mail: Part, sender: Address, standing: Standing) -> tuple[str, ...]:
    """What the person who answers should know."""
    told = []
    if standing == "failed":
        told.append(
            N_("Our mail server says that this mail did not come from its sender's domain. It may be forged.")
        )
    if not sender.address.isascii():
        told.append(N_("The sender's address has letters that may look like others."))
    if "@" in sender.name and sender.address not in sender.name.lower():
        told.append(
            filled(
                N_("The name of the sender reads like another address. It came from %(address)s."),
                address=sender.address,
            )
        )
    other = reply_to(mail, sender.address)
    if other:
        told.append(
            filled(
                N_("The mail asks for answers to %(other)s. Ours go to %(address)s."),
                other=other,
                address=sender.address,
            )
        )
    return tuple(told)


def reply_to(mail: Part, address: str) -> str:
    """Another address that answers are asked for at. It is told, and never followed by itself."""
    found = [each.address for value in mail.all("reply-to") for each in addresses(value) if each.address]
    return next((each for each in found if each != address), "")


def authentication(mail: Part, sender: Address, authserv: str) -> Standing:
    """The topmost result of our own server alone: below it anybody may have written more (RFC 8601, section 5)."""
    if not authserv:
        return "claimed"
    for value in mail.all("authentication-results"):
        name, _semicolon, results = COMMENT.sub(" ", value[:LOOKED_AT]).partition(";")
        if name.split()[:1] == [authserv.lower()] or name.strip().lower().split(" ")[0] == authserv.lower():
            return standing(results, sender.address.rpartition("@")[2])
    return "claimed"


def standing(results: str, domain: str) -> Standing:
    """DMARC binds the result to the From; a signature alone counts if it is of the same domain."""
    found: dict[str, str] = {}
    for method, result in RESULT.findall(results):
        found.setdefault(method.lower(), result.lower())
    if found.get("dmarc") == "pass":
        return "confirmed"
    if found.get("dmarc") == "fail":
        return "failed"
    signer = SIGNED_BY.search(results)
    is_aligned = signer is not None and (
        domain == signer[1].lower() or domain.endswith("." + signer[1].lower())
    )
    return "confirmed" if found.get("dkim") == "pass" and is_aligned else "claimed"


def address_of(person: str) -> str:
    """The address behind a native id, "" where it names none."""
    for prefix in (MAIL, UNSURE):
        if person.startswith(prefix):
            found = person.removeprefix(prefix)
            return found if "@" in found else ""
    return ""
