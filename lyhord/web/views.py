"""What the views of all rooms share."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import engines
from django.utils.functional import SimpleLazyObject
from markupsafe import Markup


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A page or fragment of ours. The same address serves both, so caches must tell them apart."""
    # As Django's own backend does, but one token for all forms of the page: each takes a new mask of 32 random letters.
    token = SimpleLazyObject(lambda: get_token(request))
    told = {"request": request, "csrf_token": token, "csrf_input": CsrfInput(token)}
    page = engines["jinja2"].env.get_template(template).render({**(context or {}), **told})  # type: ignore[attr-defined]
    response = HttpResponse(page, status=status)
    response.headers["Vary"] = "HX-Request"
    return response


class CsrfInput:
    """The hidden field of a form, made when a page has one."""

    def __init__(self, token: object) -> None:
        self.token = token

    def __html__(self) -> Markup:
        return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(str(self.token))


def is_htmx(request: HttpRequest) -> bool:
    """Whether a fragment is asked for. A page that the browser restores from its history is wanted whole."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )
