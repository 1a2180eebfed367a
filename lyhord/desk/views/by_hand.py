"""Where no program reads or calls: what was seen, calls, answers to post, and places to look at again."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from django import forms as base
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.channels import queries as channels
from lyhord.channels.models import Account
from lyhord.desk import by_hand_forms as forms
from lyhord.desk.actions import by_hand as actions
from lyhord.desk.queries import by_hand as queries
from lyhord.intake.models import Post
from lyhord.outbox import queries as outbox
from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, tried, with_now
from lyhord.web.views import render


@login_required
@require_GET
@with_now
def by_hand(request: StaffRequest, *, now: datetime) -> HttpResponse:
    return drawn(request, now)


def drawn(
    request: StaffRequest, now: datetime, account: Account | None = None, form: base.Form | None = None
) -> HttpResponse:
    """The page; with the form of one account as it was sent, where something in it is wrong."""
    rows = []
    for one in queries.accounts(request.user):
        if mandates.allows(request.user, "reply", one):
            is_asked = account is not None and account.pk == one.pk
            kind = forms.Seen if one.connector == queries.PLACE else forms.Call
            shown = form if is_asked and isinstance(form, kind) else fresh(kind)
            log = form if is_asked and isinstance(form, forms.Log) else forms.Log()
            rows.append({"account": one, "form": shown, "log": log, "is_place": kind is forms.Seen})
    told = {
        "rows": rows,
        "to_do": queries.to_do(request.user),
        "to_look": queries.to_look(request.user, now),
        "form_key": uuid4(),
    }
    return render(request, "desk/by_hand.html", told, status=422 if form is not None and form.errors else 200)


def fresh(kind: type[base.Form]) -> base.Form:
    return kind(initial={"form_key": uuid4()}, auto_id=f"{kind.__name__.lower()}-{uuid4().hex[:8]}-%s")


def account_of(request: StaffRequest, pk: int) -> Account:
    rows = channels.accounts_visible_to(request.user).select_related("app", "brand")
    account = get_object_or_404(rows, pk=pk)
    mandates.require(request.user, "reply", account)
    return account


def written(
    request: StaffRequest,
    account: Account,
    form: base.Form,
    action: Callable[[], object],
    done: str,
    now: datetime,
) -> HttpResponse:
    if tried(form, lambda: (action(), True)) is None:
        for problem in form.non_field_errors():
            messages.error(request, str(problem))
        return drawn(request, now, account, form)
    messages.success(request, done)
    return redirect("desk:by_hand")


@login_required
@require_POST
@with_now
def seen(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    account, form = account_of(request, pk), forms.Seen(request.POST, request.FILES)

    def write() -> None:
        words = dict(form.cleaned_data)
        actions.write_seen(account, words, form_key=words.pop("form_key"), by=request.user, now=now)

    return written(request, account, form, write, _("Written down. It comes to the inbox in a moment."), now)


@login_required
@require_POST
@with_now
def call(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    account, form = account_of(request, pk), forms.Call(request.POST)

    def write() -> None:
        words = dict(form.cleaned_data)
        actions.write_call(account, words, form_key=words.pop("form_key"), by=request.user, now=now)

    return written(request, account, form, write, _("Written down. It comes to the inbox in a moment."), now)


@login_required
@require_POST
@with_now
def log(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    account, form = account_of(request, pk), forms.Log(request.POST, request.FILES)

    def write() -> None:
        actions.bring_log(account, form.cleaned_data["log"], by=request.user, now=now)

    return written(request, account, form, write, _("The log was taken. Its calls come in a moment."), now)


@login_required
@require_POST
@with_now
def looked(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    rows = Post.objects.filter(account__in=channels.accounts_visible_to(request.user))
    post = get_object_or_404(rows.select_related("account__app", "account__brand"), pk=pk)
    mandates.require(request.user, "reply", post.account)
    form = forms.Looked(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        said(
            request,
            lambda: actions.looked(
                post, told["outcome"], form_key=told["form_key"], by=request.user, now=now
            ),
            _("Noted."),
        )
    return redirect("desk:by_hand")


@login_required
@require_POST
@with_now
def posted(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    dispatch = get_object_or_404(outbox.dispatches_visible_to(request.user).select_related("account"), pk=pk)
    mandates.require(request.user, "reply", dispatch)
    form = forms.Posted(request.POST)
    if form.is_valid():
        link = form.cleaned_data["link"]
        said(request, lambda: actions.posted(dispatch, link, by=request.user, now=now), _("Marked as done."))
    else:
        messages.error(request, _("The link is not a web address."))
    return redirect("desk:by_hand")
