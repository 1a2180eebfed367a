"""allauth's pages for the second factor, with our limits, and with other sessions ended when the factor changes."""

from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from lyhord.staff import audit, limits, queries, rules
from lyhord.staff.actions import profile
from lyhord.staff.actions.shared import forget_sessions
from lyhord.staff.models import User
from lyhord.staff.views.shared import user_of
from lyhord.web import changes

GO_ON = "staff.go_on"  # in the session: where the first start goes on when the second factor stands


def changed(request: HttpRequest, verb: str) -> None:
    """The person's other sessions end; this one goes on."""
    user, now = user_of(request), timezone.now()
    forget_sessions(user, but=str(request.session.session_key))
    profile.renew_session(request, user)
    audit.record(verb, user, by=user, now=now)
    changes.note("rights", user.pk, audience=f"u{user.pk}", now=now)


class Activate(totp.ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        changed(self.request, "person.second_factor_begun")
        return response


class Deactivate(totp.DeactivateTOTPView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        changed(self.request, "person.second_factor_ended")
        return response


class Generate(recovery.GenerateRecoveryCodesView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        changed(self.request, "person.recovery_codes")
        return response


class Codes(recovery.ViewRecoveryCodesView):  # type: ignore[misc]
    """Shown once; then it goes on to where the set-up was leading, or to the work."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"go_on": self.request.session.pop(GO_ON, "/")}


class Authenticate(base.AuthenticateView):  # type: ignore[misc]
    """Passkey or code after the password. Wrong ones count against the account, whichever process they reach."""

    form: Any  # the one that was sent; None: nothing was, or it was not looked at

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user: User = self.stage.login.user
        wrong: list[str] = [] if self.form is None else self.form.errors.get("credential", [])
        refused = kwargs.get("refused", " ".join(wrong))
        told = {"has_passkey": bool(queries.passkeys(user)), "has_app": queries.has_app(user)}
        return context | told | {"refused": refused}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: User = self.stage.login.user
        now = timezone.now()
        if not limits.take(limits.CODE_ACCOUNT, str(user.pk), now):
            return self.too_many()
        response: HttpResponse = super().post(request, *args, **kwargs)
        if self.form.is_valid():
            limits.give_back(limits.CODE_ACCOUNT, str(user.pk), now)
        else:
            audit.record("log_in.wrong_code", user, by=None, now=now, network=limits.network_of(request))
        return response

    def too_many(self) -> HttpResponse:
        """What was sent is not even looked at."""
        self.auth_form, self.form = self.get_form_class()(user=self.stage.login.user), None
        words = _("Too many wrong codes. Wait some minutes and try again.")
        response: HttpResponse = self.render_to_response(self.get_context_data(refused=words))
        response.status_code = 429
        return response


activate = Activate.as_view()
deactivate = Deactivate.as_view()
generate = Generate.as_view()
authenticate = Authenticate.as_view()
reauthenticate = base.reauthenticate
recovery_codes = Codes.as_view()


@login_required
def state(request: HttpRequest) -> HttpResponse:
    """allauth leads here after each change. Who still has to set it up goes on there, others see their profile."""
    user = user_of(request)
    has_one = Authenticator.objects.filter(user=user).exists()
    is_asked = rules.needs_factor(
        settings.LYHORD_MFA, is_administrator=user.is_administrator, is_demo=user.is_demo
    )
    if not has_one and is_asked:
        return redirect("mfa_activate_totp")
    return redirect("staff:profile")
