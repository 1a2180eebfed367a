"""Settings, Channels: the inventory of accounts, and a page for each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lyhord.channels import actions, forms, queries, registry, rules, shares, words
from lyhord.channels.contract import Connector
from lyhord.channels.models import Account
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff.mandates import NotYours
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, status_of, tried, with_now
from lyhord.web import show
from lyhord.web.views import render


@dataclass(frozen=True)
class Row:
    """An account with what is to be said of it."""

    account: Account
    network: str
    api_version: str
    warnings: list[tuple[str, str]]  # (kind, text)
    notes: list[str]
    state_why: str
    problem: str


def told(text: str) -> str:
    """A text that a connector marked, in the reader's language."""
    return _(text) if text else ""


def row_of(account: Account, now: datetime) -> Row:
    connector = registry.get(account.connector)
    return Row(
        account=account,
        network=connector.label,
        api_version=queries.abilities_of(account).api_version,
        warnings=[
            (found.kind, _(found.why) % found.values)
            for found in rules.warnings(queries.facts_of(account, now), now)
        ],
        notes=[*map(told, connector.notes), *map(show.said, queries.notes_of(account))],
        state_why=told(account.state_why),
        problem=told(account.last_problem),
    )


def account_of(request: StaffRequest, pk: int) -> Account:
    if not queries.may_see_inventory(request.user):
        raise NotYours(_("You do not have the mandate for this. Ask your team lead or an administrator."))
    return get_object_or_404(queries.inventory(request.user), pk=pk)


