"""Pages of who is not logged in: the first start, invitations, and a forgotten password."""

from datetime import datetime
from typing import Any

from allauth.account import views as account
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from lyhord.staff import actions, forms, limits, oidc
from lyhord.staff.actions import links
from lyhord.staff.models import AccessLink, User
from lyhord.staff.views import oidc as views_oidc
from lyhord.staff.views import second_factor
from lyhord.staff.views.shared import status_of, tried, with_now
from lyhord.web.views import render

# The page of a later room, so by its address: connecting the first account comes next (ui-ux 7.13).
AFTER_SETUP = "/settings/channels/new/?first=1"


def log_in(request: HttpRequest, user: User, to: str) -> HttpResponse:
    """Log in somebody who has just chosen a password."""
    response: HttpResponse = perform_login(request, user, redirect_url=to)
    return response


class LogInPage(account.LoginView):  # type: ignore[misc]  # allauth has no types
    """Provider, password, passkey. Where only the provider counts, the password waits behind a link for administrators."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        wants_password = self.request.method == "POST" or "password" in self.request.GET
        return context | {
            "provider": settings.LYHORD_OIDC_LABEL if oidc.is_on() else "",
            "is_provider_only": settings.LYHORD_OIDC_ONLY,
            "has_password": wants_password or not settings.LYHORD_OIDC_ONLY,
            "next": views_oidc.safe(self.request, self.request.GET.get("next", "")),
        }


log_in_page = LogInPage.as_view()


@sensitive_post_parameters("password")
@never_cache
@with_now
def setup(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """The first administrator. Once there is one, this page is not there."""
    if User.objects.exists():
        raise Http404
    chosen = request.POST.get("language") or request.GET.get("language") or request.LANGUAGE_CODE
    language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        form = forms.Setup(request.POST or None, initial={"language": language})
        if request.method == "POST":
            user = tried(form, lambda: actions.make_first_administrator(**form.cleaned_data, now=now))
            if user is not None:
                response = log_in(request, user, AFTER_SETUP)
                request.session[second_factor.GO_ON] = AFTER_SETUP
                return response
            if User.objects.exists():
                raise Http404  # another browser was first
        return render(request, "staff/setup.html", {"form": form}, status=status_of(form))


@sensitive_post_parameters("password")
@never_cache
@with_now
def welcome(request: HttpRequest, token: str, *, now: datetime) -> HttpResponse:
    """Where a link of ours leads: choose a password. Guessing links is counted by network."""
    try:
        row = links.opened(token, now)
    except links.LinkEnded:
        allowed = limits.take(limits.LINK_NETWORK, limits.network_of(request), now)
        return render(request, "staff/link_ended.html", status=404 if allowed else 429)
    is_new = row.kind == AccessLink.INVITATION
    must_go = settings.LYHORD_OIDC_ONLY and is_new and not row.user.is_administrator
    if (
        is_new
        and oidc.is_on()
        and (request.GET.get("how") == "provider" or (must_go and request.method == "POST"))
    ):
        return views_oidc.away(request, now, welcome=token)
    with translation.override(row.user.language or translation.get_language()):
        form = (
            forms.Welcome(request.POST or None, initial={"name": row.user.name})
            if is_new
            else forms.NewPassword(request.POST or None)
        )
        if request.method == "POST":
            done = tried(
                form,
                lambda: actions.accept(
                    token,
                    name=form.cleaned_data.get("name", ""),
                    password=form.cleaned_data["password"],
                    now=now,
                ),
            )
            if done is not None:
                return arrived(request, done[0], is_new)
        context = {
            "form": form,
            "who": row.user,
            "is_new": is_new,
            "provider": settings.LYHORD_OIDC_LABEL if is_new and oidc.is_on() else "",
            "is_provider_only": must_go,
        }
        return render(request, "staff/welcome.html", context, status=status_of(form))


def arrived(request: HttpRequest, user: User, is_new: bool) -> HttpResponse:
    if is_new:
        return log_in(request, user, settings.LOGIN_REDIRECT_URL)
    # A reset link proves the mailbox, not the second factor: so it leads to the log-in, which asks for both.
    messages.success(request, _("Your new password counts from now on. Log in with it."))
    return redirect(settings.LOGIN_URL)


@never_cache
@with_now
def forgot(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """The same answer, in the same time, for addresses that we know and that we do not."""
    form = forms.Forgot(request.POST or None)
    is_sent = False
    if settings.LYHORD_SMTP_URL and request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if limits.take(limits.RESET_NETWORK, limits.network_of(request), now):
            if limits.take(limits.RESET_ACCOUNT, email, now):
                actions.wish_for_reset(email, now=now)
            is_sent = True
        else:
            form.add_error(None, _("Too many attempts. Wait an hour and try again."))
    context = {"form": form, "is_sent": is_sent, "has_mail": bool(settings.LYHORD_SMTP_URL)}
    return render(request, "staff/forgot.html", context, status=status_of(form))


def to_log_in(request: HttpRequest) -> HttpResponse:
    """The admin's own log-in page knows no second factor; ours does."""
    return redirect(settings.LOGIN_URL)
