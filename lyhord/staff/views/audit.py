"""What was done."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from lyhord.lib.text import clean
from lyhord.staff import audit, mandates, queries
from lyhord.staff.models import AuditEvent
from lyhord.staff.views.shared import user_of
from lyhord.web.views import render

SHOWN = 50
LOOKED_AT = 500


@login_required
def events(request: HttpRequest) -> HttpResponse:
    """Newest first. `?person= &verb= &object=` filter, `?before=` is the page after."""
    person = user_of(request)
    mandates.require(person, "see_audit")
    actor, before = whole(request, "person"), whole(request, "before")
    verb, thing = clean(request.GET.get("verb", "")), clean(request.GET.get("object", ""))
    found = queries.audit_page(person, before=before, actor=actor, verb=verb, thing=thing, most=SHOWN)
    shown = found[:SHOWN]
    context = {
        "events": [(event, words_of(event)) for event in shown],
        "next_url": next_url(request, shown[-1]) if len(found) > SHOWN else None,
        "people": queries.users_visible_to(person).order_by("name"),
        "verbs": queries.audit_verbs(person),
        "chosen": {"person": actor, "verb": verb, "object": thing},
        "chain": chain(request) if person.is_administrator else None,
    }
    return render(request, "staff/audit.html", context)


def chain(request: HttpRequest) -> audit.State | None:
    """`?check=1` reads the whole chain, which may take a minute a million rows; else the newest rows are looked at."""
    if request.GET.keys() - {"check"}:
        return None
    return audit.state(newest=None if request.GET.get("check") else LOOKED_AT)


def whole(request: HttpRequest, name: str) -> int | None:
    told = request.GET.get(name, "")
    return int(told) if told.isdecimal() and len(told) < 19 else None


def next_url(request: HttpRequest, last: AuditEvent) -> str:
    asked = request.GET.copy()
    asked["before"] = str(last.pk)
    return f"?{asked.urlencode()}"


def words_of(event: AuditEvent) -> str:
    """The plain details in one line. What is somebody's personal data is shown in that person's own card only."""
    detail = getattr(event, "detail", None)
    plain = detail.plain if detail is not None else {}
    return " · ".join(f"{name}: {value}" for name, value in sorted(plain.items()))
