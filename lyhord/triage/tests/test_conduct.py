"""Trolls and tone: each sign on written lines, the sets' figures, and who must never be called a troll."""

import dataclasses
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lyhord.triage import tone_door, troll_door
from lyhord.triage.evaluating import conduct, sets
from lyhord.triage.heads.conduct import signs, thread, tone, toning, troll, words
from lyhord.triage.heads.conduct.thread import Profile
from lyhord.triage.heads.conduct.tone import Contact
from lyhord.triage.heads.conduct.troll import Troll

PLAIN = Profile("Anna Berg", "anna_berg", "Hund", has_avatar=True, followers=90, age_days=900, posts=300)
Said = tuple[tuple[str, str], ...]


def judged(said: Said, lang: str, seen: Profile = PLAIN) -> Troll:
    return troll.judge(seen, thread.read(said, lang))


def ids(said: Said, lang: str, seen: Profile = PLAIN) -> set[str]:
    return {sign.id for sign in judged(said, lang, seen).signs}


def lines(*said: str) -> Said:
    """Messages of the author, or of us where they begin with "> ", or of others with "| "."""
    sides = {"> ": "brand", "| ": "other"}
    return tuple((sides.get(one[:2], "author"), one[2:] if one[:2] in sides else one) for one in said)


SIGNS: tuple[tuple[str, str, Said], ...] = (
    ("TL-02", "en", lines("Is it shut?", "> No, it is open until nine tonight.", "So you admit it is shut.")),
    ("TL-02", "fi", lines("Onko kiinni?", "> Ei, auki on yhdeksään asti.", "Eli myönnät, että on kiinni.")),
    ("TL-03", "fi", lines("Kaikki virolaiset varastaa")),
    ("TL-03", "sv", lines("Typiskt norrmän att parkera så")),
    ("TL-04", "fi", lines("Moneltakos sieltä päästään?", "> Autan lipuissa.", "Soitatko mulle ja lähdet ulos?")),
    ("TL-21", "sv", lines("När slutar du jobbet, snygging?")),
    ("TL-22", "nb", lines("Skal vi ta en øl etterpå? Gi meg nummeret ditt, søta")),
    ("TL-05", "fi", lines("HUUUUUUTAAA ja kiroilee!!!!")),
    ("TL-05", "en", lines("THIS IS TOO MUCH. Please call.")),
    ("TL-05", "da", lines("Det er sgu da for meget")),
    ("TL-06", "nb", lines("Alle vet det.", "> Her er tallene: tall.example.no", "Bevis det.", "Har du kilde på det?")),
    ("TL-07", "en", lines("Is it safe?", "> Yes, here is the report.", "By the way, how much is the CEO's salary?")),
    ("TL-08", "da", lines("Hvor er min cykel blevet af", "> Vi leder.", "Hvor er min cykel blevet af nu")),
    ("TL-09", "sv", lines("Det är fel.", "> Vilken butik var du i?", "Varför frågar du det?")),
    ("TL-10", "en", lines("They hide the truth, see hoax.example/a and share before it gets deleted")),
    ("TL-11", "sv", lines("@a @b @c alla in här och skriv skäms, vi dränker dem", "| skäms", "| skäms")),
    ("TL-12", "nb", lines("Skynd dere, publikum er her og de har nettopp lagt ut noe")),
    ("TL-13", "da", lines("I er nogle klovne", "> Hvad er der sket?", "haha blev du sur, din taber")),
)  # fmt: skip


@pytest.mark.parametrize(("sign", "lang", "said"), SIGNS)
def test_each_sign_shows_with_the_words_it_comes_from(sign: str, lang: str, said: Said) -> None:
    found = {one.id: one for one in judged(said, lang).signs}
    assert sign in found
    own = [" ".join(text.split()) for by, text in said if by == "author"]
    assert all(quote in own for quote in found[sign].evidence)


