"""Learning from the team: what is taught, what is put aside, what serves, and what is forgotten."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lyhord.channels.models import Account
from lyhord.intake.models import Post, PostChange
from lyhord.lib.persons import Person
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, User
from lyhord.triage import actions as correcting
from lyhord.triage import judge, personal_data, steps
from lyhord.triage.learning import actions, chart, course, files, lessons, measures, queries, teacher
from lyhord.triage.learning import steps as night
from lyhord.triage.learning.measures import Figures
from lyhord.triage.learning.teacher import Made
from lyhord.triage.models import Correction, LearnedModel
from lyhord.triage.tests.world import write

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 20, 1, 45, tzinfo=UTC)  # 02:45 in Stockholm


@pytest.fixture(autouse=True)
def nothing_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of these tests hold nothing: they are taken to judge."""
    monkeypatch.setattr(files.Using, "number", None)
    monkeypatch.setattr(judge, "judge", lambda text: text)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    begun: list[int] = []
    monkeypatch.setattr(night, "start", begun.append)
    return begun


def corrected(
    account: Account, by: User, now: datetime, n: int, head: str = "kind", label: str = "idea"
) -> list[Post]:
    posts = [write(account, now, f"Hur gör man nummer {place}?", author=f"a{place}") for place in range(n)]
    steps.assess(now)
    for post in posts:
        correcting.correct(post, head, label, by=by, now=now)
    return posts


def model(now: datetime, **fields: Any) -> LearnedModel:
    """One that was taught, with its file."""
    usual: dict[str, Any] = {"at": now, "ended_at": now, "state": LearnedModel.REFUSED}
    row = LearnedModel.objects.create(**(usual | fields))
    files.folder(row.pk).mkdir(parents=True)
    (files.folder(row.pk) / files.PLAIN).write_bytes(b"x")
    return row


# What is taught ---------------------------------------------------------------------------------------------------


def test_a_correction_keeps_the_text_that_was_judged(account: Account, agent: User, now: datetime) -> None:
    post = write(account, now, "Första texten?", title="Ämne")
    steps.assess(now)
    correcting.correct(post, "kind", "idea", by=agent, now=now)
    Post.objects.filter(pk=post.pk).update(text="Andra texten", version=2)
    (lesson,) = lessons.lessons()
    assert (lesson.text, lesson.labels, lesson.lang) == ("Ämne\n\nFörsta texten?", {"kind": "idea"}, "sv")


def test_the_last_word_counts_and_what_was_undone_or_says_nothing_does_not(
    account: Account, agent: User, now: datetime
) -> None:
    one, two, three = (write(account, now, f"Var är mitt paket {n}?") for n in range(3))
    steps.assess(now)
    for label in ("idea", "praise"):
        correcting.correct(one, "kind", label, by=agent, now=now)
    correcting.correct(one, "topic", "privacy", by=agent, now=now)
    correcting.correct(two, "kind", "spam", by=agent, now=now)
    correcting.take_back(Correction.objects.get(post=two).pk, by=agent, now=now)
    correcting.correct(three, "language", "da", by=agent, now=now)
    (lesson,) = lessons.lessons()
    assert lesson.labels == {"kind": "praise", "topic": "privacy"} and len(lesson.corrections) == 3


def test_spam_is_a_kind_and_not_spam_teaches_nothing() -> None:
    assert lessons.learned_as("spam", "spam") == ("kind", "spam")
    assert lessons.learned_as("spam", "not_spam")[0] == ""


def test_one_post_in_five_is_put_aside_for_ever() -> None:
    aside = {pk for pk in range(1, 5001) if lessons.is_put_aside(pk)}
    assert 900 < len(aside) < 1100
    assert aside == {pk for pk in range(1, 5001) if lessons.is_put_aside(pk)}


@pytest.mark.parametrize(("n", "is_enough", "missing"), [(0, False, 100), (19, False, 5), (20, True, 0)])
def test_below_twenty_it_says_what_is_missing(n: int, is_enough: bool, missing: int) -> None:
    stock = lessons.Stock(80, n)
    assert (stock.is_enough, stock.missing) == (is_enough, missing)


def test_figures_are_plain_counting() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")]
    assert measures.accuracy(pairs) == 0.75
    assert measures.macro_f1(pairs) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert measures.confusion(pairs, ["c", "a", "b"]) == {"labels": ["a", "b"], "rows": [[1, 1], [0, 2]]}
    assert Figures({}).score == 0 and Figures({"kind": [("a", "a")]}).score == 1


# Whether it is adopted --------------------------------------------------------------------------------------------


def figures(right: int, of: int = 10) -> Figures:
    return Figures({"kind": [("a", "a")] * right + [("a", "b")] * (of - right)})


