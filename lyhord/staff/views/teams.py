"""Brands and their teams."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lyhord.staff import actions, forms, mandates, queries
from lyhord.staff.models import Brand, User
from lyhord.staff.views.shared import said, status_of, tried, user_of, with_now
from lyhord.web.views import render


def page(
    request: HttpRequest, *, new: forms.BrandForm | None = None, changed: forms.BrandForm | None = None
) -> HttpResponse:
    """All brands with their forms; one of them may carry what was refused."""
    by = user_of(request)
    mandates.require(by, "manage_brands")
    rows = [
        (
            brand,
            changed if changed and changed.instance.pk == brand.pk else form_of(brand),
            teams_of(by, brand),
        )
        for brand in queries.brands_visible_to(by).order_by("name")
    ]
    context = {"rows": rows, "new": new or forms.BrandForm(prefix="new"), "may_add": by.is_administrator}
    refused = next((form for form in (new, changed) if form is not None), None)
    return render(request, "staff/teams.html", context, status=status_of(refused) if refused else 200)


def form_of(brand: Brand) -> forms.BrandForm:
    return forms.BrandForm(instance=brand, prefix=f"b{brand.pk}")


def teams_of(by: User, brand: Brand) -> list[tuple[object, int]]:
    return [(team, team.memberships.count()) for team in brand.teams.order_by("name")]


@login_required
def teams(request: HttpRequest) -> HttpResponse:
    return page(request)


@login_required
@require_POST
@with_now
def make_brand(request: HttpRequest, *, now: datetime) -> HttpResponse:
    form = forms.BrandForm(request.POST, prefix="new")
    made = tried(form, lambda: actions.make_brand(**form.cleaned_data, by=user_of(request), now=now))
    return page(request, new=form) if made is None else redirect("staff:teams")


@login_required
@require_POST
@with_now
def brand(request: HttpRequest, pk: int, *, now: datetime) -> HttpResponse:
    by = user_of(request)
    row = get_object_or_404(queries.brands_visible_to(by), pk=pk)
    form = forms.BrandForm(request.POST, instance=row, prefix=f"b{pk}")
    # The form's own instance is not saved: the action takes a fresh row and the plain values.
    fresh = Brand.objects.get(pk=pk)
    done = tried(form, lambda: actions.change_brand(fresh, **form.cleaned_data, by=by, now=now))
    return page(request, changed=form) if done is None else redirect("staff:teams")


@login_required
@require_POST
@with_now
def make_team(request: HttpRequest, pk: int, *, now: datetime) -> HttpResponse:
    by = user_of(request)
    row = get_object_or_404(queries.brands_visible_to(by), pk=pk)
    name = request.POST.get("name", "")
    said(request, lambda: actions.make_team(row, name, by=by, now=now), _("The team is there."))
    return redirect("staff:teams")


@login_required
@require_POST
@with_now
def rename_team(request: HttpRequest, pk: int, *, now: datetime) -> HttpResponse:
    by = user_of(request)
    team = get_object_or_404(queries.teams_visible_to(by), pk=pk)
    name = request.POST.get("name", "")
    said(request, lambda: actions.rename_team(team, name, by=by, now=now), _("The team has its new name."))
    return redirect("staff:teams")
