"""Whether somebody asks us something, or gives a view (TR-04): a question gets an answer, a view thanks and a way on."""

from lyhord.triage.heads import kind
from lyhord.triage.lexicon import Found
from lyhord.triage.reading import Reading

OF_VIEWS = frozenset({"idea", "corporate"})
NEVER = frozenset({"complaint", "spam"})  # what went wrong is put right, whatever else is wished
ENOUGH_HELP = 2.0  # points of "I wonder", "does anybody know", from which on a sentence without a mark asks


def is_viewpoint(label: str, purpose: str, *, is_asking: bool) -> bool:
    """An idea, a word on how the company acts, or a wish to change it, with nothing asked of us.

    `label` is the kind. A complaint is none, whatever is asked in it.
    """
    if is_asking or label in NEVER:
        return False
    return label in OF_VIEWS or purpose == "influence"


def asks(reading: Reading, found: Found) -> bool:
    """Whether a question is aimed at us. "Could you not open earlier?" is a wish, and asks for no answer."""
    starts = sorted(reading.starts)
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(reading.words)
        if is_question(reading, found, range(start, end)):
            return True
    return False


def is_question(reading: Reading, found: Found, sentence: range) -> bool:
    def first(signal: str) -> int:
        return min((hit.place for hit in found.hits.get(signal, ()) if hit.place in sentence), default=-1)

    def points(signal: str) -> float:
        return sum(hit.weight for hit in found.hits.get(signal, ()) if hit.place in sentence)

    if sentence.start not in reading.asking:
        # Without its mark: "when do you open on Sunday", "I wonder who decides this".
        return points("idea") < 1.0 and points("ask_help") >= ENOUGH_HELP and first("ask_word") >= 0
    if points("idea") >= 2.0 and first("ask_word") < 0:
        return False
    begun = opening(reading, sentence)
    is_denied = first("ask_start") == begun and begun < first("not") <= begun + 2  # "Can you not ...?"
    is_wish = (first("wish_start") == begun or is_denied) and first("me") < 0
    return not is_wish or points("ask_help") >= ENOUGH_HELP


def opening(reading: Reading, sentence: range) -> int:
    """The place of the first word that is no greeting."""
    place = sentence.start
    while place + 1 < sentence.stop and reading.words[place] in kind.GREETINGS:
        place += 1
    return place
