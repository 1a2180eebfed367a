"""What of a case stands beside the open conversation, and how closing asks for more."""

import json
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext

from lyhord.desk import actions
from lyhord.desk.actions.cases import ending_of
from lyhord.desk.case_forms import Closing
from lyhord.desk.models import Conversation
from lyhord.desk.queries import casefile, fields, followups, joins
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render


def beside(conversation: Conversation, now: datetime) -> dict[str, Any]:
    """The gates were read with the conversation (queries.detail): what is not there costs no statement."""
    has = conversation.__dict__
    return {
        "casefile": casefile.casefile(conversation, now) if getattr(conversation, "case", None) else None,
        "followups": followups.of_conversation(conversation.pk) if has.get("has_followups") else [],
        "joins": joins.joins_of(conversation.pk) if has.get("has_joins") else [],
        "fields": fields.values(conversation) if has.get("has_fields") else [],
        "is_expert": bool(has.get("is_expert")),
    }


def refuse(request: StaffRequest, why: str, trigger: dict[str, Any]) -> HttpResponse:
    """As `answers.refuse`, which stands above this module: it draws what we give it."""
    response = render(request, "desk/_refused.html", {"why": why}, status=422)
    response["HX-Trigger"] = json.dumps(trigger)
    return response


def asked(request: StaffRequest, pk: int, problem: actions.NeedsEnding, *, after: str = "") -> HttpResponse:
    """Closing wants to know more: the dialog that asks opens by itself."""
    address = reverse("desk:ending", args=[pk]) + (f"?after={after}" if after else "")
    trigger = {} if problem.missing == "reply" else {"desk:sheet": {"address": address}}
    return refuse(request, str(problem), trigger=trigger)


def asked_of_many(request: StaffRequest, ids: list[int]) -> HttpResponse | None:
    """The same, once for all of them; None: nothing more is needed."""
    if request.POST.get("outcome") or not (n := casefile.asking(request.user, ids)):
        return None
    address = reverse("desk:bulk_ending") + f"?n={n}"  # not the ids: a header is too small for hundreds
    why = ngettext("%(n)s of them needs an outcome.", "%(n)s of them need an outcome.", n) % {"n": n}
    return refuse(request, why, trigger={"desk:sheet": {"address": address}})


def ending_given(request: StaffRequest) -> actions.Ending | None:
    form = Closing(request.POST)
    return ending_of(form.cleaned_data) if form.is_valid() else None
