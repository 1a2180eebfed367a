"""What was done before in matters like this one: by topic, by words, and by meaning where the model is there (CA-03)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log

import numpy as np

from lyhord.channels import queries as channels
from lyhord.desk.models import Case, Conversation, Turn
from lyhord.intake import words as cutting
from lyhord.staff.models import User
from lyhord.triage.learned.serving import serving

TOP = 3
MOST = 400  # closed cases that are compared, the newest
BY_MEANING = 20  # of these the likest are compared by meaning too
LOOKED_BACK = timedelta(days=730)
OF_TOPIC = 0.15
LEAST = 0.12
NEAR = 0.85  # so near in meaning that no word needs to be shared


@dataclass(frozen=True)
class Similar:
    """A closed case, and how like it is: 0 to 1 and a little."""

    case: Case
    words: str  # her first words there
    likeness: float


def similar(user: User, conversation: Conversation, *, most: int = TOP) -> list[Similar]:
    """The closed cases of the brand that are most like it, the likest first; only of accounts that she sees."""
    cases = candidates(user, conversation)
    if not cases:
        return []
    told = beginnings_of([conversation.pk, *(case.conversation_id for case in cases)])
    wanted = f"{conversation.subject} {told.get(conversation.pk, '')}"
    texts = [f"{told.get(case.conversation_id, '')} {case.cause}" for case in cases]
    near = by_words(wanted, texts)
    rows = [
        Similar(
            case, told.get(case.conversation_id, ""), n + (OF_TOPIC if same_topic(case, conversation) else 0)
        )
        for case, n in zip(cases, near, strict=True)
    ]
    rows.sort(key=lambda row: (-row.likeness, -row.case.pk))
    return by_meaning(wanted, rows[:BY_MEANING])[:most]


def same_topic(case: Case, conversation: Conversation) -> bool:
    return conversation.topic not in {"", "other"} and case.conversation.topic == conversation.topic


def candidates(user: User, conversation: Conversation) -> list[Case]:
    accounts = channels.account_ids_visible_to(user)
    rows = Case.objects.filter(
        is_settled=True, resolved_at__gte=conversation.opened_at - LOOKED_BACK,
        conversation__brand=conversation.brand_id, conversation__account__in=accounts,
    )  # fmt: skip
    closed = rows.exclude(outcome="").exclude(conversation=conversation)
    return list(closed.select_related("conversation", "type").order_by("-resolved_at")[:MOST])


def beginnings_of(conversations: Sequence[int]) -> dict[int, str]:
    """Her first words in each."""
    rows = Turn.objects.filter(conversation__in=conversations, post__is_own=False, post__deleted_at=None)
    found: dict[int, str] = {}
    for pk, text in rows.order_by("at", "pk").values_list("conversation", "post__text"):
        found.setdefault(pk, str(text)[:2000])
    return found


def by_words(wanted: str, texts: Sequence[str]) -> list[float]:
    """The share of its words that stand in each text, what few texts have counting more."""
    bags = [stems(text) for text in texts]
    known = Counter(stem for bag in bags for stem in bag)
    weigh = {
        stem: log(1 + len(texts) / known[stem]) if known[stem] else log(2 + len(texts))
        for stem in stems(wanted)
    }
    whole = sum(weigh.values()) or 1.0
    return [sum(n for stem, n in weigh.items() if stem in bag) / whole for bag in bags]


def stems(text: str) -> set[str]:
    """Of words that say something: short ones join sentences."""
    found = [word for word in cutting.words(text[:2000]) if len(word) > 3]
    return {stem for lang in ("sv", "fi", "en") for stem in cutting.stems(found, lang)}


def by_meaning(wanted: str, rows: list[Similar]) -> list[Similar]:
    """Those that are like it, in order; by meaning too, where the model is there."""
    alike = [row for row in rows if row.likeness >= LEAST]
    vectors = serving.embed([wanted, *(row.words for row in rows)])
    if vectors is None:
        return alike
    lengths = np.linalg.norm(vectors, axis=1) + 1e-9
    near = [float(n) for n in (vectors[1:] @ vectors[0]) / (lengths[1:] * lengths[0])]
    found = [
        Similar(row.case, row.words, (row.likeness + n) / 2)
        for row, n in zip(rows, near, strict=True)
        if row.likeness >= LEAST or n >= NEAR
    ]
    return sorted(found, key=lambda row: (-row.likeness, -row.case.pk))
