"""First start, and a second factor for everybody unless the operator said otherwise."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lyhord.staff import audit, rules
from lyhord.staff.actions import people, profile
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import User
from lyhord.web.views import is_htmx, render

GetResponse = Callable[[HttpRequest], HttpResponse]

# What machines ask for, and what a person needs before her second factor stands.
MACHINE_PATHS = ("/static/", "/hooks/", "/healthz", "/metrics", "/api/", "/live/")
OPEN_PATHS = ("/login/", "/logout/", "/account/", "/language/", "/setup/", "/welcome/", *MACHINE_PATHS)
# Customers' pages are open to everybody, staff among them.
# What an open page asks by itself is no sign that somebody sits there.
BACKGROUND_PATHS = ("/live/",)
TOLD = "staff.factor_told"  # in the session: the days of grace were told
BY_PROVIDER = "staff.by_provider"  # in the session: the organisation's provider answered for this log-in
PUBLIC_PATHS = ("/help/", "/forum/", "/status/", "/answer/")
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


class SessionAge:
    """Ends sessions that are too old or lay idle too long, and notes when each was last seen."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if profile.BEGAN in request.session and request.user.is_authenticated:
            now = timezone.now()
            if profile.is_over(request.session, now):
                logout(request)
            elif not request.path.startswith(BACKGROUND_PATHS):
                profile.note_seen(request.session, now)
        return self.get_response(request)


class RequireSecondFactor:
    """Who has no second factor although the rule asks for one is led to the page that sets it up, after the days of grace."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and not is_open(request.path) and lacks_factor(request, user):
            now = timezone.now()
            due_at = people.second_factor_due(user, now)
            if due_at <= now:
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
            if request.method == "GET" and not is_htmx(request) and not request.session.get(TOLD):
                request.session[TOLD] = True
                day = date_format(timezone.localtime(due_at))
                messages.warning(
                    request,
                    _("Set up a second factor in your profile before %(day)s: then it is needed.")
                    % {"day": day},
                )
        return self.get_response(request)


def lacks_factor(request: HttpRequest, user: User) -> bool:
    is_asked = rules.needs_factor(
        settings.LYHORD_MFA, is_administrator=user.is_administrator, is_demo=user.is_demo
    )
    # The operator may say that the provider asked for a second factor already.
    has_theirs = settings.LYHORD_OIDC_MFA and bool(request.session.get(BY_PROVIDER))
    return is_asked and not has_theirs and not is_mfa_enabled(user)


def is_open(path: str) -> bool:
    first, _slash, rest = path.lstrip("/").partition("/")
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
        response = render(request, template, {"why": str(error)}, status=403)
        if is_htmx(request):
            response["HX-Reswap"] = "none"  # the words go to their places; what was on the page stays
        return response
