"""How the reply sounds and what surrounds it: shouting, wit, dismissal, clarity, signature, way back, likeness."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from lyhord.lib.text import N_
from lyhord.triage.replies.draft import Draft, lowered
from lyhord.triage.replies.finding import Finding, quoted
from lyhord.triage.replies.phrases import has, spans

WHY: dict[str, str] = {
    "shouting": N_("“%(words)s” reads as shouting. Write it in small letters, with one sign at the end."),
    "own_wit": N_("“%(words)s” may be read as laughing at the customer. Wit needs a second pair of eyes."),
    "dismissive": N_("“%(words)s” puts the customer down. Take the complaint seriously."),
    "long_sentence": N_("A sentence of %(count)d words. Make two of it."),
    "jargon": N_("“%(words)s” is our own language. Say it in plain words."),
    "missing_signature": N_("Nobody signs. Put your name under it: people answer people."),
    "doubled_signature": N_("“%(words)s” is added when it is sent. It would stand there twice."),
    "no_contact_route": N_("This ends the case and tells no way to reach us. Add one."),
    "known_fact": N_("We do know “%(words)s”: the knowledge bank has an approved fact on it."),
    "same_reply": N_("This person got nearly the same reply from us before. Say something new."),
    "template": N_("Nearly word for word as an earlier reply. Make it this person's own."),
}  # fmt: skip

CAPITALS = re.compile(r"(?<![\w#@&-])[^\W\d_a-zåäöæø]{4,}(?:[ ,]+[^\W\d_a-zåäöæø]{2,})+(?!\w)")
SIGNS = re.compile(r"[!?]{3,}|!{2,}")
LONG_SENTENCE = 32  # words; people who read on a small screen lose the thread above some thirty
WORDS = re.compile(r"\w+(?:['’:-]\w+)*")
# Figures are put into templates, as names are.
UNCOUNTED = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
ALIKE = 0.86  # share of words in the same order
LEAST = 6  # words of a reply that can be a copy: "Yes, until six." may be said often
LINK = re.compile(r"https?://|www\.|\w@\w|\b0\d[\d -]{5,}\d|\+\d[\d -]{6,}\d|\.example\b")


def findings(draft: Draft, *, is_witty: bool) -> list[Finding]:
    body = draft.small[: draft.body]
    found = [shown(draft, "shouting", hit.span()) for hit in CAPITALS.finditer(draft.text, 0, draft.body)]
    found += [shown(draft, "shouting", hit.span()) for hit in SIGNS.finditer(body)]
    found += [shown(draft, "dismissive", span) for span in spans(draft.language, ("dismissive",), body)]
    if not is_witty:
        found += [shown(draft, "own_wit", span) for span in spans(draft.language, ("wit",), body)]
    return found + clarity(draft)


def clarity(draft: Draft) -> list[Finding]:
    body = draft.small[: draft.body]
    found = [
        Finding("unclear", *span, WHY["jargon"], {"words": quoted(draft.text[span[0] : span[1]])})
        for span in spans(draft.language, ("jargon",), body)
    ]
    for sentence in draft.sentences:
        count = len(WORDS.findall(draft.small[sentence.start : sentence.end]))
        if count > LONG_SENTENCE:
            found.append(
                Finding("unclear", sentence.start, sentence.end, WHY["long_sentence"], {"count": count})
            )
    return found


def beside(draft: Draft, signature: str | None, *, ends_case: bool, known: Sequence[str]) -> list[Finding]:
    """What the place and the house ask for. `signature`: what is added when it is sent; "" and None: nothing."""
    found: list[Finding] = []
    end = len(draft.text.rstrip())
    added = (signature or "").strip()
    if added and draft.text.rstrip().endswith(added):
        found.append(shown(draft, "doubled_signature", (end - len(added), end)))
    elif not added and not draft.signature:
        found.append(
            Finding(
                "missing_signature", draft.body if draft.body < end else end, end, WHY["missing_signature"]
            )
        )
    ending = spans(draft.language, ("ending",), draft.small)
    if (ends_case or ending) and not (LINK.search(draft.small) or has(draft.language, "route", draft.small)):
        start, stop = ending[0] if ending else (0, end)
        found.append(Finding("no_contact_route", start, stop, WHY["no_contact_route"]))
    return found + claims(draft, known)


def claims(draft: Draft, known: Sequence[str]) -> list[Finding]:
    """ "We have not heard of it", said of what the knowledge bank knows, in the same sentence (CO-14)."""
    found: list[Finding] = []
    for sentence in draft.sentences:
        text = draft.small[sentence.start : sentence.end]
        if has(draft.language, "ignorance", text):
            for term in filter(None, map(str.strip, known)):
                place = text.find(lowered(term))
                if place >= 0:
                    start = sentence.start + place
                    found.append(shown(draft, "known_fact", (start, start + len(term))))
    return found


def like_others(draft: Draft, same_person: Sequence[str], earlier: Sequence[str]) -> list[Finding]:
    end = draft.body
    words = UNCOUNTED.findall(draft.small[:end])
    if any(alike(words, one) for one in same_person):
        return [Finding("same_reply", 0, end, WHY["same_reply"])]
    if any(alike(words, one) for one in earlier):
        return [Finding("template", 0, end, WHY["template"])]
    return []


def alike(words: Sequence[str], other: str) -> bool:
    """Nearly the same words in nearly the same order; names and figures that were put in do not hide it."""
    theirs = UNCOUNTED.findall(lowered(other[:20_000]))
    if len(words) < LEAST or not 0.6 < len(words) / max(len(theirs), 1) < 1.7:
        return False
    matcher = SequenceMatcher(None, words, theirs, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def shown(draft: Draft, code: str, span: tuple[int, int]) -> Finding:
    return Finding(code, *span, WHY[code], {"words": quoted(draft.text[span[0] : span[1]])})
