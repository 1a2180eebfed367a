"""Reply checks: what is found, where, and what is left alone."""

import io
import json
from typing import Any

import pytest

from lyhord.triage.evaluating import replies as measuring
from lyhord.triage.replies import door, draft, phrases
from lyhord.triage.replies.check import Around, check


def codes(reply: str, post: str = "Var är mitt paket?", lang: str = "sv", **around: Any) -> set[str]:
    return {one.code for one in check(post, reply, language=lang, around=Around(**around))}


@pytest.mark.parametrize("lang", phrases.ALL)
def test_every_phrase_of_the_lists_can_be_read(lang: str) -> None:
    for family, listed in phrases.table(lang).items():
        assert listed, family
        assert phrases.pattern(lang, family) is not phrases.NEVER


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("nothing .. can do", "there is nothing at all we can do", "nothing at all we can do"),
        ("[so] sorry ...", "so sorry to hear it. a taxi comes", "so sorry to hear it"),
        ("sorry ...", "sorry you wait, but a taxi comes", "sorry you wait"),
        ("by 20#", "by 2030", "by 2030"),
        ("*chef", "vår bygg-chef svarar", "bygg-chef"),
        ("(call|write to) us", "please write to us", "write to us"),
        ("call us", "call. us", ""),
        ("call", "recall", ""),
    ],
)
def test_a_phrase_finds_its_words(phrase: str, text: str, found: str) -> None:
    hit = phrases.compiled([phrase]).search(text)
    assert (hit[0] if hit else "") == found


@pytest.mark.parametrize("bad", ["[a] [b]", "...", "(a (b|c))", "(open", ""])
def test_a_phrase_that_cannot_be_read_is_refused_with_a_reason(bad: str) -> None:
    with pytest.raises(phrases.BadPhrase):
        phrases.expression(bad)


@pytest.mark.parametrize(
    ("lang", "alone", "helped"),
    [
        (
            "sv",
            "Tråkigt att du är försenad!",
            "Tråkigt att du är försenad! En taxi väntar vid utgång B kl 14.",
        ),
        (
            "en",
            "So sorry you are delayed!",
            "So sorry you are delayed, but a taxi is waiting at exit B at 2.",
        ),
        ("nb", "Så leit at du er forsinket!", "Så leit at du er forsinket! Jeg har bestilt drosje til deg."),
        ("da", "Hvor ærgerligt at du er forsinket!", "Hvor ærgerligt! Jeg har bestilt en taxa til dig."),
        ("fi", "Ikävä kuulla, että olet myöhässä!", "Ikävä kuulla! Tilasin sinulle taksin pääovelle."),
    ],
)
def test_sympathy_alone_is_told_and_the_same_words_with_help_are_not(
    lang: str, alone: str, helped: str
) -> None:
    told = codes(alone, "?", lang)
    assert {"apology_only", "missing_next_step"} <= told
    assert not {"apology_only", "missing_next_step"} & codes(helped, "?", lang)


@pytest.mark.parametrize(
    ("reply", "around", "code", "place"),
    [
        ("Jag har bytt den. DETTA ÄR SISTA GÅNGEN! /Mia", {}, "shouting", "DETTA ÄR SISTA GÅNGEN"),
        ("Det var ditt eget fel. Jag skickar ett nytt. /Mia", {}, "dismissive", "ditt eget fel"),
        ("Kul försök! Jag skickar ett nytt. /Mia", {}, "own_wit", "Kul försök"),
        ("Härmed skickar jag ett nytt paket. /Mia", {}, "unclear", "Härmed"),
        ("Jag skickar ett nytt i dag.", {}, "missing_signature", ""),
        ("Jag skickar ett nytt i dag. /Mia", {"signature": "/Mia"}, "doubled_signature", "/Mia"),
        ("Paketet är återbetalt. Ärendet är avslutat. /Mia", {}, "no_contact_route", "Ärendet är avslutat"),
        ("Jag har inte hört talas om Strategi 2020. /Mia", {"known": ("Strategi 2020",)}, "known_fact", "Strategi 2020"),
    ],
)  # fmt: skip
def test_each_further_code_is_told_at_its_place(
    reply: str, around: dict[str, Any], code: str, place: str
) -> None:
    (found,) = [
        one for one in check("Hej", reply, language="sv", around=Around(**around)) if one.code == code
    ]
    assert reply[found.start : found.end] == place
    assert "%(" not in found.message()


