"""What a sentence of a reply does for the customer: something done, an answer, a next step, or nothing of these."""

import re

from lyhord.triage.replies.draft import Draft, Sentence
from lyhord.triage.replies.phrases import has, pattern

# "I" with a verb that does something, unless it only feels, hopes or understands.
FIRST_PERSON: dict[str, str] = {
    "sv": r"\bjag (?!är\b|blir\b|förstår|hoppas|önskar|beklagar|vet\b|tror\b|tycker|hör\b|läser|känner|kan (?:inte|bara)|ser att|håller med|har (?:inte|ingen|full)|kan förstå)[\w]+|\b(?:har|ska|ringer|skickar|bokar|fixar|ordnar|kollar|byter|lägger|tar) jag\b",
    "nb": r"\bjeg (?!er\b|blir\b|forstår|skjønner|håper|ønsker|beklager|vet\b|tror\b|synes|syns|hører|leser|føler|kan (?:ikke|godt)|ser at|har (?:ikke|ingen|full)|kan forstå)[\w]+|\b(?:har|skal|ringer|sender|bestiller|fikser|ordner|sjekker|bytter|tar) jeg\b",
    "da": r"\bjeg (?!er\b|bliver\b|forstår|håber|ønsker|beklager|ved\b|tror\b|synes|hører|læser|føler|kan (?:ikke|godt)|ser at|har (?:ikke|ingen|fuld)|kan forstå)[\w]+|\b(?:har|skal|ringer|sender|booker|fikser|ordner|tjekker|bytter|tager) jeg\b",
    "en": r"\bi(?:'ve|'ll| have| will|'d| am|'m) (?!so\b|very|really|truly|sorry|not\b|afraid|sad|no\b|never|unable|hoping)\w+|\bi (?!am\b|was\b|understand|hope|wish|feel|know|think|see\b|hear|believe|can't|cannot|don't|do\b|can\b|appreciate|imagine|agree|have\b|will\b|must|would\b|regret|apologi)\w+|\bi can (?!only|understand|imagine|see\b|not\b)\w+",
    "fi": r"(?!)",  # the verb alone tells who acts; see the family `act`
}
FIRST = {
    "nb": re.compile(f"{FIRST_PERSON['nb']}|{FIRST_PERSON['da']}"),
    "sv": re.compile(FIRST_PERSON["sv"]),
    "en": re.compile(FIRST_PERSON["en"]),
    "fi": re.compile(FIRST_PERSON["fi"]),
}
FIRST |= {"da": FIRST["nb"], "nn": FIRST["nb"]}
ANYBODY = re.compile("|".join(FIRST_PERSON.values()))

