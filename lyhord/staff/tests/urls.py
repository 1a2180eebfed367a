"""Addresses of this room alone, so that its tests rest on no later room."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from ninja import NinjaAPI

from lyhord.staff import menu
from lyhord.staff.api_auth import Bearer
from lyhord.staff.tests import api_work
from lyhord.web import api

ninja = NinjaAPI(auth=[Bearer()], urls_namespace="staff-tests", docs_url=None)
api.install(ninja)
ninja.add_router("/task", api_work.router)


def inbox(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"user": getattr(request.user, "email", "")})


urlpatterns = [
    path("", include("lyhord.staff.account_urls")),
    path("", include(("lyhord.staff.urls", "staff"))),
    path("inbox/", inbox),
    path("api/v1/", ninja.urls),
]
MENU = menu.ENTRIES