QUIET: tuple[tuple[str, str, Said], ...] = (
    ("TL-02", "sv", lines("Var är det?", "> Vi beklagar.", "Var är det? Ni svarar inte.")),
    ("TL-03", "sv", lines("Får alla finländare rabatt?")),
    ("TL-03", "en", lines("All your drivers are late.")),
    ("TL-04", "en", lines("What time do you open? Is the single ticket cheaper?")),
    ("TL-05", "en", lines("My NHS card, www.example.com, OK")),
    ("TL-06", "en", lines("What is your source?", "> The maker.", "The label says 31 %, photo attached. Source?")),
    ("TL-08", "sv", lines("Tack så mycket", "> Varsågod", "Tack så mycket")),
    ("TL-09", "nb", lines("Det er feil.", "> Hvilken butikk?", "Storgata 4. Når åpner den?")),
    ("TL-10", "en", lines("I measured it: log.example.com/a")),
    ("TL-11", "en", lines("@amy @ben @cal look how nice this is")),
    ("TL-13", "en", lines("This timetable is idiotic.")),
)  # fmt: skip


@pytest.mark.parametrize(("sign", "lang", "said"), QUIET)
def test_what_looks_like_a_sign_and_is_none(sign: str, lang: str, said: Said) -> None:
    assert sign not in ids(said, lang)


@pytest.mark.parametrize(
    ("sign", "seen"),
    [
        ("TL-14", Profile(bio="", age_days=10)),
        ("TL-14", Profile(bio="", handle="kalle1234", age_days=900)),
        ("TL-15", Profile(has_avatar=False)),
        ("TL-16", Profile(followers=3)),
        ("TL-17", Profile(name="Sanningens Röst")),
        ("TL-17", Profile(name="user_99")),
    ],
)
def test_signs_of_a_profile_cost_next_to_nothing(sign: str, seen: Profile) -> None:
    told = judged(lines("Hej, när öppnar ni?"), "sv", seen)
    assert [one.id for one in told.signs] == [sign]
    assert (told.score, told.label) == (0, "ordinary")


def test_what_a_network_does_not_tell_counts_neither_way() -> None:
    assert judged(lines("Hej, när öppnar ni?"), "sv", Profile()).signs == ()


@pytest.mark.parametrize(
    "name", ["Oluwaseun Adeyemi", "Nguyen Thi Minh", "Kjell-Åke", "O'Neil McCoy", "Zoë van Dijk"]
)
def test_a_name_from_elsewhere_is_no_invented_one(name: str) -> None:
    assert "TL-17" not in ids(lines("Hej"), "sv", Profile(name=name, handle="x_y"))


def test_an_empty_timeline_is_very_many_posts_and_the_same_shouting() -> None:
    said = lines("SVINDLARE ALLIHOP NU!!!", "> Hej, vad gäller det?", "SVINDLARE ALLIHOP NU!!!")
    busy = dataclasses.replace(PLAIN, age_days=5, posts=900)
    assert "TL-18" in ids(said, "sv", busy)
    assert "TL-18" not in ids(said, "sv")


def test_poor_writing_is_told_and_never_counted() -> None:
    told = judged(lines("hej hur gör ja för å byta, mej har ingen sakt nåt å de e svårt"), "sv")
    assert [(one.id, one.points) for one in told.signs] == [("TL-19", 0)]


def items(name: str) -> list[dict[str, Any]]:
    return sets.read(conduct.AUTHORS_TUNED if name == TUNED else conduct.OWN / name)


TUNED = "plain.jsonl"


def test_critics_are_never_called_trolls() -> None:
    taken = [
        told.item["id"]
        for name in (
            TUNED,
            "authors_held.jsonl",
            "authors_fresh.jsonl",
            "authors_last.jsonl",
            "critics.jsonl",
        )
        for told in conduct.judged(items(name))
        if told.item["label"] != "troll" and told.troll.label == "troll"
    ]
    assert taken == []


