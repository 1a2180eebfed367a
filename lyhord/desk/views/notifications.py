"""The bell, the list behind it, and how she wants to hear of what is for her."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lyhord.desk.actions import notifications as acting
from lyhord.desk.forms import whole, wholes
from lyhord.desk.models import About
from lyhord.desk.noticing import WAYS
from lyhord.desk.queries import notifications as queries
from lyhord.lib.errors import LyhordError
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

PAGE = 50


class Quiet(forms.Form):
    mail_minutes = forms.TypedChoiceField(choices=[(n, "") for n in acting.MAIL_MINUTES], coerce=int)
    quiet_from = forms.TimeField(required=False)
    quiet_until = forms.TimeField(required=False)


@login_required
@require_GET
def notifications(request: StaffRequest) -> HttpResponse:
    """Everything that was for her in two months, the newest first."""
    found = queries.notices(request.user, before=whole(request.GET.get("before", "")), most=PAGE + 1)
    more = f"{reverse('desk:notifications')}?before={found[PAGE - 1].id}" if len(found) > PAGE else None
    context = {
        "notices": found[:PAGE],
        "next_url": more,
        "unread": queries.unread(request.user),
        "kinds": kinds(),
    }
    return render(request, "desk/notifications.html", context)


@login_required
@require_GET
def bell(request: StaffRequest) -> HttpResponse:
    """The bell with its number; with what the browser may say, where she asked for that."""
    newest = queries.newest_for_browser(request.user, timezone.localtime().time())
    context = {"unread": queries.unread(request.user), "newest": newest, "kinds": kinds()}
    return render(request, "desk/_bell.html", context)


@login_required
@require_POST
def read(request: StaffRequest) -> HttpResponse:
    """Those that were named, or all."""
    pks = wholes(request.POST.get("ids", ""), PAGE)
    acting.read(request.user, now=timezone.now(), pks=pks or None)
    return HttpResponseRedirect(reverse("desk:notifications"))


@login_required
@require_GET
def open_one(request: StaffRequest, pk: int) -> HttpResponse:
    """Leads to what it is about. Reading it is told by the page there, or by the button of the list."""
    found = next((one for one in queries.notices(request.user, most=500) if one.id == pk), None)
    if found and found.what == About.DEPARTMENT_ASKED:
        return HttpResponseRedirect(reverse("desk:requests"))
    to = reverse("desk:conversation", args=[found.conversation]) if found and found.conversation else None
    return HttpResponseRedirect(to or reverse("desk:notifications"))


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: StaffRequest) -> HttpResponse:
    kept = queries.settings_of(request.user)
    form = Quiet(request.POST or None, initial=vars(kept))
    if request.method == "POST" and form.is_valid() and chosen(request, form):
        return HttpResponseRedirect(reverse("desk:notification_settings"))
    context = {
        "kinds": kinds(),
        "ways": queries.chosen(kept),
        "kept": kept,
        "form": form,
        "mail_choices": mail_choices(),
    }
    return render(request, "desk/notification_settings.html", context, status=422 if form.errors else 200)


def chosen(request: StaffRequest, form: Quiet) -> bool:
    ways = {what: [way for way in WAYS if f"{what}-{way}" in request.POST] for what in About.values}
    told: dict[str, Any] = form.cleaned_data
    quiet = (told["quiet_from"], told["quiet_until"])
    try:
        acting.choose(ways, told["mail_minutes"], quiet, by=request.user, now=timezone.now())
    except LyhordError as problem:
        form.add_error("quiet_from", str(problem))
        return False
    messages.success(request, _("Saved."))
    return True


def kinds() -> dict[str, Any]:
    return {one.value: one.label for one in About}


def mail_choices() -> list[tuple[int, str]]:
    return [
        (5, _("after 5 minutes")),
        (15, _("after 15 minutes")),
        (60, _("once an hour")),
        (240, _("every four hours")),
        (1440, _("once a day")),
    ]
