"""Four of the reply checks as learned from labelled replies; what the rules say is one of the things it weighs.

Stock phrases stay with the lists, which the house edits and which are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lyhord.triage.embeddings.model import Missing
from lyhord.triage.learned import remembered, stored
from lyhord.triage.learned.logistic import Logistic
from lyhord.triage.learned.serving import SHIPPED
from lyhord.triage.replies import company, service
from lyhord.triage.replies.draft import Draft, Sentence
from lyhord.triage.replies.finding import Finding, quoted

Floats = NDArray[np.floating[Any]]

FORM = 1
NAME = "replies.npz"
CODES = ("apology_only", "missing_next_step", "answer_level_mismatch", "sender_perspective")
RULES = ("non_social_phrase", *CODES)
WHY: Mapping[str, str] = service.WHY | company.WHY
WHOLE = frozenset({"missing_next_step", "apology_only"})  # said of the reply, not of a sentence of it
PRODUCT = 8.0  # of two embeddings: brought to the size of the others
RULED, PLAIN = 0.7, 0.5
LONG = 300  # characters


@dataclass(frozen=True)
class Model:
    codes: Logistic
    lines: Sequence[float]  # log-odds from which on each of CODES is said
    about: Mapping[str, Any]


def settle(
    ruled: Sequence[Finding], draft: Draft, post: str, something: Sequence[Sentence], sureness: float
) -> list[Finding]:
    """The findings of the rules, less those that are learned to be none, and with those that they miss.

    As they are where there is no embedding model on this machine.
    """
    try:
        model = shipped()
        points = model.codes.points(row(ruled, draft, post, something, sureness)[None])[0]
    except Missing:
        return list(ruled)
    said = {
        code: float(point)
        for code, point, line in zip(CODES, points, model.lines, strict=True)
        if point >= line
    }
    if "apology_only" in said:
        said.setdefault("missing_next_step", 0.0)  # sympathy alone is no step
    kept = [one for one in ruled if one.code not in CODES or one.code in said]
    missed = said.keys() - {one.code for one in ruled}
    return [*kept, *(shown(model, code, draft, something) for code in CODES if code in missed)]


def row(
    ruled: Sequence[Finding], draft: Draft, post: str, something: Sequence[Sentence], sureness: float
) -> Floats:
    """The numbers that a reply is judged by. Raises Missing."""
    asked, answered = remembered.embed([post, draft.text])
    codes = {one.code for one in ruled}
    plain = [
        len(something),
        len(draft.sentences),
        len(draft.text) / LONG,
        draft.text.count("?"),
        sureness,
        float(bool(draft.signature)),
        sum(map(str.isdigit, draft.text)) / 10,
        len(post) / LONG,
    ]
    return np.concatenate(
        [
            answered,
            asked,
            PRODUCT * answered * asked,
            [RULED * (code in codes) for code in RULES],
            [PLAIN * value for value in plain],
        ]
    )


def shown(model: Model, code: str, draft: Draft, something: Sequence[Sentence]) -> Finding:
    """What no rule found has no words of its own: it stands on the whole, or on the sentence that it is said of."""
    start, end = next((place for place, sign in enumerate(draft.text) if not sign.isspace()), 0), draft.body
    if code not in WHOLE and draft.sentences:
        told = clearest(model, draft) if code == "sender_perspective" else (*something, *draft.sentences)[0]
        text = draft.text[told.start : told.end]
        start, end = told.start + len(text) - len(text.lstrip()), told.end
    end = max(start, end)
    return Finding(code, start, end, WHY[code], {"words": quoted(draft.text[start:end])})


def clearest(model: Model, draft: Draft) -> Sentence:
    """The sentence that alone speaks most for our routine."""
    if len(draft.sentences) == 1:
        return draft.sentences[0]
    seen = remembered.embed([draft.text[one.start : one.end] for one in draft.sentences])
    weights = model.codes.weights[: seen.shape[1], CODES.index("sender_perspective")]
    return draft.sentences[int((seen @ weights).argmax())]


@cache
def shipped() -> Model:
    """Raises NotAModel, FileNotFoundError."""
    return read(SHIPPED / NAME)


def write(model: Model, path: Path) -> None:
    about = {"codes": CODES, "lines": list(model.lines), **model.about}
    stored.write(path, FORM, about, {"codes": model.codes})


def read(path: Path) -> Model:
    """Raises NotAModel, FileNotFoundError."""
    about, parts = stored.read(path, FORM)
    if tuple(about.pop("codes")) != CODES:
        raise stored.of_another_form(path)
    return Model(parts["codes"], about.pop("lines"), about)
