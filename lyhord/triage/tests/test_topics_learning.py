"""Own topics learned: what is taught, whether it serves, what it says of posts, and what is forgotten."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from lyhord.channels.models import Account
from lyhord.intake.models import PostChange
from lyhord.staff.models import User
from lyhord.triage import actions as correcting
from lyhord.triage import judge, steps
from lyhord.triage.learned import teaching
from lyhord.triage.learning import teacher
from lyhord.triage.models import Assessment, LearnedModel, Topic, TopicExample, TopicModel
from lyhord.triage.tests.world import write
from lyhord.triage.topics import (
    actions,
    course,
    elsewhere,
    examples,
    files,
    queries,
    serving,
    settling,
    stock,
)
from lyhord.triage.topics import steps as night

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 20, 1, 45, tzinfo=UTC)  # 02:45 in Stockholm
TEXTS = {
    "Platser": [
        "Var är min plats i tåget?", "Någon sitter på min plats", "Kan jag byta plats i vagnen?", "Är platsen vid fönstret?",
        "Finns det en ledig plats?", "Vilken plats har jag fått?", "Min plats var trasig", "Får man välja plats själv?",
    ],
    "Biljetter": [
        "Hur byter jag min biljett?", "Biljetten kom aldrig på mejl", "Kan jag boka om biljetten?", "Vad kostar en biljett?",
        "Min biljett syns inte i appen", "Gäller biljetten på bussen?", "Jag köpte fel biljett", "Går biljetten att lämna tillbaka?",
    ],
}  # fmt: skip


def unfit(found: Sequence[stock.Lesson], place: Path) -> Any:
    return SimpleNamespace(answers=["0"] * len(found), kept=1.0, refused=0.0)


@pytest.fixture(autouse=True)
def nothing_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving.Using, "number", None)
    monkeypatch.setattr(serving.Using, "model", None)
    monkeypatch.setattr(serving.Using, "topics", frozenset())
    monkeypatch.setattr(teacher, "embedder", lambda: None)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    begun: list[int] = []
    monkeypatch.setattr(night, "start", begun.append)
    return begun


def keep(lead: User, now: datetime, texts: dict[str, list[str]]) -> dict[str, Topic]:
    made = {}
    for name, said in texts.items():
        topic = made[name] = actions.create(name, by=lead, now=now)
        examples.add(
            [examples.Row(n, text, topic) for n, text in enumerate(said)], "written", by=lead, now=now
        )
    return made


@pytest.fixture
def kept(lead: User, now: datetime) -> dict[str, Topic]:
    return keep(lead, now, TEXTS)


def taught(now: datetime) -> TopicModel:
    row = TopicModel.objects.create(at=now, state=TopicModel.RUNNING, begun_at=now)
    course.learn(row.pk)
    return TopicModel.objects.get(pk=row.pk)


def judged(account: Account, now: datetime, text: str) -> Assessment:
    post = write(account, now, text)
    steps.assess(now)
    return Assessment.objects.get(post=post)


# What is taught ---------------------------------------------------------------------------------------------------


def test_too_few_examples_say_which_topics_lack_how_many(lead: User, now: datetime) -> None:
    with pytest.raises(actions.TooFew, match="two topics"):
        actions.teach(by=lead, now=now)
    keep(lead, now, {"Platser": TEXTS["Platser"], "Biljetter": TEXTS["Biljetter"][:5], "Nät": []})
    with pytest.raises(actions.TooFew, match="“Biljetter” lacks 3 examples, “Nät” lacks 8 examples"):
        actions.teach(by=lead, now=now)
    assert not TopicModel.objects.exists()


def test_one_run_at_a_time(kept: dict[str, Topic], lead: User, now: datetime) -> None:
    row = actions.teach(by=lead, now=now)
    assert (row.state, row.by, row.night) == ("waiting", lead, None)
    with pytest.raises(actions.UnderWay):
        actions.teach(by=lead, now=now)


def test_topics_with_too_few_examples_and_retired_ones_take_no_part(
    kept: dict[str, Topic], lead: User, now: datetime
) -> None:
    keep(lead, now, {"Nät": ["Inget wifi ombord"], "Mat": [f"Maten var kall, nummer {n}" for n in range(9)]})
    actions.retire(Topic.objects.get(name="Mat"), by=lead, now=now)
    assert {lesson.topic for lesson in stock.lessons()} == {topic.pk for topic in kept.values()}
    assert stock.stock().lacking == [("Nät", 7)]
    assert [lesson.pk for lesson in stock.lessons(3)] == sorted(lesson.pk for lesson in stock.lessons())[-3:]


def test_a_run_writes_arrays_and_figures_and_serves(kept: dict[str, Topic], now: datetime) -> None:
    row = taught(now)
    assert row.state == TopicModel.SERVING and row.ended_at is not None
    assert row.taught == sorted(TopicExample.objects.values_list("pk", flat=True))
    assert row.labels == sorted(topic.pk for topic in kept.values())
    right = sum(count for _n, count in row.figures["topics"].values())
    wrong = sum(n for _is, _said, n in row.figures["confused"])
    assert (
        right + wrong == 16 and row.figures["share"] == round(right / 16, 4) > row.figures["largest"] == 0.5
    )
    assert {n for n, _count in row.figures["topics"].values()} == {8}
    assert [path.name for path in files.folder(row.pk).iterdir()] == ["plain.npz"]
    assert queries.right_by_topic(row).keys() == set(row.labels)
    assert all(pair.examples > 0 and pair.is_so != pair.said for pair in queries.confused(row))


def test_what_is_not_better_than_the_largest_topic_is_refused(lead: User, now: datetime) -> None:
    same = [f"Hej {n}" for n in range(20)]
    keep(lead, now, {"A": [f"{text} a" for text in same], "B": [f"{text} b" for text in same[:9]]})
    monkey = {"share": 0.0}

    row = TopicModel.objects.create(at=now, state=TopicModel.RUNNING, begun_at=now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course, "teach", unfit)
        course.learn(row.pk)
    row.refresh_from_db()
    assert row.state == TopicModel.REFUSED and row.figures["share"] == monkey["share"]
    assert row.values == {"share": "0%", "largest": "69%"} and not files.are_there(row.pk)
    assert "largest topic" in row.why % row.values


def test_a_run_without_enough_examples_left_says_so(
    kept: dict[str, Topic], lead: User, now: datetime
) -> None:
    actions.retire(kept["Platser"], by=lead, now=now)
    row = taught(now)
    assert (row.state, row.why) == (TopicModel.REFUSED, course.TOO_FEW)


def test_a_new_model_takes_the_place_of_the_one_before(
    kept: dict[str, Topic], lead: User, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    first = taught(now)
    row = examples.Row(1, "Har platsen ett eluttag?", kept["Platser"])
    examples.add([row], "written", by=lead, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        second = taught(now)
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "serving")
    assert not files.are_there(first.pk) and files.are_there(second.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        TopicModel.objects.create(at=now, state=TopicModel.SERVING)


def test_a_failure_is_told_and_leaves_what_serves(kept: dict[str, Topic], now: datetime) -> None:
    serves = taught(now)
    row = TopicModel.objects.create(at=now, state=TopicModel.RUNNING)
    course.failed(row.pk, MemoryError())
    row.refresh_from_db()
    assert (row.state, row.values) == ("failed", {"problem": "MemoryError"})
    assert queries.serving() == serves


def test_with_embeddings_a_second_file_is_written_and_reads_meanings(
    kept: dict[str, Topic], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meaning(texts: Sequence[str]) -> Any:
        told = np.zeros((len(texts), 768), np.float32)
        for row, text in zip(told, texts, strict=True):
            row[0], row[1] = "plats" in text.lower(), "biljett" in text.lower()
            row[2 + len(text) % 700] = 0.1
        return told

    monkeypatch.setattr(teacher, "embedder", lambda: meaning)
    row = taught(now)
    assert sorted(path.name for path in files.folder(row.pk).iterdir()) == ["full.npz", "plain.npz"]
    model = serving.loaded(row.pk)
    assert model is not None
    unknown, seat = "Sleeper berth?", np.asarray(meaning(["plats"])[0])
    assert model.said(unknown, seat)[0] == str(kept["Platser"].pk)
    assert model.said(unknown, None) == model.plain.said([unknown], None)[0]


# What is said of posts ---------------------------------------------------------------------------------------------


def test_posts_get_the_topic_that_fits_with_a_reason(
    kept: dict[str, Topic], account: Account, now: datetime
) -> None:
    assert judged(account, now, "Hur byter jag plats?").own_topic is None
    taught(now)
    told = judged(account, now, "Hej, hur byter jag min biljett till fredag?")
    assert told.own_topic == kept["Biljetter"] and 0.5 <= told.own_topic_confidence <= 1
    reason = told.reasons[-1]
    assert (reason["part"], reason["points"]) == ("own_topic", 0)
    assert "Hur byter jag min biljett?" in reason["why"] % reason["values"]
    assert sum(one["points"] for one in told.reasons) == told.priority


def test_a_customers_words_are_not_quoted_in_the_reasons_of_anothers_post(
    kept: dict[str, Topic], account: Account, now: datetime
) -> None:
    TopicExample.objects.update(source=TopicExample.POST)
    taught(now)
    reason = judged(account, now, "Hur byter jag min biljett till fredag?").reasons[-1]
    assert (reason["part"], reason["values"]) == ("own_topic", {})


def test_below_the_threshold_a_post_has_none(
    kept: dict[str, Topic], account: Account, lead: User, now: datetime
) -> None:
    taught(now)
    actions.set_least(0.999, by=lead, now=now)
    told = judged(account, now, "Det luktar rök i hela huset.")
    assert (told.own_topic, told.own_topic_confidence) == (None, 0)
    actions.set_least(0.5, by=lead, now=now)
    assert judged(account, now, "Hur byter jag min biljett nu?").own_topic == kept["Biljetter"]


@pytest.mark.parametrize("kind", ["chatter", "spam"])
def test_chatter_and_spam_have_no_topic(kept: dict[str, Topic], now: datetime, kind: str) -> None:
    taught(now)
    serving.use_current()
    told: Any = judge.judge("Hur byter jag min biljett?")
    assert serving.said("Hur byter jag min biljett?", told, 0.5).topic == kept["Biljetter"].pk
    object.__setattr__(told.kind, "label", kind)
    assert serving.said("Hur byter jag min biljett?", told, 0.5) == serving.NOTHING


def test_a_topic_that_was_retired_since_is_said_of_nothing(
    kept: dict[str, Topic], account: Account, lead: User, now: datetime
) -> None:
    taught(now)
    actions.retire(kept["Biljetter"], by=lead, now=now)
    assert judged(account, now, "Hur byter jag min biljett?").own_topic is None


def test_a_worker_takes_up_a_new_model_and_bears_a_damaged_one(
    kept: dict[str, Topic], account: Account, now: datetime
) -> None:
    taught(now)
    assert judged(account, now, "Hur byter jag min biljett?").own_topic == kept["Biljetter"]
    first = serving.Using.model
    second = taught(now)
    judged(account, now, "Var är min plats?")
    assert serving.Using.number == second.pk and serving.Using.model is not first
    third = taught(now)
    (files.folder(third.pk) / files.PLAIN).write_bytes(b"damaged")
    told = judged(account, now, "Var är min plats nu?")
    assert told.own_topic is None and told.model != "none" and serving.Using.model is None


def test_a_model_that_fails_spoils_no_judgement(
    kept: dict[str, Topic], account: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught(now)

    def fails(*_given: Any) -> Any:
        raise ValueError("numbers that do not fit")

    monkeypatch.setattr(serving.Model, "said", fails)
    told = judged(account, now, "Hur byter jag min biljett?")
    assert told.own_topic is None and told.model != "none" and told.reasons


def test_what_a_person_said_outlives_a_new_judgement(
    kept: dict[str, Topic], account: Account, agent: User, now: datetime
) -> None:
    taught(now)
    told = judged(account, now, "Hur byter jag min biljett?")
    correcting.correct(told.post, "own_topic", str(kept["Platser"].pk), by=agent, now=now)
    PostChange.objects.create(post=told.post, what="judge", at=now)
    steps.reassess(now)
    told.refresh_from_db()
    assert (told.own_topic, told.own_topic_confidence) == (kept["Platser"], 1.0)


def test_the_command_says_no_word_of_own_topics(kept: dict[str, Topic], now: datetime) -> None:
    text = "Hur byter jag min biljett?"
    before = judge.judge(text).as_line(1)
    taught(now)
    serving.use_current()
    assert judge.judge(text).as_line(1) == before and "own_topic" not in str(before)


# The night --------------------------------------------------------------------------------------------------------


def test_at_night_it_is_taught_where_examples_changed(
    kept: dict[str, Topic], lead: User, now: datetime, started: list[int]
) -> None:
    assert night.learn(NIGHT - timedelta(hours=2)) == 0
    assert night.learn(NIGHT) == 2 and len(started) == 1
    assert night.learn(NIGHT) == 0  # under way, and once a night
    course.learn(started[0])
    assert night.learn(NIGHT + timedelta(days=1)) == 0  # nothing changed
    examples.remove(TopicExample.objects.latest("pk"), by=lead, now=now)
    assert night.learn(NIGHT + timedelta(days=2)) == 0  # too few now: what was taught it goes
    assert queries.serving() is None
    row = TopicModel.objects.get()
    assert (row.state, row.why) == ("replaced", settling.STALE)


def test_lost_files_are_made_again(kept: dict[str, Topic], now: datetime, started: list[int]) -> None:
    row = taught(now)
    assert night.learn(NIGHT) == 0
    files.remove(row.pk)
    assert night.learn(NIGHT) == 2 and len(started) == 1


def test_a_refused_model_is_not_taught_again_before_something_changes(
    kept: dict[str, Topic], lead: User, now: datetime, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "teach", unfit)
    assert taught(now).state == TopicModel.REFUSED
    assert night.learn(NIGHT) == 0
    examples.add([examples.Row(1, "Ny plats", kept["Platser"])], "written", by=lead, now=now)
    assert night.learn(NIGHT) == 2


def test_what_serves_goes_where_it_was_taught_what_is_gone_and_the_new_one_is_refused(
    kept: dict[str, Topic], lead: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = taught(now)
    examples.add([examples.Row(1, "Ny plats", kept["Platser"])], "written", by=lead, now=now)
    monkeypatch.setattr(course, "teach", unfit)
    assert taught(now).state == TopicModel.REFUSED and queries.serving() == first
    examples.remove(TopicExample.objects.filter(topic=kept["Platser"]).earliest("pk"), by=lead, now=now)
    assert taught(now).state == TopicModel.REFUSED and queries.serving() is None


def test_what_was_asked_for_waits_for_the_other_learning(
    kept: dict[str, Topic], lead: User, now: datetime, started: list[int]
) -> None:
    row = actions.teach(by=lead, now=now)
    other = LearnedModel.objects.create(at=now, begun_at=now, state=LearnedModel.RUNNING)
    assert night.learn(now) == 0
    LearnedModel.objects.filter(pk=other.pk).update(state=LearnedModel.REFUSED)
    assert night.learn(now) == 1 and started == [row.pk]


def test_the_work_is_done_by_a_process_apart(
    kept: dict[str, Topic], lead: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(night, "run_apart", lambda module, number: asked.append((module, number)))
    row = actions.teach(by=lead, now=now)
    assert night.learn(now) == 1 and night.learn(now) == 0
    assert asked == [("lyhord.triage.topics.run", row.pk)]
    row.refresh_from_db()
    assert (row.state, row.begun_at) == (TopicModel.RUNNING, now)


def test_a_run_that_was_killed_is_given_up(kept: dict[str, Topic], now: datetime, started: list[int]) -> None:
    row = TopicModel.objects.create(at=now, state=TopicModel.RUNNING, begun_at=now - timedelta(hours=1))
    assert night.learn(now) == 1
    row.refresh_from_db()
    assert row.state == TopicModel.FAILED and "night" in row.why


def test_the_nearest_example_is_the_one_that_shares_most(
    kept: dict[str, Topic], now: datetime, tmp_path: Path
) -> None:
    from lyhord.triage.topics.nearest import Near

    model = serving.loaded(taught(now).pk)
    assert model is not None
    words = model.plain.vocabulary
    near = Near.of([*TEXTS["Biljetter"], "🚆"], words)
    assert near.nearest("Min biljett syns inte!", words) == "Min biljett syns inte i appen"
    assert near.nearest("🚆", words) == near.nearest("", words) == ""
    assert Near.of([], words).nearest("Min biljett", words) == ""


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("MemTotal: 9 kB\nMemAvailable: 64000000 kB\n", stock.MOST),
        ("MemAvailable: 1000 kB\n", course.FEWEST),
        ("MemAvailable: 1600000 kB\n", 5925),
        ("nothing", course.FEWEST),
    ],
)
def test_a_small_machine_learns_from_fewer(told: str, wanted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_a, **_k: told)
    assert course.room() == wanted


def test_what_stands_for_no_topic_is_chatter_and_what_her_examples_are_not_about() -> None:
    found = [
        stock.Lesson(n, f"Paketet kom aldrig fram, när levereras mitt paket {n}?", "sv", 1) for n in range(40)
    ]
    hers = elsewhere.covered(found)
    assert "delivery" in hers and "privacy" not in hers
    some = elsewhere.texts(found)
    assert len(some) == 120 and some == elsewhere.texts(found)
    posts = {one.text: one for one in teaching.shipped()}
    assert all(elsewhere.is_elsewhere(posts[text], hers) for text in some)
    told = {posts[text].labels["topic"] for text in some if posts[text].labels["kind"] != "chatter"}
    assert len(told) > 3
    assert len(elsewhere.texts(found[:2])) == elsewhere.FEWEST
    taken = stock.Lesson(99, some[0], "sv", 1)
    assert some[0] not in elsewhere.texts([*found, taken])
