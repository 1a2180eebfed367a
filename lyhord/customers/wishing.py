"""How she wishes to be met, found in her own words. Plain values; what is found is a suggestion that a person accepts."""

from dataclasses import dataclass

import regex

LONGEST = 2_000

# kind -> (value, patterns in sv, fi, nb and da, en). A pattern must be so plain that a person would read it so too.
CALL = (
    r"ring (?:mig |mej )?(?:helst |absolut |snälla )?(?:inte|ej|aldrig)\b",
    r"(?:sluta|slipper gärna att ni|vill inte att ni|vill inte bli) (?:ring\p{L}*|uppringd)",
    r"(?:älkää|ei saa|elkää) (?:ikinä |enää )?(?:soit\p{L}+|soitella)",
    r"(?:ikke|ikkje|aldrig) ring(?:e)?\b", r"(?:slutt|stopp|lad være med) (?:å |med å |at )?ringe",
    r"(?:do not|don't|dont|please never|never|stop) call(?:ing)?\b(?! it| this| that)", r"no (?:phone )?calls\b",
)  # fmt: skip
CHANNELS = {
    "mail": (
        r"(?:svara|kontakta mig|hör av er|skriv)(?: gärna| helst| hellre)? (?:på|via|per|med) (?:e-?post|mejl|mail)",
        r"(?:föredrar|vill helst ha|hellre) (?:e-?post|mejl|mail)",
        r"(?:vastatkaa|vastaa|ottakaa yhteyttä|mieluiten)(?: mieluummin| mieluiten)? (?:sähköpostilla|sähköpostitse|meilillä)",
        r"(?:svar|kontakt meg|kontakt mig|skriv)(?: gjerne| gerne| helst)? (?:på|via|per) (?:e-?post|mail|mejl)",
        r"(?:reply|answer|contact me|write)(?: rather| preferably)? (?:by|via|through) e-?mail", r"prefer (?:an )?e-?mail",
    ),
    "phone": (
        r"ring mig (?:gärna|helst|hellre)|(?:vill|föredrar att) bli uppringd",
        r"soittakaa mieluummin|mieluiten puhelimitse",
        r"ring (?:meg|mig) (?:gjerne|gerne|helst)", r"(?:please |rather |prefer you )call me\b|prefer (?:a )?(?:phone|call)",
    ),
    "private": (
        r"(?:svara|skriv|ta det)(?: gärna| helst)? (?:i|via) (?:dm|pm|privat)", r"vastatkaa (?:yksityis\p{L}+|dm)",
        r"(?:svar|skriv|ta det)(?: gjerne| gerne| helst)? (?:i|på|via) (?:dm|pm|privat)", r"(?:reply|answer|contact me) (?:by|in|via) (?:a )?(?:dm|private)",
    ),
}  # fmt: skip
LANGUAGES = {
    "sv": (r"svara (?:mig )?(?:gärna |helst )?på svenska", r"vastatkaa ruotsiksi", r"in swedish,? please|(?:reply|answer|write)(?: to me)? in swedish"),
    "fi": (r"vastatkaa suomeksi|suomeksi,? kiitos|palvelua suomeksi", r"svara (?:mig )?(?:gärna |helst )?på finska", r"in finnish,? please|(?:reply|answer|write)(?: to me)? in finnish"),
    "nb": (r"svar (?:gjerne |meg )?på norsk", r"(?:reply|answer|write)(?: to me)? in norwegian", r"svara (?:gärna |helst )?på norska"),
    "da": (r"svar (?:gerne |mig )?på dansk", r"(?:reply|answer|write)(?: to me)? in danish", r"svara (?:gärna |helst )?på danska"),
    "en": (r"svara (?:mig )?(?:gärna |helst )?på engelska", r"vastatkaa englanniksi", r"svar (?:gjerne |gerne )?på engelsk", r"(?:reply|answer|write)(?: to me)? in english|in english,? please"),
}  # fmt: skip
NEEDS = {
    "hearing": (r"jag är (?:döv|hörselskadad|hörselnedsatt)", r"olen (?:kuuro|huonokuuloinen|kuulovammainen)", r"jeg er (?:døv|hørselshemmet|hørehæmmet|tunghørt)", r"i(?:'m| am) (?:deaf|hard of hearing|hearing impaired)"),
    "sight": (r"jag är (?:blind|synskadad|synsvag)", r"olen (?:sokea|näkövammainen|heikkonäköinen)", r"jeg er (?:blind|synshemmet|svaksynt|svagtseende)", r"i(?:'m| am) (?:blind|visually impaired|partially sighted)|i use a screen reader"),
    "reading": (r"jag har (?:dyslexi|läs- och skrivsvårigheter)", r"minulla on (?:dysleksia|lukihäiriö|lukivaikeus)", r"jeg har (?:dysleksi|ordblind\p{L}*)|jeg er ordblind", r"i(?:'m| am) dyslexic|i have dyslexia"),
    "mobility": (r"jag (?:sitter i|använder) rullstol", r"(?:käytän|istun) pyörätuoli\p{L}*", r"jeg (?:sitter i|sidder i|bruker|bruger) (?:rullestol|kørestol)", r"i(?:'m| am)? (?:in|use) a wheelchair|wheelchair user"),
}  # fmt: skip
ABOUT = (
    r"(?:kontakta mig inte|skicka (?:mig )?inte|sluta skicka|vill inte ha)(?: mer| mera| fler)? (?:om |med )?(?P<what>reklam|nyhetsbrev|erbjudanden|enkäter|kampanjer|undersökningar)",
    r"(?:älkää lähettäkö|en halua)(?: enää)? (?P<what>mainoksia|uutiskirjeitä|tarjouksia|kyselyitä)",
    r"(?:ikke send|slutt å sende|stop med at sende|vil ikke ha|vil ikke have)(?: meg| mig)?(?: mer| mere| flere)? (?P<what>reklame|nyhetsbrev|nyhedsbreve?|tilbud|spørreundersøkelser|spørgeskemaer)",
    r"(?:do not|don't|stop) (?:send|sending|contact|contacting)(?: me)?(?: any)?(?: more)?(?: about| with)? (?P<what>ads|advertising|newsletters?|offers|surveys|marketing)",
)
PRONOUNS = (
    r"(?:mina? )?pronomen (?:är|:) ?(?P<what>hen|hon|han|de/dem|hen/hen)\b", r"(?:mine? )?pronomen(?:er)? (?:er|:) ?(?P<what>hen|hun|han|de/dem|hin)\b",
    r"(?:my pronouns are|pronouns:?) ?(?P<what>(?:they|she|he|ze|xe)(?:/\p{L}{1,6}){0,2})\b", r"\((?P<what>they/them|she/her|he/him|hen/hen)\)",
)  # fmt: skip
SAID = (
    r"(?:mitt )?namn(?:et)? uttalas (?P<what>[\p{L}’' -]{2,40})", r"nimeni lausutaan (?P<what>[\p{L}’' -]{2,40})",
    r"navne[nt]?(?: mitt| mit)? (?:uttales|udtales) (?P<what>[\p{L}’' -]{2,40})", r"(?:my )?name is pronounced (?P<what>[\p{L}’' -]{2,40})",
)  # fmt: skip
TIMES = (
    r"(?:ring|kontakta mig|nås|hör av er)(?: mig)?(?: helst| bara| endast| gärna)? (?P<what>(?:efter|före|mellan) (?:kl\.? ?)?\d{1,2}(?:[.:]\d\d)?(?: ?(?:och|-|–) ?\d{1,2}(?:[.:]\d\d)?)?)",
    r"(?:soittakaa|tavoittaa|ottakaa yhteyttä)(?: minut| vain| mieluiten)? (?P<what>(?:klo|kello) \d{1,2}(?:[.:]\d\d)?(?: ?[-–] ?\d{1,2}(?:[.:]\d\d)?)?(?: jälkeen)?)",
    r"(?:ring|kontakt meg|kontakt mig|treffes)(?: meg| mig)?(?: helst| kun| bare)? (?P<what>(?:etter|efter|før|mellom|mellem) (?:kl\.? ?)?\d{1,2}(?:[.:]\d\d)?(?: ?(?:og|-|–) ?\d{1,2}(?:[.:]\d\d)?)?)",
    r"(?:call|reach|contact)(?: me)?(?: only| preferably)? (?P<what>(?:after|before|between) \d{1,2}(?:[.:]\d\d)?(?: ?[ap]m)?(?: ?(?:and|-|–) ?\d{1,2}(?:[.:]\d\d)?(?: ?[ap]m)?)?)",
)


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    value: str
    words: str  # hers, to check by


