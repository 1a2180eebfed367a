"""Routes that do what the tests of the API's door need: succeed, refuse, fail, before and after the work."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from lyhord.lib.errors import LyhordError
from lyhord.staff.api_auth import Bearer
from lyhord.staff.models import Brand
from lyhord.web import api

router = Router()
rules: dict[str, Any] = {"refuse": False}


class Refused(LyhordError):
    """Not now."""


@router.get("")
def who(request: HttpRequest) -> dict[str, str]:
    return {"email": request.user.email}  # type: ignore[union-attr]


@router.post("/settings", auth=Bearer("admin"))
def administrators_only(request: HttpRequest) -> dict[str, bool]:
    return {"done": True}


@router.post("/{what}")
def work(request: HttpRequest, what: str) -> Any:
    """Makes a brand named by how many there are; `what` says how that goes."""
    if what == "refuse-early" or rules["refuse"]:
        raise Refused("The brand cannot be made. Try another.")
    if what == "fail-before":
        return api.problem("failed", "broken", 500)
    made = Brand.objects.create(name=f"Brand {Brand.objects.count()}")
    if what == "refuse-in-work":
        raise Refused("The brand was half made. Try another.")
    if what == "refuse-after":
        return api.problem("no", "After all, no.", 409)
    if what == "fail-after":
        return api.problem("failed", "broken", 500)
    if what == "blow-up":
        raise RuntimeError("a fault of ours")
    return HttpResponse(f'{{"made": {made.pk}}}', status=201, content_type="application/json")
