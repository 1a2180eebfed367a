"""Who sees which account: brands are walls, teams within them may be."""

from datetime import datetime

import pytest

from lyhord.channels import queries
from lyhord.channels.models import Account, App
from lyhord.conftest import MakeUser
from lyhord.staff.models import Brand, Membership, Team, User


@pytest.fixture
def accounts(brand: Brand, team: Team, now: datetime) -> dict[str, Account]:
    """One open to the brand, one of the team, one of another team, one of another brand."""
    app = App.objects.create(connector="paper", name="Paper", endpoint="e1", made_at=now)
    other = Brand.objects.create(name="Södertåg")
    night = Team.objects.create(brand=brand, name="Natt")

    def make(name: str, of: Brand, teams: list[Team]) -> Account:
        account = Account.objects.create(app=app, brand=of, connector="paper", name=name, made_at=now)
        account.teams.set(teams)
        return account

    return {
        "open": make("open", brand, []),
        "team": make("team", brand, [team]),
        "night": make("night", brand, [night]),
        "both": make("both", brand, [team, night]),
        "other": make("other", other, []),
    }


def seen(user: User) -> set[str]:
    return set(queries.accounts_visible_to(user).values_list("name", flat=True))


def test_a_member_sees_what_is_open_to_the_brand_and_what_her_team_has(
    accounts: dict[str, Account], make_user: MakeUser
) -> None:
    assert seen(make_user("agent")) == {"open", "team", "both"}


def test_an_administrator_sees_all(accounts: dict[str, Account], administrator: User) -> None:
    assert seen(administrator) == set(accounts)


@pytest.mark.parametrize("fields", [{"role": ""}, {"role": "lead", "is_active": False}])
def test_who_belongs_nowhere_or_has_left_sees_nothing(
    accounts: dict[str, Account], make_user: MakeUser, fields: dict[str, object]
) -> None:
    assert seen(make_user(**fields)) == set()


def test_a_member_of_two_teams_sees_each_account_once(
    accounts: dict[str, Account], make_user: MakeUser, brand: Brand
) -> None:
    user = make_user("agent")
    Membership.objects.create(user=user, team=Team.objects.get(name="Natt"), role="agent")
    ids = queries.account_ids_visible_to(user)
    assert ids == sorted(accounts[name].pk for name in ("open", "team", "night", "both"))


def test_the_audiences_are_hers_alone(accounts: dict[str, Account], make_user: MakeUser, team: Team) -> None:
    user = make_user("agent")
    hers = [f"a{accounts[name].pk}" for name in ("open", "team", "both")]
    assert queries.audiences(user) == ["*", f"u{user.pk}", *hers, f"t{team.pk}"]
    assert f"a{accounts['other'].pk}" not in queries.audiences(user)
