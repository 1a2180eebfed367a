"""Who may do what: the table of roles and mandates."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lyhord.lib.errors import LyhordError
from lyhord.staff import actions, mandates, queries, rules
from lyhord.staff.models import Mandate, Role, Team
from lyhord.staff.views.shared import said, user_of, with_now
from lyhord.staff.words import VERBS
from lyhord.web.views import render


class BadAmount(LyhordError):
    """An amount that cannot be read."""

    status = 422


def team_of(request: HttpRequest) -> Team | None:
    """Of which team the table is: `?team=17`; none: every team."""
    told = request.GET.get("team", "")
    if not told:
        return None
    return get_object_or_404(
        queries.teams_visible_to(user_of(request)), pk=told if told.isdecimal() and len(told) < 19 else 0
    )


@login_required
def table(request: HttpRequest) -> HttpResponse:
    mandates.require_administrator(user_of(request))
    team = team_of(request)
    context = {
        "roles": [(role.value, str(role.label)) for role in Role],
        "rows": [(verb, VERBS.get(verb, verb), cells) for verb, cells in queries.mandate_table(team)],
        "team": team,
        "teams": queries.teams_visible_to(user_of(request))
        .select_related("brand")
        .order_by("brand__name", "name"),
    }
    return render(request, "staff/mandates.html", context)


@login_required
@with_now
def change(request: HttpRequest, role: str, verb: str, *, now: datetime) -> HttpResponse:
    """One cell: what the rules say, allowed up to an amount, or refused."""
    mandates.require_administrator(user_of(request))
    if role not in Role.values or verb not in rules.VERBS:
        raise Http404
    team = team_of(request)
    if request.method == "POST":
        return saved(request, role, verb, team, now)
    row = Mandate.objects.filter(role=role, verb=verb, team=team).first()
    context = {
        "role": Role(role), "verb": verb, "verb_name": VERBS.get(verb, verb), "team": team, "row": row,
        "is_usual": rules.may(role, verb),
    }  # fmt: skip
    return render(request, "staff/mandate.html", context)


@require_POST
def saved(request: HttpRequest, role: str, verb: str, team: Team | None, now: datetime) -> HttpResponse:
    by, choice = user_of(request), request.POST.get("choice", "usual")

    def save() -> None:
        if choice == "usual":
            actions.forget_mandate(role, verb, team=team, by=by, now=now)
        else:
            most = amount(request.POST.get("most", ""))
            actions.set_mandate(role, verb, is_allowed=choice == "yes", most=most, team=team, by=by, now=now)

    said(request, save, _("The mandate is saved."))
    back = redirect("staff:mandates")
    back["Location"] += f"?team={team.pk}" if team else ""
    return back


def amount(text: str) -> Decimal | None:
    """None for nothing written: no limit."""
    text = text.replace(" ", "").replace("\u00a0", "").replace(",", ".")
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation as problem:
        raise BadAmount(_("Write the amount in figures, such as 250 or 99.50.")) from problem
    if not value.is_finite() or not 0 <= value < 10**10:
        raise BadAmount(_("Write an amount from 0 to 9999999999."))
    return value.quantize(Decimal("0.01"))
