"""A second factor for everybody, unless the operator said otherwise."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

OPEN_PATHS = (
    "/login/",
    "/logout/",
    "/account/",
    "/static/",
    "/hooks/",
    "/healthz",
    "/api/",
    "/live/",
    "/language/",
)


class RequireSecondFactor:
    """Who logged in with a password alone is led to the page that sets up the second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            settings.LYHORD_MFA == "required"
            and user.is_authenticated
            and not user.is_demo
            and not request.path.startswith(OPEN_PATHS)
            and not is_mfa_enabled(user)
        ):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)
