"""Settings: departments, who answers for them, and how soon they did."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lyhord.desk import actions, spans
from lyhord.desk.actions.departments import VERB
from lyhord.desk.forms import whole, wholes
from lyhord.desk.models import Department, OpeningHours
from lyhord.desk.queries import department_report
from lyhord.desk.queries import departments as queries
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.views import render

EMPTY_ROWS = 2  # of the chain, to be filled in


def brands_managed_by(user: User) -> list[Brand]:
    rows = staff.brands_visible_to(user).order_by("name")
    if user.is_administrator:
        return list(rows)
    return list(rows.filter(pk__in=mandates.brands_where(user, VERB)))


@login_required
@require_GET
def departments(request: StaffRequest) -> HttpResponse:
    mandates.require(request.user, VERB)
    told = {"rows": queries.table(request.user), "brands": brands_managed_by(request.user), "spans": spans}
    return render(request, "desk/departments.html", told)


@login_required
@require_POST
@with_now
def create(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """With what is usual; who answers for it is said on its own page."""
    mandates.require(request.user, VERB)
    found = staff.brands_visible_to(request.user)
    brand = get_object_or_404(found, pk=whole(request.POST.get("brand", "")) or 0)
    given = actions.DepartmentGiven(name=request.POST.get("name", ""))
    try:
        row = actions.make_department(brand, given, by=request.user, now=now)
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        messages.error(request, str(problem))
        return redirect("desk:departments")
    return redirect("desk:department", row.pk)


def managed(request: StaffRequest, pk: int) -> Department:
    mandates.require(request.user, VERB)
    rows = queries.departments_managed_by(request.user)
    return get_object_or_404(rows.select_related("brand"), pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
@with_now
def department(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = managed(request, pk)
    if request.method == "POST":
        said(
            request,
            lambda: actions.change_department(row, given_of(request.POST), by=request.user, now=now),
            _("Saved."),
        )
        return redirect("desk:department", pk)
    told = {
        "department": row,
        "people": people_of(row),
        "members": set(row.members.values_list("user", flat=True)),
        "addresses": "\n".join(row.addresses.order_by("pk").values_list("address", flat=True)),
        "links": [(one.minutes, *spans.told(one.minutes), to_of(one.user_id, one.address), one.address)
                  for one in queries.chain_of(row)],
        "empty_rows": range(EMPTY_ROWS),
        "target": spans.told(row.target_minutes),
        "languages": settings.LANGUAGES,
        "hours": list(OpeningHours.objects.filter(brand=row.brand_id).order_by("name")),
        "has_mail": bool(settings.LYHORD_SMTP_URL),
    }  # fmt: skip
    return render(request, "desk/department.html", told)


def people_of(row: Department) -> list[User]:
    """Those of the brand, and who answers already."""
    found = {user.pk: user for user in staff.colleagues([row.brand_id])}
    found |= {one.user_id: one.user for one in row.members.select_related("user")}
    return sorted(found.values(), key=lambda user: (user.name, user.pk))


def to_of(user: int | None, address: str) -> str:
    return str(user) if user else "address" if address else "department"


def given_of(post: QueryDict) -> "actions.DepartmentGiven":
    """Raises NotPossible."""
    target = spans.minutes(post.get("target", "").strip(), post.get("target_unit", ""))
    return actions.DepartmentGiven(
        name=post.get("name", ""),
        about=post.get("about", ""),
        language=post.get("language", ""),
        target_minutes=target or 0,
        hours=whole(post.get("hours", "")),
        pauses_clock="pauses_clock" in post,
        people=wholes(",".join(post.getlist("people")), 200),
        addresses=post.get("addresses", "").splitlines()[:200],
        reminders=reminders_of(post),
    )


def reminders_of(post: QueryDict) -> list["actions.Reminding"]:
    names = ("reminder_amount", "reminder_unit", "reminder_side", "reminder_to", "reminder_address")
    rows = zip(*(post.getlist(name)[:50] for name in names), strict=False)
    found = []
    for amount, unit, side, to, address in rows:
        if not amount.strip():
            continue
        minutes = spans.minutes(amount.strip(), unit)
        if minutes is None:
            raise actions.NotPossible(
                _("Say in whole numbers how long before or after somebody is reminded.")
            )
        if to == "address" and not address.strip():
            raise actions.NotPossible(_("Say at which mail address somebody is reminded."))
        found.append(
            actions.Reminding(
                -minutes if side == "before" else minutes, whole(to), address if to == "address" else ""
            )
        )
    return found


@login_required
@require_POST
@with_now
def retire(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = managed(request, pk)
    told = _("It is asked no more. What waits there still can be answered.")
    said(request, lambda: actions.retire_department(row, by=request.user, now=now), told)
    return redirect("desk:departments")


@login_required
@require_POST
@with_now
def bring_back(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = managed(request, pk)
    said(
        request,
        lambda: actions.bring_back_department(row, by=request.user, now=now),
        _("It can be asked again."),
    )
    return redirect("desk:departments")


@login_required
@require_GET
@with_now
def report(request: StaffRequest, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, VERB)
    days = whole(request.GET.get("days", "")) or 28
    days = days if days in department_report.DAYS else 28
    rows = department_report.report(request.user, days=days, now=now)
    return render(
        request,
        "desk/department_report.html",
        {"rows": rows, "days": days, "choices": department_report.DAYS},
    )