@pytest.mark.parametrize(
    ("reply", "around", "code"),
    [
        ("Kul försök! Jag skickar ett nytt. /Mia", {"is_witty": True}, "own_wit"),
        ("Jag skickar ett nytt i dag.", {"signature": "/Mia"}, "missing_signature"),
        ("Jag skickar ett nytt i dag.\n\nVänliga hälsningar\nMia Berg", {}, "missing_signature"),
        ("Allt är klart. Ring oss på 08-123 45 67. /Mia", {"ends_case": True}, "no_contact_route"),
        ("Jag har inte hört talas om Strategi 2020. /Mia", {"known": ("Vision 2030",)}, "known_fact"),
        ("SJ ersätter biljetten enligt SMS. /Mia", {}, "shouting"),
    ],
)
def test_what_is_in_order_is_left_alone(reply: str, around: dict[str, Any], code: str) -> None:
    assert code not in codes(reply, **around)


def test_a_team_is_nobody() -> None:
    assert "missing_signature" in codes("Jag skickar ett nytt i dag. Mvh Kundtjänst")
    assert "missing_signature" not in codes("Jag skickar ett nytt i dag. Mvh Anna")


def test_a_copy_is_told_though_its_names_and_figures_differ() -> None:
    first = "Hej Nora! Ditt paket ligger på bilen nu och kommer hem till dig mellan 14 och 16 i dag. /Pelle"
    other = "Hej Ahmed! Ditt paket ligger på bilen nu och kommer hem till dig mellan 9 och 11 i dag. /Pelle"
    assert "template" in codes(other, earlier=(first,))
    assert "same_reply" in codes(other, same_person=(first,))
    assert not {"template", "same_reply"} & codes(
        "Bilen gick sönder, jag kör själv ut det klockan sju i kväll. /Pelle", earlier=(first,)
    )


def test_a_corporate_question_wants_its_own_level() -> None:
    post = "Jag har varit i serveringen och ska tillbaka. Varför köper ni vagnar där man inte ser vilken vagn man är i?"
    single = "Tala med tågvärden så hjälper hen dig till din plats. Trevlig resa! /Ebba"
    owned = "Vår fordonschef beslutar om inredningen och svarar här på fredag. Tågvärden visar dig till platsen nu. /Ebba"
    assert "answer_level_mismatch" in codes(single, post)
    assert "answer_level_mismatch" not in codes(owned, post)
    assert "answer_level_mismatch" not in codes(single, post, is_corporate=False)


def test_places_are_those_of_the_text_that_was_given() -> None:
    composed = "Tråkigt att höra! 👩‍👩‍👧 Det finns ingenting vi kan göra."
    apart = composed.replace("å", "a\u030a").replace("ö", "o\u0308")
    for text in (composed, apart, "İ " + apart):
        (found,) = [one for one in check("Hej", text, language="sv") if one.code == "non_social_phrase"]
        assert text[found.start : found.end].startswith("Det finns ingenting")


