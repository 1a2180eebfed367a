from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lyhord.channels.models import Account, App
from lyhord.conftest import MakeUser
from lyhord.intake.models import Post, PostChange, Thread
from lyhord.lib.persons import Person
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, User
from lyhord.triage import actions, personal_data, steps
from lyhord.triage.models import Assessment, Correction

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(brand: Brand, now: datetime) -> Account:
    app = App.objects.create(connector="demo", name="Demo", endpoint="x", made_at=now)
    return Account.objects.create(
        app=app, brand=brand, connector="demo", name="Norrtåg", language="sv", made_at=now
    )


def write(
    account: Account, now: datetime, text: str = "Var är mitt tåg? Det är två timmar försenat!", **fields: Any
) -> Post:
    thread, _made = Thread.objects.get_or_create(
        account=account, native="t", defaults={"is_public": True, "begun_at": now}
    )
    usual = {
        "native": f"p{Post.objects.count()}",
        "author": "aino",
        "at": now,
        "stored_at": now,
        "text_at": now,
    }
    return Post.objects.create(thread=thread, account=account, text=text, is_public=True, **(usual | fields))


def test_a_post_gets_one_assessment_with_its_reasons(account: Account, now: datetime) -> None:
    post = write(account, now)
    assert steps.assess(now) == 1
    assert steps.assess(now) == 0
    told = Assessment.objects.get(post=post)
    assert told.language == "sv" and told.kind in actions.KINDS and told.post_version == 1
    assert all({"part", "points", "why", "values"} <= set(reason) for reason in told.reasons)


@pytest.mark.parametrize(
    "fields",
    [
        {"is_own": True},
        {"is_spoken_to": False},
        {"is_placeholder": True},
        {"deleted_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_what_does_not_speak_to_us_is_judged_by_nobody(
    account: Account, now: datetime, fields: dict[str, Any]
) -> None:
    write(account, now, **fields)
    assert steps.assess(now) == 0
    assert not Assessment.objects.exists()


def test_many_posts_are_taken_in_batches_and_none_is_forgotten(account: Account, now: datetime) -> None:
    for _ in range(12):
        write(account, now)
    taken = 0
    steps_taken = []
    most = steps.MOST
    steps.MOST = 5
    try:
        while n := steps.assess(now):
            taken += n
            steps_taken.append(n)
    finally:
        steps.MOST = most
    assert (taken, steps_taken) == (12, [5, 5, 2])
    assert Assessment.objects.count() == 12


def test_a_text_on_which_a_head_fails_still_gets_its_assessment(
    account: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_given: object) -> None:
        raise RecursionError

    monkeypatch.setattr(steps, "judge", fail)
    write(account, now)
    assert steps.assess(now) == 1
    told = Assessment.objects.get()
    assert (told.model, told.language, told.needs_answer) == ("none", "und", True)


def test_an_edited_post_is_judged_again_and_only_then(account: Account, now: datetime) -> None:
    post = write(account, now)
    other = write(account, now)
    steps.assess(now)
    PostChange.objects.create(post=other, what="reaction", at=now)
    PostChange.objects.create(post=post, what="edited", at=now)
    Post.objects.filter(pk=post.pk).update(text="Tack, ni är bäst!", version=2)
    assert steps.reassess(now + timedelta(seconds=1)) == 1
    told = Assessment.objects.get(post=post)
    assert told.post_version == 2 and told.at == now + timedelta(seconds=1)
    assert Assessment.objects.get(post=other).at == now
    assert steps.reassess(now) == 0


@pytest.fixture
def agent(make_user: MakeUser) -> User:
    return make_user()


@pytest.mark.parametrize(
    ("head", "label", "column", "value"),
    [
        ("kind", "idea", "kind", "idea"),
        ("topic", "privacy", "topic", "privacy"),
        ("sentiment", "1", "sentiment", 1),
        ("language", "da", "language", "da"),
        ("urgency", "high", "is_urgent", True),
        ("spam", "spam", "kind", "spam"),
    ],
)
def test_a_persons_word_counts_once_and_outlives_an_edit(
    account: Account, now: datetime, agent: User, head: str, label: str, column: str, value: object
) -> None:
    post = write(account, now, text="Var är mitt paket? Det kom inte i dag heller.")
    steps.assess(now)
    for _ in range(2):
        actions.correct(post, head, label, by=agent, now=now)
    assert getattr(Assessment.objects.get(), column) == value
    assert Correction.objects.count() == 1
    assert AuditEvent.objects.filter(verb="post.corrected").count() == 1
    Post.objects.filter(pk=post.pk).update(text="Var är mitt paket nu?", version=2)
    PostChange.objects.create(post=post, what="edited", at=now)
    steps.reassess(now)
    told = Assessment.objects.get()
    assert (getattr(told, column), told.post_version) == (value, 2)


@pytest.mark.parametrize(
    ("head", "label"), [("kind", "nonsense"), ("nonsense", "x"), ("sentiment", "2"), ("kind", "")]
)
def test_a_label_that_is_not_there_is_refused(
    account: Account, now: datetime, agent: User, head: str, label: str
) -> None:
    post = write(account, now)
    steps.assess(now)
    with pytest.raises(actions.NoSuchLabel):
        actions.correct(post, head, label, by=agent, now=now)
    assert not Correction.objects.exists()


def test_a_listener_corrects_nothing(account: Account, now: datetime, make_user: MakeUser) -> None:
    post = write(account, now)
    steps.assess(now)
    with pytest.raises(NotYours):
        actions.correct(post, "kind", "idea", by=make_user(role="listener"), now=now)
    assert not Correction.objects.exists()


def test_a_persons_judgements_are_exported_and_erased_and_others_stay(
    account: Account, now: datetime, agent: User
) -> None:
    hers, his = write(account, now), write(account, now, author="erik")
    steps.assess(now)
    actions.correct(hers, "kind", "praise", by=agent, now=now)
    person = Person(native_ids=(("demo", "aino"),))
    told = personal_data.export(person)
    assert [row["post"] for row in told["assessments"]] == [hers.pk]
    assert [row["label"] for row in told["corrections"]] == ["praise"]
    assert personal_data.erase(person, now) == 2
    assert list(Assessment.objects.values_list("post", flat=True)) == [his.pk]
    assert not Correction.objects.exists()
