"""Addresses: each room's own, collected here."""

import importlib.util

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((f"lyhord.{room}.urls", room)))
    for room in settings.ROOMS
    if importlib.util.find_spec(f"lyhord.{room}.urls")
]
