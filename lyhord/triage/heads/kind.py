"""What a post is for: the purpose that decides who handles it.

Plain rules: each kind gathers points from the words and signs that speak for it, and the strongest wins.
"""

from dataclasses import dataclass
from math import exp

from lyhord.lib.text import N_
from lyhord.triage.heads.topic import OF_POLICY, TOPICS
from lyhord.triage.lexicon import Found
from lyhord.triage.reading import Reading
from lyhord.triage.reasons import Reason

KINDS = ("question", "complaint", "corporate", "praise", "idea", "chatter", "spam")
ANSWERED = frozenset({"question", "complaint", "corporate", "idea"})

GREETINGS = frozenset(
    "hej hejsan hei heisann hallå hallo halla moi moro terve hello hi hey halloj god dag alltså men och ja no joo öh eh"
    " så altså okej ok og and but so jo well sorry ursäkta anteeksi unnskyld undskyld excuse me hejhej moikka tjena".split()
)
NOT_ASKING = frozenset(  # Finnish words that only end like a question
    "viikko pankko pankki verkko kirkko aurinko joukko tarkko lakko mökkö sirkka keikko koko jako tako kukko takko pakko"
    " poikko kuukko sakko ukko mirkko mikko heikko liikkö solakko silakko kaunokko ankko näkö tekö väkö keskikko taikko".split()
)

SERVED = ("service", *(f"t_{topic}" for topic in TOPICS))
POLICY = tuple(f"t_{topic}" for topic in OF_POLICY)

WHY: dict[str, str] = {
    "question": N_("Asks for information or help (%(words)s)."),
    "complaint": N_("Tells that something went wrong (%(words)s)."),
    "corporate": N_("Is about how the company acts (%(words)s)."),
    "praise": N_("Says thanks or praises (%(words)s)."),
    "idea": N_("Suggests something (%(words)s)."),
    "chatter": N_("Nothing in it is meant for the company."),
    "spam": N_("Has the words and signs of advertising or fraud (%(words)s)."),
}
EVIDENCE: dict[str, tuple[str, ...]] = {
    "question": ("ask_help", "ask_word", "ask_start"),
    "complaint": ("anger", "trouble", "again", "bad"),
    "corporate": ("who_decides", "corp"),
    "praise": ("thanks", "good"),
    "idea": ("idea",),
    "chatter": ("chat",),
    "spam": ("spam",),
}


@dataclass(frozen=True, slots=True)
class Kind:
    label: str
    confidence: float
    needs_answer: bool
    answer_score: float
    reasons: tuple[Reason, ...] = ()
    second: str = ""  # what it may be instead, and its chance; rules tell none
    second_confidence: float = 0.0


def judge(reading: Reading, found: Found) -> Kind:
    points = scores(reading, found)
    label = max(KINDS, key=points.__getitem__)  # the first of KINDS where two are equal
    words = found.strongest(*EVIDENCE[label]) or "?"
    return Kind(
        label,
        confidence(points, label),
        label in ANSWERED,
        answer_score(points),
        (Reason("kind", 0, WHY[label], {"words": words}),),
    )


def scores(reading: Reading, found: Found) -> dict[str, float]:
    """Points of each kind, reckoned once for a text."""
    if found.kinds is None:
        found.kinds = reckoned(reading, found)
    return found.kinds


def reckoned(reading: Reading, found: Found) -> dict[str, float]:
    asking = question(reading, found)
    wrong = complaint(reading, found) + narrative(reading, found, asking) + sour(found)
    policy = corporate(reading, found, asking)
    asking -= 0.5 * (general(reading, found) if asking > 1.0 else 0.0)
    return {
        "question": asking - 0.3 * min(found.of("anger"), 4.0) - (0.4 * policy if policy >= 3.0 else 0.0),
        "complaint": wrong,
        "corporate": policy,
        "praise": praise(found, wrong) - 0.7 * asking - 0.4 * policy,
        "idea": idea(reading, found) - 0.3 * wrong,
        "chatter": chatter(reading, found),
        "spam": spam(reading, found),
    }