@pytest.mark.parametrize(
    ("lang", "plain", "other"),
    [
        ("sv", ("Varför kommer inte paketet?", "Jag skickar ett nytt i dag, Anna. /Erik"), ("vaffö komme inte paktet", "Jag skickar ett nytt i dag, Oluwaseun. /Abdirahman")),
        ("sv", ("Jag är arg på er.", "Vad tråkigt att höra, Anna! /Erik"), ("ja e arg på er", "Vad tråkigt att höra, Xiùyīng! /Nguyễn")),
        ("en", ("Where is my parcel?", "I have sent a new one, John. – Emma"), ("were is me parsel", "I have sent a new one, Siobhán. – Đặng")),
        ("fi", ("Missä pakettini on?", "Lähetin uuden, Matti. – Anna"), ("mis mun paketti o", "Lähetin uuden, Muhammad. – Nguyen")),
        ("nb", ("Hvor er pakken min?", "Jeg har sendt en ny, Kari. – Ola"), ("kor e pakken min", "Jeg har sendt en ny, Fatima. – Jamal")),
        ("da", ("Hvor er min pakke?", "Jeg har sendt en ny, Mette. /Lars"), ("hvor æ min pakk", "Jeg har sendt en ny, Khadija. /Yusuf")),
    ],
)  # fmt: skip
def test_spelling_dialect_and_names_change_no_finding(
    lang: str, plain: tuple[str, str], other: tuple[str, str]
) -> None:
    assert codes(plain[1], plain[0], lang) == codes(other[1], other[0], lang)


def test_nothing_written_is_nothing_found() -> None:
    assert check("Hej", "   \n", language="sv") == []
    assert check("", "👍", language="sv") == []


def test_of_the_longest_reply_no_more_is_read_than_a_network_takes() -> None:
    found = check("Hej " * 5_000, "Tyvärr kan vi inte göra något åt det! " * 2_000, language="sv")
    assert found and all(one.end <= draft.LONGEST for one in found)


def run(*lines: bytes) -> list[dict[str, Any]]:
    answers = io.StringIO()
    assert door.main((), io.TextIOWrapper(io.BytesIO(b"\n".join(lines) + b"\n")), answers) == 0
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def test_the_door_answers_each_line_in_its_place() -> None:
    good = json.dumps(
        {"id": 1, "post": "Hej", "reply": "Vi beklagar eventuella olägenheter.", "lang": "sv"}
    ).encode()
    first, bad, last = run(good, b"not json", good)
    assert first == last
    assert {"code", "message", "start", "end"} == set(first["findings"][0])
    assert bad["id"] is None
    assert "JSON" in bad["error"]


@pytest.mark.parametrize(
    "bad",
    [
        b"[]",
        b'{"post": "a", "reply": "b"}',
        b'{"id": 1, "reply": "b"}',
        b'{"id": 1, "post": "a", "reply": 3}',
        b'{"id": 1, "post": "a", "reply": "b", "lang": 7}',
        b'{"id": 1, "post": "a", "reply": "b", "earlier": "c"}',
        b'{"id": 1, "post": "a", "reply": "b", "ends_case": "no"}',
    ],
)
def test_a_bad_line_is_told_and_the_run_goes_on(bad: bytes) -> None:
    problem, good = run(bad, b'{"id": 2, "post": "a", "reply": "b"}')
    assert set(problem) == {"id", "error"}
    assert good["id"] == 2


def test_unknown_arguments_are_a_wrong_call() -> None:
    assert door.main(("--nope",), io.TextIOWrapper(io.BytesIO(b"")), io.StringIO()) == 2


@pytest.mark.parametrize("part", measuring.parts())
def test_figures_on_our_own_replies_do_not_fall_back(part: str) -> None:
    found = measuring.checked(measuring.own(part))
    assert measuring.macro_f1(found) >= 0.80
    assert measuring.false_alarms(found) <= 0.05


def test_signatures_are_names_of_people() -> None:
    for text, name in [("Klart. /Mia", "Mia"), ("Done.\n– Omar K", "Omar K"), ("Valmis. t. Sanna", "Sanna"), ("Klart ^AL", "AL"), ("Done. Cheers, Ann", "Ann"), ("Klart. /Team", "")]:  # fmt: skip
        lang = "fi" if "t." in text else "en" if "Done" in text else "sv"
        assert draft.read(text, lang).signature == name
