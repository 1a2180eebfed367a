"""Does the reply help (RE-02, RE-15, CO-07): sympathy alone, stock phrases, no next step, told from our routine."""

from collections.abc import Sequence

from lyhord.lib.text import N_
from lyhord.triage.replies.draft import Draft, Sentence
from lyhord.triage.replies.finding import Finding, quoted
from lyhord.triage.replies.phrases import Span, has, spans

WHY: dict[str, str] = {
    "apology_only": N_("Sympathy alone (“%(words)s”). Say what you have done, will do or can offer."),
    "missing_next_step": N_("Neither an answer nor a next step. Say who does what and when, or what the customer can do."),
    "non_social_phrase": N_("“%(words)s” is a stock phrase. Say it as one person to another."),
    "sender_perspective": N_("“%(words)s” tells how we work. Tell what it means for the customer."),
}  # fmt: skip


def findings(draft: Draft, something: Sequence[Sentence]) -> list[Finding]:
    phrases = merged(spans(draft.language, ("non_social",), draft.small[: draft.body]))
    routine = merged(spans(draft.language, ("routine",), draft.small[: draft.body]))
    found = [shown(draft, "non_social_phrase", span) for span in phrases]
    found += [shown(draft, "sender_perspective", span) for span in routine]
    if something and not only_routine(draft, something):
        return found
    start = next((place for place, sign in enumerate(draft.text) if not sign.isspace()), 0)
    found.append(Finding("missing_next_step", start, max(draft.body, start), WHY["missing_next_step"]))
    feeling = merged(spans(draft.language, ("empathy",), draft.small[: draft.body]))
    if feeling and not routine and not has(draft.language, "refusal", refusing(draft)):
        found.append(shown(draft, "apology_only", feeling[0]))
    return found


def refusing(draft: Draft) -> str:
    """What is said beside sympathy, stock phrases included: there a refusal would stand."""
    letters = list(draft.small[: draft.body])
    for start, end in spans(draft.language, ("empathy", "social"), draft.small[: draft.body]):
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def only_routine(draft: Draft, something: Sequence[Sentence]) -> bool:
    """Whether each sentence that seems to say something is a rule of ours beside a refusal: paragraph numbers help nobody."""
    if not has(draft.language, "refusal", draft.small[: draft.body]):
        return False
    return all(has(draft.language, "routine", draft.small[one.start : one.end]) for one in something)


def merged(found: Sequence[Span]) -> list[Span]:
    """Places that overlap as one."""
    kept: list[Span] = []
    for start, end in sorted(found):
        if kept and start < kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1])
        else:
            kept.append((start, end))
    return kept


def shown(draft: Draft, code: str, span: Span) -> Finding:
    return Finding(code, *span, WHY[code], {"words": quoted(draft.text[span[0] : span[1]])})