def compiled(patterns: tuple[str, ...]) -> "regex.Pattern[str]":
    return regex.compile("|".join(f"(?:{one})" for one in patterns), regex.IGNORECASE)


FIXED = [
    ("call", "never", compiled(CALL)),
    *(("channel", value, compiled(patterns)) for value, patterns in CHANNELS.items()),
    *(("language", value, compiled(patterns)) for value, patterns in LANGUAGES.items()),
    *(("access", value, compiled(patterns)) for value, patterns in NEEDS.items()),
]
# Each pattern by itself: a group's name may stand once in an expression.
TOLD = [
    (kind, regex.compile(rf"(?<!\w)(?:{pattern})", regex.IGNORECASE))
    for kind, patterns in (("topic", ABOUT), ("pronoun", PRONOUNS), ("said", SAID), ("times", TIMES))
    for pattern in patterns
]


def find(text: str) -> list[Found]:
    """Wishes in one text, one of a kind and value."""
    text = text[:LONGEST].replace("’", "'")
    found = [
        Found(kind, value, around(text, match))
        for kind, value, pattern in FIXED
        if (match := pattern.search(text))
    ]
    seen = {wish.kind for wish in found}
    for kind, pattern in TOLD:
        if kind not in seen and (match := pattern.search(text)):
            seen.add(kind)
            found.append(
                Found(
                    kind,
                    match["what"].strip().casefold() if kind == "topic" else match["what"].strip(),
                    around(text, match),
                )
            )
    if any(wish.kind == "call" for wish in found):
        found = [wish for wish in found if (wish.kind, wish.value) != ("channel", "phone")]
    return found


