"""New words of a mail told from what its program put there: the mail answered, and the signature. Pure, one pass."""

import re
from dataclasses import dataclass

LOOKED_AT = 400  # signs of a line that decide what it is
ATTRIBUTION_LINES = 4  # a program breaks "On ... wrote:" into so many
MARKERS = re.compile(
    r"[-_=\s]{2,}\s*(original message|ursprungligt meddelande|ursprungsmeddelande|originalmeddelande"
    r"|alkuperäinen viesti|opprinnelig melding|oprindelig meddelelse|ursprüngliche nachricht|message d.origine"
    r"|mensaje original|messaggio originale|oorspronkelijk bericht|исходное сообщение)\s*[-_=\s]{2,}",
    re.IGNORECASE,
)
WROTE = re.compile(
    r"(wrote|writes|skrev|skriver|kirjoitti|schrieb|a écrit|écrit|escribió|ha scritto|schreef|написала?|napisała?)\b"
    r".{0,200}:?$"
    r"|(напис|napsal).{0,80}:$",
    re.IGNORECASE,
)
BEGINS = re.compile(
    r"((on|den|am|le|el|il|op|ti|ma|ke|to|pe|la|su|fre|lör|sön|mån|tis|ons|tor)\b.{0,60}\d|\d{1,4}[./-]\d)",
    re.IGNORECASE,
)
# Some programs quote without ">"; then only a head with a date is one.
DATED = re.compile(r"(on|den|am|le|el|il|op|ti|ma|ke|to|pe|la|su)\b.{0,40}\d", re.IGNORECASE)
FROM = re.compile(r"\*?(from|från|lähettäjä|fra|von|de|da|van)\s*:\*?\s*\S", re.IGNORECASE)
FURTHER = re.compile(
    r"\*?(sent|date|to|cc|subject|skickat|datum|till|kopia|ämne|lähetetty|päiväys|päivämäärä|vastaanottaja|kopio|aihe"
    r"|sendt|dato|til|kopi|emne|gesendet|an|betreff|envoyé|à|objet|enviado|para|asunto|inviato|a|oggetto)\s*:",
    re.IGNORECASE,
)
SENT_FROM = re.compile(
    r"(sent from (my|the|outlook|mail|yahoo|samsung)|get outlook for|skickat från (min|outlook|mail)|skaffa outlook|"
    r"hämta outlook|lähetetty (.{0,40}(iphone|ipad|puhelim|laittee|samsung|android|outlook))|"
    r"sendt fra (min|outlook|mail)|hent outlook|fra min (iphone|ipad)|von meinem .{0,30}gesendet|envoyé de mon)",
    re.IGNORECASE,
)
FORWARDED = re.compile(r"(fwd?|vs|vb|vl|wg|tr|rv)\s*:", re.IGNORECASE)
MOST_SIGNATURE = 15  # lines after "-- "; more of them is no signature


@dataclass(frozen=True)
class Folded:
    """`text` are the new words; the rest can be folded out. Together they are all that was written."""

    text: str
    quoted: str = ""
    signature: str = ""


def fold(text: str, subject: str = "") -> Folded:
    """What is only quoted stays whole: a mail without words of its own is shown as it is."""
    lines = text.split("\n")
    cut = len(lines) if FORWARDED.match(subject.strip()) else quote_begins(lines)
    words, quoted = lines[:cut], lines[cut:]
    end = signature_begins(words)
    text, signature = "\n".join(words[:end]).strip(), "\n".join(words[end:]).strip()
    if not text:
        text, signature = "\n".join(words).strip(), ""
    if not text:
        return Folded("\n".join(lines).strip())
    return Folded(text, "\n".join(quoted).strip(), signature)


def quote_begins(lines: list[str]) -> int:
    """The line at which the mail answered begins, with its head; how many there are if nothing is quoted.

    Quotes with new words after them stay, since the words answer them.
    """
    marked = next((at for at in range(len(lines)) if is_marker(lines, at)), len(lines))
    if marked < len(lines) and is_attribution(lines, marked):
        marked = with_attribution(lines, marked + 1)
    last = marked
    while last and (not lines[last - 1].strip() or is_quoted(lines[last - 1])):
        last -= 1
    if last == marked or not any(is_quoted(line) for line in lines[last:marked]):
        return with_attribution(lines, marked) if marked < len(lines) else marked
    return with_attribution(lines, last)


def is_quoted(line: str) -> bool:
    return line.lstrip(" \t")[:1] == ">"


def is_marker(lines: list[str], at: int) -> bool:
    line = lines[at][:LOOKED_AT].strip()
    if MARKERS.fullmatch(line):
        return True
    if FROM.match(line):  # the head that Outlook puts before a mail answered
        below = [part[:LOOKED_AT].strip() for part in lines[at + 1 : at + 7]]
        return sum(1 for part in below if FURTHER.match(part)) >= 2
    return is_attribution(lines, at) and bool(
        DATED.match(lines[with_attribution(lines, at + 1)][:LOOKED_AT].strip())
    )


def is_attribution(lines: list[str], at: int) -> bool:
    """Whether a head like "On Monday Kim wrote:" ends at this line."""
    line = lines[at][:LOOKED_AT].strip().lstrip("> ")
    return len(line) < 300 and bool(WROTE.search(line)) and line.endswith((":", ".", ">"))


def with_attribution(lines: list[str], at: int) -> int:
    """Where the head of a quote begins, which stands in the lines right before it."""
    end = at
    while end and not lines[end - 1].strip():
        end -= 1
    if not end or not is_attribution(lines, end - 1):
        return at
    for begin in range(end - 1, max(end - 1 - ATTRIBUTION_LINES, -1), -1):
        if not lines[begin].strip():
            break
        if BEGINS.match(lines[begin][:LOOKED_AT].strip()):
            return begin
    return end - 1


def signature_begins(lines: list[str]) -> int:
    """After the last "-- " (RFC 3676, 4.3) or "Sent from my phone", if not much follows."""
    for at in range(len(lines) - 1, max(len(lines) - MOST_SIGNATURE - 2, -1), -1):
        line = lines[at][:LOOKED_AT]
        if line in {"-- ", "--", "—"} or SENT_FROM.match(line.strip()):
            return at
    return len(lines)
