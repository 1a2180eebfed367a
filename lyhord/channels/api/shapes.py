"""What is sent and what is answered."""

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from lyhord.channels import queries, rules
from lyhord.channels.contract import Abilities, Connector
from lyhord.channels.models import Account, Purpose
from lyhord.lib.errors import LyhordError
from lyhord.web.api import Given, Id, Paging, Words


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


class ShareShown(Schema):
    """How much of what comes in one network brings."""

    connector: str
    posts: int = Field(description="In the last four weeks.")
    share: float = Field(description="Of all posts: 0 to 1.")
    weeks: list[float] = Field(description="Its share week by week, the newest last.")
    trend: Literal["up", "down", "steady", ""] = Field(description="Empty: too little to tell.")


class GapShown(Schema):
    """A time in which posts may have been missed."""

    id: int
    cause: Literal["quiet", "stopped", "down"]
    begun_at: datetime
    noticed_at: datetime
    ended_at: datetime | None = Field(description="null: it lasts.")
    usual: int = Field(description="Posts that were due when it was noticed.")
    filled_at: datetime | None = Field(description="When the network had been asked for what was missed.")
    found: int | None = Field(description="Posts of that time that came later; null: not known.")


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
    now = timezone.now()
    found = rules.warnings(queries.facts_of(account, now), now)
    return AccountHealth(
        **plain(account),
        **{name: getattr(account, name) for name in same},
        owner=account.owner_id,
        last_problem=told(account.last_problem),
        warnings=[WarningShown(kind=one.kind, name=one.name, text=_(one.why) % one.values) for one in found],
        abilities=abilities_shown(queries.abilities_of(account)),
    )
