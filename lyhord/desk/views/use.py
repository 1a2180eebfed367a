"""What people write for: purposes and stages of the purchase, as a page and as a table to take away (TR-06, TR-08)."""

import csv
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lyhord.channels import registry
from lyhord.desk import words
from lyhord.desk.forms import whole
from lyhord.desk.queries import use as queries
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import with_now
from lyhord.triage.views.shared import context
from lyhord.web.views import render


@login_required
@require_GET
@with_now
def use(request: StaffRequest, *, now: datetime) -> HttpResponse:
    told = asked(request)
    query = {
        "days": told["days"],
        "brand": told["brand"] or "",
        "network": told["connector"],
    }
    labels = {name: connector.label for name, connector in registry.connectors().items()}
    return render(
        request,
        "desk/use.html",
        context(
            request,
            "use",
            report=queries.used_for(request.user, **told, now=now),
            asked=told,
            choices=queries.DAYS,
            brands=list(staff.brands_visible_to(request.user)),
            networks=[(name, labels.get(name, name)) for name in queries.networks(request.user)],
            query=urlencode({name: value for name, value in query.items() if value}),
            words=words,
        ),
    )


@login_required
@require_GET
@with_now
def table(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """The same numbers as CSV."""
    told = asked(request)
    report = queries.used_for(request.user, **told, now=now)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="use-{now:%Y-%m-%d}-{report.days}.csv"'
    rows = csv.writer(answer)
    rows.writerow(
        [
            _("Part"), _("Name"), _("Conversations"), _("Answered"), _("Minutes to the first answer (median)"),
            _("Closed"), _("Opened again"), _("Share not content"),
        ]
    )  # fmt: skip
    parts = [
        (_("Purpose"), report.uses, words.USES),
        (_("Stage"), report.journeys, words.STAGES),
        (_("All"), [report.all], {"": _("All")}),
    ]
    for part, lines, names in parts:
        rows.writerows([part, names[line.name], *numbers(line)] for line in lines)
    return answer


def numbers(line: queries.Line) -> list[Any]:
    minutes = "" if line.minutes is None else round(line.minutes, 1)
    return [
        line.conversations, line.answered, minutes, line.closed, line.reopened, round(line.share_negative, 3),
    ]  # fmt: skip


def asked(request: StaffRequest) -> dict[str, Any]:
    """What the address asks for; what is not understood is left out."""
    days, brand = whole(request.GET.get("days", "")), whole(request.GET.get("brand", ""))
    return {
        "days": days if days in queries.DAYS else 28,
        "brand": brand,
        "connector": request.GET.get("network", "")[:40],
    }