LOOKS: tuple[dict[str, Any], ...] = (
    {"has_avatar": False},
    {"has_avatar": None},
    {"display_name": "Oluwaseun"},
    {"display_name": "Okänd 4471", "handle": "okand4471"},
    {"bio": "", "account_age_days": 3, "followers": 0},
    {"bio": None, "account_age_days": None, "followers": None, "posts_count": None, "following": None},
)


@pytest.mark.parametrize("looks", LOOKS)
def test_looks_make_nobody_a_troll(looks: dict[str, Any]) -> None:
    """Pairs: each author of both halves, and the same with another picture, name or age of the account."""
    turned = []
    for item in [*items(TUNED), *items("authors_held.jsonl"), *items("critics.jsonl")]:
        other = {**item, "author": {**item["author"], **looks}}
        before, after = (one.troll.label for one in conduct.judged([item, other]))
        if before != after:
            turned.append(item["id"])
    assert turned == []


SPELLINGS = (
    ("ck", "k"),
    ("ll", "l"),
    ("tt", "t"),
    ("det", "de"),
    ("och", "å"),
    ("ikke", "ik"),
    ("minä", "mä"),
    ("the ", "da "),
)


def test_spelling_makes_nobody_a_troll() -> None:
    for item in [*items(TUNED), *items("authors_held.jsonl"), *items("critics.jsonl")]:
        if item["label"] == "troll":
            continue
        other = json.loads(json.dumps(item))
        for said in other["thread"]:
            for plain, spelt in SPELLINGS if said["by"] == "author" else ():
                said["text"] = said["text"].lower().replace(plain, spelt)
        (told,) = conduct.judged([other])
        assert told.troll.label != "troll", item["id"]


LEAST: dict[str, dict[str, float]] = {
    conduct.TUNED: {"AUC": 0.97, "recall of trolls": 0.9, "signs micro F1": 0.85, "escalating F1": 0.95, "spreading F1": 0.9},
    conduct.HELD: {"AUC": 0.97, "recall of trolls": 0.85, "signs micro F1": 0.8, "escalating F1": 0.95, "spreading F1": 0.8},
    conduct.EXAM: {"AUC": 0.97, "recall of trolls": 0.8, "signs micro F1": 0.7, "escalating F1": 0.85},
}  # fmt: skip


def test_figures_of_our_own_sets() -> None:
    """Those of issue and docs/judgement.md; the late scenes show what is missed, and are told rather than held."""
    found = {(row.set, row.figure): row.value for row in conduct.own_rows() if not row.lang}
    for name, least in LEAST.items():
        for figure, value in least.items():
            assert found[name, figure] >= value, (name, figure)
    assert {value for (_, figure), value in found.items() if figure == "critics called trolls"} == {0.0}


def test_no_text_of_a_set_stands_in_a_list() -> None:
    texts = {
        said["text"].lower()
        for name in (TUNED, "authors_held.jsonl")
        for item in items(name)
        for said in item["thread"]
        if len(said["text"].split()) > 5
    }
    listed = {
        term.partition("=")[0].strip()
        for lang in words.LANGUAGES
        for row in words.table(lang).values()
        for term in row.split(",")
    }
    assert texts.isdisjoint(listed)


def test_all_languages_have_the_same_lists() -> None:
    assert len({frozenset(words.table(lang)) for lang in words.LANGUAGES}) == 1


ERRAND = "Tala med tågmästaren så kan du säkert få hjälp att hitta din plats"


MARCH_AND_JUNE = (
    Contact("Hej! Varför syns vagnens nummer inte inifrån? Det vore bra för oss resenärer.", ERRAND),
    Contact(
        "Jag frågade om hur tåget är byggt och fick inget svar. Vem kan svara?", "Tack för dina synpunkter!"
    ),
    Contact("Nu är jag trött på er. Numren, bistron, värmen och nu bokningen. Svara någon gång!!"),
)


