"""Networks, apps and accounts."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from lyhord.channels import actions, forms, queries, registry
from lyhord.channels import shares as volumes
from lyhord.channels.api.shapes import (
    AbilitiesShown,
    AccountChange,
    AccountHealth,
    AccountsAsked,
    AccountShown,
    AppShown,
    BadValues,
    ConnectorShown,
    GapShown,
    NewAccountGiven,
    RetireGiven,
    ShareShown,
    ValuesGiven,
    WhyGiven,
    abilities_shown,
    connector_shown,
    health,
    shown,
)
from lyhord.channels.contract import Connector
from lyhord.channels.models import Account, App
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Listed, Page, by_id, chosen

router = Router(tags=["channels"])


# Networks -----------------------------------------------------------------------------------------------------------


@router.get("/connectors", response=list[ConnectorShown])
def connectors(request: StaffRequest) -> list[ConnectorShown]:
    """The networks that this installation knows, and what each asks of a new account."""
    return [connector_shown(connector) for connector in registry.connectors().values()]


@router.get("/connectors/{name}", response=ConnectorShown)
def connector(request: StaffRequest, name: str) -> ConnectorShown:
    """One network."""
    known = registry.connectors().get(name)
    if known is None:
        raise Http404
    return connector_shown(known)


@router.get("/networks/shares", response=list[ShareShown])
def shares(request: StaffRequest) -> list[volumes.Share]:
    """Each network's share of the last four weeks, and whether it grows. For those who look after accounts."""
    if not queries.may_see_inventory(request.user):
        raise NotYours(_("You do not have the mandate for this. Ask your team lead or an administrator."))
    return volumes.shares(request.user, timezone.now())


@router.get("/apps", response=list[AppShown])
def apps(request: StaffRequest) -> list[AppShown]:
    """Our registrations with networks, and the address that each network calls. For those who manage the accounts."""
    mandates.require(request.user, "manage_accounts")
    hers = [
        row
        for row in queries.inventory(request.user)
        if mandates.allows(request.user, "manage_accounts", row)
    ]
    by_app: dict[App, list[int]] = {}
    for row in hers:
        by_app.setdefault(row.app, []).append(row.pk)
    return [
        AppShown(
            id=app.pk,
            connector=app.connector,
            name=app.name,
            hook_url=actions.hook_url(app),
            last_hook_at=app.last_hook_at,
            accounts=sorted(accounts),
        )
        for app, accounts in by_app.items()
    ]


# Accounts -----------------------------------------------------------------------------------------------------------


def account_of(request: StaffRequest, pk: int) -> Account:
    return get_object_or_404(queries.inventory(request.user), pk=pk)


def kept(pk: int) -> AccountHealth:
    return health(Account.objects.get(pk=pk))


@router.get("/accounts", response=Listed[AccountShown])
def accounts(request: StaffRequest, asked: Query[AccountsAsked]) -> Page:
    """The accounts whose conversations you see."""
    rows = queries.accounts_visible_to(request.user).prefetch_related("teams")
    wanted = {"brand": asked.brand, "connector": asked.connector, "state": asked.state}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return by_id(rows, asked, shown, newest_first=False)


@router.get("/accounts/{int:pk}", response=AccountShown)
def account(request: StaffRequest, pk: int) -> AccountShown:
    """One account."""
    return shown(account_of(request, pk))


@router.get("/accounts/{int:pk}/abilities", response=AbilitiesShown)
def abilities(request: StaffRequest, pk: int) -> AbilitiesShown:
    """What can be done with the account: verbs, lengths, windows."""
    return abilities_shown(queries.abilities_of(account_of(request, pk)))


@router.get("/accounts/{int:pk}/health", response=AccountHealth)
def account_health(request: StaffRequest, pk: int) -> AccountHealth:
    """How the account stands, what is wrong with it, and its settings. For those who look after accounts."""
    row = account_of(request, pk)
    if not queries.may_see_inventory(request.user):
        raise NotYours(_("You do not have the mandate for this. Ask your team lead or an administrator."))
    return health(row)


@router.get("/accounts/{int:pk}/gaps", response=list[GapShown])
def account_gaps(request: StaffRequest, pk: int) -> list[GapShown]:
    """The twenty newest times in which posts may have been missed. For those who look after accounts."""
    row = account_of(request, pk)
    if not queries.may_see_inventory(request.user):
        raise NotYours(_("You do not have the mandate for this. Ask your team lead or an administrator."))
    return [GapShown.from_orm(gap) for gap in queries.gaps_of(row)]


