"""What the server says after something was done at the desk: new head and card, a toast, and what the page shall do."""

import json
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import gettext as _

from lyhord.desk.views.conversation import work_context
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

MOST_TOLD = (
    100  # ids in a header: servers in between take few kilobytes; live news tell the page of the others
)


def answer(
    request: StaffRequest,
    pk: int,
    text: str,
    *,
    trigger: dict[str, Any] | None = None,
    can_undo: bool = False,
    seconds: int = 8,
) -> HttpResponse:
    """Done: the conversation as it now stands beside the composer, and a toast."""
    context = work_context(request, pk) or {}
    context |= {"toast": text, "can_undo": can_undo, "seconds": seconds, "kind": "ok"}
    response = render(request, "desk/_after.html", context)
    response["HX-Trigger"] = json.dumps({"desk:changed": {"id": pk}} | (trigger or {}))
    return response


def refuse(request: StaffRequest, why: str, *, trigger: dict[str, Any] | None = None) -> HttpResponse:
    """Not done, and why. What was written stays where it is."""
    why = why or _("That did not work. Nothing was changed.")
    response = render(request, "desk/_refused.html", {"why": why}, status=422)
    if trigger:
        response["HX-Trigger"] = json.dumps(trigger)
    return response


def told(form: Form) -> str:
    """All that is wrong with a form, in one line."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
