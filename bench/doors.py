"""Three doors for the same hooks: ours, one that keeps nothing, and a plain Django view that writes a row a request."""

import os

import django
from django.conf import settings

django.setup(set_prefix=False)
if os.environ.get("BENCH_PLAIN"):
    # What `startproject` gives, and nothing of ours in front of the view.
    settings.MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    settings.ROOT_URLCONF = "bench.doors"

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

from lyhord.channels.contract import Request  # noqa: E402
from lyhord.intake import door as ours  # noqa: E402
from lyhord.intake import rules  # noqa: E402
from lyhord.intake.models import Envelope  # noqa: E402

door = ours.in_front_of(WSGIHandler())


class Forgetful(ours.Door):
    def keep(self, app: ours.Registered, request: Request) -> None:
        """Everything but the keeping: what the server, the signature and the connector cost."""


no_store = Forgetful(WSGIHandler())
known = ours.Door(WSGIHandler())  # so that the plain view finds its app as cheaply as the door does


@csrf_exempt
def hook(request: HttpRequest, connector: str, endpoint: str) -> HttpResponse:
    app = known.app(request.path)
    headers = {name.lower(): value for name, value in request.headers.items()}
    told = Request("POST", request.build_absolute_uri(), headers, request.body)
    if not app.connector.verify(told, app.secrets):
        return HttpResponse(status=401)
    app.connector.answer(told, app.secrets)
    now = timezone.now()
    row = {
        "connector": connector,
        "method": "POST",
        "url": told.url,
        "raw": told.body,
        "received_at": now,
        "due_at": now,
    }
    digest = rules.envelope_digest(None, told.url, told.body)
    if not Envelope.objects.filter(due_at=None, digest=digest).exists():
        Envelope.objects.create(app_id=app.id, digest=digest, **row)
    return HttpResponse("ok")


urlpatterns = [
    path("hooks/<str:connector>/<str:endpoint>/", hook),
    path("healthz", lambda request: HttpResponse("ok")),
]
plain_view = WSGIHandler()
