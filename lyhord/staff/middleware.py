"""First start, and a second factor for everybody unless the operator said otherwise."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from lyhord.staff import audit
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import User
from lyhord.web.views import is_htmx, render

GetResponse = Callable[[HttpRequest], HttpResponse]

# What machines ask for, and what a person needs before her second factor stands.
MACHINE_PATHS = ("/static/", "/hooks/", "/healthz", "/metrics", "/api/", "/live/")
OPEN_PATHS = ("/login/", "/logout/", "/account/", "/language/", "/setup/", "/welcome/", *MACHINE_PATHS)
# Customers' pages are open to everybody, staff among them.
PUBLIC_PATHS = ("/help/", "/forum/", "/status/")
SETUP_PATHS = ("/setup/", "/language/", *MACHINE_PATHS)


class FirstStart:
    """Until the first person is made, every page leads to the set-up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_set_up = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.is_set_up and not request.path.startswith(SETUP_PATHS):
            # People are never deleted, so that once there is one there is no need to look again.
            self.is_set_up = User.objects.exists()
            if not self.is_set_up:
                return HttpResponseRedirect(reverse("staff:setup"))
        return self.get_response(request)


class RequireSecondFactor:
    """Who logged in with a password alone is led to the page that sets up the second factor."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            settings.LYHORD_MFA == "required"
            and user.is_authenticated
            and not user.is_demo
            and not is_open(request.path)
            and not is_mfa_enabled(user)
        ):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)


def is_open(path: str) -> bool:
    first, _, rest = path.lstrip("/").partition("/")
    without_language = f"/{rest}" if first in dict(settings.LANGUAGES) else path
    return path.startswith(OPEN_PATHS) or without_language.startswith(PUBLIC_PATHS)


class Refusals:
    """Who lacks a mandate is told so, on a page of ours or as a toast, and the audit log is told too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, NotYours):
            return None
        # In a transaction of its own: what the view had begun was rolled back.
        user = request.user if isinstance(request.user, User) else None
        audit.record(
            "access.denied", None, by=user, now=timezone.now(), path=request.path[:200], method=request.method
        )
        template = "staff/_refused.html" if is_htmx(request) else "staff/refused.html"
        return render(request, template, {"why": str(error)}, status=403)
