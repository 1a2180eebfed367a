"""Ask a network again whether an account works: by a person, with new credentials, or now and then by ourselves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels import registry
from lyhord.channels.actions import connecting, health, sealed
from lyhord.channels.contract import AccountSide, Connected, ConnectFailed
from lyhord.channels.models import Account, State
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import shorten
from lyhord.staff import audit, mandates
from lyhord.staff.models import User


class Retired(LyhordError):
    """A retired account is history."""


def test(account: Account, by: User, now: datetime) -> Connected:
    """Ask the network now. Raises ConnectFailed with the cause, which stands on the account's page too."""
    mandates.require(by, "manage_accounts", account)
    refuse_retired(account)
    side = sealed.side_of(account)
    try:
        found = ask(account, side, now)
    except ConnectFailed as problem:
        note_failure(account, problem, now, "account.tested", by, breaks=problem.is_permanent)
        raise
    note_works(account, side, found, now, "account.tested", by)
    return found


def renew(account: Account, values: Mapping[str, Any], by: User, now: datetime) -> Connected:
    """New credentials or settings for an account; a secret left empty stays as it is. Nothing is kept if they fail."""
    mandates.require(by, "manage_accounts", account)
    refuse_retired(account)
    fields = registry.get(account.connector).fields
    side = sealed.side_of(account)
    side = replace(
        side,
        settings={**side.settings, **connecting.plain_values(fields, values)},
        secrets={**side.secrets, **connecting.secret_values(fields, values)},
    )
    try:
        found = ask(account, side, now)
    except ConnectFailed as problem:  # says nothing about those in use
        note_failure(account, problem, now, "account.renewed", by, breaks=False)
        raise
    note_works(account, side, found, now, "account.renewed", by)
    return found


def check(account: Account, now: datetime) -> bool:
    """What the worker does now and then: renews what the network lets us renew, and learns who administers it."""
    side, before = sealed.side_of(account), account.sealed
    try:
        found = ask(account, side, now)
    except ConnectFailed as problem:
        note_failure(account, problem, now, breaks=problem.is_permanent)
        return False
    note_works(account, side, found, now, unless_changed_from=before)
    return True


def refuse_retired(account: Account) -> None:
    if account.state == State.RETIRED:
        raise Retired(_("The account is retired. Connect it anew if it is to be used again."))


def ask(account: Account, side: AccountSide, now: datetime) -> Connected:
    found = connecting.ask(registry.get(account.connector), side, now)
    if account.native and found.native and found.native != account.native:
        raise ConnectFailed(
            _("These credentials are for another account (%(handle)s). Connect that one by itself.")
            % {"handle": found.handle or found.native}
        )
    return found


@transaction.atomic
def note_works(
    account: Account,
    side: AccountSide,
    found: Connected,
    now: datetime,
    verb: str = "",
    by: User | None = None,
    unless_changed_from: str | None = None,
) -> None:
    """Keep what came back, on a fresh row: other steps wrote to it meanwhile."""
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    if unless_changed_from is not None and fresh.sealed != unless_changed_from:
        return  # a person gave new credentials while we asked with the old ones
    was = fresh.state
    fresh.settings = dict(side.settings)
    connecting.learn(fresh, side.secrets, found, now)
    if verb:
        audit.record(verb, fresh, by=by, now=now, works=True)
    if was != fresh.state:
        audit.record("account.mended", fresh, by=by, now=now)
    health.note_change(fresh, now)


@transaction.atomic
def note_failure(
    account: Account,
    problem: ConnectFailed,
    now: datetime,
    verb: str = "",
    by: User | None = None,
    *,
    breaks: bool,
) -> None:
    Account.objects.filter(pk=account.pk).update(checked_at=now)
    health.note_problem(account, str(problem), now, state="test_failed" if breaks else "")
    if verb:
        audit.record(verb, account, by=by, now=now, works=False, why=shorten(str(problem), 200))
