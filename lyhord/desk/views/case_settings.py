"""Case types with their processes, a brand's own fields, and its tags: what leads look after."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, words
from lyhord.desk.case_forms import NewField, StepGiven, TypeGiven
from lyhord.desk.forms import whole
from lyhord.desk.models import CaseSettings, CaseType, Field, ProcessStep, Tag
from lyhord.desk.views.answers import told
from lyhord.desk.views.case_lists import context
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, Role
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.views import render

VERB = "manage_cases"


def brands(request: StaffRequest) -> list[Brand]:
    return list(staff.brands_visible_to(request.user).order_by("name"))


def brand_of(request: StaffRequest, pk: int | None) -> Brand:
    """The brand that a form names; where there is one alone, that."""
    mandates.require(request.user, VERB)
    rows = staff.brands_visible_to(request.user)
    return get_object_or_404(rows, pk=pk) if pk else get_object_or_404(rows.order_by("pk")[:1])


def mine(request: StaffRequest, table: Any, pk: int) -> Any:
    """A row of a brand that she sees; the mandate is asked for first."""
    mandates.require(request.user, VERB)
    return get_object_or_404(table.objects.filter(brand__in=staff.brands_visible_to(request.user)), pk=pk)


def run(request: StaffRequest, form: Form | None, action: Callable[[], Any], text: str) -> None:
    if form is not None and not form.is_valid():
        messages.error(request, told(form))
        return
    said(request, action, text)


# Types -----------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def types(request: StaffRequest) -> HttpResponse:
    here = brands(request)
    rows = CaseType.objects.filter(brand__in=here, retired_at=None).select_related("brand")
    settings = {row.brand_id: row for row in CaseSettings.objects.filter(brand__in=here)}
    context_ = context(
        request, "case_types", rows=list(rows.order_by("brand__name", "name")), brands=here,
        settings=[(one, settings.get(one.pk) or CaseSettings(brand=one)) for one in here], topics=list(words.TOPICS.items()),
    )  # fmt: skip
    return render(request, "desk/case_types.html", context_)


@login_required
@require_GET
def one_type(request: StaffRequest, pk: int) -> HttpResponse:
    rows = CaseType.objects.filter(brand__in=staff.brands_visible_to(request.user)).select_related("brand")
    row = get_object_or_404(rows, pk=pk)
    steps = list(ProcessStep.objects.filter(type=row, retired_at=None).order_by("position", "pk"))
    roles = [(code, str(label)) for code, label in Role.choices]
    shown = context(
        request,
        "case_types",
        row=row,
        steps=steps,
        topics=list(words.TOPICS.items()),
        roles=roles,
        role_names=dict(roles),
    )
    return render(request, "desk/case_type.html", shown)


@login_required
@require_POST
@with_now
def settle(request: StaffRequest, brand: int, *, now: datetime) -> HttpResponse:
    """How much is read a second time, and whether the list of tags is fixed."""
    row = brand_of(request, brand)
    share = whole(request.POST.get("look_share", ""))
    given: dict[str, Any] = {"look_share": share, "has_fixed_tags": bool(request.POST.get("has_fixed_tags"))}
    run(request, None, lambda: actions.set_case_settings(row, by=request.user, now=now, **given), _("Saved."))
    return redirect("desk:case_types")


@login_required
@require_POST
@with_now
def new_type(request: StaffRequest, *, now: datetime) -> HttpResponse:
    form = TypeGiven(request.POST)
    form.is_valid()
    brand = brand_of(request, form.cleaned_data.get("brand"))
    run(
        request,
        form,
        lambda: actions.save_type(brand, by=request.user, now=now, **given(form)),
        _("Made. Give it steps next."),
    )
    return redirect("desk:case_types")


def given(form: TypeGiven) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("name", "topic", "tag", "hours", "remedies")}


@login_required
@require_POST
@with_now
def save_type(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row, form = mine(request, CaseType, pk), TypeGiven(request.POST)
    run(
        request, form,
        lambda: actions.save_type(row.brand, by=request.user, now=now, known=row, **given(form)), _("Saved."),
    )  # fmt: skip
    return redirect("desk:case_type", pk)


@login_required
@require_POST
@with_now
def retire_type(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = mine(request, CaseType, pk)
    run(request, None, lambda: actions.retire_type(row, by=request.user, now=now), _("Retired."))
    return redirect("desk:case_types")


@login_required
@require_POST
@with_now
def new_step(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row, form = mine(request, CaseType, pk), StepGiven(request.POST)
    run(
        request,
        form,
        lambda: actions.save_step(row, by=request.user, now=now, **form.cleaned_data),
        _("Step added."),
    )
    return redirect("desk:case_type", pk)


def step_of(request: StaffRequest, pk: int, step: int) -> ProcessStep:
    kind = mine(request, CaseType, pk)
    return get_object_or_404(ProcessStep.objects.select_related("type"), pk=step, type=kind)


@login_required
@require_POST
@with_now
def move_step(request: StaffRequest, pk: int, step: int, *, now: datetime) -> HttpResponse:
    row, way = step_of(request, pk, step), "up" if request.POST.get("way") == "up" else "down"
    run(request, None, lambda: actions.move_step(row, way, by=request.user, now=now), _("Moved."))
    return redirect("desk:case_type", pk)


@login_required
@require_POST
@with_now
def retire_step(request: StaffRequest, pk: int, step: int, *, now: datetime) -> HttpResponse:
    row = step_of(request, pk, step)
    run(request, None, lambda: actions.retire_step(row, by=request.user, now=now), _("Taken out."))
    return redirect("desk:case_type", pk)


# Fields ----------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def fields(request: StaffRequest) -> HttpResponse:
    here = brands(request)
    rows = Field.objects.filter(brand__in=here, retired_at=None).select_related("brand")
    shown = context(
        request, "case_fields", rows=list(rows.order_by("brand__name", "of", "position", "pk")), brands=here,
        kinds=Field.Kind.choices, places=Field.Of.choices,
    )  # fmt: skip
    return render(request, "desk/case_fields.html", shown)


@login_required
@require_POST
@with_now
def new_field(request: StaffRequest, *, now: datetime) -> HttpResponse:
    form = NewField(request.POST)
    form.is_valid()
    brand = brand_of(request, form.cleaned_data.get("brand"))

    def make() -> None:
        values = {name: value for name, value in form.told().items() if name != "brand"}
        actions.save_field(brand, by=request.user, now=now, **values)

    run(request, form, make, _("Field added."))
    return redirect("desk:case_fields")


@login_required
@require_POST
@with_now
def save_field(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = mine(request, Field, pk)
    choices = [line for line in request.POST.get("choices", "").splitlines() if line.strip()]
    values = {"name": request.POST.get("name", ""), "kind": row.kind, "choices": choices}
    required = bool(request.POST.get("is_required"))
    run(
        request, None,
        lambda: actions.save_field(row.brand, by=request.user, now=now, known=row, is_required=required, **values),
        _("Saved."),
    )  # fmt: skip
    return redirect("desk:case_fields")


@login_required
@require_POST
@with_now
def retire_field(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = mine(request, Field, pk)
    run(request, None, lambda: actions.retire_field(row, by=request.user, now=now), _("Retired."))
    return redirect("desk:case_fields")


# Tags ------------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def tags(request: StaffRequest) -> HttpResponse:
    here = brands(request)
    rows = Tag.objects.filter(brand__in=here).select_related("brand").order_by("brand__name", "name")
    shown = context(request, "case_tags", rows=list(rows[:500]), brands=here)
    return render(request, "desk/case_tags.html", shown)


@login_required
@require_POST
@with_now
def add_tag(request: StaffRequest, *, now: datetime) -> HttpResponse:
    brand = brand_of(request, whole(request.POST.get("brand", "")))
    name = request.POST.get("name", "")
    run(request, None, lambda: actions.add_tag(brand, name, by=request.user, now=now), _("Tag added."))
    return redirect("desk:case_tags")


@login_required
@require_POST
@with_now
def rename_tag(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """A name that another tag has makes the two one."""
    row, name = mine(request, Tag, pk), request.POST.get("name", "")
    run(request, None, lambda: actions.rename_tag(row, name, by=request.user, now=now), _("Renamed."))
    return redirect("desk:case_tags")


@login_required
@require_POST
@with_now
def remove_tag(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = mine(request, Tag, pk)
    run(request, None, lambda: actions.remove_tag(row, by=request.user, now=now), _("Tag removed."))
    return redirect("desk:case_tags")
