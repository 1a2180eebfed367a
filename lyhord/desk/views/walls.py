"""The screen on the wall, which needs no log-in, and the page where screens are made and ended."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lyhord.desk.actions import walls as acting
from lyhord.desk.queries import wall as queries
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import Brand, Team
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render


class NewWall(forms.Form):
    """`of`: "brand:1" or "team:3"."""

    name = forms.CharField(max_length=60)
    of = forms.RegexField(r"^(?:brand|team):[0-9]{1,18}$")
    late_minutes = forms.IntegerField(min_value=1, max_value=10_080)
    shows_names = forms.BooleanField(required=False)


@never_cache
@require_GET
def wall(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link sees the numbers."""
    found = queries.wall_of(token)
    if found is None:
        raise Http404
    now = timezone.now()
    answer = render(
        request, "desk/wall.html", {"wall": found, "board": queries.board(found, now), "now": now}
    )
    answer["Referrer-Policy"] = "no-referrer"  # the link is the key
    answer["X-Robots-Tag"] = "noindex"
    return answer


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def walls(request: StaffRequest) -> HttpResponse:
    mandates.require(request.user, "share_view")
    form = NewWall(request.POST or None)
    address = made(request, form) if request.method == "POST" and form.is_valid() else ""
    context = {
        "walls": queries.walls_visible_to(request.user),
        "choices": choices(request),
        "form": form,
        "address": address,
    }
    return render(request, "desk/walls.html", context, status=422 if form.errors else 200)


def made(request: StaffRequest, form: NewWall) -> str:
    """The address of the new screen; shown this once."""
    given = form.cleaned_data
    kind, _colon, pk = given["of"].partition(":")
    team: Team | None = None
    if kind == "team":
        team = get_object_or_404(staff.teams_visible_to(request.user).select_related("brand"), pk=pk)
        brand: Brand = team.brand
    else:
        brand = get_object_or_404(staff.brands_visible_to(request.user), pk=pk)
    told = {name: given[name] for name in ("shows_names", "late_minutes")}
    try:
        _wall, token = acting.make_wall(
            brand, given["name"], team=team, by=request.user, now=timezone.now(), **told
        )
    except NotYours:
        raise
    except LyhordError as problem:
        form.add_error("name", str(problem))
        return ""
    return request.build_absolute_uri(reverse("desk:wall", args=[token]))


def choices(request: StaffRequest) -> list[tuple[str, str]]:
    by = request.user
    brands = [row for row in staff.brands_visible_to(by) if mandates.allows(by, "share_view", row)]
    teams = [row for row in staff.teams_visible_to(by) if mandates.allows(by, "share_view", row)]
    return [(f"brand:{row.pk}", row.name) for row in brands] + [(f"team:{row.pk}", row.name) for row in teams]


@login_required
@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    mandates.require(request.user, "share_view")
    found = get_object_or_404(queries.walls_visible_to(request.user), pk=pk)
    acting.end_wall(found, by=request.user, now=timezone.now())
    messages.success(request, _("The screen is ended. Its link opens nothing any more."))
    return HttpResponseRedirect(reverse("desk:walls"))
