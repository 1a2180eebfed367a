"""What the views of all rooms share."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as django_render


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A page or fragment of ours. The same address serves both, so caches must tell them apart."""
    response = django_render(request, template, context, status=status, using="jinja2")
    response.headers["Vary"] = "HX-Request"
    return response


def is_htmx(request: HttpRequest) -> bool:
    """Whether a fragment is asked for. A page that the browser restores from its history is wanted whole."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )
