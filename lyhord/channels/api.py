"""The API of networks, our accounts there, and the addresses by which networks call us."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from lyhord.channels import actions, forms, queries, registry, rules
from lyhord.channels.contract import Abilities, Connector
from lyhord.channels.models import Account, App, Purpose
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Listed, Page, Paging, Words, by_id, chosen

router = Router(tags=["channels"])


class BadValues(LyhordError):
    """What was sent is not what the connector asks."""

    status = 422


class FieldShown(Schema):
    name: str
    label: str
    help: str
    kind: str
    is_secret: bool
    is_required: bool
    choices: list[str]


class ConnectorShown(Schema):
    name: str
    label: str
    intro: str
    notes: list[str]
    fields: list[FieldShown] = Field(description="What `values` of a new account takes.")


class AbilitiesShown(Schema):
    receive: list[str]
    verbs: list[str]
    reply: dict[str, int] = Field(
        description="public, private: the longest answer; absent: cannot answer so."
    )
    units: dict[str, str] = Field(
        description="How the network counts: codepoints, graphemes, utf16, bytes, weighted."
    )
    private_after_public: str
    window_hours: int | None
    can_start: bool
    backfill: str
    evidence: str
    api_version: str


class AccountShown(Schema):
    id: int
    name: str
    connector: str
    brand: int
    teams: list[int] = Field(description="None: every team of the brand.")
    handle: str
    link: str
    purpose: str
    language: str
    state: str
    state_why: str


class WarningShown(Schema):
    kind: str
    name: str
    text: str


class AccountHealth(AccountShown):
    owner: int | None
    admins: int | None
    is_verified: bool | None
    expires_at: datetime | None
    checked_at: datetime | None
    last_success_at: datetime | None
    last_problem_at: datetime | None
    last_problem: str
    failures: int
    made_at: datetime
    warnings: list[WarningShown]
    abilities: AbilitiesShown
    settings: dict[str, Any] = Field(description="What the connector's form asked, without secrets.")


class AppShown(Schema):
    id: int
    connector: str
    name: str
    hook_url: str = Field(description="Where the network sends its calls. Treat it as a secret.")
    last_hook_at: datetime | None
    accounts: list[int]


class AccountsAsked(Paging):
    brand: Id | None = None
    connector: Words = ""
    state: Literal["active", "paused", "broken", "retired"] | None = None


class NewAccountGiven(Given):
    connector: Words
    brand: Id
    name: Words = Field(min_length=1, max_length=100)
    values: dict[str, str | int | bool] = Field(
        default_factory=dict, description="As the connector's fields ask."
    )
    teams: list[Id] = Field(default_factory=list, max_length=100)
    purpose: Purpose = Purpose.SERVICE
    language: Words = ""


class AccountChange(Given):
    name: Words | None = Field(None, min_length=1, max_length=100)
    purpose: Purpose | None = None
    language: Words | None = None
    owner: Id | Literal[0] | None = Field(None, description="A person; 0: nobody.")
    teams: list[Id] | None = Field(None, max_length=100)


class ValuesGiven(Given):
    values: dict[str, str | int | bool] = Field(description="A secret that is left out stays as it is.")


class WhyGiven(Given):
    why: Words = Field("", max_length=300)


class RetireGiven(WhyGiven):
    name: Words = Field(description="The account's name, to confirm.")


# How it looks -------------------------------------------------------------------------------------------------------


def told(text: str) -> str:
    return _(text) if text else ""


def connector_shown(connector: Connector) -> ConnectorShown:
    asked = [*connector.app_fields, *connector.fields]
    return ConnectorShown(
        name=connector.name,
        label=connector.label,
        intro=told(connector.intro),
        notes=[told(note) for note in connector.notes],
        fields=[
            FieldShown(
                **{name: getattr(field, name) for name in ("name", "kind", "is_secret", "is_required")},
                label=told(field.label),
                help=told(field.help),
                choices=[value for value, _word in field.choices],
            )
            for field in asked
        ],
    )


def abilities_shown(can: Abilities) -> AbilitiesShown:
    return AbilitiesShown(
        receive=list(can.receive),
        verbs=sorted(can.verbs),
        reply={way: length.limit for way, length in can.reply.items()},
        units={way: length.unit for way, length in can.reply.items()},
        private_after_public=can.private_after_public,
        window_hours=can.window.hours if can.window else None,
        can_start=can.can_start,
        backfill=can.backfill,
        evidence=can.evidence,
        api_version=can.api_version,
    )


def plain(account: Account) -> dict[str, Any]:
    same = ("name", "connector", "handle", "link", "purpose", "language", "state")
    return {
        **{name: getattr(account, name) for name in same},
        "id": account.pk,
        "brand": account.brand_id,
        "teams": sorted(team.pk for team in account.teams.all()),
        "state_why": told(account.state_why),
    }


def shown(account: Account) -> AccountShown:
    return AccountShown(**plain(account))


def health(account: Account) -> AccountHealth:
    same = (
        "admins", "is_verified", "expires_at", "checked_at", "last_success_at", "last_problem_at", "failures", "made_at",
        "settings",
    )  # fmt: skip
    found = rules.warnings(queries.facts_of(account), timezone.now())
    return AccountHealth(
        **plain(account),
        **{name: getattr(account, name) for name in same},
        owner=account.owner_id,
        last_problem=told(account.last_problem),
        warnings=[WarningShown(kind=one.kind, name=one.name, text=_(one.why) % one.values) for one in found],
        abilities=abilities_shown(queries.abilities_of(account)),
    )


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
