"""Who works here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lyhord.staff import actions, devices, forms, mails, mandates, queries
from lyhord.staff.models import Role, Team, User
from lyhord.staff.views.shared import said, status_of, tried, user_of, with_now
from lyhord.web.views import render


@login_required
@with_now
def people(request: HttpRequest, *, now: datetime) -> HttpResponse:
    by = user_of(request)
    mandates.require(by, "manage_people")
    found = queries.people_managed_by(by).prefetch_related("memberships__team__brand").order_by("name", "pk")
    return render(request, "staff/people.html", {"people": list(found), "role_names": dict(Role.choices)})


@login_required
@with_now
def invite(request: HttpRequest, *, now: datetime) -> HttpResponse:
    by = user_of(request)
    mandates.require(by, "manage_people")
    form = forms.Invite(
        request.POST or None, teams=queries.teams_managed_by(by), initial={"language": request.LANGUAGE_CODE}
    )
    if request.method == "POST":
        done = tried(form, lambda: invited(form.cleaned_data, by, now))
        if done is not None:
            user, link = done
            return show_link(request, user, link, is_invitation=True, now=now)
    return render(request, "staff/invite.html", {"form": form}, status=status_of(form))


def invited(values: dict[str, Any], by: User, now: datetime) -> tuple[User, str]:
    return actions.invite(
        values["email"],
        values["name"],
        [(values["team"], values["role"])],
        by=by,
        now=now,
        language=values["language"],
    )


def show_link(
    request: HttpRequest, user: User, link: str, *, is_invitation: bool, now: datetime
) -> HttpResponse:
    """The link goes by mail where mail is set up, and stands on the page only where it is not or fails."""
    send = mails.invitation if is_invitation else mails.new_password
    is_sent = send(user, link, user_of(request))
    context = {
        "who": user,
        "link": "" if is_sent else link,
        "is_sent": is_sent,
        "is_invitation": is_invitation,
    }
    return render(request, "staff/link.html", context)


def managed(request: HttpRequest, pk: int) -> User:
    """404 for people whom this person may not manage, as for those who are not there."""
    mandates.require(user_of(request), "manage_people")
    return get_object_or_404(queries.people_managed_by(user_of(request)), pk=pk)


@login_required
@with_now
def person(request: HttpRequest, pk: int, *, now: datetime) -> HttpResponse:
    user, by = managed(request, pk), user_of(request)
    teams = queries.teams_managed_by(by).select_related("brand")
    context = {
        "who": user,
        "brands": queries.by_brand(teams),
        "roles": Role.choices,
        "has": {(one.team_id, one.role) for one in user.memberships.all()},
        "is_waiting": queries.waits_for_password(user, now),
        "has_second_factor": queries.has_second_factor(user),
        "log_ins": devices.shown(queries.log_ins(user, now)),
    }
    return render(request, "staff/person.html", context)


@login_required
@require_POST
@with_now
def memberships(request: HttpRequest, pk: int, *, now: datetime) -> HttpResponse:
    """`role` once for each team and role: "17:agent"."""
    user, by = managed(request, pk), user_of(request)
    wanted = pairs(request.POST.getlist("role"), queries.teams_managed_by(by))
    said(
        request,
        lambda: actions.set_memberships(user, wanted, by=by, now=now),
        _("Teams and roles are saved."),
    )
    return (
        redirect("staff:people")
        if not queries.people_managed_by(by).filter(pk=pk).exists()
        else redirect("staff:person", pk)
    )


def pairs(told: list[str], teams: Any) -> list[tuple[Team, str]]:
    known = {str(team.pk): team for team in teams}
    split = [one.partition(":") for one in told]
    return [(known[team], role) for team, _colon, role in split if team in known and role in Role.values]


@login_required
@require_POST
@with_now
def administrator(request: HttpRequest, pk: int, *, now: datetime) -> HttpResponse:
    user, by = managed(request, pk), user_of(request)
    wanted = request.POST.get("is_administrator") == "on"
    said(request, lambda: actions.set_administrator(user, wanted, by=by, now=now), _("Saved."))
    return redirect("staff:person", pk)


@login_required
@require_POST
@with_now
def change(request: HttpRequest, pk: int, what: str, *, now: datetime) -> HttpResponse:
    user, by = managed(request, pk), user_of(request)
    links: dict[str, Callable[..., str]] = {
        "reset-link": actions.reset_link,
        "invite-again": actions.invite_again,
    }
    if what in links:
        try:
            link = links[what](user, by=by, now=now)
        except actions.AlreadyHere as problem:
            messages.error(request, str(problem))
            return redirect("staff:person", pk)
        return show_link(request, user, link, is_invitation=what == "invite-again", now=now)
    changes: dict[str, tuple[Callable[..., None], str]] = {
        "deactivate": (actions.deactivate, _("%(name)s can no longer log in.")),
        "reactivate": (actions.reactivate, _("%(name)s can log in again.")),
        "end-sessions": (actions.end_sessions_of, _("%(name)s is logged out everywhere.")),
        "second-factor": (
            actions.reset_second_factor,
            _("%(name)s sets up a new second factor at the next log-in."),
        ),
    }
    if what not in changes:
        raise Http404
    action, done = changes[what]
    said(request, lambda: action(user, by=by, now=now), done % {"name": user.name})
    return redirect("staff:person", pk)