@router.post("/accounts", response={201: AccountHealth})
def connect(request: StaffRequest, given: NewAccountGiven) -> AccountHealth:
    """Connect an account. The network is asked at once; nothing is kept unless it works."""
    by = request.user
    mandates.require(by, "manage_accounts")
    known = registry.connectors().get(given.connector)
    if known is None:
        raise BadValues(_("There is no network %(name)s here.") % {"name": given.connector})
    brand = chosen(forms.brands_of(by), given.brand, "brand")
    teams = [chosen(staff.teams_visible_to(by), team, "team") for team in given.teams]
    row = actions.connect(
        known.name,
        brand,
        teams,
        given.name,
        values_of(known, given.values),
        by,
        timezone.now(),
        purpose=given.purpose,
        language=known_language(given.language),
    )
    return kept(row.pk)


def values_of(
    connector: Connector, values: Mapping[str, Any], account: Account | None = None
) -> dict[str, Any]:
    """What the connector's own form makes of them. Raises BadValues."""
    form = forms.Connecting(
        connector, {f"connector-{name}": value for name, value in values.items()}, account=account
    )
    unknown = sorted(set(values) - set(form.fields))
    if unknown:
        raise BadValues(_("%(network)s asks no %(name)s.") % {"network": connector.label, "name": unknown[0]})
    if not form.is_valid():
        raise BadValues(
            "; ".join(f"{name}: {' '.join(map(str, wrong))}" for name, wrong in form.errors.items())
        )
    return {name: value for name, value in form.cleaned_data.items() if account is None or name in values}


def known_language(code: str) -> str:
    if code and code not in dict(settings.LANGUAGES):
        raise BadValues(
            _("Choose a language of the list: %(codes)s.") % {"codes": ", ".join(dict(settings.LANGUAGES))}
        )
    return code


@router.patch("/accounts/{int:pk}", response=AccountHealth)
def change_account(request: StaffRequest, pk: int, change: AccountChange) -> AccountHealth:
    """Name, purpose, language, owner and teams. What is not given stays as it is."""
    row, by, now = account_of(request, pk), request.user, timezone.now()
    mandates.require(by, "manage_accounts", row)
    if change.name is not None:
        actions.rename(row, change.name, by, now)
    if change.purpose is not None:
        actions.set_purpose(row, change.purpose, by, now)
    if change.language is not None:
        actions.set_language(row, known_language(change.language), by, now)
    if change.owner is not None:
        actions.set_owner(row, owner_of(row, change.owner), by, now)
    if change.teams is not None:
        teams = [chosen(staff.teams_visible_to(by), team, "team") for team in change.teams]
        actions.set_teams(row, teams, by, now)
    return kept(pk)


def owner_of(account: Account, pk: int) -> User | None:
    return chosen(forms.owners_for(account), pk, "person") if pk else None


@router.put("/accounts/{int:pk}/values", response=AccountHealth)
def renew(request: StaffRequest, pk: int, given: ValuesGiven) -> AccountHealth:
    """New credentials or settings. Nothing is kept if the network does not take them."""
    row = account_of(request, pk)
    mandates.require(request.user, "manage_accounts", row)
    values = values_of(registry.get(row.connector), given.values, row)
    actions.renew(row, values, request.user, timezone.now())
    return kept(pk)


@router.post("/accounts/{int:pk}/test", response=AccountHealth)
def test(request: StaffRequest, pk: int) -> AccountHealth:
    """Ask the network now whether the account works."""
    actions.test(account_of(request, pk), request.user, timezone.now())
    return kept(pk)


@router.post("/accounts/{int:pk}/pause", response=AccountShown)
def pause(request: StaffRequest, pk: int, given: WhyGiven) -> AccountShown:
    """Nothing is fetched and nothing is sent until it is resumed."""
    row = account_of(request, pk)
    actions.pause(row, request.user, timezone.now(), given.why)
    return shown(row)


@router.post("/accounts/{int:pk}/resume", response=AccountShown)
def resume(request: StaffRequest, pk: int) -> AccountShown:
    """Go on; what waited leaves in its order."""
    row = account_of(request, pk)
    actions.resume(row, request.user, timezone.now())
    return shown(row)


@router.post("/accounts/{int:pk}/retire", response=AccountShown)
def retire(request: StaffRequest, pk: int, given: RetireGiven) -> AccountShown:
    """The end of an account; all that it brought stays readable."""
    row = account_of(request, pk)
    actions.retire(row, request.user, timezone.now(), name=given.name, why=given.why)
    return shown(row)
