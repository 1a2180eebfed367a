"""A question about the company answered as if it were the writer's own case (CO-03)."""

import re
from collections.abc import Sequence

from lyhord.lib.text import N_
from lyhord.triage import judge
from lyhord.triage.replies import substance
from lyhord.triage.replies.draft import Draft, Sentence, lowered
from lyhord.triage.replies.finding import Finding
from lyhord.triage.replies.phrases import has, pattern

WHY: dict[str, str] = {
    "answer_level_mismatch": N_(
        "The customer asks how the company thinks; this answers a single case. Say what we decided, or who will answer and when."
    ),
}
QUESTION = re.compile(r"[^.!?\n]{1,600}\?")
# Below it, whoever repaired something for the writer has rather understood the post than missed its level.
SURE = 0.97
# "We" with what the company does or decided; how it stands is an answer on the level of the question.
STANCE = re.compile(
    r"\b(?:vi|we) (?!har tyvärr|hoppas|håper|håber|hope|beklagar|beklager|förstår|forstår|understand|wish|önskar|ønsker|tackar|thank|look forward)"
    r"\w+(?:[^.!?\n\w]+\w+){3,}|\w{4,}mme\b(?:[^.!?\n\w]+\w+){3,}"
)


def corporate(post: str, language: str | None) -> float:
    """How surely the post asks what the company is and does, not what becomes of the writer's own case; 0: it does not.

    The rules and the plain model of triage say it (2 ms); reading the meaning too would take longer than a reply may.
    """
    if not post.strip() or is_own_case(post, language) or is_fact(post, language):
        return 0.0
    kind = judge.judge(post, prior=language).kind
    return kind.confidence if kind.label == "corporate" else 0.0


def is_own_case(post: str, language: str | None) -> bool:
    """ "Why must I print the ticket?" is asked of the service; whoever asks for all has no I in the question."""
    small = lowered(post)
    asked = QUESTION.findall(small)
    return bool(asked) and all(has(language or "und", "own_case", question) for question in asked)


def is_fact(post: str, language: str | None) -> bool:
    """ "When is the recycling station open?" has words of the company's conduct and asks for a time."""
    asked = QUESTION.findall(lowered(post))
    starts = [
        pattern(language or "und", "fact_question").match(question.lstrip(" ,-–")) for question in asked
    ]
    return bool(asked) and all(starts)


def findings(draft: Draft, something: Sequence[Sentence], sureness: float) -> list[Finding]:
    """`sureness`: how surely the post is corporate, 0..1."""
    if not sureness or goes_to_the_matter(draft):
        return []
    if sureness < SURE and any(substance.acts(draft, one) for one in something):
        return []
    has_stance = STANCE.search(draft.small, 0, draft.body) is not None
    for sentence in draft.sentences:
        text = draft.small[sentence.start : sentence.end]
        if is_single(draft, sentence, text) or (sentence in something and not has_stance):
            start = sentence.start + len(text) - len(text.lstrip())
            return [Finding("answer_level_mismatch", start, sentence.end, WHY["answer_level_mismatch"])]
    return []


def goes_to_the_matter(draft: Draft) -> bool:
    """Whether it names an owner, carries the question to one, or tells what was decided and why."""
    text = draft.small[: draft.body]
    return has(draft.language, "carry", text) or has(draft.language, "owner", text)


def is_single(draft: Draft, sentence: Sentence, text: str) -> bool:
    """Whether the sentence tells the writer what to do, what they get, where to go, or offers to help them."""
    language = draft.language
    helping = has(language, "social", text) and has(language, "elsewhere", text) and "?" in text
    if helping or substance.tells_to(language, sentence.rest) or has(language, "you", sentence.rest):
        return True
    return has(language, "elsewhere", sentence.rest)