def question(reading: Reading, found: Found) -> float:
    points = min(found.of("ask_help"), 3.5) + 0.3 * min(found.of("own_case"), 2)
    if reading.questions:
        points += 1.6
    begun = max((opening(reading, found, start) for start in reading.starts), default=0.0)
    points += max(begun, within(found))
    if not begun and reading.questions and found.of("ask_word"):
        points += 0.6
    if found.of("trouble") + found.of("again") >= 2.5 and len(reading.starts) > len(reading.asking) + 1:
        points -= 0.7  # after a tale of trouble, the question is often no question
    return points - misplaced(found) if points else 0.0


def misplaced(found: Found) -> float:
    """People ask each other, and the air, much that no company can answer."""
    if about_us(found) >= 0.8 or found.of("you") or found.of("own_case") or found.of("ask_help") >= 2.2:
        return 0.0
    return 0.8 if found.of("me") else 1.6


def about_us(found: Found) -> float:
    """How much of the text is about what companies do for customers."""
    if found.about_us is None:
        found.about_us = max(map(found.of, SERVED))
    return found.about_us


def within(found: Found) -> float:
    """A question word inside a sentence, its verb or subject close behind: "..., which carriage do I go back to"."""
    verbs = {hit.place for hit in found.hits.get("ask_start", ())}
    subjects = {hit.place for signal in ("me", "you") for hit in found.hits.get(signal, ())}
    for hit in found.hits.get("ask_word", ()):
        if hit.place + 1 in verbs or hit.place + 2 in verbs | subjects:
            return 1.2
    return 0.0


def opening(reading: Reading, found: Found, start: int) -> float:
    """How much a sentence begins like a question: a question word, a verb before its subject, Finnish -ko."""
    place = start
    while place < len(reading.words) and reading.words[place] in GREETINGS:
        place += 1
    if place >= len(reading.words):
        return 0.0
    word = reading.words[place]
    if any(hit.place == place for hit in found.hits.get("ask_word", ())):
        return 1.5
    if word.endswith(("ko", "kö", "kohan", "köhän")) and len(word) > 3 and word not in NOT_ASKING:
        return 1.5
    if any(hit.place == place for hit in found.hits.get("ask_start", ())):
        return 1.3
    return 0.0


def complaint(reading: Reading, found: Found) -> float:
    trouble = min(found.of("trouble"), 4.0)
    faces = found.of("bad") if about_us(found) >= 0.8 or found.of("you") or trouble else 0.0
    anger = min(found.of("anger") + faces, 4.5)
    points = 0.8 * trouble + anger + 0.8 * min(found.of("abuse") + found.of("threat"), 4.0)
    if found.of("danger") >= 1.5 and not reading.questions:
        points += 0.7 * min(found.of("danger"), 4.0)
    again = min(found.of("again"), 2.5)
    if not points:
        return 0.6 * again
    points += 0.7 * again
    points += 0.3 * (reading.exclamations > 1) + 0.5 * reading.shouting
    return points


def sour(found: Found) -> float:
    """How much praise is soured: nice words beside trouble, long waits or "never" are mostly irony."""
    if found.of("thanks") >= 2.0 and not found.of("anger") and found.of("again") < 1.0:
        return 0.0
    nice = found.of("irony") + 0.5 * found.of("good") + 0.5 * found.of("thanks")
    trouble = 0.8 * found.of("trouble") + 0.7 * found.of("again") + 0.3 * min(found.of("not"), 2.0)
    return 0.7 * min(nice, 3.0) * min(trouble, 1.5) if nice and trouble >= 0.6 else 0.0


