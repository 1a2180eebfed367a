"""What the desk decides on plain values: where a conversation stands, when a matter is a new one, how a reply is signed."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import regex

SAME_MATTER = timedelta(
    days=14
)  # a new word within this time of closing reopens; later it is a matter of its own
ANSWERED_KINDS = frozenset({"question", "complaint", "idea"})

# Purposes of accounts and models of brands: channels.models.Purpose, staff.models.Brand.channel_model.
OWN_QUEUE = {"brand": "community", "local": "community", "corporate": "corporate"}


def flow(purpose: str, channel_model: str, kind: str, needs_answer: bool) -> str:
    """The queue in which a conversation stands: service, community or corporate.

    Separated: a service account's word is service, whatever it says; another account's goes to that account's own
    queue unless it was classified as service. Integrated: every word is judged for itself, whatever the account.
    Mixed: service accounts as separated, the others as integrated.
    """
    if purpose == "service" and channel_model in {"separated", "mixed"}:
        return "service"
    if kind == "corporate":
        return "corporate"
    if kind in ANSWERED_KINDS or (channel_model != "separated" and needs_answer):
        return "service"
    if channel_model == "separated":
        return OWN_QUEUE.get(purpose, "service")
    return "community"


# What people use the channel for (TR-06) --------------------------------------------------------------------------

# Who writes for what decides first: a journalist's complaint is not handled as a customer's.
USE_OF_PURPOSE = {
    "press": "brand",
    "recruitment": "relation",
    "sales-lead": "relation",
    "stakeholder": "relation",
    "legal-threat": "complaint",
}
USE_OF_KIND = {
    "question": "service",
    "complaint": "complaint",
    "corporate": "brand",
    "praise": "brand",
    "idea": "relation",
    "chatter": "brand",
    "spam": "brand",
}
PASSING = frozenset({"praise", "chatter"})


def purpose(kind: str, told: str) -> str:
    """Who writes for what, as far as it means anything: fans and fraudsters write to nobody, but a wish is one anywhere."""
    return "" if kind in {"chatter", "spam"} and told != "influence" else told


def use(kind: str, purpose: str) -> str:
    """Which of four things we are there to do: solve a problem, handle a complaint, tend the brand, look after customers.

    Spam is whatever its kind says. Else press, job seekers, buyers, owners and legal threats go by their purpose; who wants
    a change (influence) is heard for the brand's sake, unless she complains; everything else goes by its kind. What was
    never judged is a problem to solve, so that nobody overlooks it.
    """
    if kind == "spam":
        return USE_OF_KIND[kind]
    if purpose in USE_OF_PURPOSE:
        return USE_OF_PURPOSE[purpose]
    if purpose == "influence" and kind != "complaint":
        return "brand"
    return USE_OF_KIND.get(kind, "service")


def use_after(before: str, kind: str, purpose: str) -> str:
    """The use of a matter once a further word was said in it: her thanks at the end do not make a problem praise."""
    return before if kind in PASSING else use(kind, purpose)


def is_same_matter(closed_at: datetime | None, at: datetime) -> bool:
    """Whether a word at `at` still belongs to what was closed then (None: it is not closed)."""
    return closed_at is None or at - closed_at <= SAME_MATTER


# Case numbers --------------------------------------------------------------------------------------------------

REFERRED = timedelta(days=30)  # so long a referral waits for the customer to write where she was sent
CASE_WORDS = (
    "case", "ticket", "reference", "number", "no", "nr", "nummer", "numret", "numero", "numeroni", "ärende", "ärendet",
    "ärendenummer", "sak", "saken", "saksnummer", "sag", "sagen", "sagsnummer", "asia", "asianumero", "tapaus",
)  # fmt: skip
CASE_NUMBER = regex.compile(
    rf"#\s?(?P<sign>\d{{4,15}})(?!\d)"
    rf"|\b(?:{'|'.join(CASE_WORDS)})\b[\s.:#]*(?:(?:is|är|on|er)\s+)?(?P<word>\d{{4,15}})(?!\d)"
    rf"|\A\s*(?P<alone>\d{{4,15}})\s*(?:\Z|\n)",
    regex.IGNORECASE,
)


def case_numbers(text: str) -> set[int]:
    """Numbers that somebody gives as those of her case: "#1042", "ärende 1042", or a first line of its own.

    A bare number in a sentence is a price, a train or a year.
    """
    found = CASE_NUMBER.finditer(text[:5000])
    return {int(one["sign"] or one["word"] or one["alone"]) for one in found}


# Signatures ----------------------------------------------------------------------------------------------------

OPENERS = r"[/^~\-–—*]"
# What people write before their name at the end of a message, in the five languages.
FAREWELLS = (
    "mvh", "vh", "hälsningar", "vänliga hälsningar", "med vänlig hälsning", "hilsen", "vennlig hilsen", "med vennlig hilsen",
    "venlig hilsen", "med venlig hilsen", "terveisin", "terv", "t", "ystävällisin terveisin", "regards", "kind regards",
    "best regards", "best", "yours", "cheers",
)  # fmt: skip


def signature_of(chosen: str, name: str) -> str:
    """How a person signs: as she chose, else by her first name."""
    chosen = chosen.strip()
    if chosen:
        return chosen
    first = name.split()[0] if name.strip() else ""
    return f"/{first}" if first else ""


def initials(name: str) -> str:
    return "".join(part[0] for part in regex.split(r"[\s\-]+", name.strip()) if part).upper()


def is_signed(text: str, signature: str, name: str) -> bool:
    """Whether the person has put her name under `text` already, in whatever way people do."""
    end = regex.sub(
        r"[\s.!\p{Emoji_Presentation}\uFE0F]+$", "", unicodedata.normalize("NFC", text)
    ).casefold()
    return any(ends_with_name(end, sign) for sign in signs(signature, name)) or any(
        ends_with_initials(end, sign)
        for sign in {initials(name), initials(name)[:1] + initials(name)[-1:]}
        if len(sign) > 1
    )


def signs(signature: str, name: str) -> set[str]:
    bare = regex.sub(rf"^{OPENERS}+\s*", "", signature.strip())
    return {sign for sign in (bare, name.strip(), name.split()[0] if name.strip() else "") if sign}


def ends_with_name(end: str, sign: str) -> bool:
    """The name stands last: after a sign, a line break, the end of a sentence, or a farewell."""
    name = regex.escape(unicodedata.normalize("NFC", sign).casefold())
    farewell = "|".join(regex.escape(word) for word in FAREWELLS)
    before = (
        r"^",
        r"\n\s*",
        r"[/^~]\s*",
        rf"(?:^|[\s.!?,]){OPENERS}+\s*",  # a dash must stand free: Anna-Linnea is another person
        r"[.!?…:)]\s+",
        rf"(?:^|[\s.!?,])(?:{farewell})[.,:]?\s+",
    )
    return bool(regex.search(rf"(?:{'|'.join(before)}){name}$", end))


def ends_with_initials(end: str, sign: str) -> bool:
    """Initials are letters that any word may end with, so they must stand after a sign or on a line of their own."""
    return bool(regex.search(rf"(?:\n\s*|(?:^|[\s.!?,]){OPENERS}+\s*){regex.escape(sign.casefold())}$", end))


def signed(text: str, signature: str, name: str, fits: Callable[[str], bool]) -> str:
    """`text` with the person's signature under it, never twice, and never over the network's limit if it can be helped.

    Where the whole signature does not fit, her initials stand for it ("^LN"); where those do not fit either, the
    text comes back with them, for the caller to refuse it by its length.
    """
    text = text.rstrip()
    if not signature or is_signed(text, signature, name):
        return text
    short = f"^{initials(name)}" if initials(name) else signature
    for sign in (signature, short):
        if fits(f"{text} {sign}"):
            return f"{text} {sign}"
    return f"{text} {short}"


# The text of a list row ------------------------------------------------------------------------------------------


def one_line(text: str, most: int = 200) -> str:
    """The words in one line, cut at `most` characters."""
    # Only the beginning is looked at: a post may be a megabyte.
    line = " ".join(text[: most * 4].split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


HANDLE = regex.compile(r"@[\w.-]+(?:@[\w.:-]+)?")


def roles(mentions: list[dict[str, Any]], extra: Mapping[str, Any], text: str) -> list[dict[str, Any]]:
    """Everybody whom a post names, each with a role (IN-20): who is addressed, answered, quoted, or only named.

    Addressed is whose handle stands before the first word. What the network itself says of somebody counts more.
    """
    start = leading(text)
    told_roles = extra.get("roles")
    known: Mapping[str, Any] = told_roles if isinstance(told_roles, Mapping) else {}
    found = []
    for one in mentions:
        handle = str(one.get("handle") or "")
        told = known.get(one.get("native") or "")
        first = handle.lstrip("@").casefold().partition("@")[0]
        role = told if told in ROLES else "addressed" if first and first in start else "named"
        name = str(one.get("name") or "") or handle
        if name or handle:
            found.append({"name": name, "handle": handle, "role": role, "is_us": bool(one.get("is_us"))})
    return found


ROLES = frozenset({"addressed", "answered", "named", "quoted"})


def leading(text: str) -> set[str]:
    """The handles before the first word, without their servers."""
    found = set()
    for word in text.split():
        handle = HANDLE.fullmatch(word.rstrip(",:.!"))
        if handle is None:
            break
        found.add(handle[0].lstrip("@").casefold().partition("@")[0])
    return found
