"""Tone and topics by all that this machine has: rules and learned model, or the rules alone where there is no embedding model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from lyhord.triage.embeddings.model import Missing
from lyhord.triage.heads.conduct import course, tone
from lyhord.triage.heads.conduct.features import Embed
from lyhord.triage.heads.conduct.tone import MOST_CONTACTS, Contact, Tone
from lyhord.triage.learned import remembered, stored
from lyhord.triage.learned.logistic import Logistic
from lyhord.triage.learned.serving import SHIPPED

FORM = 1
NAME = "tone.npz"
ASKED = ("escalating", "spreading")


@dataclass(frozen=True)
class Model:
    asked: Logistic  # of ASKED; said from even odds on
    about: dict[str, object]


def judge(contacts: Sequence[Contact], code: str) -> Tone:
    """`contacts`: of one person, in the order of time. Raises NotAModel where the file that ships is broken."""
    ruled = tone.judge(contacts, code)
    try:
        return learned(shipped(), ruled, contacts, code, remembered.embed)
    except Missing:
        return ruled


def learned(model: Model, ruled: Tone, contacts: Sequence[Contact], code: str, embed: Embed) -> Tone:
    skipped = max(len(contacts) - MOST_CONTACTS, 0)
    newest = contacts[skipped:]
    if len(newest) < 2:  # one contact has no course
        return ruled
    escalating, spreading = said(model, newest, code, embed)
    flag = None
    if escalating or spreading:
        flag = next(
            (
                count - 1
                for count in range(2, len(newest) + 1)
                if any(said(model, newest[:count], code, embed))
            ),
            len(newest) - 1,
        )
    seen = tone.read(newest, code)
    return replace(
        ruled,
        escalating=escalating,
        spreading=spreading,
        flag_at=None if flag is None else flag + skipped,
        reasons=tone.reasons(seen, escalating=escalating, spreading=spreading),
    )


def said(model: Model, contacts: Sequence[Contact], code: str, embed: Embed) -> tuple[bool, bool]:
    escalating, spreading = model.asked.points(course.of_contacts(contacts, code, embed)[None])[0] >= 0
    return bool(escalating) and len(contacts) >= tone.FEWEST, bool(spreading)


@cache
def shipped() -> Model:
    """Raises NotAModel, FileNotFoundError."""
    return read(SHIPPED / NAME)


def write(model: Model, path: Path) -> None:
    stored.write(path, FORM, {**model.about, "asked": ASKED}, {"asked": model.asked})


def read(path: Path) -> Model:
    """Raises NotAModel, FileNotFoundError."""
    about, parts = stored.read(path, FORM)
    if tuple(about.pop("asked")) != ASKED:
        raise stored.of_another_form(path)
    return Model(parts["asked"], about)