# Times, amounts and dates; a digit that counts nothing else stands in hardly any reply.
FIGURE = re.compile(r"\d")
WEEKDAY = re.compile(
    r"\b(?:i (?:morgon|morgen|kväll|kveld|aften|eftermiddag|ettermiddag)|på (?:måndag|mandag|tisdag|tirsdag|onsdag|torsdag|fredag|"
    r"lördag|lørdag|söndag|søndag)|(?:senast|innan|före|innen|inden|senest|før) \w+dag|tomorrow|tonight|by (?:mon|tues|wednes|"
    r"thurs|fri|satur|sun)day|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|this (?:afternoon|evening)|within (?:the|an?|two|three)|"
    r"huomenna|tänä iltana|illalla|(?:maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai)\w+|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mån|man|tis|ons|tors|fre|lör|lør|sön|søn)dag(?:en)?|tirsdag(?:en)?|"
    r"inom (?:en|två|tre|fem|tio)|inden for|innen (?:en|to|tre|fem|ti))\b"
)
YES_NO = re.compile(
    r"^[\s\0\1,.!–-]*(?:ja|jo|jodå|jepp|yes|yep|yeah|no|nej|nei|kyllä|joo|juu|jep|on|ei|jada|jaja|jep|visst|toki)(?=\s*[,.!:;–])"
)
COUNTED = re.compile(
    r"\b(?:ett?|en|två|tre|fyra|fem|sex|sju|åtta|nio|tio|to|fire|seks|syv|otte|åtte|ni|ti|yksi|kaksi|kolme|neljä|viisi|kuusi|"
    r"seitsemän|kahdeksan|kymmenen|one|two|three|four|five|six|seven|eight|ten) (?:dag|dagar|dage|dager|timme|timmar|timmen|timer|timers|vecka|veckor|"
    r"uge|uger|uke|uker|minut\w*|päivä\w*|tunti\w*|viikko\w*|day|days|hour|hours|week|weeks|minute\w*|month\w*|månad\w*|måned\w*|"
    r"kuukau\w*|år|vuot\w*|year\w*|kron\w+|euro\w*|gånger|ganger|gange|times)\b"
)
CLAUSE = r"(?:^|[,.!?:;–—>(\"]|\b(?:och|og|and|ja|eller|or|tai|så|please|gärna|gerne|gjerne|vänligen|vennligst|just|then|do|also|simply|then|kindly|sen|men|but|mutta|or|ellers|annars|muuten|niin))[\s\0\1\"]*"
LONG_WORD = re.compile(r"[^\W\d_]{4,40}")
BEGINNING = 4  # letters
WANTS_YES_NO = re.compile(
    r"(?:^|[.!,\n]\s*)(?:(?:hej|hei|hi|hello|moi|hejsan|og|och|and)[ ,!]+)?(?:är|er|kan|får|må|har|går|finns|fins|finnes|findes|tar|tager|"
    r"ingår|gäller|is|are|can|could|may|do|does|have|has|will|\w{2,20}(?:ko|kö))\b[^.!\n]{2,200}\?"
)
PATH = re.compile(r"\w\s*(?:>|→|»)\s*\w")


def says_something(draft: Draft, sentence: Sentence, asked: frozenset[str] = frozenset()) -> bool:
    """Whether it holds a thing done, an answer, a step of ours or one for the customer.

    `asked`: beginnings of the words of a question that wants a yes or no; who speaks of them answers it.
    """
    rest, language = sentence.rest, draft.language
    if not any(map(str.isalnum, rest)):
        return False
    if any(sign.search(rest) for sign in (FIGURE, WEEKDAY, COUNTED, PATH)):
        return True
    if FIRST.get(language, ANYBODY).search(rest) or tells_to(language, rest):
        return True
    if any(has(language, family, rest) for family in ("act", "you", "carry")):
        return True
    if has(language, "vague", rest) or has(language, "refusal", rest):
        return False
    return not sentence.void and bool(YES_NO.search(rest) or asked & beginnings(rest))


def beginnings(text: str) -> frozenset[str]:
    """What the longer words begin with, so that "soup" is found in "soups"."""
    return frozenset(word[:BEGINNING] for word in LONG_WORD.findall(text))


def asked_of(post: str) -> frozenset[str]:
    """The words of a question that wants a yes or no; empty for all other posts."""
    small = post.lower()
    return beginnings(small) if WANTS_YES_NO.search(small) else frozenset()


def tells_to(language: str, rest: str) -> bool:
    """Whether a clause of it begins with a verb that tells the customer what to do."""
    return any(
        re.search(CLAUSE + r"$", rest[: hit.start()]) for hit in pattern(language, "direct").finditer(rest)
    )


def telling(draft: Draft, post: str = "") -> list[Sentence]:
    asked = asked_of(post)
    return [sentence for sentence in draft.sentences if says_something(draft, sentence, asked)]


def acts(draft: Draft, sentence: Sentence) -> bool:
    """Whether somebody says "I" and does something; in Finnish and of others the lists tell."""
    return FIRST.get(draft.language, ANYBODY).search(sentence.rest) is not None
