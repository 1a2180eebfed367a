"""allauth's pages for passkeys, with our limits, and with other sessions ended when a passkey comes or goes."""

from typing import Any

from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from lyhord.staff import audit, limits
from lyhord.staff.views.second_factor import changed
from lyhord.staff.views.shared import user_of


class Add(webauthn.AddWebAuthnView):  # type: ignore[misc]  # allauth has no types
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # allauth's own leaves out the form that was refused.
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | kwargs

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        changed(self.request, "person.passkey_added")
        messages.success(self.request, _("The passkey is set up."))
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return refused(super().form_invalid(form))


class Rename(webauthn.EditWebAuthnView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        form.save()
        audit.record(
            "person.passkey_renamed", user_of(self.request), by=self.request.user, now=timezone.now()
        )
        return redirect("staff:profile")

    def form_invalid(self, form: Any) -> HttpResponse:
        return refused(super().form_invalid(form))


class Remove(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        changed(self.request, "person.passkey_removed")
        messages.success(self.request, _("The passkey is removed. Delete it on your machine too."))
        return response


class LogIn(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """A passkey alone. Wrong ones count against the network: whose account it would be is the stranger's own claim."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        network = limits.network_of(request)
        if not limits.take(limits.LOG_IN_NETWORK, network, now):
            messages.error(request, _("Too many attempts to log in. Wait some minutes and try again."))
            return redirect("account_login")
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        if settings.LYHORD_OIDC_ONLY and not form.cleaned_data["credential"].user.is_administrator:
            return self.form_invalid(form)
        limits.give_back(limits.LOG_IN_NETWORK, limits.network_of(self.request), timezone.now())
        response: HttpResponse = super().form_valid(form)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        audit.record(
            "log_in.failed", None, by=None, now=timezone.now(),
            how="passkey", network=limits.network_of(self.request),
        )  # fmt: skip
        messages.error(self.request, _("This passkey does not fit. Log in another way."))
        return redirect("account_login")


class Reauthenticate(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    def form_invalid(self, form: Any) -> HttpResponse:
        return refused(self.render_to_response(self.get_context_data(form=form)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | kwargs


def refused(response: HttpResponse) -> HttpResponse:
    response.status_code = 422
    return response


add = Add.as_view()
rename = Rename.as_view()
remove = Remove.as_view()
log_in = LogIn.as_view()
reauthenticate = Reauthenticate.as_view()
