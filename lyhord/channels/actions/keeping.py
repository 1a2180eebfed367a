"""Pause, resume, retire and describe accounts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels.actions import gaps, health
from lyhord.channels.actions.checking import Retired
from lyhord.channels.actions.connecting import ElsewhereBelonging
from lyhord.channels.models import Account, Purpose, State
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.models import Team, User


class WrongName(LyhordError):
    """The name typed to confirm is not the account's."""


@transaction.atomic
def pause(account: Account, by: User, now: datetime, why: str = "") -> None:
    """Nothing is fetched and nothing is sent until it is resumed; what waits keeps its place."""
    mandates.require(by, "pause_account", account)
    moved(account, [State.ACTIVE, State.BROKEN], State.PAUSED, why, by, now, "account.paused")


@transaction.atomic
def resume(account: Account, by: User, now: datetime) -> None:
    mandates.require(by, "pause_account", account)
    moved(account, [State.PAUSED, State.BROKEN], State.ACTIVE, "", by, now, "account.resumed")


@transaction.atomic
def retire(account: Account, by: User, now: datetime, *, name: str, why: str = "") -> None:
    """No new fetches, nothing is sent; all that it brought stays readable and searchable. `name` confirms."""
    mandates.require(by, "manage_accounts", account)
    if name.strip() != account.name:
        raise WrongName(_("Type the name of the account, “%(name)s”, to retire it.") % {"name": account.name})
    moved(account, [State.ACTIVE, State.BROKEN, State.PAUSED], State.RETIRED, why, by, now, "account.retired")
    gaps.end_all(account, now)


def moved(
    account: Account, before: list[State], state: State, why: str, by: User, now: datetime, verb: str
) -> None:
    """From one of `before` to `state`; the second time nothing happens. What is retired stays retired."""
    changed = Account.objects.filter(pk=account.pk, state__in=before).update(state=state, state_why=why)
    account.refresh_from_db()
    if changed:
        audit.record(verb, account, by=by, now=now, why=why)
        health.note_change(account, now)
    elif account.state == State.RETIRED and state != State.RETIRED:
        raise Retired(_("The account is retired. Connect it anew if it is to be used again."))


@transaction.atomic
def rename(account: Account, name: str, by: User, now: datetime) -> None:
    changed(account, {"name": name.strip()}, by, now)


@transaction.atomic
def set_purpose(account: Account, purpose: str, by: User, now: datetime) -> None:
    changed(account, {"purpose": Purpose(purpose)}, by, now)


@transaction.atomic
def set_language(account: Account, language: str, by: User, now: datetime) -> None:
    changed(account, {"language": language}, by, now)


@transaction.atomic
def set_owner(account: Account, owner: User | None, by: User, now: datetime) -> None:
    """Who answers for the account: somebody who works for its brand."""
    if owner is not None and not works_for(owner, account):
        raise ElsewhereBelonging(_("%(name)s does not work for this brand.") % {"name": owner})
    changed(account, {"owner": owner}, by, now)


def works_for(user: User, account: Account) -> bool:
    return user.is_administrator or user.memberships.filter(team__brand=account.brand_id).exists()


def changed(account: Account, values: dict[str, Any], by: User, now: datetime) -> None:
    mandates.require(by, "manage_accounts", account)
    different = {name: value for name, value in values.items() if getattr(account, name) != value}
    if not different:
        return
    for name, value in different.items():
        setattr(account, name, value)
    account.save(update_fields=list(different))
    told = {name: getattr(value, "pk", value) for name, value in different.items()}
    audit.record("account.changed", account, by=by, now=now, **told)
    health.note_change(account, now)


@transaction.atomic
def set_teams(account: Account, teams: Iterable[Team], by: User, now: datetime) -> None:
    """Which teams see the account; none means every team of the brand."""
    mandates.require(by, "manage_accounts", account)
    teams = list(teams)
    if any(team.brand_id != account.brand_id for team in teams):
        raise ElsewhereBelonging(_("A team of another brand cannot have this account."))
    ids = sorted(team.pk for team in teams)
    if ids == sorted(account.team_ids):
        return
    account.teams.set(teams)
    audit.record("account.teams", account, by=by, now=now, teams=ids)
    health.note_change(account, now)
