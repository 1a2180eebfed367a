"""What is done to all that are selected, and how everything that matches is selected."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, forms, queries
from lyhord.desk.actions.bulk import MOST
from lyhord.desk.queries import Matching
from lyhord.desk.views import case_panel
from lyhord.desk.views.answers import MOST_TOLD, answer, refuse, told
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.web.formats import number
from lyhord.web.show import language, still
from lyhord.web.views import render

BULK = (
    "take", "close", "reopen", "wake", "assign", "tag", "untag", "snooze", "priority", "spam", "not-spam"
)  # fmt: skip
NAMES = {"spam": "mark_spam", "not-spam": "not_spam", "priority": "set_priority"}  # as actions call them
DIALOGS = ("assign", "tag", "untag", "snooze", "priority")


@login_required
@require_POST
def bulk(request: StaffRequest, verb: str) -> HttpResponse:
    """The same thing to many; of those that cannot be, one reason is told."""
    ids = forms.wholes(request.POST.get("ids", ""), MOST * 2)  # more than go: refused, not cut off
    now = timezone.now()
    try:
        values = given_to_many(request, verb, now)
    except actions.NotPossible as problem:
        return refuse(request, str(problem))
    if verb == "close":
        if wanted := case_panel.asked_of_many(request, ids):
            return wanted
        values["ending"] = case_panel.ending_given(request)
    name = "assign_team" if "team" in values else NAMES.get(verb, verb)
    try:
        done = actions.bulk(ids, name, by=request.user, now=now, **values)
    except actions.NotPossible as problem:
        return refuse(request, str(problem))
    if not done.changed:
        return refuse(request, next(iter(done.refused.values()), "") or nothing_done(ids))
    trigger = {"desk:bulk": {"ids": done.changed[:MOST_TOLD]}}
    return answer(request, done.changed[0], told_of(done), can_undo=True, trigger=trigger)


def nothing_done(ids: list[int]) -> str:
    return _("They are so already. Nothing was changed.") if ids else _("Nothing was selected.")


def given_to_many(request: StaffRequest, verb: str, now: datetime) -> dict[str, Any]:
    """What the form says besides which conversations. Raises NotPossible."""
    if verb in {"tag", "untag"}:
        return {"name": request.POST.get("name", "").strip()}
    if verb == "assign":
        return whom(request)
    if verb == "snooze":
        form = forms.Snooze(request.POST)
        if not form.is_valid():
            raise actions.NotPossible(told(form))
        return {"until": form.moment(now)}
    if verb == "priority":
        set_to = forms.Priority(request.POST)
        if not set_to.is_valid():
            raise actions.NotPossible(told(set_to))
        return {"priority": set_to.cleaned_data["priority"]}
    return {}


def whom(request: StaffRequest) -> dict[str, Any]:
    """`to`: a person's id, "team:5", or nothing: nobody. Raises NotPossible."""
    kind, _colon, key = request.POST.get("to", "").rpartition(":")
    if kind == "team":
        team = staff.teams_visible_to(request.user).filter(pk=forms.whole(key) or 0).first()
        if team is None:
            raise actions.NotPossible(_("That team is not one of yours. Choose another."))
        return {"team": team}
    if not key:
        return {"to": None}
    people = staff.users_visible_to(request.user).filter(is_active=True)
    to = people.filter(pk=forms.whole(key) or 0).first()
    if to is None:
        raise actions.NotPossible(_("That person does not work with this account."))
    return {"to": to}


def told_of(done: actions.Done) -> str:
    """How many were changed, and how many not."""
    text = ngettext("%(n)s conversation changed.", "%(n)s conversations changed.", len(done.changed)) % {
        "n": len(done.changed)
    }
    if done.refused:
        text += " " + ngettext(
            "%(n)s could not be changed.", "%(n)s could not be changed.", len(done.refused)
        ) % {"n": len(done.refused)}
        text += f" {next(iter(done.refused.values()))}"
    return text


# Selecting -------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def ids(request: StaffRequest) -> JsonResponse:
    """Everything that the view and its filters show now, for "Select all that match": what comes later is not in it."""
    view, filters = forms.view_of(request.GET), forms.filters_of(request.GET)
    found = queries.matching(request.user, view, filters=filters, most=MOST)
    return JsonResponse({"ids": found.ids, "total": found.total, "text": told_of_all(found)})


def told_of_all(found: Matching) -> str:
    most, total = number(len(found.ids), language()), number(found.total, language())
    if found.is_more:
        return _("%(n)s of more than %(total)s: the first ones of the list.") % {"n": most, "total": total}
    if found.total > len(found.ids):
        return _("%(n)s of %(total)s: the first ones of the list.") % {"n": most, "total": total}
    if not found.ids:
        return _("Nothing matches.")
    return ngettext("%(n)s matches.", "All %(n)s that match.", found.total) % {"n": total}


@login_required
@require_GET
def more(request: StaffRequest) -> HttpResponse:
    """The rest of the bar, with the first selection: a page on which nothing is selected is lighter without it."""
    return HttpResponse(still("desk/_bulk_more.html"))


@login_required
@require_GET
def dialog(request: StaffRequest, what: str) -> HttpResponse:
    """What a verb of the menu asks for, when it is chosen."""
    people = teams = None
    if what == "assign":
        people = (
            staff.users_visible_to(request.user).filter(is_active=True).order_by("-is_on_duty", "name", "pk")
        )
        teams = (
            staff.teams_visible_to(request.user).select_related("brand").order_by("brand__name", "name", "pk")
        )
    return render(request, "desk/_bulk_dialog.html", {"what": what, "people": people, "teams": teams})
