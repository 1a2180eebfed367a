"""How much of what a customer was answered came off the shelf: in words of a saved reply, or in words sent to her before."""

from collections import defaultdict
from collections.abc import Iterable

from lyhord.desk.models import SavedReplyText, Turn

LEAST = 3  # answers; one saved reply is no sign of anything
SHORT = 40  # characters; a short "Thank you!" is nobody's template
MOST = 5_000


def shares(conversations: Iterable[int]) -> dict[int, int]:
    """Per cent of our answers in each; only where there are some."""
    rows = Turn.objects.filter(
        conversation__in=list(conversations), dispatch__isnull=False, dispatch__verb="reply"
    )
    said: dict[int, list[str]] = defaultdict(list)
    for pk, text in rows.order_by("pk").values_list("conversation", "dispatch__text")[:MOST]:
        said[pk].append(bare(text))
    told = {pk: texts for pk, texts in said.items() if len(texts) >= LEAST}
    saved = kept() if told else []
    return {pk: share(texts, saved) for pk, texts in told.items()}


def kept() -> list[str]:
    """The saved replies that are words alone; those with variables come out otherwise each time."""
    texts = SavedReplyText.objects.values_list("text", flat=True)[:MOST]
    return [bare(text) for text in texts if len(text) >= SHORT and "{" not in text]


def bare(text: str) -> str:
    return " ".join(text.split()).casefold()


def share(said: list[str], saved: list[str]) -> int:
    """A signature may stand under a saved reply, so it counts where it stands in the answer."""
    seen: set[str] = set()
    again = 0
    for text in said:
        is_long = len(text) >= SHORT
        again += is_long and (text in seen or any(one in text for one in saved))
        seen.add(text)
    return round(100 * again / len(said))
