"""The customers: list, one page each with everything over all channels, and those who may be one."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.customers import actions, queries
from lyhord.customers import words as called
from lyhord.customers.models import Customer, Merge
from lyhord.desk import queries as desk
from lyhord.desk import words
from lyhord.desk.customer_words import MOMENTS
from lyhord.desk.forms import whole
from lyhord.desk.queries.timeline import KINDS, networks, timeline
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import is_htmx, render

PAGE = 50
PAIRS = 20


class Wished(forms.Form):
    """`what` is a kind and a code ("language:fi"), or a kind alone ("times:") whose value stands in words."""

    what = forms.CharField(max_length=40)
    value = forms.CharField(required=False, max_length=200)
    until = forms.DateField(required=False)

    def told(self) -> tuple[str, str]:
        kind, _colon, code = self.cleaned_data["what"].partition(":")
        return kind, code or self.cleaned_data["value"]

    def end(self) -> datetime | None:
        """The end of that day, by the writer's clock."""
        day = self.cleaned_data["until"]
        return datetime.combine(day, time(23, 59), tzinfo=timezone.get_current_timezone()) if day else None


@login_required
@require_GET
def customers(request: StaffRequest) -> HttpResponse:
    """Those whom she looks for, else the newest."""
    q = request.GET.get("q", "").strip()[:200]
    rows = queries.customers_visible_to(request.user).filter(erased_at=None).select_related("brand")
    after = whole(request.GET.get("after", ""))
    newest = rows.filter(pk__lt=after) if after else rows
    found = queries.search(request.user, q) if q else list(newest.order_by("-pk")[: PAGE + 1])
    more = None if q or len(found) <= PAGE else f"{reverse('desk:customers')}?after={found[PAGE - 1].pk}"
    known = queries.accounts_of([customer.pk for customer in found[:PAGE]])
    context: dict[str, Any] = {
        "q": q,
        "rows": [(row, known.get(row.pk, [])) for row in found[:PAGE]],
        "next_url": more,
    }
    context["waiting"] = queries.suggestions_visible_to(request.user)[:100].count()
    return render(request, "desk/customers.html", context)


