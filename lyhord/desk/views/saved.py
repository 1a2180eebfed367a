"""The page of saved views: one's own and those of one's teams, in their order, and which one comes first."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, counting, queries, words
from lyhord.desk.actions import homes
from lyhord.desk.actions.viewing import OfTeam
from lyhord.desk.forms import filters_of, view_of, whole
from lyhord.desk.models import SavedView
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import Role, Team
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render


@login_required
@require_GET
def saved(request: StaffRequest) -> HttpResponse:
    """`query`: what the inbox showed when she came here, to be saved."""
    teams = sharing(request)
    query = counting.plain(request.GET.get("query", ""))
    context: dict[str, Any] = {
        "counted": counting.counted(request.user),
        "query": query,
        "told": told(query),
        "teams": teams,
        "may_share": {team.pk for team in teams},
        "homes": counting.homes(request.user, [team.pk for team in teams]),
        "home": counting.home(request.user),
        "roles": Role.choices,
        "words": words,
    }
    return render(request, "desk/saved_views.html", context)


def sharing(request: StaffRequest) -> list[Team]:
    """Teams with whom she may share."""
    rows = staff.teams_visible_to(request.user).select_related("brand").order_by("name")
    return [team for team in rows if mandates.allows(request.user, "share_view", OfTeam(team))]


def told(query: str) -> list[str]:
    """What a query asks, in words."""
    given = QueryDict(query)
    view = view_of(given)
    filters = filters_of(given)
    parts = [str(words.VIEWS[view])] if given.get("view") != "search" else [_("Search")]
    parts += [f"“{filters.q}”"] if filters.q else []
    parts += [str(words.KINDS.get(filters.kind, filters.kind))] if filters.kind else []
    return parts + [value for value in (filters.tag, filters.lang) if value]


def of(request: StaffRequest, pk: int) -> SavedView:
    found = next((view for view in queries.saved_views(request.user) if view.pk == pk), None)
    if found is None:
        raise Http404
    return found


def done(request: StaffRequest, run: Callable[[], Any], text: str) -> HttpResponse:
    try:
        run()
    except NotYours:
        raise
    except LyhordError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, text)
    return HttpResponseRedirect(reverse("desk:saved_views"))


@login_required
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """For oneself, or for a team."""
    name, query = request.POST.get("name", ""), counting.plain(request.POST.get("query", ""))
    pk = whole(request.POST.get("team", ""))
    team = get_object_or_404(staff.teams_visible_to(request.user), pk=pk) if pk else None
    return done(
        request,
        lambda: actions.save_view(name, query, by=request.user, now=timezone.now(), team=team),
        _("The view is saved. It stands among your views."),
    )


@login_required
@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    view = of(request, pk)
    return done(
        request,
        lambda: actions.delete_view(view, by=request.user, now=timezone.now()),
        _("The view is gone."),
    )


@login_required
@require_POST
def move(request: StaffRequest, pk: int, way: str) -> HttpResponse:
    """`way`: up or down."""
    view, by_steps = of(request, pk), {"up": -1, "down": 1}.get(way)
    if by_steps is None:
        raise Http404
    return done(
        request, lambda: homes.move_view(view, by_steps, by=request.user, now=timezone.now()), _("Moved.")
    )


@login_required
@require_POST
def begin(request: StaffRequest) -> HttpResponse:
    """Which view comes first: hers, or that of a role in a team."""
    query = request.POST.get("query")
    now, plain = timezone.now(), None if query in {None, "-"} else counting.plain(query or "")
    pk = whole(request.POST.get("team", ""))
    if not pk:
        return done(request, lambda: homes.begin_with(plain, by=request.user, now=now), _("Saved."))
    team = get_object_or_404(staff.teams_visible_to(request.user), pk=pk)
    role = request.POST.get("role", "")
    return done(
        request, lambda: homes.begin_role_with(team, role, plain, by=request.user, now=now), _("Saved.")
    )