@login_required
@with_now
def accounts(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """All accounts with owner, state, token, and what is wrong (CH-17, GO-17)."""
    if not queries.may_see_inventory(request.user):
        raise NotYours(_("You do not have the mandate for this. Ask your team lead or an administrator."))
    rows = [row_of(account, now) for account in queries.inventory(request.user)]
    notes = {row.network: row.notes for row in rows if row.notes}
    found = shares.shares(request.user, now)
    context = {
        "rows": rows,
        "notes": notes,
        "may_add": may_add(request),
        "shares": found,
        "networks": {row.connector: label_of(row.connector) for row in found},
        "trends": words.TRENDS,
    }
    return render(request, "channels/accounts.html", context)


def label_of(name: str) -> str:
    """Also of a network that this installation has no longer: what it brought stays."""
    known = registry.connectors().get(name)
    return known.label if known is not None else name


@login_required
def trouble(request: StaffRequest) -> HttpResponse:
    """What stands in the top bar of those who look after accounts: the accounts that bring nothing just now."""
    accounts = queries.in_trouble(request.user)
    return render(request, "channels/_trouble_now.html", {"accounts": accounts})


def may_add(request: StaffRequest) -> bool:
    return "manage_accounts" in mandates.verbs_anywhere(request.user)


@login_required
def networks(request: StaffRequest) -> HttpResponse:
    mandates.require(request.user, "manage_accounts")
    known = [(connector, told(connector.intro)) for connector in registry.connectors().values()]
    return render(request, "channels/networks.html", {"networks": known})


def connector_of(name: str) -> Connector:
    try:
        return registry.get(name)
    except registry.NoSuchConnector as problem:
        raise Http404(str(problem)) from problem


@login_required
@with_now
def connect(request: StaffRequest, name: str, *, now: datetime) -> HttpResponse:
    """The form of a network; what is sent is tried at once, and kept only if it works."""
    mandates.require(request.user, "manage_accounts")
    connector = connector_of(name)
    data = request.POST if request.method == "POST" else None
    facts = forms.NewAccount(data, by=request.user, initial={"name": connector.label})
    asked = forms.Connecting(connector, data)
    account = None
    if data is not None and facts.is_valid() and asked.is_valid():
        account = tried(facts, lambda: connected(connector, facts, asked, request, now))
    if account is not None:
        messages.success(request, _("%(name)s is connected.") % {"name": account.name})
        return redirect("channels:account", account.pk)
    context = {"connector": connector, "intro": told(connector.intro), "facts": facts, "asked": asked}
    status = 422 if facts.errors or asked.errors else 200
    return render(request, "channels/connect.html", context, status=status)


def connected(
    connector: Connector,
    facts: forms.NewAccount,
    asked: forms.Connecting,
    request: StaffRequest,
    now: datetime,
) -> Account:
    told = facts.cleaned_data
    return actions.connect(
        connector.name,
        told["brand"],
        told["teams"],
        told["name"],
        asked.cleaned_data,
        request.user,
        now,
        purpose=told["purpose"],
        language=told["language"],
    )


@login_required
@with_now
def account(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    return page(request, account_of(request, pk), now)


def page(request: StaffRequest, account: Account, now: datetime, **drawn: Any) -> HttpResponse:
    """An account's page; a form that was refused comes among `drawn` and is shown with its errors."""
    user = request.user
    shown = {
        "facts": forms.AccountFacts(account=account),
        "retire": forms.Retire(),
        **drawn,
    }
    context = {
        "row": row_of(account, now),
        "account": account,
        "abilities": words.abilities(queries.abilities_of(account)),
        "hook_url": actions.hook_url(account.app) if "hook" in queries.abilities_of(account).receive else "",
        "gaps": queries.gaps_of(account),
        "may_manage": mandates.allows(user, "manage_accounts", account),
        "may_pause": mandates.allows(user, "pause_account", account),
        **shown,
    }
    status = max((status_of(form) for form in drawn.values()), default=200)
    return render(request, "channels/account.html", context, status=status)


@login_required
@require_POST
@with_now
def test(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    account = account_of(request, pk)
    said(request, lambda: actions.test(account, request.user, now), _("It works: the network answered."))
    return redirect("channels:account", pk)


@login_required
@require_POST
@with_now
def pause(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    account = account_of(request, pk)
    done = _("Paused. What is waiting to be sent keeps its place.")
    said(request, lambda: actions.pause(account, request.user, now), done)
    return redirect("channels:account", pk)


@login_required
@require_POST
@with_now
def resume(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    account = account_of(request, pk)
    said(request, lambda: actions.resume(account, request.user, now), _("It goes on."))
    return redirect("channels:account", pk)


@login_required
@require_POST
@with_now
def describe(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    account = account_of(request, pk)
    form = forms.AccountFacts(request.POST, account=account)
    if tried(form, lambda: described(account, form.cleaned_data, request, now)) is None:
        return page(request, account_of(request, pk), now, facts=form)
    messages.success(request, _("Saved."))
    return redirect("channels:account", pk)


def described(account: Account, told: dict[str, Any], request: StaffRequest, now: datetime) -> bool:
    actions.rename(account, told["name"], request.user, now)
    actions.set_purpose(account, told["purpose"], request.user, now)
    actions.set_language(account, told["language"], request.user, now)
    actions.set_owner(account, told["owner"], request.user, now)
    actions.set_teams(account, told["teams"], request.user, now)
    return True


@login_required
@with_now
def renew(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """New credentials; kept only if the network takes them."""
    account = account_of(request, pk)
    mandates.require(request.user, "manage_accounts", account)
    connector = connector_of(account.connector)
    form = forms.Connecting(connector, request.POST if request.method == "POST" else None, account=account)
    if request.method == "POST" and tried(
        form, lambda: actions.renew(account, form.cleaned_data, request.user, now)
    ):
        messages.success(request, _("It works with the new credentials."))
        return redirect("channels:account", pk)
    context = {"account": account, "intro": told(connector.intro), "form": form}
    return render(request, "channels/renew.html", context, status=status_of(form))


@login_required
@require_POST
@with_now
def retire(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    account = account_of(request, pk)
    form = forms.Retire(request.POST)
    if form.is_valid():
        try:
            actions.retire(account, request.user, now, **form.cleaned_data)
        except actions.WrongName as problem:
            form.add_error("name", str(problem))
        except NotYours:
            raise
        except LyhordError as problem:
            form.add_error(None, str(problem))
    if form.errors:
        return page(request, account_of(request, pk), now, retire=form)
    messages.success(request, _("Retired. All that it brought stays readable and searchable."))
    return redirect("channels:account", pk)
