"""Each head on a table of short posts, in our own words."""

import pytest

from lyhord.triage import lexicon, reading
from lyhord.triage.heads import abuse, kind, language, priority, sentiment, situation
from lyhord.triage.heads.kind import KINDS, WHY
from lyhord.triage.judge import Judgement, judge
from lyhord.triage.reasons import Reason


def read(text: str) -> tuple[reading.Reading, lexicon.Found]:
    """A text as the rules see it. What the learned model makes of it is measured by `lyhord evaluate`."""
    seen = reading.read(text)
    return seen, lexicon.of(language.judge(seen).code).read(seen)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Var är mitt paket någonstans? Jag har väntat i en vecka", "sv"),
        ("Hvor er pakken min? Jeg har ventet i ei uke nå", "nb"),
        ("Eg veit ikkje korleis eg skal få tak i dykk, kan nokon hjelpe?", "nn"),
        ("Hvor er min pakke? Jeg har ventet i en uge nu", "da"),
        ("Missä minun pakettini on? Olen odottanut viikon", "fi"),
        ("Where is my parcel? I have been waiting for a week", "en"),
        ("Wo ist mein Paket geblieben? Ich warte schon seit einer Woche darauf", "de"),
        ("где моя посылка, я жду уже целую неделю", "ru"),
        ("😂😂😂", "und"),
        ("", "und"),
    ],
)
def test_the_language_of_a_post_is_told(text: str, code: str) -> None:
    told = language.judge(reading.read(text))
    assert told.code == code
    assert 0.0 <= told.confidence <= 1.0


def test_names_links_and_hashtags_do_not_speak_a_language() -> None:
    text = (
        "@thecompany #bestdeal https://example.org/this/is/english/text Hei, missä minun tilaukseni viipyy?"
    )
    assert language.judge(reading.read(text)).code == "fi"


@pytest.mark.parametrize(
    ("text", "prior", "code"),
    [("ok", "fi", "fi"), ("Takk", "nn", "nn"), ("😀", "da", "da"), ("", "sv", "sv")],
)
def test_what_is_known_before_decides_for_a_short_post(text: str, prior: str, code: str) -> None:
    assert language.judge(reading.read(text), prior).code == code


def test_what_is_known_before_does_not_overrule_a_clear_text() -> None:
    text = "Missä minun pakettini on? Olen odottanut jo kaksi viikkoa"
    assert language.judge(reading.read(text), "sv").code == "fi"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Vilken tid öppnar ni på söndag?", "question"),
        ("Saako bussiin ottaa koiran mukaan?", "question"),
        ("Noen som vet om billetten gjelder på trikken også", "question"),
        ("Kan man bytte en gave uden kvittering?", "question"),
        ("How do I cancel my subscription?", "question"),
        ("Andra veckan utan bredband och inget svar. Uselt!", "complaint"),
        ("Paketti hukkui taas, surkeaa palvelua", "complaint"),
        ("Toget innstilt igjen, helt elendig", "complaint"),
        ("Pakken er væk for tredje gang, det er til grin", "complaint"),
        ("Charged twice and nobody answers. Terrible.", "complaint"),
        ("Vem har godkänt att ni använder underleverantörer utan kollektivavtal?", "corporate"),
        ("Mitä teette päästöjen vähentämiseksi? Kuka siitä päättää?", "corporate"),
        ("Hvordan sikrer dere gode arbeidsforhold hos underleverandørene?", "corporate"),
        ("Hvordan hænger jeres klimamål sammen med de nye dieselbusser?", "corporate"),
        ("What is your strategy for accessible trains, and who approved these?", "corporate"),
        ("Tusen tack till er personal, fantastiskt bemötande!", "praise"),
        ("Suuri kiitos, loistavaa palvelua!", "praise"),
        ("Kunne I ikke lave en app til børn? Det ville være fedt", "idea"),
        ("Förslag: lägg till en knapp för att spara kvitton", "idea"),
        ("@pelle_p vi ses klockan sju, ta med bollen", "chatter"),
        ("MÅÅÅL 🇸🇪🇸🇪", "chatter"),
        ("Earn money from home! Click here rich.example/x", "spam"),
        ("Lån uten sikkerhet på 5 minutter, klikk her: lan.example", "spam"),
    ],
)
def test_the_rules_tell_the_kind_of_a_plain_post(text: str, label: str) -> None:
    told = kind.judge(*read(text))
    assert told.label == label
    assert told.needs_answer == (label in {"question", "complaint", "corporate", "idea"})
    assert (told.answer_score >= 0.5) == told.needs_answer


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("Det luktar gas i trapphuset efter er montör", "high"),
        ("Hissi jumissa ja lapsi sisällä, auttakaa heti", "high"),
        ("Toget går om fem minutter og billetten vil ikke åpne", "high"),
        ("Nogen bruger mit kort lige nu, spær kortet!", "high"),
        ("The charger caught fire next to my bed", "high"),
        ("När går nästa tåg till Umeå?", "normal"),
        ("Milloin kauppa aukeaa?", "normal"),
        ("Tack för en brandröd tröja, den är så fin", "normal"),
    ],
)
def test_only_danger_money_leaving_and_minutes_left_are_urgent(text: str, urgency: str) -> None:
    assert judge(text).urgency.label == urgency


