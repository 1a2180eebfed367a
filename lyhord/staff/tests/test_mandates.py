"""Who may do what."""

import ast
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

import lyhord
from lyhord.conftest import MakeUser
from lyhord.staff import mandates, rules
from lyhord.staff.models import Brand, Mandate, Membership, Role, Team

# The law: a change here is a change of what people may do, and is told in the changelog.
MAY = """
                 agent senior lead moderator expert communications listener administrator
see              x     x      x    x         x      x              x        x
presence         x     x      x    x         x      x              x        x
note             x     x      x    x         x      x              -        x
reply            x     x      x    x         -      x              -        x
assign           x     x      x    x         -      x              -        x
close            x     x      x    x         -      x              -        x
reopen           x     x      x    x         -      x              -        x
snooze           x     x      x    x         -      x              -        x
tag              x     x      x    x         -      x              -        x
prioritise       x     x      x    x         -      x              -        x
merge_customers  x     x      x    x         -      x              -        x
spam             x     x      x    x         -      x              -        x
undo             x     x      x    x         -      x              -        x
like             x     x      x    x         -      x              -        x
handle_case      x     x      x    x         -      x              -        x
merge            x     x      x    x         -      x              -        x
ask              x     x      x    x         -      x              -        x
grant            x     x      x    x         -      x              -        x
hide             -     x      x    x         -      -              -        x
unhide           -     x      x    x         -      -              -        x
block            -     x      x    x         -      -              -        x
unblock          -     x      x    x         -      -              -        x
report           -     x      x    x         -      -              -        x
settle           -     x      x    -         -      -              -        x
retry_quarantine -     x      x    -         -      -              -        x
delete_post      -     -      x    -         -      -              -        x
hold             -     -      x    -         -      -              -        x
lift_hold        -     -      x    -         -      -              -        x
pause_account    -     -      x    -         -      -              -        x
see_audit        -     -      x    -         -      -              -        x
share_view       -     -      x    -         -      -              -        x
see_health       -     -      x    -         -      -              -        x
make_api_key     -     -      x    -         -      -              -        x
tune_triage      -     -      x    -         -      -              -        x
manage_cases     -     -      x    -         -      -              -        x
manage_replies   -     -      x    -         -      -              -        x
set_mandates     -     -      x    -         -      -              -        x
approve          -     x      x    -         -      -              -        x
manage_departments -   -      x    -         -      -              -        x
route            -     -      x    -         -      -              -        x
set_clocks       -     -      x    -         -      -              -        x
acknowledge      -     -      x    -         -      -              -        x
decide_late      -     x      x    -         -      -              -        x
move_data        -     -      x    -         -      -              -        x
manage_accounts  -     -      -    -         -      -              -        x
manage_people    -     -      -    -         -      -              -        x
manage_brands    -     -      -    -         -      -              -        x
export_person    -     -      -    -         -      -              -        x
erase_person     -     -      -    -         -      -              -        x
see_secrets      -     -      -    -         -      -              -        x
post             -     -      -    -         -      x              -        -
"""


@dataclass(frozen=True)
class Place:
    brand_id: int
    team_ids: tuple[int, ...] = ()


def told() -> dict[tuple[str, str], bool]:
    heads, *lines = MAY.strip().splitlines()
    roles = heads.split()
    return {
        (role, line.split()[0]): mark == "x"
        for line in lines
        for role, mark in zip(roles, line.split()[1:], strict=True)
    }


def test_the_table_names_every_role_and_verb() -> None:
    assert {role for role, _ in told()} == set(Role.values)
    assert {verb for _, verb in told()} == rules.VERBS


@pytest.mark.parametrize(("role", "verb"), sorted(told()))
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: str, verb: str) -> None:
    assert rules.may(role, verb) is told()[role, verb]


@pytest.mark.parametrize("role", sorted(Role.values))
def test_require_agrees_with_the_table(role: str, make_user: MakeUser, team: Team) -> None:
    person = make_user(role=role)
    may = {verb for verb in rules.VERBS if mandates.allows(person, verb, team)}
    assert may == {verb for verb in rules.VERBS if told()[role, verb]}
    assert mandates.verbs_anywhere(person) == may


def test_a_role_in_one_team_counts_in_no_other(make_user: MakeUser, brand: Brand, team: Team) -> None:
    other = Team.objects.create(brand=brand, name="Tidtabell")
    person = make_user(role="lead")
    assert mandates.allows(person, "delete_post", team)
    assert not mandates.allows(person, "delete_post", other)
    assert mandates.allows(person, "delete_post", Place(brand.pk)), "no team: the whole brand"
    assert mandates.allows(person, "delete_post", Place(brand.pk, (team.pk, other.pk)))


def test_brands_are_walls(make_user: MakeUser) -> None:
    elsewhere = Brand.objects.create(name="Sydtåg")
    with pytest.raises(mandates.NotYours):
        mandates.require(make_user(role="administrator"), "see", Place(elsewhere.pk))


def test_who_is_not_active_may_nothing(make_user: MakeUser, team: Team) -> None:
    gone = make_user(role="administrator", is_administrator=True, is_active=False)
    assert not any(mandates.allows(gone, verb, team) for verb in rules.VERBS)
    assert mandates.verbs_anywhere(gone) == frozenset()
    with pytest.raises(mandates.NotYours):
        mandates.require_administrator(gone)


def test_an_administrator_of_the_installation_may_everything_everywhere(make_user: MakeUser) -> None:
    chief = make_user(role="", is_administrator=True)
    assert all(
        mandates.allows(chief, verb, Place(Brand.objects.create(name=verb).pk)) for verb in rules.VERBS
    )


def test_a_mandate_of_a_team_counts_before_that_of_every_team(make_user: MakeUser, team: Team) -> None:
    person = make_user(role="agent")
    assert not mandates.allows(person, "hide", team)
    Mandate.objects.create(role="agent", verb="hide", team=None, is_allowed=True)
    assert mandates.allows(person, "hide", team)
    Mandate.objects.create(role="agent", verb="hide", team=team, is_allowed=False)
    assert not mandates.allows(person, "hide", team)


@pytest.mark.parametrize(("amount", "is_allowed"), [("0", True), ("50.00", True), ("50.01", False)])
def test_an_amount_is_allowed_up_to_the_mandate(
    amount: str, is_allowed: bool, make_user: MakeUser, team: Team
) -> None:
    person = make_user(role="agent")
    assert not mandates.allows(person, "reply", team, Decimal(amount)), "no mandate names an amount"
    Mandate.objects.create(role="agent", verb="reply", team=None, most=Decimal("50.00"))
    assert mandates.allows(person, "reply", team, Decimal(amount)) is is_allowed


def test_the_best_of_several_roles_counts(make_user: MakeUser, team: Team) -> None:
    person = make_user(role="listener")
    Membership.objects.create(user=person, team=team, role="moderator")
    assert mandates.allows(person, "hide", team)
    assert not mandates.allows(person, "delete_post", team)


def test_no_room_asks_for_a_mandate_that_does_not_exist() -> None:
    asked = set()
    for path in Path(lyhord.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "mandates.require",
                "mandates.allows",
            }:
                verb = node.args[1]
                if isinstance(verb, ast.Constant) and "tests" not in path.parts:
                    asked.add(verb.value)
    assert asked <= rules.VERBS