def around(text: str, match: "regex.Match[str]") -> str:
    """The sentence that it stands in, at most 200 characters."""
    start = max(text.rfind(sign, 0, match.start()) for sign in ".!?\n") + 1
    ends = [place for sign in ".!?\n" if (place := text.find(sign, match.end())) >= 0]
    return text[start : min(ends, default=len(text) - 1) + 1].strip()[:200]


# What a reply must not do where a wish stands ----------------------------------------------------------------------

OFFERS_CALL = regex.compile(
    r"\b(?:vi|jag) (?:ringer|kommer att ringa|ska ringa)|\bringer (?:vi|jag) (?:upp )?(?:dig|er)|\bsoita(?:mme|n) (?:sinulle|teille)?"
    r"|\b(?:vi|jeg) (?:ringer|vil ringe|skal ringe)|\b(?:we|i)(?: will|'ll| shall|'re going to)? (?:call|phone|ring) you\b|\bgive you a call\b",
    regex.IGNORECASE,
)


def offers_call(text: str) -> bool:
    """Whether a reply says that we shall ring."""
    return bool(OFFERS_CALL.search(text[:LONGEST].replace("’", "'")))


def speaks_of(text: str, topic: str) -> bool:
    """Whether a reply speaks of what she does not want to hear of, in any inflection of the first letters."""
    words = regex.findall(r"\p{L}{3,}", topic.casefold())
    heard = regex.findall(r"\p{L}{3,}", text[:LONGEST].casefold())
    return bool(words) and all(
        any(one.startswith(word[: max(4, len(word) - 2)]) for one in heard) for word in words
    )
