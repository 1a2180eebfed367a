"""Logging in with the organisation's provider: there, back, and connecting the two from one's profile."""

from datetime import datetime
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from lyhord.lib import crypto
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, limits, oidc, queries
from lyhord.staff.actions import identities
from lyhord.staff.middleware import BY_PROVIDER
from lyhord.staff.views.shared import said, user_of, with_now
from lyhord.web.views import render

AWAY = "staff.oidc"  # in the session: what must come back from the provider, for once


def away(request: HttpRequest, now: datetime, **kept: Any) -> HttpResponse:
    """To the provider; `kept` says what is to be done with who comes back."""
    if not oidc.is_on():
        raise Http404
    try:
        start = oidc.begin()
    except oidc.ProviderRefused as problem:
        return refused(request, problem, now)
    request.session[AWAY] = {
        "state": start.state, "nonce": start.nonce, "verifier": start.verifier, "at": now.timestamp(), **kept,
    }  # fmt: skip
    return HttpResponseRedirect(start.url)


@never_cache
@require_GET
@with_now
def log_in(request: HttpRequest, *, now: datetime) -> HttpResponse:
    return away(request, now, next=safe(request, request.GET.get("next", "")))


@never_cache
@require_GET
@with_now
def back(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """Where the provider sends the browser. What the session kept is used up, whatever comes of it."""
    if not oidc.is_on():
        raise Http404
    kept = request.session.pop(AWAY, None)
    if not limits.take(limits.PROVIDER_NETWORK, limits.network_of(request), now):
        words = _("Too many attempts to log in. Wait some minutes and try again.")
        return refused(request, oidc.ProviderRefused(words, "too_many"), now, status=429)
    try:
        claims = came_back(request, kept, now)
        return arrived(request, kept, claims, now)
    except oidc.ProviderRefused as problem:
        return refused(request, problem, now)
    except LyhordError as problem:
        return refused(request, oidc.ProviderRefused(str(problem), type(problem).__name__), now)


def came_back(request: HttpRequest, kept: Any, now: datetime) -> oidc.Claims:
    given = request.GET
    if not kept or not crypto.same(given.get("state", ""), kept["state"]):
        raise oidc.misfit("state")
    if now.timestamp() - kept["at"] > oidc.ROUND_TRIP:
        raise oidc.misfit("too_late")
    # RFC 9207: an answer of another provider, mixed up with this log-in.
    if "iss" in given and given["iss"] != oidc.description()["issuer"]:
        raise oidc.misfit("mixed_up")
    if "error" in given or not given.get("code"):
        raise oidc.ProviderRefused(
            _("%(label)s did not let you in.") % {"label": settings.LYHORD_OIDC_LABEL}, "provider_error"
        )
    return oidc.finish(given["code"], kept["nonce"], kept["verifier"])


def arrived(request: HttpRequest, kept: Any, claims: oidc.Claims, now: datetime) -> HttpResponse:
    if "user" in kept:
        user = request.user
        if not user.is_authenticated or user.pk != kept["user"]:
            raise oidc.misfit("other_person")
        identities.link(user_of(request), claims, now=now)
        messages.success(
            request, _("Your account of %(label)s is connected.") % {"label": settings.LYHORD_OIDC_LABEL}
        )
        return redirect("staff:profile")
    if "welcome" in kept:
        user = identities.accept_by_provider(kept["welcome"], claims, now=now)
    else:
        user = identities.come(claims, now=now)
    if request.user.is_authenticated and request.user.pk != user.pk:
        raise oidc.misfit("other_person")
    request.session[BY_PROVIDER] = True
    response: HttpResponse = perform_login(
        request, user, redirect_url=kept.get("next") or settings.LOGIN_REDIRECT_URL
    )
    return response


def refused(
    request: HttpRequest, problem: oidc.ProviderRefused, now: datetime, status: int = 403
) -> HttpResponse:
    audit.record(
        "log_in.failed",
        None,
        by=None,
        now=now,
        how="provider",
        why=problem.why,
        network=limits.network_of(request),
    )
    return render(request, "staff/oidc_refused.html", {"why": str(problem)}, status=status)


def safe(request: HttpRequest, url: str) -> str:
    """A way on inside this site; "" for any other."""
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours else ""


# Connecting -----------------------------------------------------------------------------------------------------


@never_cache
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
@with_now
def connect(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """The page that connects: its form leads to the provider, which the page's policy must allow by name."""
    if not oidc.is_on():
        raise Http404
    user = user_of(request)
    if request.method == "POST":
        return away(request, now, user=user.pk)
    try:
        to = str(oidc.description()["authorization_endpoint"])
    except oidc.ProviderRefused as problem:
        return refused(request, problem, now)
    context = {"label": settings.LYHORD_OIDC_LABEL, "identity": queries.provider_identity(user)}
    response = render(request, "staff/oidc_connect.html", context)
    response.csp_form_action = [to]  # type: ignore[attr-defined]  # read by web.middleware
    return response


@login_required
@require_POST
@with_now
def disconnect(request: HttpRequest, *, now: datetime) -> HttpResponse:
    said(
        request,
        lambda: identities.unlink(user_of(request), now=now),
        _("%(label)s is no longer connected.") % {"label": settings.LYHORD_OIDC_LABEL},
    )
    return redirect("staff:profile")
