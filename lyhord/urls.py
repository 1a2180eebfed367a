"""Addresses: each room's own, collected here."""

import importlib.util
from importlib import import_module

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from lyhord import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("metrics", health.metrics),
]
urlpatterns += [
    path("", include((f"lyhord.{room}.urls", room)))
    for room in settings.ROOMS
    if importlib.util.find_spec(f"lyhord.{room}.urls")
]

# What each room puts into the shell of all pages (web/menu.py).
MENU = [
    item
    for room in settings.ROOMS
    if importlib.util.find_spec(f"lyhord.{room}.menu")
    for item in import_module(f"lyhord.{room}.menu").ENTRIES
]
