"""What is granted: within the mandate at once, above it by one named approver (RE-01)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from lyhord.conftest import MakeUser
from lyhord.desk import actions, approving, queries, steps
from lyhord.desk.actions import asking
from lyhord.desk.models import Conversation, Grant, Remedy, RemedyLevel, Turn
from lyhord.desk.queries import remedies
from lyhord.desk.tests.conftest import World
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def refund(brand: Brand) -> Remedy:
    row = Remedy.objects.create(brand=brand, name="Refund", kind="refund", unit="SEK")
    for role, most in (("agent", 300), ("senior", 1000), ("lead", None)):
        RemedyLevel.objects.create(remedy=row, role=role, most=most)
    return row


@pytest.fixture
def case(world: World) -> Conversation:
    return world.says("Aino", "Mitt tåg var två timmar sent.")


@pytest.fixture
def berit(make_user: MakeUser) -> User:
    return make_user(role="senior", name="Berit Sund")


@pytest.fixture
def lena(make_user: MakeUser) -> User:
    return make_user(role="lead", name="Lena Lead")


def granted(case: Conversation, remedy: Remedy, amount: str, by: User, world: World) -> Grant:
    return actions.grant(case, remedy, Decimal(amount), why="Late", by=by, form_key=uuid4(), now=world.now)


@pytest.mark.parametrize(
    ("role", "amount", "may"),
    [
        ("agent", "299.99", True),
        ("agent", "300", True),
        ("agent", "300.01", False),
        ("senior", "1000", True),
        ("senior", "1000.01", False),
        ("lead", "999999", True),
        ("expert", "1", False),
        ("listener", "1", False),
    ],
)
def test_the_mandate_holds_at_its_edges(
    refund: Remedy, make_user: MakeUser, role: str, amount: str, may: bool
) -> None:
    assert remedies.may(make_user(role=role), refund, Decimal(amount)) is may


def test_a_level_of_ones_own_counts_instead_of_the_role(refund: Remedy, linnea: User, berit: User) -> None:
    RemedyLevel.objects.create(remedy=refund, user=linnea, most=Decimal(500))
    RemedyLevel.objects.create(remedy=refund, user=berit, most=Decimal(0))
    assert remedies.may(linnea, refund, Decimal(500))
    assert not remedies.may(berit, refund, Decimal(1))


def test_within_the_mandate_it_is_granted_at_once_and_told(
    world: World, case: Conversation, refund: Remedy, linnea: User
) -> None:
    row = granted(case, refund, "300", linnea, world)
    assert (row.state, row.approver, row.amount) == ("granted", None, Decimal(300))
    turn = Turn.objects.get(what="granted")
    assert turn.values["amount"] == "300 SEK"
    assert AuditEvent.objects.filter(verb="conversation.grant", actor=linnea).exists()


def test_a_double_click_is_one_grant(world: World, case: Conversation, refund: Remedy, linnea: User) -> None:
    key = uuid4()
    rows = [
        actions.grant(case, refund, Decimal(50), by=linnea, form_key=key, now=world.now) for _ in range(2)
    ]
    assert rows[0].pk == rows[1].pk
    assert Turn.objects.filter(what="granted").count() == 1


def test_above_it_the_least_mandate_that_is_enough_is_asked_and_on_duty_comes_first(
    world: World, case: Conversation, refund: Remedy, linnea: User, berit: User, lena: User
) -> None:
    assert granted(case, refund, "301", linnea, world).approver == berit
    assert granted(case, refund, "2000", linnea, world).approver == lena
    User.objects.filter(pk=lena.pk).update(is_on_duty=True)
    row = granted(case, refund, "301", linnea, world)
    assert (row.state, row.approver) == ("asked", lena)


def test_nobody_may_so_much_is_said_and_nothing_is_kept(
    world: World, case: Conversation, refund: Remedy, linnea: User, berit: User
) -> None:
    with pytest.raises(actions.NotPossible, match="Nobody here may grant 5000 SEK"):
        granted(case, refund, "5000", linnea, world)
    assert not Grant.objects.exists()
    assert not Turn.objects.filter(what="remedy_asked").exists()


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "1000000000"])
def test_an_amount_that_is_none_is_refused(
    world: World, case: Conversation, refund: Remedy, linnea: User, amount: str
) -> None:
    with pytest.raises(actions.NotPossible):
        granted(case, refund, amount, linnea, world)


def test_one_click_grants_it_and_two_approvers_grant_it_once(
    world: World, case: Conversation, refund: Remedy, linnea: User, berit: User, lena: User
) -> None:
    row = granted(case, refund, "500", linnea, world)
    world.later(minutes=4)
    assert actions.approve_grant(row, by=berit, now=world.now).state == "granted"
    assert actions.approve_grant(row, by=berit, now=world.now).state == "granted"  # a double click
    with pytest.raises(asking.Decided, match="Berit Sund has decided this already"):
        actions.approve_grant(row, by=lena, now=world.now)
    turn = Turn.objects.get(what="remedy_approved")
    assert turn.values["seconds"] == 240
    assert Grant.objects.get().decided_by == berit


def test_who_asked_cannot_approve_it_and_is_told_who_may(
    world: World, case: Conversation, refund: Remedy, linnea: User, petri: User, berit: User
) -> None:
    row = granted(case, refund, "500", linnea, world)
    for one in (linnea, petri):
        with pytest.raises(NotYours, match="Berit Sund may decide it"):
            actions.approve_grant(row, by=one, now=world.now)
    assert Grant.objects.get().state == "asked"


def test_declined_needs_a_reason_and_the_asker_reads_it(
    world: World, case: Conversation, refund: Remedy, linnea: User, berit: User
) -> None:
    row = granted(case, refund, "500", linnea, world)
    with pytest.raises(actions.NotPossible, match="Say why not"):
        actions.decline_grant(row, "  ", by=berit, now=world.now)
    row = actions.decline_grant(row, "The delay was shorter.", by=berit, now=world.now)
    assert (row.state, row.word) == ("declined", "The delay was shorter.")


def test_after_the_time_the_next_in_line_is_asked_and_it_is_told(
    world: World, case: Conversation, refund: Remedy, linnea: User, berit: User, lena: User
) -> None:
    granted(case, refund, "500", linnea, world)
    assert steps.pass_approvals_on(world.later(minutes=29)) == 0
    assert steps.pass_approvals_on(world.later(minutes=1)) == 1
    row = Grant.objects.get()
    assert (row.approver, row.asked, row.due_at) == (lena, [berit.pk], world.now + timedelta(minutes=30))
    assert Turn.objects.get(what="approval_passed_on").values == {"late": "Berit Sund", "name": "Lena Lead"}
    assert steps.pass_approvals_on(world.now) == 0
    assert steps.pass_approvals_on(world.later(minutes=30)) == 1  # nobody is left: she who was asked first
    assert Grant.objects.get().approver == berit


def test_the_customers_clock_goes_on_while_it_waits(
    world: World, case: Conversation, refund: Remedy, linnea: User, berit: User
) -> None:
    before = Conversation.objects.get().waiting_since
    granted(case, refund, "500", linnea, world)
    assert Conversation.objects.get().waiting_since == before is not None


def test_undo_takes_a_grant_back_but_not_what_another_decided(
    world: World, case: Conversation, refund: Remedy, linnea: User, berit: User
) -> None:
    granted(case, refund, "100", linnea, world)
    actions.undo(by=linnea, now=world.now)
    assert Grant.objects.get().state == "withdrawn"
    row = granted(case, refund, "500", linnea, world)
    actions.approve_grant(row, by=berit, now=world.now)
    with pytest.raises(asking.Decided):
        actions.undo(by=linnea, now=world.now)
    assert Grant.objects.get(pk=row.pk).state == "granted"


def test_sums_of_a_month_count_what_was_granted_alone(
    world: World, case: Conversation, refund: Remedy, linnea: User, berit: User
) -> None:
    for amount in ("100", "50.50", "500"):
        granted(case, refund, amount, linnea, world)
    (cell,) = remedies.sums(linnea, world.now - timedelta(days=40))
    assert (cell.n, cell.amount, cell.remedy) == (2, Decimal("150.50"), refund)


def test_a_remedy_of_another_brand_cannot_be_granted(world: World, case: Conversation, linnea: User) -> None:
    other = Remedy.objects.create(brand=Brand.objects.create(name="Other"), name="Gift")
    with pytest.raises(actions.NotPossible):
        granted(case, other, "1", linnea, world)


# Rules on plain values ---------------------------------------------------------------------------------------------

# The machine may be busy; what counts is what comes out.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
AMOUNTS = some.decimals(min_value=0, max_value=10**9, places=2)
CANDIDATES = some.lists(
    some.builds(
        approving.Candidate,
        id=some.integers(1, 50),
        is_on_duty=some.booleans(),
        is_fast=some.booleans(),
        most=some.none() | AMOUNTS,
        waiting=some.integers(0, 5),
    ),
    min_size=1,
    unique_by=lambda one: one.id,
)


@UNHURRIED
@given(AMOUNTS, AMOUNTS)
def test_what_covers_more_covers_less(most: Decimal, amount: Decimal) -> None:
    assert approving.covers(most, amount) is (amount <= most)
    assert approving.covers(None, amount)
    assert approving.covers(most, most)
    assert not approving.covers(most, most + Decimal("0.01"))


@UNHURRIED
@given(CANDIDATES, some.lists(some.integers(1, 50)))
def test_the_line_is_everybody_once_and_who_let_it_pass_comes_later(
    people: list[approving.Candidate], asked: list[int]
) -> None:
    line = approving.in_line(people, asked)
    assert sorted(line) == sorted(one.id for one in people)
    times = [asked.count(one) for one in line]
    assert times == sorted(times)
    assert approving.in_line(list(reversed(people)), asked) == line


def test_queries_offer_each_remedy_with_ones_own_reach(
    world: World, case: Conversation, refund: Remedy, linnea: User
) -> None:
    (offer,) = remedies.offers(linnea, case)
    assert offer.reach is not None and offer.reach.most == Decimal(300)
    assert queries.conversations_visible_to(linnea).filter(pk=case.pk).exists()
