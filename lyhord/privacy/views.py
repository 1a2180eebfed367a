"""The page for those who answer people about their data."""

import json
from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.customers import queries as customers
from lyhord.customers.models import Customer
from lyhord.privacy import actions, forms, queries
from lyhord.privacy.models import Rule
from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, status_of, tried, with_now
from lyhord.web.views import render

LOG = 100


def gate(request: StaffRequest) -> None:
    may = mandates.verbs_anywhere(request.user)
    if not may & {"export_person", "erase_person"}:
        mandates.require(request.user, "export_person")


def visible(request: StaffRequest, pk: int) -> Customer:
    gate(request)
    return get_object_or_404(customers.customers_visible_to(request.user).select_related("brand"), pk=pk)


@login_required
@require_GET
@with_now
def overview(request: StaffRequest, *, now: datetime) -> HttpResponse:
    gate(request)
    q = request.GET.get("q", "")[:200]
    wishes = list(
        queries.wishes_visible_to(request.user).select_related("by").order_by("-came_at", "-pk")[:LOG]
    )
    rules = {rule.kind: rule for rule in Rule.objects.all()}
    context = {
        "q": q,
        "found": [(one, customers.identities_of(one)) for one in queries.found(request.user, q)],
        "wishes": [(wish, wish.is_late(now)) for wish in wishes],
        "kinds": [(kind, _(label), rules.get(kind)) for kind, (label, _part) in actions.ages().items()],
        "may_set": request.user.is_administrator,
        "least": actions.LEAST_DAYS,
    }
    return render(request, "privacy/overview.html", context)


@login_required
@with_now
def person(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """One person: what each room holds, in numbers; note a wish, give the file, forget her."""
    customer = visible(request, pk)
    form = forms.NoteWish(request.POST or None, initial={"came_on": timezone.localdate(now)})
    if request.method == "POST" and tried(
        form,
        lambda: actions.note_wish(
            customer, form.cleaned_data["kind"], moment(form), by=request.user, now=now
        ),
    ):
        messages.success(request, _("Noted. The clock runs."))
        return redirect("privacy:person", pk)
    someone = actions.whole([customer.pk])
    context: dict[str, Any] = {
        "customer": customer,
        "identities": customers.identities_of(customer),
        "holds": actions.sizes({room: part.export(someone) for room, part in actions.rooms()}),
        "wishes": [
            (wish, wish.is_late(now))
            for wish in queries.wishes_visible_to(request.user)
            .filter(customer=pk)
            .select_related("by")
            .order_by("-pk")
        ],
        "form": form,
        "erase": forms.Erase(),
        "may": mandates.verbs_anywhere(request.user),
    }
    return render(request, "privacy/person.html", context, status=status_of(form))


def moment(form: forms.NoteWish) -> datetime:
    return datetime.combine(form.cleaned_data["came_on"], time(12), tzinfo=UTC)


@login_required
@require_POST
@with_now
def export(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """All that is held, as one file. A POST, since it is written to the log."""
    told = actions.export(actions.whole([visible(request, pk).pk]), by=request.user, now=now)
    response = HttpResponse(json.dumps(told, ensure_ascii=False, indent=1, default=str), "application/json")
    response["Content-Disposition"] = f'attachment; filename="customer-{pk}.json"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_POST
@with_now
def erase(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """For good, after her number was typed once more."""
    customer = visible(request, pk)
    form = forms.Erase(request.POST)
    if not form.is_valid() or form.cleaned_data["number"] != customer.pk:
        messages.error(request, _("The number is not that of this customer. Nothing was erased."))
        return redirect("privacy:person", pk)
    gone = actions.erase(actions.whole([customer.pk]), by=request.user, now=now)
    told = ", ".join(f"{room} {n}" for room, n in gone.items() if n)
    messages.success(request, _("Forgotten. Rows changed: %(rows)s.") % {"rows": told or "0"})
    return redirect("privacy:overview")


@login_required
@require_POST
@with_now
def extend(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    wish = queries.wishes_visible_to(request.user).filter(pk=pk).first()
    if wish is None:
        raise Http404
    why = request.POST.get("why", "")
    said(
        request,
        lambda: actions.extend(wish, why, by=request.user, now=now),
        _("Two months more. Tell the person."),
    )
    return redirect("privacy:overview")


@login_required
@require_POST
@with_now
def keep(request: StaffRequest, kind: str, *, now: datetime) -> HttpResponse:
    """How long one kind is kept; empty: for good."""
    form = forms.Days(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write a number of days, or nothing."))
    else:
        days = form.cleaned_data["days"]
        said(request, lambda: actions.set_rule(kind, days, by=request.user, now=now), _("Saved."))
    return redirect("privacy:overview")
