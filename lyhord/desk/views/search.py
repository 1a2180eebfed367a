"""Search over everything that she may see, with operators."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.channels import queries as channels
from lyhord.desk import actions, operators, queries, words
from lyhord.desk.queries import search as finding
from lyhord.lib.errors import LyhordError
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import is_htmx, render

LONGEST = 300


@login_required
@require_GET
def search(request: StaffRequest) -> HttpResponse:
    """The page, or further hits."""
    text = asked_of(request)
    zone, after = timezone.get_current_timezone(), request.GET.get("after", "")
    found = finding.find(request.user, text, now=timezone.now(), zone=zone, after=after)
    more = f"{reverse('desk:search')}?{urlencode({'q': text, 'after': found.next})}" if found.next else None
    context = {"q": text, "found": found, "next_url": more, "words": words, "operators": operators.OPERATORS}
    return render(request, "desk/_search_hits.html" if is_htmx(request) else "desk/search.html", context)


@login_required
@require_GET
def suggest(request: StaffRequest) -> HttpResponse:
    """What may come next in the box."""
    offered = operators.suggested(asked_of(request), known(request))
    return render(request, "desk/_search_offered.html", {"offered": offered[:12]})


@login_required
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep the search among one's views."""
    text, name = request.POST.get("q", "")[:LONGEST].strip(), request.POST.get("name", "")
    query = urlencode({"view": "search", "q": text})
    try:
        actions.save_view(name, query, by=request.user, now=timezone.now())
    except LyhordError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The view is saved. It stands among your views."))
    return HttpResponseRedirect(f"{reverse('desk:search')}?{urlencode({'q': text})}")


def asked_of(request: StaffRequest) -> str:
    return request.GET.get("q", "").replace("\0", "")[:LONGEST]


def known(request: StaffRequest) -> Mapping[str, list[str]]:
    """Values of her own house, by operator."""
    accounts = channels.accounts_seen_by(request.user)
    names: dict[str, list[Any]] = {
        "tag": queries.tags(request.user, {account.brand_id for account in accounts}),
        "account": sorted({account.name for account in accounts}),
        "network": sorted(
            set(channels.accounts_visible_to(request.user).values_list("connector", flat=True))
        ),
        "kind": list(words.KINDS),
        "topic": list(words.TOPICS),
        "lang": ["sv", "fi", "nb", "da", "en"],
    }
    return names