@pytest.mark.parametrize(
    ("text", "abusive"),
    [
        ("Ni är ju idioter hela bunten", True),
        ("painu helvettiin senkin idiootti", True),
        ("Jeg vet hvor du bor, din jævla idiot", True),
        ("Hold din kæft, din klaphat", True),
        ("I hope you die, you moron", True),
        ("Den här jävla appen kraschar hela tiden", False),
        ("vitun sovellus ei toimi taaskaan", False),
        ("Faen, toget er innstilt igjen", False),
        ("What an idiotic timetable", False),
        ("Wow, so fast. Only three weeks.", False),
    ],
)
def test_by_the_rules_only_what_is_aimed_at_people_is_abuse(text: str, abusive: bool) -> None:
    told = abuse.judge(read(text)[1])
    assert told.abusive is abusive
    assert 0.0 <= told.score <= 1.0
    assert told.score >= 0.5 or not abusive


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Usel service, aldrig mer", -1),
        ("Kiitos, loistavaa palvelua!", 1),
        ("Når åpner butikken på lørdag?", 0),
        ("This is not good at all, terrible service", -1),
    ],
)
def test_the_rules_tell_the_tone_towards_the_company(text: str, label: int) -> None:
    seen, found = read(text)
    tone = sentiment.judge(seen, found, kind.judge(seen, found).label)
    assert tone.label == label
    assert tone.score != 0
    assert label == 0 or (tone.score > 0) == (label > 0)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Var är mitt paket?", "delivery"),
        ("Miksi laskussa on palvelumaksu?", "billing"),
        ("Nettet er nede igjen i hele byen", "outage"),
        ("Kan jeg tage cyklen med i toget?", "booking"),
        ("I cannot log in, the password is wrong", "account"),
        ("Finns det ramp för rullstol vid entrén?", "accessibility"),
        ("Miten huolehditte työntekijöiden tauoista?", "working-conditions"),
        ("Hva gjør dere for å kutte utslippene?", "environment"),
        ("Sælger I mine persondata videre?", "privacy"),
        ("vilket väder", "other"),
    ],
)
def test_the_topic_is_told(text: str, topic: str) -> None:
    assert judge(text).topic.label == topic


def test_the_situation_is_one_line_with_its_entities() -> None:
    told = situation.judge(
        reading.read(
            "@bolaget hej! Jag står på perrongen i Hässleholm, vagn 4, tåget 17.23 till Stockholm. #sent https://example.org/bild"
        )
    )
    assert told.line.startswith("Jag står på perrongen i Hässleholm, vagn 4")
    assert told.mentions == ("@bolaget",)
    assert told.hashtags == ("sent",)
    assert told.links == ("https://example.org/bild",)
    assert told.times == ("17.23",)
    assert set(told.places) == {"vagn 4", "Hässleholm", "Stockholm"}


def test_a_text_without_a_situation_has_an_empty_line() -> None:
    assert situation.judge(reading.read("Vad kostar en biljett?")) == situation.Situation(line="")


def everything() -> Judgement:
    return judge("Det brinner i spisen ni sålde, igen! Uselt! Ring mig nu 070-174 06 12, era jävla idioter")


def test_the_points_of_all_reasons_are_the_priority() -> None:
    for told in (everything(), judge("hej"), judge("När öppnar ni?"), judge("")):
        assert sum(reason.points for reason in told.reasons) == told.priority
        assert 0 <= told.priority <= 100


def test_the_parts_together_never_pass_100() -> None:
    worst = priority.Signs("complaint", True, True, True, True, True, True)
    why = Reason("kind", 0, "Burns.")
    assert priority.judge(worst, why, why).points == 100
    assert max(priority.WEIGHTS[kind] for kind in KINDS) == priority.WEIGHTS["complaint"]


def test_what_burns_comes_before_what_does_not() -> None:
    praise, question = judge("Tack, ni är bäst!"), judge("När öppnar ni?")
    complaint = judge("Tredje gången som paketet inte kommer. Usel service!")
    assert praise.priority < question.priority < complaint.priority < everything().priority


def test_every_reason_is_a_sentence_made_from_a_fixed_one() -> None:
    for reason in everything().reasons:
        assert reason.sentence().endswith(".")
        assert "%(" not in reason.sentence()
    assert Reason("x", 1, "Has %(many)s words.", {"many": 3}).as_line() == {
        "part": "x",
        "points": 1,
        "why": "Has 3 words.",
    }


def test_every_kind_has_its_weight() -> None:
    assert set(KINDS) == set(WHY) <= set(priority.WEIGHTS)


def test_the_same_text_always_gets_the_same_judgement() -> None:
    text = "Varför är tåget inställt igen? Vem bestämde det?"
    assert judge(text) == judge(text)


def test_a_term_may_stand_for_forms_and_for_words_apart() -> None:
    words = lexicon.Lexicon([{"late": "försen*=2, *paket, kommer .. inte fram"}])
    found = words.read(reading.read("Förseningen! Julpaket kommer väl ändå inte fram."))
    assert [hit.words for hit in found.hits["late"]] == [
        "förseningen",
        "julpaket",
        "kommer väl ändå inte fram",
    ]
    assert found.of("late") == 4


def test_words_apart_do_not_reach_into_the_next_sentence() -> None:
    words = lexicon.Lexicon([{"late": "kommer .. inte"}])
    assert not words.read(reading.read("Han kommer. Inte jag.")).of("late")
