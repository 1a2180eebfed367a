"""What is learned from scenes: the fitting by hand, the files that ship, and what serves without embeddings."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from lyhord.triage.embeddings.model import Missing
from lyhord.triage.heads.conduct import course, features, judging, learned, thread, tone, toning, troll
from lyhord.triage.heads.conduct.thread import Profile
from lyhord.triage.heads.conduct.tone import Contact
from lyhord.triage.learned import logistic, remembered, scenes, stored
from lyhord.triage.learned.linear import NotAModel
from lyhord.triage.replies import draft
from lyhord.triage.replies import learned as replies
from lyhord.triage.replies.check import check

SAID = (
    ("author", "So you admit that it is shut?"),
    ("brand", "No, it is open until nine tonight."),
    ("author", "So it IS shut. Thanks for admitting it."),
)


def test_a_regression_finds_what_made_the_labels() -> None:
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(2_000, 4))
    yes = 2 * rows[:, 0] - rows[:, 1] + 0.3 * chance.normal(size=2_000) > 0
    found = logistic.fit(rows, yes[:, None].astype(float), 10.0)
    first, second, third, fourth = found.weights[:4, 0]
    assert first / second == pytest.approx(-2, abs=0.3)
    assert abs(third) < 0.2 * first and abs(fourth) < 0.2 * first
    assert ((found.chances(rows)[:, 0] > 0.5) == yes).mean() > 0.9


def test_what_nobody_labelled_teaches_nothing() -> None:
    rows = np.array([[0.0], [1.0], [50.0]])
    with_it = logistic.fit(rows, np.array([[0.0], [1.0], [np.nan]]), 1.0)
    without = logistic.fit(rows[:2], np.array([[0.0], [1.0]]), 1.0)
    assert with_it.weights[0, 0] == pytest.approx(without.weights[0, 0], rel=0.01)
    assert with_it.weights[0, 0] > 0


@pytest.mark.parametrize(("label", "sign"), [(0.0, -1), (1.0, 1)])
def test_a_question_with_one_answer_is_answered_so(label: float, sign: int) -> None:
    found = logistic.fit(np.eye(3), np.full((3, 1), label), 1.0)
    assert (np.sign(found.points(np.eye(3))) == sign).all()


def test_rare_and_common_answers_weigh_alike() -> None:
    """At the middle between two equal clouds the odds are even, however many stand on one side."""
    chance = np.random.default_rng(4)
    rows = np.concatenate([chance.normal(1, 0.1, (1_000, 1)), chance.normal(-1, 0.1, (20, 1))])
    found = logistic.fit(rows, np.repeat([[1.0], [0.0]], [1_000, 20], axis=0), 1.0)
    assert found.chances(np.zeros((1, 1)))[0, 0] == pytest.approx(0.5, abs=0.1)


def test_models_are_stored_alike_and_a_broken_one_is_told(tmp_path: Path) -> None:
    one = logistic.Logistic(np.zeros(2, np.float32), np.ones((3, 1), np.float32))
    path = tmp_path / "a.npz"
    stored.write(path, 1, {"name": "a"}, {"it": one})
    first = path.read_bytes()
    stored.write(path, 1, {"name": "a"}, {"it": one})
    assert path.read_bytes() == first
    about, parts = stored.read(path, 1)
    assert about == {"name": "a"} and np.array_equal(parts["it"].weights, one.weights)
    with pytest.raises(NotAModel, match="another form"):
        stored.read(path, 2)
    path.write_bytes(first[:100])
    with pytest.raises(NotAModel, match=r"a\.npz cannot be read"):
        stored.read(path, 1)


def test_what_ships_was_taught_from_what_ships() -> None:
    """A scene changed without teaching anew would be a model that nobody can make again."""
    assert learned.shipped().about["name"] == f"conduct-{scenes.digest()}"
    assert replies.shipped().about["name"] == f"replies-{scenes.digest('replies')}"
    assert toning.shipped().about["name"] == f"tone-{scenes.digest('contacts')}"


def test_a_text_has_the_same_numbers_whatever_stands_beside_it() -> None:
    text = "Var är mitt paket?"
    (alone,) = remembered.embed([text])
    beside = remembered.embed(["Hej! " * 40, text, "x"])
    assert np.array_equal(alone, beside[1])


def test_old_texts_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    remembered.embed(["a", "b", "c", "d"])
    assert len(remembered._kept) == 2


def missing(texts: Sequence[str]) -> features.Floats:
    raise Missing("There is none.")


def test_rules_serve_alone_without_embeddings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "embed", missing)
    said = thread.read(SAID, "en")
    ruled = troll.judge(Profile(), said)
    told = judging.judge(Profile(), said)
    assert (told.label, told.signs) == (ruled.label, ruled.signs)
    assert (told.score >= learned.HALF) == (ruled.label == troll.TROLL)
    contacts = [Contact("Hej, var är bussen?", "Den kommer."), Contact("Nej!!! NU RÄCKER DET!!!")]
    assert toning.judge(contacts, "sv") == tone.judge(contacts, "sv")
    assert "missing_next_step" in {one.code for one in check("Hej", "Tyvärr, vad tråkigt!", language="sv")}


def test_the_score_is_fifty_where_the_line_is() -> None:
    assert [round(100 * learned.level(chance, 0.8)) for chance in (0.0, 0.8, 1.0)] == [0, 50, 100]
    assert learned.level_of_rules(troll.THRESHOLD) == 50
    assert learned.level_of_rules(troll.THRESHOLD - 1) < 50
    assert learned.level(0.7999, 0.8) < 0.495  # so that rounding makes nobody a troll


def test_looks_and_spelling_are_no_features() -> None:
    said = thread.read(SAID, "en")
    rows = features.of_thread(said, remembered.embed)
    assert rows.shape == (2, 3 * 768 + 7 + len(features.LISTS))


def test_an_author_who_said_nothing_is_nobody() -> None:
    told = judging.judge(Profile(), thread.read((("brand", "Hej!"),), "sv"))
    assert (told.score, told.label, told.signs) == (0, troll.ORDINARY, ())


def test_signs_that_no_rule_found_quote_the_messages_that_show_them() -> None:
    said = thread.read(SAID, "en")
    told = judging.judge(Profile(), said)
    own = {" ".join(one.text.split()) for one in said.own}
    assert told.signs
    assert all(quote in own for one in told.signs if one.id in learned.LEARNED for quote in one.evidence)


def zero(features_in: int, answers: int, constant: float) -> logistic.Logistic:
    weights = np.zeros((features_in + 1, answers), np.float32)
    weights[-1] = constant
    return logistic.Logistic(np.zeros(features_in, np.float32), weights)


def test_looks_bring_nobody_over_the_line_where_rules_are_certain() -> None:
    """37 points of conduct and three of looks are no 40: the model, which here says no to all, decides."""
    said = thread.read(SAID, "en")
    never = learned.Model(
        zero(3 * 768 + 7 + len(features.LISTS), len(learned.ASKED), -4.0), zero(2 * len(learned.ASKED) + 3 + len(learned.LEARNED), 2, -4.0),
        [zero(3, 1, -4.0)] * len(learned.LEARNED), [0.5] * len(learned.LEARNED), 0.8, {},
    )  # fmt: skip
    by_looks = troll.Troll(learned.CERTAIN, troll.TROLL, (), 0, learned.CERTAIN - 3)
    assert learned.judge(never, by_looks, said, remembered.embed).label != troll.TROLL
    by_conduct = troll.Troll(learned.CERTAIN, troll.TROLL, (), 0, learned.CERTAIN)
    assert learned.judge(never, by_conduct, said, remembered.embed).label == troll.TROLL


def test_one_contact_has_no_course() -> None:
    assert toning.judge([Contact("NU RÄCKER DET!!!")], "sv").flag_at is None
    row = course.of_contacts([Contact("Hej")], "sv", remembered.embed)
    assert np.isfinite(row).all()


def test_what_no_rule_found_is_shown_at_its_sentence() -> None:
    text = "Hej! Vi tar in nya skyltar på alla depåer. Din stol är fri. /Mia"
    read = draft.read(text, "sv")
    second, third = read.sentences[1], read.sentences[2]
    model = replies.shipped()
    level = replies.shown(model, "answer_level_mismatch", read, [third])
    assert text[level.start : level.end].strip() == "Din stol är fri."
    routine = replies.shown(model, "sender_perspective", read, [])
    assert text[second.start : second.end].strip() == text[routine.start : routine.end].strip()
    assert routine.message().startswith("“Vi tar in nya skyltar")
    whole = replies.shown(model, "apology_only", read, [])
    assert (whole.start, text[whole.end :].strip()) == (0, "/Mia")


def test_sympathy_alone_is_no_step() -> None:
    """The two go together in every labelled reply."""
    for text in ("Å nej, så tråkigt för dig! Vi tänker på dig.", "Vad ledsamt att höra, kram!"):
        told = {one.code for one in check("Tåget är inställt, hur kommer jag hem?", text, language="sv")}
        assert "apology_only" not in told or "missing_next_step" in told