@login_required
@require_GET
def customer(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything about one customer. One who was merged is shown where she stands now."""
    row = get_object_or_404(Customer.objects.filter(brand__in=queries.brands_of(request.user)), pk=pk)
    if row.merged_into_id:
        return HttpResponseRedirect(reverse("desk:customer", args=[queries.whole(row).pk]))
    return render(request, "desk/customer.html", {**about(request, row), **timeline_context(request, row)})


def about(request: StaffRequest, row: Customer) -> dict[str, Any]:
    now = timezone.now()
    return {
        "customer": row,
        "identities": list(queries.identities_of(row)),
        "wishes": queries.wishes_of(row, now),
        "habit": queries.habit(row),
        "told_again": queries.told_again(row),
        "suggestions": list(queries.suggestions_of(request.user, row)[:5]),
        "merges": list(queries.merges_of(row).select_related("gone", "by")),
        "may_merge": mandates.allows(request.user, "merge_customers", row),
        "may_note": mandates.allows(request.user, "note", row),
        "called": called,
        "words": words,
        "languages_of": [("", _("As the customer writes")), *called.CHOICES["language"].items()],
    }


def timeline_context(request: StaffRequest, row: Customer) -> dict[str, Any]:
    channel, kind = request.GET.get("channel", "")[:40], request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    asked: dict[str, Any] = {"channel": channel, "kind": kind}
    try:
        found = timeline(request.user, row, after=request.GET.get("after", ""), **asked)
    except desk.BadCursor:  # an address that was cut or made up: the list from its beginning
        found = timeline(request.user, row, **asked)
    query = urlencode({name: value for name, value in asked.items() if value})
    more = (
        f"{reverse('desk:customer', args=[row.pk])}?{query}{'&' if query else ''}after={found.next}"
        if found.next
        else None
    )
    return {
        "timeline": found,
        "channel": channel,
        "kind": kind,
        "next_url": more,
        "networks": networks(request.user, row),
        "words": words,
        "moments": MOMENTS,
        "customer": row,
    }


@login_required
@require_GET
def moments(request: StaffRequest, pk: int) -> HttpResponse:
    """The timeline alone: its next page, or after another choice of channel and kind."""
    row = get_object_or_404(queries.customers_visible_to(request.user), pk=pk)
    if not is_htmx(request):
        return HttpResponseRedirect(f"{reverse('desk:customer', args=[pk])}?{request.GET.urlencode()}")
    return render(request, "desk/_timeline.html", timeline_context(request, row))


def done(request: StaffRequest, pk: int, run: Callable[[], Any], text: str) -> HttpResponse:
    """Do it and go back to the page, with what became of it."""
    try:
        run()
    except LyhordError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, text)
    return HttpResponseRedirect(reverse("desk:customer", args=[pk]))


@login_required
@require_POST
def change(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.customers_visible_to(request.user), pk=pk)
    given = {name: request.POST[name] for name in ("name", "language", "note") if name in request.POST}
    return done(
        request, pk, lambda: actions.change(row, by=request.user, now=timezone.now(), **given), _("Saved.")
    )


@login_required
@require_POST
def wish(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.customers_visible_to(request.user), pk=pk)
    form = Wished(request.POST)
    if not form.is_valid():
        messages.error(request, _("The wish was not noted. Check the kind and the day."))
        return HttpResponseRedirect(reverse("desk:customer", args=[pk]))
    (kind, value), until = form.told(), form.end()
    return done(
        request,
        pk,
        lambda: actions.wish(row, kind, value, by=request.user, now=timezone.now(), until=until),
        _("The wish is noted."),
    )


WISH_VERBS: dict[str, Callable[..., Any]] = {
    "accept": actions.accept_wish,
    "decline": actions.decline_wish,
    "end": actions.end_wish,
}


@login_required
@require_POST
def settle_wish(request: StaffRequest, pk: str, number: str, verb: str) -> HttpResponse:
    row = get_object_or_404(queries.customers_visible_to(request.user), pk=int(pk))
    found = get_object_or_404(
        queries.wishes_visible_to(request.user).filter(customer__in=queries.family(row)), pk=int(number)
    )
    text = {
        "accept": _("The wish is noted."),
        "decline": _("Taken off; it is not suggested again."),
        "end": _("The wish holds no longer."),
    }[verb]
    return done(request, row.pk, lambda: WISH_VERBS[verb](found, by=request.user, now=timezone.now()), text)


@login_required
@require_POST
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    rows = queries.customers_visible_to(request.user)
    row = get_object_or_404(rows, pk=pk)
    other = get_object_or_404(rows, pk=whole(request.POST.get("other", "")) or 0)
    return done(
        request,
        pk,
        lambda: actions.merge(row, other, request.user, timezone.now()),
        _("Merged: the two are one customer now."),
    )


@login_required
@require_POST
def part(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    row = get_object_or_404(queries.customers_visible_to(request.user), pk=pk)
    made = get_object_or_404(Merge, pk=number, kept=row)
    return done(
        request,
        pk,
        lambda: actions.part(made, request.user, timezone.now()),
        _("They are two customers again."),
    )


@login_required
@require_GET
def others(request: StaffRequest, pk: int) -> HttpResponse:
    """Customers by name or handle, for merging."""
    row = get_object_or_404(queries.customers_visible_to(request.user), pk=pk)
    q = request.GET.get("q", "")[:200]
    found = [
        one for one in queries.search(request.user, q) if one.pk != row.pk and one.brand_id == row.brand_id
    ][:8]
    known = queries.accounts_of([one.pk for one in found])
    return render(
        request,
        "desk/_others.html",
        {"customer": row, "found": [(one, known.get(one.pk, [])) for one in found], "q": q},
    )


@login_required
@require_GET
def suggestions(request: StaffRequest) -> HttpResponse:
    """Pairs that may be one, the likeliest first."""
    rows = list(queries.suggestions_visible_to(request.user)[: PAIRS + 1])
    context = {
        "pairs": rows[:PAIRS],
        "more": len(rows) > PAIRS,
        "called": called,
        "may_merge": "merge_customers" in mandates.verbs_anywhere(request.user),
    }
    return render(request, "desk/suggestions.html", context)


@login_required
@require_POST
def decide(request: StaffRequest, pk: str, verb: str) -> HttpResponse:
    row = get_object_or_404(queries.suggestions_visible_to(request.user), pk=int(pk))
    back = whole(request.POST.get("back", ""))
    try:
        if verb == "accept":
            kept = actions.accept(row, request.user, timezone.now()).kept_id
            messages.success(
                request, _("Merged: the two are one customer now. It can be undone on this page.")
            )
            return HttpResponseRedirect(reverse("desk:customer", args=[kept]))
        actions.decline(row, request.user, timezone.now())
        messages.success(request, _("They stay two, and are not suggested again."))
    except LyhordError as problem:
        messages.error(request, str(problem))
    there = queries.customers_visible_to(request.user).filter(pk=back).first() if back else None
    return HttpResponseRedirect(
        reverse("desk:customer", args=[there.pk]) if there else reverse("desk:suggestions")
    )
