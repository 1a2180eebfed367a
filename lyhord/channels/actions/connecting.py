"""Connect accounts. The network is asked first, outside of any transaction; then rows are written."""

import secrets as random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels import queries, registry
from lyhord.channels.actions import health, sealed
from lyhord.channels.contract import AccountSide, Connected, ConnectFailed, Connector, Field
from lyhord.channels.models import Account, App, State
from lyhord.lib import http, sentences, work
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, Team, User

LOCK = 7_601  # two people who connect the same page at once
LONGEST_NAME = 100
LONGEST_ID, LONGEST_LINK = 200, 500  # of the table


class AlreadyConnected(LyhordError):
    """One network account is one account here; two would answer each customer twice."""


class ElsewhereBelonging(LyhordError):
    """A team or a person of another brand."""


@dataclass(frozen=True)
class Place:
    """Where a new account is to stand, for the mandate."""

    brand_id: int
    team_ids: Iterable[int]


def connect(
    connector_name: str,
    brand: Brand,
    teams: Iterable[Team],
    name: str,
    values: Mapping[str, Any],
    by: User | None,
    now: datetime,
    **more: Any,
) -> Account:
    """Ask the network whether `values` (of the connector's form) work, then keep the account.

    `by` is None for commands. `more` are further columns of the account: purpose, language, is_demo, is_rehearsal.
    Raises ConnectFailed, AlreadyConnected or mandates.NotYours.
    """
    teams = list(teams)
    if by is not None:
        mandates.require(by, "manage_accounts", Place(brand.pk, [team.pk for team in teams]))
    if any(team.brand_id != brand.pk for team in teams):
        raise ElsewhereBelonging(_("A team of another brand cannot have this account."))
    connector = registry.get(connector_name)
    app, app_secrets = app_for(connector, values, name, now)
    side = replace(
        side_before(app, app_secrets),
        settings=plain_values(connector.fields, values),
        secrets=secret_values(connector.fields, values),
    )
    found = ask(connector, side, now)
    account = Account(brand=brand, name=name, connector=connector.name, **more)
    return keep(account, teams, app, app_secrets, side, found, by, now)


def app_for(
    connector: Connector, values: Mapping[str, Any], name: str, now: datetime
) -> tuple[App, dict[str, str]]:
    """Our registration with the network: the one with these credentials, or a new one that is not saved yet."""
    given = {field.name: str(values.get(field.name) or "") for field in connector.app_fields}
    if given:
        for app in App.objects.filter(connector__in=registry.family(connector)).order_by("pk"):
            known = sealed.secrets_of(app)
            if given.items() <= known.items():
                return app, known
    app = App(connector=connector.name, name=name, endpoint=random.token_hex(16), made_at=now)
    return app, {**given, "hook_secret": random.token_urlsafe(24)}


def side_before(app: App, app_secrets: Mapping[str, str]) -> AccountSide:
    """An account that has no row yet."""
    return AccountSide(
        id=0,
        native="",
        handle="",
        settings={},
        secrets={},
        app=sealed.app_side(app, app_secrets),
        public_url=settings.LYHORD_PUBLIC_URL,
        allow_hosts=settings.LYHORD_ALLOW_HOSTS,
        folder=str(settings.LYHORD_DATA),
    )


def plain_values(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        field.name: values[field.name] for field in fields if not field.is_secret and field.name in values
    }


def secret_values(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, str]:
    return {
        field.name: str(values[field.name]) for field in fields if field.is_secret and values.get(field.name)
    }


def ask(connector: Connector, side: AccountSide, now: datetime) -> Connected:
    """Raises ConnectFailed, whatever went wrong on the way."""
    try:
        with sealed.client_for(connector, side) as client:
            return connector.connect(client, side, now)
    except http.BadAddress as problem:
        raise ConnectFailed(str(problem)) from problem
    except httpx.HTTPError as problem:
        told = _("%(network)s could not be reached. Check the address, and try again in some minutes.")
        raise ConnectFailed(told % {"network": connector.label}, is_permanent=False) from problem


@transaction.atomic
def keep(
    account: Account,
    teams: list[Team],
    app: App,
    app_secrets: Mapping[str, str],
    side: AccountSide,
    found: Connected,
    by: User | None,
    now: datetime,
) -> Account:
    work.in_order(LOCK)
    refuse_second(account.connector, found.native)
    if app._state.adding:
        app.save()
        sealed.seal(app, app_secrets)
        app.save(update_fields=["sealed"])
    account.app, account.made_at = app, now
    account.settings = dict(side.settings)
    account.owner = account.owner or by
    account.save()
    account.teams.set(teams)
    learn(account, side.secrets, found, now)
    audit.record("account.connected", account, by=by, now=now, connector=account.connector, name=account.name)
    health.note_change(account, now)
    return account


def refuse_second(connector: str, native: str) -> None:
    if not native:
        return
    there = Account.objects.filter(connector=connector, native=native).exclude(state=State.RETIRED).first()
    if there is not None:
        raise AlreadyConnected(
            _("This account is already connected as “%(name)s”. Open it there, or retire it first.")
            % {"name": there.name}
        )
    # The database allows a native id once an app, retired or not; the old row gives it up.
    Account.objects.filter(connector=connector, native=native, state=State.RETIRED).update(native="")


def refuse_long(found: Connected) -> None:
    """What a network calls an account must fit as it is: cut short, its events would find no account."""
    for told, most in ((found.native, LONGEST_ID), (found.handle, LONGEST_ID), (found.link, LONGEST_LINK)):
        if len(told) > most:
            why = _("What the network calls this account has %(n)s characters; at most %(most)s can be kept.")
            raise ConnectFailed(why % {"n": len(told), "most": most})


def learn(account: Account, known: Mapping[str, str], found: Connected, now: datetime) -> None:
    """Write down what connecting or testing told us. `known` are the secrets that we came with. Raises ConnectFailed."""
    refuse_long(found)
    account.native = found.native or account.native
    account.handle = found.handle or account.handle
    account.link = found.link or account.link
    account.learnt = {**account.learnt, **found.state}
    if kept := sentences.told(found.notes):
        account.learnt[queries.SENTENCES] = kept
    account.notes = [str(note) for note in found.notes]
    account.admins, account.is_verified, account.expires_at = (
        found.admins,
        found.is_verified,
        found.expires_at,
    )
    account.checked_at = account.last_success_at = now
    account.failures, account.last_problem = 0, ""
    if account.state == State.BROKEN:
        account.state, account.state_why = State.ACTIVE, ""
    sealed.seal(account, {**known, **found.secrets})
    account.save()