@pytest.mark.parametrize("judge", [tone.judge, toning.judge])
def test_the_errand_for_a_question_of_design_is_told_as_none(judge: Callable[..., tone.Tone]) -> None:
    """CO-04 and CO-10: March, June, June; asked how the train is made, sent to the train manager."""
    told = judge(MARCH_AND_JUNE, "sv")
    assert (told.escalating, told.spreading, told.flag_at) == (True, True, 2)
    parts = [reason.part for reason in told.reasons]
    assert parts == ["CO-09", "CO-10", "CO-11", "CO-04"]
    assert ERRAND[:60] in told.reasons[-1].sentence()


@pytest.mark.parametrize("lang", ["sv", "fi", "nb", "da", "en"])
def test_who_begins_cross_and_ends_calm_is_not_flagged(lang: str) -> None:
    calm = {
        "sv": "Tack, nu är det löst.",
        "fi": "Kiitos, hoitui.",
        "nb": "Takk, det er ordnet.",
        "da": "Tak, det er løst.",
        "en": "Thanks, sorted.",
    }
    had = [Contact("NU RÄCKER DET!!!", "Ja, ordnat."), Contact("Ok", "Ja."), Contact(calm[lang])]
    for judge in (tone.judge, toning.judge):
        told = judge(had, lang)
        assert (told.escalating, told.spreading, told.flag_at) == (False, False, None)


def test_no_flag_before_the_second_contact() -> None:
    sequences = [*sets.read(conduct.PARTS[0][2]), *items("contacts_held.jsonl")]
    for item, judge in itertools.product(sequences, (tone.judge, toning.judge)):
        told = judge(tone_door.contacts(item), item["lang"])
        assert told.flag_at is None or told.flag_at >= 1
        assert (told.flag_at is not None) == (told.escalating or told.spreading)


def test_a_long_thread_is_bounded() -> None:
    said = tuple(("author", f"Samma sak nummer {number} igen och igen " * 200) for number in range(2_000))
    read = thread.read(said, "sv")
    assert len(read.own) == thread.MOST_MESSAGES
    assert len(" ".join(read.own[0].reading.words)) <= thread.LONGEST
    assert read.own[-1].text.startswith("Samma sak nummer 1999")
    assert "TL-08" in {sign.id for sign in troll.judge(PLAIN, read).signs}


def test_quotes_are_cut() -> None:
    (quote,) = signs.quote(thread.message("author", "x" * 1_000, "en"))
    assert len(quote) == signs.LONGEST_QUOTE


@pytest.mark.parametrize("door", [troll_door, tone_door])
@pytest.mark.parametrize(
    ("line", "item"),
    [
        (b"no json", None),
        (b"[]", None),
        (b'{"author": {}, "thread": [], "contacts": []}', None),
        (b'{"id": 1}', 1),
        (b'{"id": 1, "author": {"followers": "many"}, "thread": [], "contacts": {}}', 1),
        (b'{"id": 1, "author": {}, "thread": [{"by": "author"}], "contacts": [{"text": 2}]}', 1),
        (b'{"id": 1, "author": {}, "thread": [{"by": "x", "text": ""}], "contacts": [{"text": "", "reply": 2}]}', 1),
        (b'{"id": 1, "lang": 2, "author": {}, "thread": [], "contacts": []}', 1),
        (None, None),
    ],
)  # fmt: skip
def test_a_bad_line_is_answered_in_its_place(door: Any, line: bytes | None, item: Any) -> None:
    answer = json.loads(door.answer(line))
    assert set(answer) == {"id", "error"}
    assert answer["id"] == item


def test_empty_threads_and_contacts_are_nobodys_fault() -> None:
    told = json.loads(troll_door.answer(b'{"id": "a", "author": {}, "thread": []}'))
    assert told == {"id": "a", "score": 0, "label": "ordinary", "signs": []}
    told = json.loads(tone_door.answer(b'{"id": "a", "contacts": []}'))
    assert told == {"id": "a", "escalating": False, "spreading": False, "flag_at": None, "reasons": []}


def test_the_lists_lie_where_people_find_them() -> None:
    assert sorted(path.stem for path in Path(words.FOLDER).glob("*.toml")) == ["da", "en", "fi", "nb", "sv"]
