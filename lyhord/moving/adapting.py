"""What of a text of another time does not suit social media, and why (GO-06). Plain values: no Django, no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex

FLAGS = regex.IGNORECASE | regex.VERSION1

# As letters and mails end and begin in our languages.
LETTER = regex.compile(
    r"med vänliga? hälsning(?:ar)?|vänliga hälsningar|vänligen,?\s*$|högaktningsfullt|bästa hälsningar"
    r"|ystävällisin terveisin|kunnioittavasti|parhain terveisin|terveisin,?\s*$"
    r"|med vennlig hilsen|vennlig hilsen|med venlig hilsen|venlig hilsen|de bedste hilsner|bedste hilsner"
    r"|(?:yours|kind|best|warm) (?:sincerely|faithfully|regards)|sincerely yours|kindest regards|yours truly"
    r"|tack för ditt (?:mejl|mail|e-post|brev)|kiitos sähköpostistasi|takk for din e-post|tak for din mail"
    r"|thank you for your (?:e-?mail|letter)|vårt ärendenummer|please do not hesitate"
    r"|tveka inte att kontakta|du er velkommen til at kontakte",
    FLAGS | regex.MULTILINE,
)
FORMAL = regex.compile(
    r"^\s*(?:dear (?:sir|madam|mr|mrs|ms|customer)[^\n]{0,30}|to whom it may concern|bästa kund|kära kund"
    r"|hyvä (?:asiakas|asiakkaamme|vastaanottaja)|arvoisa [^\n]{0,20}|kjære kunde|kære kunde|ærede kunde)",
    FLAGS | regex.MULTILINE,
)
ATTACHMENT = regex.compile(
    r"\b(?:se |i )?bifog\w*|\bbilag\w*|\bliitteenä|\bliite\w*|\bvedlagt\w*|\bvedlegg\w*|\bvedhæftet\w*"
    r"|\battach(?:ed|ment)\w*|\benclosed\b|\[[^\]\n]{1,80}\.(?:pdf|docx?|xlsx?|png|jpe?g)\]",
    FLAGS,
)
LINK = regex.compile(r"https?://\S+|\bwww\.\S+", FLAGS)
OURS = regex.compile(r"\{(?:customer|agent|case|account|brand)\.[a-z_]+\}|\{opening_hours\}")
THEIRS = regex.compile(
    r"\{\{[^{}\n]{1,80}\}\}|#\{[^{}\n]{1,80}\}|%[A-Z_]{3,40}%|\$\{[^{}\n]{1,80}\}|<%=[^%\n]{1,80}%>|\[\[[^\]\n]{1,60}\]\]"
)
HTML = regex.compile(r"</?(?:p|br|div|b|strong|i|em|a|ul|ol|li|span|table)\b[^>\n]{0,200}>", FLAGS)
SLOW = 4 * 3600  # to the first answer: beyond it a promise was made for letters


@dataclass(frozen=True)
class Reason:
    """`code` has its words in `words.REASONS`."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """A network in use, and how much it takes."""

    network: str
    most: int
    used: int  # by this text, as the network counts


def reasons(kind: str, text: str, values: Mapping[str, Any], limits: Iterable[Limit]) -> Sequence[Reason]:
    """Never none: where nothing stands out, a person reads it still."""
    found: list[Reason] = []
    if kind in {"reply", "macro", "faq"} and text:
        found += [
            Reason("long", {"n": limit.used, "network": limit.network, "most": limit.most})
            for limit in limits
            if limit.used > limit.most
        ]
        found += of_words(text, is_reply=kind == "reply")
    other = [str(step) for step in values.get("other", ()) if step]
    if other:
        found.append(Reason("steps_left", {"words": ", ".join(other)[:200]}))
    first = values.get("first")
    if kind == "target" and isinstance(first, int) and first > SLOW:
        found.append(Reason("slow", {"hours": first // 3600}))
    return found or [Reason("look")]


def of_words(text: str, *, is_reply: bool) -> list[Reason]:
    found = []
    named = (
        ("letter", LETTER),
        ("formal", FORMAL),
        ("attachment", ATTACHMENT),
        ("foreign_variables", THEIRS),
    )
    for code, pattern in named:
        if match := pattern.search(text):
            found.append(Reason(code, {"words": " ".join(match.group().split())[:80]}))
    if LINK.search(text):
        found.append(Reason("link"))
    if HTML.search(text):
        found.append(Reason("html"))
    if is_reply and not OURS.search(text):
        found.append(Reason("no_variables"))
    return found