def narrative(reading: Reading, found: Found, asking: float) -> float:
    """Who tells of a service, and neither asks, thanks nor wishes, mostly tells that it failed."""
    quoted = 0.7 if reading.quoting and not found.of("thanks") else 0.0
    told = found.of("thanks") or found.of("idea") > 1.0 or found.of("good") > 1.2 or found.of("spam") > 1.5
    if asking > 1.0 or told:
        return quoted
    own = 0.4 if found.of("me") or found.of("you") else 0.0
    return quoted + 0.45 * min(about_us(found), 3.0) + (own if about_us(found) >= 0.8 else 0.0)


def corporate(reading: Reading, found: Found, asking: float) -> float:
    policy, decides = min(found.of("corp"), 5.0), min(found.of("who_decides"), 5.0)
    points = policy + 1.2 * decides
    addressed = asking > 1.0 or found.of("you")
    if addressed and points:
        points += 0.7
    if addressed:
        points += 0.5 * min(max(map(found.of, POLICY)), 3.0)
    return points + general(reading, found) if asking > 1.0 else 0.75 * points


def general(reading: Reading, found: Found) -> float:
    """A question about the company and nobody's own case: why you ..., who of yours ..., without an I."""
    starts = sorted(reading.starts)
    # A tale of one's own that ends in a question is service, unless a word of it goes beyond the case at hand.
    is_principled = bool(found.of("corp") or found.of("who_decides") or found.of("why_word"))
    best = 0.0
    for number, start in enumerate(starts):
        if start in reading.asking or (start == 0 and not reading.asking):
            end = starts[number + 1] if number + 1 < len(starts) else len(reading.words)
            best = max(best, of_company(found, range(start, end), after_scene=number > 0 and is_principled))
    return best


def of_company(found: Found, sentence: range, *, after_scene: bool) -> float:
    def holds(signal: str) -> bool:
        return any(hit.place in sentence for hit in found.hits.get(signal, ()))

    if holds("me") or holds("own_case"):
        return 0.0
    to_you = holds("you") or holds("your")
    helped = any(hit.place in sentence and hit.weight >= 1.4 for hit in found.hits.get("ask_help", ()))
    points = (1.2 if holds("your") else 0.0) + (1.2 if holds("why_word") and to_you else 0.0)
    return points + (1.4 if after_scene and to_you and not helped else 0.0)


def praise(found: Found, wrong: float) -> float:
    good, thanks = min(found.of("good"), 4.0), min(found.of("thanks"), 3.0)
    return 0.9 * good + 0.9 * thanks - 0.9 * wrong


def idea(reading: Reading, found: Found) -> float:
    points = min(found.of("idea"), 5.0)
    if points and reading.questions:
        points += 1.0  # "Could you not ...?" is asked, and meant as a wish
    wishes = {hit.place for hit in found.hits.get("wish_start", ())}
    if wishes & reading.asking and not found.of("me") and not found.of("anger"):
        points += 2.6
    return 1.1 * points


def chatter(reading: Reading, found: Found) -> float:
    points = 1.4 + 0.8 * min(found.of("chat"), 4.0)
    points -= 0.35 * min(about_us(found), 3.0)
    if not found.of("you"):
        points += 0.3
    if reading.opens_with_mention and not found.of("you"):
        points += 0.8
    if len(reading.words) < 4:
        points += 0.8
    return points


def spam(reading: Reading, found: Found) -> float:
    points = min(found.of("spam"), 7.0)
    if points and reading.links:
        points += 1.5
        if not found.of("me") and found.of("t_account") + found.of("t_billing") >= 1.0:
            points += 1.0  # "Your account ... here": a bait
    return 1.2 * points


def confidence(points: dict[str, float], label: str) -> float:
    weights = {kind: exp(min(value, 12.0)) for kind, value in points.items()}
    return round(weights[label] / sum(weights.values()), 3)


def answer_score(points: dict[str, float]) -> float:
    """0..1; at least 0.5 exactly where the strongest kind is one that must be answered."""
    wanted = max(points[kind] for kind in KINDS if kind in ANSWERED)
    unwanted = max(points[kind] for kind in KINDS if kind not in ANSWERED)
    return round(1 / (1 + exp(-0.8 * (wanted - unwanted))), 4)
