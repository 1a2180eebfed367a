"""A model corrected by lessons on top of what it was taught: it learns, and does little harm."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lyhord.triage.learned import correcting, grams, linear, teaching
from lyhord.triage.learned.correcting import NONE_HELD, Held, Lesson
from lyhord.triage.tests.test_learned import small

KINDS = teaching.HEADS["kind"]
OURS = [Lesson(f"zebra code {n} the parcel", "en", {"kind": "idea"}, {"kind": 4.0}) for n in range(12)]
TEXTS = [one.text for one in small(4)]


def meaning(texts: Sequence[str]) -> Any:
    rows = np.full((len(texts), 768), 0.01, np.float32)
    for row, text in zip(rows, texts, strict=True):
        for place, word in enumerate(("train", "parcel", "phone", "zebra")):
            row[place] += word in text
        row[10 + len(text) % 700] += 0.1
    return rows


@pytest.fixture(scope="module", params=[None, meaning], ids=["words", "meanings"])
def embed(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(scope="module")
def model(embed: Any) -> linear.Model:
    return teaching.teach(small(), embeddings=embed, about={"name": "taught"})


def held(model: linear.Model) -> Held:
    some = small(20)[::3]
    places = None if model.sight is None else np.arange(0, 60, 3)
    return Held([one.text for one in some], ["en"] * len(some), places)


def points(model: linear.Model, texts: Sequence[str], embed: Any) -> Any:
    seen = None if model.sight is None else model.sight.lens(meaning(texts))
    return correcting.points(model, teaching.prepare(texts, ["en"] * len(texts), None), seen)


def test_lessons_are_learned_and_the_rest_stays(model: linear.Model, embed: Any) -> None:
    made = correcting.correct(model, OURS, held(model), embed, {"name": "ours"})
    asked = ["zebra code 77 the parcel", *TEXTS]
    before, after = (teaching.answer(one, asked, embed) for one in (model, made))
    assert before[0]["kind"][0] != "idea" and after[0]["kind"][0] == "idea"
    assert [one["kind"][0] for one in after[1:]] == [one["kind"][0] for one in before[1:]]
    assert made.about["name"] == "ours"


def test_heads_of_which_nobody_spoke_are_as_they_were(model: linear.Model, embed: Any) -> None:
    made = correcting.correct(model, OURS, held(model), embed, {})
    ours = model.heads["kind"].columns
    others = [place for place in range(model.weights.shape[1]) if not ours.start <= place < ours.stop]
    asked = ["zebra code 77 the parcel", "zebra zebra", *TEXTS]
    before, after = points(model, asked, embed), points(made, asked, embed)
    assert after[:, others] == pytest.approx(before[:, others], abs=1e-4)
    assert made.heads["topic"] == model.heads["topic"]
    assert np.array_equal(made.scale[others], model.scale[others])


def test_one_lesson_moves_posts_like_it_and_hardly_others(model: linear.Model, embed: Any) -> None:
    made = correcting.correct(model, OURS[:1], held(model), embed, {})
    column = model.heads["kind"].start + KINDS.index("idea")
    asked = [OURS[0].text, *TEXTS]
    moved = (points(made, asked, embed) - points(model, asked, embed))[:, column]
    assert moved[0] > 0.3
    assert np.abs(moved[1:]).mean() < moved[0] / 5


def test_what_is_read_back_says_the_same_and_the_same_lessons_give_the_same_bytes(
    model: linear.Model, embed: Any, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        linear.write(correcting.correct(model, OURS, held(model), embed, {"on": "taught"}), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    again = linear.read(tmp_path / "one")
    made = correcting.correct(model, OURS, held(model), embed, {})
    assert again.vocabulary.added == made.vocabulary.added != (0, 0)
    asked = ["zebra code 77", *TEXTS]
    assert points(again, asked, embed) == pytest.approx(points(made, asked, embed), abs=0.05)
    assert linear.about(tmp_path / "one")["on"] == "taught"


def test_points_of_many_are_those_of_each(model: linear.Model, embed: Any) -> None:
    from lyhord.triage import lexicon, reading

    found = points(model, TEXTS, embed)
    for row, text in zip(found, TEXTS, strict=True):
        seen = reading.read(text)
        one = model.see(seen, lexicon.of("en").read(seen), None if embed is None else embed([text])[0])
        assert row == pytest.approx(model.points(one), abs=1e-3)


def test_what_would_be_answered_without_a_lesson_is_told_nearly(model: linear.Model, embed: Any) -> None:
    """Against leaving each out in truth."""
    lessons = [*OURS, *(Lesson(f"{text} quokka", "en", {"kind": "praise"}) for text in TEXTS)]
    head, some = model.heads["kind"], held(model)
    seen = teaching.prepare(
        [*(one.text for one in lessons), *some.texts], ["en"] * (len(lessons) + len(some.texts)), None
    )
    vocabulary = correcting.extended(model.vocabulary, seen.words)
    look = None if model.sight is None else correcting.looked(model.sight, lessons, some, embed)
    rows = correcting.rows_of(model, vocabulary, seen, look)
    given = np.array([KINDS.index(one.labels["kind"]) for one in lessons])
    weights = np.ones(len(rows.points), np.float32)

    def fitted(keep: Any) -> correcting.Fitted:
        left = keep[keep < len(given)]
        return correcting.fitted(
            rows.products[np.ix_(keep, keep)],
            rows.points[keep][:, head.columns],
            given[left],
            weights[keep],
            3.0,
        )

    everything = np.arange(len(rows.points))
    told = fitted(everything).left_out
    for place in range(0, len(given), 7):
        rest = everything[everything != place]
        true = rows.products[place, rest] @ fitted(rest).shares
        assert told[place] == pytest.approx(true, abs=0.1 + 0.1 * float(np.abs(true).max()))


def test_a_threshold_moves_where_lessons_gain_and_held_posts_do_not_lose() -> None:
    head = linear.Head("urgency", ("normal", "high"), 0, 0.5)
    ours = np.array([[0.0, 0.4]] * 6, np.float32)  # all said to be normal
    sure = np.array([[0.0, 4.0]] * 5 + [[4.0, 0.0]] * 5, np.float32)
    nothing = np.zeros((16, 2), np.float32)
    given = np.zeros(6, np.int64)
    assert correcting.shifted(head, np.vstack([ours, sure]), given, nothing).threshold > 0.6
    near = np.array([[0.0, 0.3]] * 10, np.float32)
    assert correcting.shifted(head, np.vstack([ours, near]), given, nothing).threshold == pytest.approx(0.5)


def test_without_held_posts_and_of_unknown_labels_it_goes_on(model: linear.Model, embed: Any) -> None:
    odd = [*OURS, Lesson("what is this", "en", {"kind": "no such kind", "mood": "x"})]
    made = correcting.correct(model, odd, NONE_HELD, embed, {})
    assert teaching.answer(made, ["zebra code 77 the parcel"], embed)[0]["kind"][0] == "idea"
    nothing = correcting.correct(model, odd[-1:], NONE_HELD, embed, {})
    assert points(nothing, TEXTS, embed) == pytest.approx(points(model, TEXTS, embed), abs=1e-4)


def test_n_grams_that_are_added_leave_the_others_their_weight() -> None:
    known = grams.learn([["one", "two"], ["one", "two"]], [], 2, 100, 0)
    more = known.extended(["zeb"], ["zebra"])
    words = ["one", "zebra"]
    rows, values = known.rows(words)
    both, after = more.rows(words)
    shift = np.where(rows >= len(known.characters), rows + 1, rows)
    assert after[np.isin(both, shift)] == pytest.approx(values)
    assert len(both) > len(rows) and np.abs(after).max() <= 1


def test_a_matrix_is_factored_and_inverted_in_its_place() -> None:
    some = np.random.RandomState(4).standard_normal((1300, 1300)).astype(np.float32) * 0.02
    matrix = some @ some.T + np.eye(1300, dtype=np.float32)
    found = correcting.inverse_of_lower(matrix.copy())
    assert found.T @ (found @ matrix) == pytest.approx(np.eye(1300), abs=1e-3)
    assert not np.triu(found, 1).any()
