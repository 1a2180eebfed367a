"""What stands in the margin of a post: what its connector kept beside the words (`Post.extra`), made fit to be shown.

Strangers write most of it, so everything is taken by its type and cut, and nothing is trusted to be there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import regex

from lyhord.lib import sentences

MOST_NOTES = 10
MOST_COPIED = 20
LONGEST_LINE = 500
# "Re:", "Sv:", "VS:", "Antw [2]:" and their like, as mail programs put them before a subject.
PREFIX = regex.compile(
    r"^(?:\s*(?:re|sv|svar|vs|vl|vb|fw|fwd|aw|antw|wg|ang|tr)\s*(?:\[\d+\])?\s*:)+\s*", regex.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Margin:
    """Empty fields are the usual case; a page shows those that are not."""

    notes: tuple[str, ...] = ()  # what the connector saw: cut, guessed, odd
    is_forged: bool = False  # the mail server says that it did not come from its sender's domain
    reply_to: str = ""  # where its writer wants answers; ours do not go there
    copied: tuple[str, ...] = ()  # who else got it
    automatic: str = ""  # why a machine seems to have written it
    quoted: str = ""  # words of others, under her own
    signature: str = ""
    quotes: str = ""  # the words that she picked to answer
    forwarded_from: str = ""  # whose words these are
    has_original: bool = False  # it came with markup, which can be looked at (intake's page of the original)

    @property
    def warns(self) -> bool:
        return bool(self.notes or self.is_forged or self.reply_to)


def margin(extra: Mapping[str, Any]) -> Margin:
    reply_to = text(extra, "reply_to")[:LONGEST_LINE]
    kept = extra.get("sentences")
    notes = [sentences.again(note, kept) for note in lines(extra, "notes")]
    return Margin(
        # What a page says in the reader's own language is not said twice.
        notes=tuple(note for note in notes if not reply_to or reply_to not in note)[:MOST_NOTES],
        is_forged=extra.get("standing") == "failed",
        reply_to=reply_to,
        copied=lines(extra, "copied")[:MOST_COPIED],
        automatic=sentences.again(text(extra, "automatic")[:LONGEST_LINE], kept),
        quoted=text(extra, "quoted"),
        signature=text(extra, "signature"),
        # A network may keep the id of what is quoted under this name; only words are for people.
        quotes=text(extra, "quotes") if is_words(extra.get("quotes")) else "",
        forwarded_from=text(extra, "forwarded_from")[:LONGEST_LINE],
        has_original=extra.get("has_original") is True,
    )


def text(extra: Mapping[str, Any], name: str) -> str:
    value = extra.get(name)
    return value.strip() if isinstance(value, str) else ""


def lines(extra: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = extra.get(name)
    told = value if isinstance(value, list) else []
    return tuple(one.strip()[:LONGEST_LINE] for one in told if isinstance(one, str) and one.strip())


def is_words(value: object) -> bool:
    """Words rather than the id of a post, which is all digits or one piece without a blank."""
    return isinstance(value, str) and not value.isdigit() and "://" not in value


def matter(title: str) -> str:
    """A subject without what mail programs put before it, to see whether two are the same."""
    return " ".join(PREFIX.sub("", title).casefold().split())


def subjects(heading: str, titles: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """Which turn shows its subject: (id, title, text) each; once, and again where it becomes another.

    `heading` stands over the whole already, cut as headings are.
    """
    last, shown = matter(heading), {}
    for turn, title, words in titles:
        told = matter(title)
        is_cut = last.endswith("…") and told.startswith(last[:-1].rstrip())
        if told and told not in {last, matter(words)} and not is_cut:
            shown[turn] = title
        last = told or last
    return shown


def told(found: Margin) -> dict[str, Any]:
    """As the API gives it: only what there is."""
    return {name: value for name, value in asdict(found).items() if value}
