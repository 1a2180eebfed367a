"""Credentials: encrypted where they lie, plain only on their way to a connector."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
from django.conf import settings

from lyhord.channels import registry
from lyhord.channels.contract import AccountSide, Connector
from lyhord.channels.models import Account, App
from lyhord.lib import http, safefetch
from lyhord.staff import keyring

NOWHERE = "https://nowhere.invalid"  # a network of our own is not spoken with over HTTP


def secrets_of(app: App) -> dict[str, str]:
    """The app's credentials. Every app has a `hook_secret` of its own, made when it was registered here."""
    return opened(app)


def hook_url(app: App, secrets: Mapping[str, str] | None = None) -> str:
    """Where the network calls us; with our secret in it for a network that has no other way to show who it is."""
    url = f"{settings.LYHORD_PUBLIC_URL}/hooks/{app.connector}/{app.endpoint}/"
    connector = registry.connectors().get(app.connector)
    if connector is None or not connector.has_secret_in_address:
        return url
    return f"{url}?token={(secrets_of(app) if secrets is None else secrets).get('hook_secret', '')}"


def side_of(account: Account) -> AccountSide:
    """The account as its connector sees it, with plain secrets. Never stored, never logged."""
    return AccountSide(
        id=account.pk,
        native=account.native,
        handle=account.handle,
        settings=account.settings,
        secrets=opened(account),
        app=app_side(account.app, secrets_of(account.app)),
        state=account.learnt,
        public_url=settings.LYHORD_PUBLIC_URL,
        allow_hosts=settings.LYHORD_ALLOW_HOSTS,
        folder=str(settings.LYHORD_DATA),
    )


def app_side(app: App, secrets: Mapping[str, str]) -> dict[str, str]:
    return {**secrets, "hook_url": hook_url(app, secrets)}


def http_client(account: Account, *, is_stream: bool = False) -> httpx.Client:
    """A client that reaches the account's network and nothing else. Close it after use. Raises http.BadAddress."""
    return client_for(registry.get(account.connector), side_of(account), is_stream=is_stream)


def client_for(connector: Connector, side: AccountSide, *, is_stream: bool = False) -> httpx.Client:
    """A call ends after 30 seconds; a stream stays open until it is silent for 90."""
    if connector.is_roaming:
        return safefetch.client(allow=side.allow_hosts)
    places = [http.server_url(place, side.allow_hosts) for place in connector.hosts(side)] or [NOWHERE]
    limits: dict[str, Any] = {"timeout_total": None, "max_bytes": None, "idle": 90.0} if is_stream else {}
    names = {httpx.URL(place).host for place in places}
    return http.client(places[0], hosts=names, allow=side.allow_hosts, **limits)


def seal(row: App | Account, secrets: Mapping[str, str]) -> None:
    """Put `secrets` into the row; it must have its number, since the encryption is bound to it."""
    words = json.dumps(dict(secrets), sort_keys=True)
    row.sealed = keyring.ring().seal(words, table=row._meta.db_table, column="sealed", row=row.pk)


def opened(row: App | Account) -> dict[str, str]:
    if not row.sealed:
        return {}
    words = keyring.ring().open(row.sealed, table=row._meta.db_table, column="sealed", row=row.pk)
    found: dict[str, str] = json.loads(words)
    return found
