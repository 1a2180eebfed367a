"""All checks over one drafted reply: deterministic, without network, clock or database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lyhord.triage import reading
from lyhord.triage.heads import language as language_head
from lyhord.triage.replies import company, draft, learned, service, substance, tone
from lyhord.triage.replies.finding import Finding


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the words; all of it may be missing."""

    signature: str | None = None  # what the house adds by itself; "": nothing; None: not known
    ends_case: bool = False  # the reply is sent and the case closed
    is_witty: bool = False  # the brand's voice may joke
    same_person: Sequence[str] = ()  # our earlier replies to this person, newest last
    earlier: Sequence[str] = ()  # our earlier replies to others, and our templates
    known: Sequence[str] = ()  # terms on which the knowledge bank holds an approved fact
    is_corporate: bool | None = None  # as the case is labelled; None: judged from the post here


NOTHING = Around()


def check(post: str, reply: str, *, language: str | None = None, around: Around = NOTHING) -> list[Finding]:
    """Findings in the order of their places; places are code points of the reply as it was given."""
    text, places = draft.composed(reply[: draft.LONGEST])
    if not any(map(str.isalnum, text)):
        return []
    spoken = language or language_head.judge(reading.read(text)).code
    read = draft.read(text, spoken)
    sureness = (
        company.corporate(post, language) if around.is_corporate is None else float(around.is_corporate)
    )
    something = substance.telling(read, post[: draft.LONGEST])
    ruled = [*service.findings(read, something), *company.findings(read, something, sureness)]
    found: Iterable[Finding] = [
        *learned.settle(ruled, read, post[: draft.LONGEST], something, sureness),
        *tone.findings(read, is_witty=around.is_witty),
        *tone.beside(read, around.signature, ends_case=around.ends_case, known=around.known),
        *tone.like_others(read, around.same_person, around.earlier),
    ]
    moved = [one.at(places[one.start], places[one.end]) for one in found]
    return sorted(moved, key=lambda one: (one.start, one.end, one.code))
