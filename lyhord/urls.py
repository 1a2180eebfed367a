"""Addresses and the menu: each room's own, collected here."""

import importlib
import importlib.util
import sys
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.urls.resolvers import RoutePattern

from lyhord import health
from lyhord.channels import registry


def has(room: str, part: str) -> bool:
    return importlib.util.find_spec(f"lyhord.{room}.{part}") is not None


class Later(URLResolver):
    """Addresses whose module is loaded at the first call; looking for the name of a page does not load it."""

    def _populate(self) -> None:
        if str(self.urlconf_name) in sys.modules:
            super()._populate()


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    from lyhord.api import nowhere as told

    return told(request, rest)


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("metrics", health.metrics),
    # Loaded at the first call: it is a third of what a start takes.
    Later(RoutePattern("api/v1/"), "lyhord.api_urls", app_name="ninja", namespace="api"),
    re_path(r"^api/(?P<rest>.*)$", nowhere),
    # Before the admin, whose own log-in page knows no second factor.
    path("", include("lyhord.staff.account_urls")),
    path("admin/", admin.site.urls),
    *(path("", include((f"lyhord.{room}.urls", room))) for room in settings.ROOMS if has(room, "urls")),
]

# What rooms put into the shell: entries of the rail, the settings and the palette.
MENU: list[Any] = [
    entry
    for room in settings.ROOMS
    if has(room, "menu") and room != "web"
    for entry in importlib.import_module(f"lyhord.{room}.menu").ENTRIES
]

# What keys do on pages, so that a person can map them anew.
COMMANDS: list[Any] = [
    command
    for room in settings.ROOMS
    if has(room, "menu") and room != "web"
    for command in getattr(importlib.import_module(f"lyhord.{room}.menu"), "COMMANDS", ())
]

# The sign of each network, by which pages show where a post came from.
MARKS = {name: connector.mark for name, connector in registry.connectors().items()}
