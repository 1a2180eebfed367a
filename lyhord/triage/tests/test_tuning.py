"""What the team sets is kept, counts for new posts, and is on the record."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from lyhord.channels.models import Account
from lyhord.conftest import MakeUser
from lyhord.customers.models import Authorship, Customer, Identity
from lyhord.intake.models import Post, PostChange
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, Team, User
from lyhord.triage import actions as correcting
from lyhord.triage import steps
from lyhord.triage.models import Assessment, Tuning
from lyhord.triage.tests.world import write
from lyhord.triage.tuning import actions, preview, silent, values

pytestmark = pytest.mark.django_db
ANGRY = "Ert tåg var inställt igen och ingen svarar. Jävla dålig service, jag är så arg!"


def test_lines_count_for_new_posts_of_their_brand_alone(account: Account, lead: User, now: datetime) -> None:
    actions.set_lines(account.brand, {"answer": 1.0}, {"profanity": 0.1}, by=lead, now=now)
    other = Account.objects.create(
        app=account.app, brand=Brand.objects.create(name="Annat"), connector="demo", name="B", made_at=now
    )
    mine, theirs = write(account, now, ANGRY), write(account, now, ANGRY)
    Post.objects.filter(pk=theirs.pk).update(account=other)
    steps.assess(now)
    assert Assessment.objects.get(post=mine).flags == ["profanity"]
    assert Assessment.objects.get(post=theirs).flags == []
    told = AuditEvent.objects.get(verb="triage.lines_set")
    assert told.brand_id == account.brand_id and told.actor == lead


def test_the_same_values_again_are_one_event_and_a_brand_goes_back(
    account: Account, lead: User, now: datetime
) -> None:
    for _ in range(2):
        actions.set_lines(None, {}, {"spam": 0.8}, by=lead, now=now)
        actions.set_lines(account.brand, {}, {}, by=lead, now=now)
    assert AuditEvent.objects.filter(verb="triage.lines_set").count() == 2
    assert values.read().of(account.brand_id).lines == {}
    for _ in range(2):
        actions.as_house(account.brand, by=lead, now=now)
    assert AuditEvent.objects.filter(verb="triage.lines_as_installation").count() == 1
    assert values.read().of(account.brand_id).lines == {"spam": 0.8}


def test_there_is_one_row_for_the_installation(brand: Brand) -> None:
    Tuning.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Tuning.objects.create()
    Tuning.objects.create(brand=brand)


@pytest.mark.parametrize(
    ("name", "value"), [("answer", 0.0), ("answer", 1.2), ("nonsense", 0.5), ("spam", -1)]
)
def test_a_threshold_that_cannot_be_is_refused(lead: User, now: datetime, name: str, value: float) -> None:
    with pytest.raises(actions.BadValue):
        actions.set_lines(None, {name: value}, {}, by=lead, now=now)
    assert not Tuning.objects.exists()


@pytest.mark.parametrize("role", ["agent", "senior", "listener", "communications"])
def test_who_lacks_the_mandate_sets_nothing(
    make_user: MakeUser, brand: Brand, now: datetime, role: str
) -> None:
    by = make_user(role)
    for act in (
        lambda: actions.set_lines(None, {}, {}, by=by, now=now),
        lambda: actions.as_house(brand, by=by, now=now),
        lambda: actions.set_weights({}, 1, by=by, now=now),
        lambda: actions.set_rate(0.1, by=by, now=now),
        lambda: actions.apply(None, by=by, now=now),
    ):
        with pytest.raises(NotYours):
            act()
    assert not Tuning.objects.exists()


def test_a_lead_of_another_brand_sets_nothing_here(make_user: MakeUser, brand: Brand, now: datetime) -> None:
    elsewhere = Team.objects.create(brand=Brand.objects.create(name="Annat"), name="T")
    with pytest.raises(NotYours):
        actions.set_lines(brand, {}, {}, by=make_user("lead", team=elsewhere), now=now)


def test_weights_and_influence_count_and_are_told(account: Account, lead: User, now: datetime) -> None:
    actions.set_weights({"complaint": 55, "influence": 20, "praise": 6}, 500, by=lead, now=now)
    assert Tuning.objects.get().weights == {"complaint": 55, "influence": 20}
    post = write(account, now, ANGRY, author_facts={"followers": 501})
    steps.assess(now)
    told = Assessment.objects.get(post=post)
    parts = {one["part"]: one["points"] for one in told.reasons if one["points"]}
    assert told.kind == "complaint" and parts["kind"] == 55 and parts["influence"] == 20
    assert told.priority == sum(parts.values()) and told.flags == ["influence"]
    with pytest.raises(actions.BadValue):
        actions.set_weights({"complaint": 101}, 500, by=lead, now=now)


@pytest.mark.parametrize(("followers", "flags"), [(999, []), (1001, ["influence"])])
def test_followers_told_with_the_author_count_too(
    account: Account, now: datetime, followers: int, flags: list[str]
) -> None:
    post = write(account, now, ANGRY)
    customer = Customer.objects.create(brand=account.brand, name="Aino", since=now)
    identity = Identity.objects.create(
        customer=customer, brand=account.brand, connector="demo", native="aino", followers=followers,
        first_at=now, last_at=now,
    )  # fmt: skip
    Authorship.objects.create(post=post, identity=identity)
    steps.assess(now)
    assert Assessment.objects.get(post=post).flags == flags


def test_new_values_are_laid_over_what_was_judged_and_corrections_stay(
    account: Account, lead: User, now: datetime
) -> None:
    posts = [write(account, now, ANGRY), write(account, now, ANGRY)]
    old = write(account, now, ANGRY, at=now - timedelta(days=40))
    steps.assess(now)
    correcting.correct(posts[1], "kind", "praise", by=lead, now=now)
    actions.set_lines(None, {}, {"profanity": 0.1}, by=lead, now=now)
    assert steps.reassess(now) == 0
    assert actions.apply(None, by=lead, now=now) == 2
    assert steps.reassess(now) == 2
    assert [Assessment.objects.get(post=post).flags for post in [*posts, old]] == [["profanity"]] * 2 + [[]]
    assert Assessment.objects.get(post=posts[1]).kind == "praise"
    assert PostChange.objects.filter(what="judge").count() == 2


def test_the_preview_counts_what_would_cross_and_shows_the_nearest(
    account: Account, lead: User, make_user: MakeUser, now: datetime
) -> None:
    for score in (0.2, 0.5, 0.9):
        post = write(account, now, f"{score}")
        Assessment.objects.create(
            post=post, at=now, model="x", language="sv", kind="question", topic="other",
            abuse_score=score, urgency_score=score, answer_score=score, scores={"threats": score},
        )  # fmt: skip
    long_ago = write(account, now, "old", at=now - timedelta(days=20))
    Assessment.objects.create(
        post=long_ago,
        at=now,
        model="x",
        language="sv",
        kind="question",
        topic="other",
        scores={"threats": 1.0},
    )
    for what in ("abusive", "urgent", "answer", "threats"):
        found = preview.crossing(lead, None, what, 0.5, 7, now)
        assert (found.count, found.of, [row.post.text for row in found.rows]) == (2, 3, ["0.5", "0.9"]), what
    assert preview.crossing(lead, None, "threats", 0.5, 30, now).count == 3
    assert preview.crossing(lead, account.brand, "profanity", 0.5, 7, now).count == 0
    stranger = make_user("lead", team=Team.objects.create(brand=Brand.objects.create(name="B"), name="T"))
    assert preview.crossing(stranger, None, "threats", 0.5, 7, now).of == 0


def test_each_complaint_stands_for_many(account: Account, lead: User, now: datetime) -> None:
    for author in ("aino", "aino", "erik"):
        post = write(account, now, author=author)
        Assessment.objects.create(
            post=post, at=now, model="x", language="sv", kind="complaint", topic="other"
        )
    told = silent.estimate(lead, 0.05, now)
    assert (told.complaints, told.people, told.stands_for) == (3, 2, 20)
    assert (told.dissatisfied, told.silent, told.at_risk) == (60, 57, 38)
    actions.set_rate(0.1, by=lead, now=now)
    assert silent.estimate(lead, values.read().complaint_rate, now).dissatisfied == 30
    with pytest.raises(actions.BadValue):
        actions.set_rate(0, by=lead, now=now)
