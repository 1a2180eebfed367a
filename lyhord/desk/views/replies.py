"""Settings: saved replies and macros, in folders, with versions and a review."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lyhord.desk import actions, composing_forms, composing_words, queries
from lyhord.desk.forms import whole
from lyhord.desk.models import Macro, SavedReply
from lyhord.desk.queries.saved_replies import lengths, networks
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said
from lyhord.web.views import render

ROWS = 4  # empty ones of a form


def context(request: StaffRequest, **more: Any) -> dict[str, Any]:
    brands = list(staff.brands_visible_to(request.user).order_by("name"))
    teams = list(staff.teams_visible_to(request.user).select_related("brand").order_by("brand__name", "name"))
    return {
        "brands": brands,
        "teams": teams,
        "called": composing_words,
        "may_share": "manage_replies" in mandates.verbs_anywhere(request.user),
        **more,
    }


def reach_of(row: SavedReply | Macro | None) -> str:
    if row is None:
        return "own"
    return f"team:{row.team_id}" if row.team_id else "own" if row.owner_id else "brand"


# Saved replies -------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET"])
def replies(request: StaffRequest) -> HttpResponse:
    sought, review = request.GET.get("q", "")[:100], request.GET.get("review", "")
    review = review if review in SavedReply.Review.values else ""
    found = queries.saved_replies(request.user, words=sought, review=review)
    rows = [(row, queries.may_change(request.user, row)) for row in found]
    return render(request, "desk/replies.html", context(request, rows=rows, sought=sought, review=review))


@login_required
@require_http_methods(["GET", "POST"])
def new_reply(request: StaffRequest) -> HttpResponse:
    mandates.require(request.user, "reply")
    return edited(request, None)


@login_required
@require_http_methods(["GET", "POST"])
def reply(request: StaffRequest, pk: int) -> HttpResponse:
    return edited(request, get_object_or_404(replies_of(request.user), pk=pk))


def replies_of(user: User) -> QuerySet[SavedReply]:
    return queries.saved_replies_visible_to(user).select_related("brand", "team", "owner")


def edited(request: StaffRequest, row: SavedReply | None) -> HttpResponse:
    why = ""
    if request.method == "POST":
        try:
            given = composing_forms.saved_reply(request.user, request.POST)
            made = actions.save_reply(given, by=request.user, now=timezone.now(), reply=row)
        except NotYours:
            raise
        except LyhordError as problem:
            why = str(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:saved_reply", made.pk)
    told = context(request, row=row, why=why, languages=settings.LANGUAGES, networks=networks(request.user))
    told |= {
        "may": row is None or queries.may_change(request.user, row),
        "reach": reach_of(row),
        "given": request.POST,
    }
    told |= {"texts": texts_of(row, request), "folders": folders(request.user)}
    told |= {"versions": row.versions.select_related("by").order_by("-number") if row else []}
    return render(request, "desk/reply.html", told, status=422 if why else 200)


def folders(user: User) -> list[str]:
    rows = queries.saved_replies_visible_to(user).exclude(folder="")
    return list(rows.order_by("folder").values_list("folder", flat=True).distinct())


def texts_of(row: SavedReply | None, request: StaffRequest) -> list[dict[str, Any]]:
    """What stands in the form: what was typed, else what is kept, and an empty one more."""
    if request.method == "POST":
        parts = zip(
            request.POST.getlist("lang"),
            request.POST.getlist("connector"),
            request.POST.getlist("text"),
            strict=False,
        )
        return [
            {"lang": lang, "connector": connector, "text": text, "fits": []}
            for lang, connector, text in parts
        ]
    kept = list(row.texts.order_by("lang", "connector")) if row else []
    shown = [
        {
            "lang": one.lang,
            "connector": one.connector,
            "text": one.text,
            "fits": lengths(one, networks(request.user)),
        }
        for one in kept
    ]
    return [
        *shown,
        {"lang": request.user.language or "en" if not kept else "", "connector": "", "text": "", "fits": []},
    ]


@login_required
@require_POST
def review_reply(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(replies_of(request.user), pk=pk)
    state, note = request.POST.get("review", ""), request.POST.get("note", "")
    by, now = request.user, timezone.now()
    said(request, lambda: actions.review_reply(row, state, note, by=by, now=now), _("Saved."))
    return redirect("desk:saved_reply", pk)


@login_required
@require_POST
def restore_reply(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(replies_of(request.user), pk=pk)
    number, by, now = whole(request.POST.get("number", "")) or 0, request.user, timezone.now()
    said(
        request, lambda: actions.restore_reply(row, number, by=by, now=now), _("The earlier words are back.")
    )
    return redirect("desk:saved_reply", pk)


@login_required
@require_POST
def delete_reply(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(replies_of(request.user), pk=pk)
    if said(request, lambda: actions.delete_reply(row, by=request.user, now=timezone.now()), _("Deleted.")):
        return redirect("desk:saved_replies")
    return redirect("desk:saved_reply", pk)