@pytest.mark.parametrize(
    ("team", "before", "general", "general_before", "is_better"),
    [(8, 7, 9, 9, True), (7, 7, 9, 9, False), (6, 7, 9, 9, False), (9, 7, 8, 9, False)],
)
def test_only_a_better_one_is_adopted_and_not_at_the_cost_of_the_rest(
    team: int, before: int, general: int, general_before: int, is_better: bool
) -> None:
    told = course.verdict(Made(figures(team), figures(before), figures(general), figures(general_before)))
    assert told.is_better == is_better and told.why % told.values


@pytest.mark.parametrize(("share", "is_better"), [(0.19, True), (0.21, False)])
def test_one_that_overturns_too_much_elsewhere_is_refused(share: float, is_better: bool) -> None:
    made = Made(figures(9), figures(7), figures(9), figures(9), {"kind": 0.0, "topic": share})
    told = course.verdict(made)
    assert told.is_better == is_better and (is_better or "21%" in told.why % told.values)


def test_the_files_of_five_are_kept_and_the_serving_one_whatever_its_age(
    now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    rows = [model(now) for _ in range(7)]
    LearnedModel.objects.filter(pk=rows[0].pk).update(is_serving=True, state=LearnedModel.ADOPTED)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        actions.tidy(now)
    kept = {row.pk for row in rows if files.are_there(row.pk)}
    assert kept == {rows[0].pk, *(row.pk for row in rows[3:])}
    assert {row.pk for row in LearnedModel.objects.filter(state=LearnedModel.REMOVED)} == {
        rows[1].pk,
        rows[2].pk,
    }


def test_one_model_serves(now: datetime) -> None:
    LearnedModel.objects.create(at=now, is_serving=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        LearnedModel.objects.create(at=now, is_serving=True)


def test_going_back_and_adopting_anyway_are_one_click_with_a_reason_on_the_record(
    lead: User, agent: User, now: datetime
) -> None:
    first, second = model(now, adopted_at=now), model(now)
    with pytest.raises(actions.NoReason):
        actions.adopt_anyway(second, "  ", by=lead, now=now)
    for by in (agent,):
        with pytest.raises(NotYours):
            actions.adopt_anyway(second, "x", by=by, now=now)
        with pytest.raises(NotYours):
            actions.roll_back(None, by=by, now=now)
    actions.adopt_anyway(second, "Our words are special.", by=lead, now=now)
    assert files.current() == second.pk
    for _ in range(2):
        actions.roll_back(first, by=lead, now=now)
    assert files.current() == first.pk
    second.refresh_from_db()
    assert (second.state, second.is_serving, second.reason) == (
        "rolled_back",
        False,
        "Our words are special.",
    )
    actions.roll_back(None, by=lead, now=now)
    assert files.current() is None
    verbs = (
        AuditEvent.objects.filter(verb__startswith="triage.model")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == [
        "triage.model_adopted_anyway",
        "triage.model_rolled_back",
        "triage.model_rolled_back",
    ]


def test_one_cannot_go_back_to_what_never_served_or_is_gone(lead: User, now: datetime) -> None:
    never, gone = model(now), model(now, adopted_at=now)
    files.remove(gone.pk)
    for row in (never, gone):
        with pytest.raises(actions.NotThere):
            actions.roll_back(row, by=lead, now=now)
    with pytest.raises(actions.NotThere):
        actions.adopt_anyway(gone, "x", by=lead, now=now)
    assert not LearnedModel.objects.filter(is_serving=True).exists()


def test_a_worker_takes_up_what_serves_and_goes_back(
    account: Account, lead: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lyhord.triage.learned import serving

    told: list[Path | None] = []
    monkeypatch.setattr(serving, "use", told.append)
    row = model(now, adopted_at=now)
    files.use_current()
    actions.roll_back(row, by=lead, now=now)
    for _ in range(2):
        files.use_current()
    actions.roll_back(None, by=lead, now=now)
    files.use_current()
    assert told == [files.folder(row.pk), None]
    LearnedModel.objects.filter(pk=row.pk).update(is_serving=True)
    files.remove(row.pk)
    files.use_current()
    assert len(told) == 2 and queries.serving().is_missing


def test_a_model_that_cannot_judge_is_not_taken_up_and_not_tried_at_each_walk(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lyhord.triage.learned import serving

    told: list[Path | None] = []
    monkeypatch.setattr(serving, "use", told.append)

    def fail(text: str) -> None:
        raise KeyError("polarity")

    monkeypatch.setattr(judge, "judge", fail)
    row = model(now, adopted_at=now, is_serving=True)
    for _ in range(3):
        files.use_current()
    assert told == [files.folder(row.pk), None]


# The night --------------------------------------------------------------------------------------------------------


def test_it_begins_once_a_night_and_only_where_something_is_new(
    account: Account, agent: User, started: list[int], now: datetime
) -> None:
    corrected(account, agent, now, 160)
    assert lessons.stock(lessons.lessons()).is_enough
    assert night.learn(now) == 0  # at noon
    assert night.learn(NIGHT) == 2 and night.learn(NIGHT + timedelta(minutes=1)) == 0
    row = LearnedModel.objects.get()
    assert started == [row.pk] and row.state == LearnedModel.RUNNING
    taught = [pk for one in lessons.lessons() if not one.is_put_aside for pk in one.corrections]
    LearnedModel.objects.update(state=LearnedModel.REFUSED, corrections=sorted(taught), ended_at=NIGHT)
    assert night.learn(NIGHT + timedelta(days=1)) == 0
    correcting.correct(
        Post.objects.exclude(pk__in=[]).order_by("pk")[0], "topic", "privacy", by=agent, now=now
    )
    moved = night.learn(NIGHT + timedelta(days=2))
    is_aside = lessons.is_put_aside(Post.objects.order_by("pk")[0].pk)
    assert moved == (0 if is_aside else 2)


def test_files_that_are_lost_are_made_again_at_night(
    account: Account, agent: User, started: list[int], now: datetime
) -> None:
    corrected(account, agent, now, 160)
    taught = [pk for one in lessons.lessons() if not one.is_put_aside for pk in one.corrections]
    row = model(now, corrections=sorted(taught), is_serving=True, adopted_at=now)
    assert night.learn(NIGHT) == 0
    files.remove(row.pk)
    assert night.learn(NIGHT + timedelta(days=1)) == 2


@pytest.mark.parametrize("what", ["is_outdated", "fits"])
def test_what_was_taught_on_another_model_is_taught_anew_once(
    account: Account,
    agent: User,
    started: list[int],
    now: datetime,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    corrected(account, agent, now, 160)
    taught = [pk for one in lessons.lessons() if not one.is_put_aside for pk in one.corrections]
    model(now, corrections=sorted(taught), is_serving=True, adopted_at=now)
    monkeypatch.setattr(files, what, lambda number: what == "is_outdated")
    assert queries.serving().is_set_aside == (what == "fits")
    assert night.learn(NIGHT) == 2
    LearnedModel.objects.filter(is_serving=False).update(
        state=LearnedModel.REFUSED, corrections=sorted(taught), ended_at=NIGHT
    )
    assert night.learn(NIGHT + timedelta(days=1)) == 0


def test_too_few_corrections_begin_nothing_and_a_person_is_told_how_many(
    account: Account, agent: User, lead: User, started: list[int], now: datetime
) -> None:
    corrected(account, agent, now, 3)
    assert night.learn(NIGHT) == 0 and started == []
    with pytest.raises(actions.TooFew, match="more posts"):
        actions.teach(by=lead, now=now)
    with pytest.raises(NotYours):
        actions.teach(by=agent, now=now)


def test_one_run_at_a_time_and_one_that_hangs_is_given_up(
    account: Account, agent: User, lead: User, started: list[int], now: datetime
) -> None:
    corrected(account, agent, now, 160)
    row = actions.teach(by=lead, now=now)
    with pytest.raises(actions.UnderWay):
        actions.teach(by=lead, now=now)
    assert night.learn(now) == 1 and started == [row.pk]
    waiting = LearnedModel.objects.create(at=now)
    assert night.learn(now + timedelta(minutes=5)) == 0
    assert night.learn(now + timedelta(hours=1)) == 2
    row.refresh_from_db()
    assert row.state == LearnedModel.FAILED and row.why and started == [row.pk, waiting.pk]


def test_the_work_is_done_by_a_process_of_its_own_and_the_walk_goes_on(
    now: datetime, data_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "lyhord")  # as a worker logs
    asked: list[Any] = []

    class Process:
        pid = 1

        def __init__(self, words: list[str], **given: Any) -> None:
            asked.append((words, given["env"]))

        def poll(self) -> int | None:
            return None

    monkeypatch.setattr("lyhord.triage.learning.steps.subprocess.Popen", Process)
    monkeypatch.setattr(night.Processes, "started", [])
    row = LearnedModel.objects.create(at=now)
    assert night.learn(now) == 1 and night.learn(now) == 0
    ((words, surroundings),) = asked
    assert words[1:] == ["-m", "lyhord.triage.learning.run", str(row.pk)]
    assert surroundings["LYHORD_DATA"] == str(data_folder) and surroundings["OPENBLAS_NUM_THREADS"] == "1"
    assert len(night.Processes.started) == 1


# What must be forgotten -------------------------------------------------------------------------------------------


def test_an_erased_persons_corrections_go_and_the_next_night_forgets_them(
    account: Account, agent: User, started: list[int], now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    posts = corrected(account, agent, now, 160)
    ids = sorted(pk for one in lessons.lessons() if not one.is_put_aside for pk in one.corrections)
    serving = model(now, adopted_at=now, is_serving=True, state=LearnedModel.ADOPTED, corrections=ids)
    spare = model(now, corrections=ids)
    innocent = model(now, corrections=[])
    hers = next(post for post in posts if not lessons.is_put_aside(post.pk))
    personal_data.erase(Person(native_ids=(("demo", hers.author),)), now)
    assert hers.pk not in {one.post for one in lessons.lessons()}
    with django_capture_on_commit_callbacks(execute=True):
        assert night.learn(NIGHT) == 2
    assert not files.are_there(spare.pk) and files.are_there(innocent.pk)
    assert files.current() == serving.pk  # until the new one is there

    row = LearnedModel.objects.get(pk=started[0])
    worse = Made(figures(1), figures(9), figures(9), figures(9))
    with pytest.MonkeyPatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        asked: list[Any] = []

        def teach(*given: Any) -> Made:
            asked.extend(given)
            return worse

        patch.setattr(teacher, "teach", teach)
        course.learn(row.pk)
    assert asked[3] is None  # the one that ships is to be beaten, not the one that must go
    assert files.current() is None and not files.are_there(serving.pk)
    row.refresh_from_db()
    assert row.state == LearnedModel.REFUSED and not set(row.corrections) - set(
        Correction.objects.values_list("pk", flat=True)
    )


def test_where_too_few_are_left_the_one_that_ships_serves_again(
    account: Account, agent: User, started: list[int], now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    (post,) = corrected(account, agent, now, 1)
    row = model(
        now,
        is_serving=True,
        adopted_at=now,
        corrections=list(Correction.objects.values_list("pk", flat=True)),
    )
    personal_data.erase(Person(native_ids=(("demo", post.author),)), now)
    with django_capture_on_commit_callbacks(execute=True):
        assert night.learn(NIGHT) == 0
    assert files.current() is None and not files.are_there(row.pk) and started == []


def test_a_deleted_posts_text_goes_from_its_correction(account: Account, agent: User, now: datetime) -> None:
    (post,) = corrected(account, agent, now, 1)
    PostChange.objects.create(post=post, what="deleted", at=now)
    Post.objects.filter(pk=post.pk).update(deleted_at=now, text="")
    assert lessons.lessons() == []
    steps.reassess(now)
    assert Correction.objects.get().text == ""


def test_texts_go_by_age_and_labels_stay(account: Account, agent: User, now: datetime) -> None:
    corrected(account, agent, now, 2)
    assert personal_data.expire("lessons", now, now, 10) == 0
    assert personal_data.expire("lessons", now + timedelta(days=1), now, 10) == 2
    assert lessons.lessons() == [] and Correction.objects.count() == 2


# A course ---------------------------------------------------------------------------------------------------------


def test_a_better_model_serves_and_its_figures_are_kept(
    account: Account, agent: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrected(account, agent, now, 160)
    row = LearnedModel.objects.create(at=now, state=LearnedModel.RUNNING)

    def teach(taught: Any, aside: Any, folder: Path, before: int | None) -> Made:
        assert {one.post for one in taught}.isdisjoint(one.post for one in aside) and before is None
        folder.mkdir(parents=True)
        (folder / files.PLAIN).write_bytes(b"x")
        return Made(figures(9), figures(7), figures(9), figures(9))

    monkeypatch.setattr(teacher, "teach", teach)
    course.learn(row.pk)
    row.refresh_from_db()
    assert row.is_serving and row.state == LearnedModel.ADOPTED and row.examples + row.put_aside == 160
    assert row.figures["team"]["new"]["heads"]["kind"] == {"n": 10, "accuracy": 0.9, "f1": 0.9474}
    assert queries.team_figures()["kind"]["accuracy"] == 0.9
    assert AuditEvent.objects.filter(verb="triage.model_adopted").count() == 1
    assert chart.chart(queries.curve()) is None
    LearnedModel.objects.create(at=now, ended_at=now, figures=row.figures)
    LearnedModel.objects.create(at=now, ended_at=now, figures=row.figures)
    drawn = chart.chart(queries.curve())
    assert drawn is not None and len(drawn.dots) == 3


def test_a_run_that_fails_says_so_and_leaves_no_files(now: datetime) -> None:
    row = model(now, state=LearnedModel.RUNNING)
    course.failed(row.pk, MemoryError())
    row.refresh_from_db()
    assert row.state == LearnedModel.FAILED and row.values == {"problem": "MemoryError"}
    assert not files.are_there(row.pk)
