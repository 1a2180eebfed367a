"""One's own settings, sessions and keys."""

from datetime import datetime, timedelta
from datetime import time as midnight
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lyhord.staff import actions, devices, forms, mandates, oidc, queries
from lyhord.staff.actions.keys import BadKey
from lyhord.staff.actions.profile import renew_session
from lyhord.staff.models import ApiKey, LogIn, User
from lyhord.staff.views.shared import said, status_of, tried, user_of, with_now
from lyhord.web import menu
from lyhord.web.views import render

OVERLAP = timedelta(days=1)  # that a renewed key goes on
SOON = timedelta(days=14)


@never_cache
@login_required
@with_now
def profile(request: HttpRequest, *, now: datetime) -> HttpResponse:
    user = user_of(request)
    form = forms.Profile(request.POST or None, instance=user)
    if request.method == "POST":
        fresh = User.objects.get(pk=user.pk)
        if tried(form, lambda: actions.change_profile(fresh, **form.cleaned_data, now=now)) is not None:
            messages.success(request, _("Your profile is saved."))
            return redirect("staff:profile")
        user.refresh_from_db()
    return page(request, form, None, now)


def page(
    request: HttpRequest, form: forms.Profile, key_form: forms.NewKey | None, now: datetime
) -> HttpResponse:
    user = user_of(request)
    context = {
        "form": form,
        "key_form": key_form or forms.NewKey(),
        "may_make_keys": "make_api_key" in mandates.verbs_anywhere(user),
        "api_keys": list(queries.api_keys(user)),
        "log_ins": devices.shown(queries.log_ins(user, now)),
        "session": request.session.session_key,
        "has_second_factor": queries.has_second_factor(user),
        "provider": settings.LYHORD_OIDC_LABEL if oidc.is_on() else "",
        "identity": queries.provider_identity(user) if oidc.is_on() else None,
        "may_disconnect": not settings.LYHORD_OIDC_ONLY,
        "has_app": queries.has_app(user),
        "passkeys": queries.passkeys(user),
        "codes_left": queries.recovery_codes_left(user),
        "shortcuts": known_shortcuts(request),
        "now": now,
        "soon": now + SOON,
    }
    refused = key_form if key_form is not None else form
    return render(request, "staff/profile.html", context, status=status_of(refused))


def known_shortcuts(request: HttpRequest) -> list[dict[str, Any]]:
    """Commands that rooms declared in their menus, with the key each has for this person, and what else has it."""
    own = user_of(request).keys
    places: tuple[menu.Place, ...] = ("rail", "settings", "person", "palette")
    entries = [entry for place in places for entry in menu.entries(request, place) if entry.key]
    named: list[menu.Command | menu.Entry] = [*menu.commands(), *entries]
    found: list[dict[str, Any]] = [
        {"name": one.name, "label": one.label, "usual": one.key, "key": own.get(one.name, one.key)}
        for one in named
    ]
    for one in found:
        same = [other["label"] for other in found if other["key"] == one["key"] and other is not one]
        one["same"] = same[0] if same and one["key"] else None
    return found


@login_required
@require_POST
@with_now
def shortcuts(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """`has_keys` on or off; `key-<command>` for each command: what differs from the usual map is kept. `reset`: as usual."""
    user = user_of(request)
    if "reset" in request.POST:
        said(
            request,
            lambda: actions.change_profile(user, keys={}, now=now),
            _("Every key does what it usually does."),
        )
        return redirect("staff:profile")
    usual = {one["name"]: one["usual"] for one in known_shortcuts(request)}
    told = {name: request.POST.get(f"key-{name}", key).strip() for name, key in usual.items()}
    others = {name: key for name, key in user.keys.items() if name not in usual}
    own = others | {name: key for name, key in told.items() if key != usual[name]}
    has_keys = request.POST.get("has_keys") == "on"
    said(
        request,
        lambda: actions.change_profile(user, has_keys=has_keys, keys=own, now=now),
        _("Your shortcuts are saved."),
    )
    return redirect("staff:profile")


@login_required
@require_POST
@with_now
def end_sessions(request: HttpRequest, *, now: datetime) -> HttpResponse:
    actions.end_sessions(user_of(request), now=now)
    logout(request)
    messages.success(request, _("You are logged out everywhere."))
    return redirect("account_login")


@login_required
@require_POST
@with_now
def end_other_sessions(request: HttpRequest, *, now: datetime) -> HttpResponse:
    user = user_of(request)
    actions.end_sessions(user, but=str(request.session.session_key), now=now)
    renew_session(request, user)
    messages.success(request, _("All other browsers are logged out."))
    return redirect("staff:profile")


@login_required
@require_POST
@with_now
def end_session(request: HttpRequest, pk: int, *, now: datetime) -> HttpResponse:
    user = user_of(request)
    row = get_object_or_404(LogIn, pk=pk, user=user)
    said(request, lambda: actions.end_session(user, row, now=now), _("That browser is logged out."))
    return redirect("staff:profile")


@never_cache
@login_required
@require_POST
@with_now
def make_api_key(request: HttpRequest, *, now: datetime) -> HttpResponse:
    user = user_of(request)
    form = forms.NewKey(request.POST)
    made = tried(form, lambda: new_key(form.cleaned_data, request, now))
    if made is None:
        return page(request, forms.Profile(instance=user), form, now)
    key, plain = made
    return render(request, "staff/api_key.html", {"key": key, "plain": plain, "before_ends_at": None})


def new_key(values: dict[str, Any], request: HttpRequest, now: datetime) -> tuple[ApiKey, str]:
    on = values["expires_on"]
    expires_at = timezone.make_aware(datetime.combine(on, midnight.min)) if on else None
    return actions.make_api_key(
        by=user_of(request), name=values["name"], scopes=values["scopes"], expires_at=expires_at, now=now
    )


@never_cache
@login_required
@require_POST
@with_now
def rotate_api_key(request: HttpRequest, pk: int, *, now: datetime) -> HttpResponse:
    user = user_of(request)
    key = get_object_or_404(ApiKey, pk=pk, user=user)
    try:
        made, plain = actions.rotate_api_key(key, by=user, overlap=OVERLAP, now=now)
    except BadKey as problem:
        messages.error(request, str(problem))
        return redirect("staff:profile")
    return render(
        request, "staff/api_key.html", {"key": made, "plain": plain, "before_ends_at": now + OVERLAP}
    )


@login_required
@require_POST
@with_now
def revoke_api_key(request: HttpRequest, pk: int, *, now: datetime) -> HttpResponse:
    user = user_of(request)
    key = get_object_or_404(ApiKey, pk=pk, user=user)
    said(request, lambda: actions.revoke_api_key(key, by=user, now=now), _("The key is dead."))
    return redirect("staff:profile")
