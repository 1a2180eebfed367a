"""The inbox: views, list, and the conversation that is open."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from lyhord.channels import queries as channels
from lyhord.desk import counting, queries, words
from lyhord.desk.forms import filters_of, view_of, whole, wholes
from lyhord.desk.operators import OPERATORS
from lyhord.desk.views import lines
from lyhord.desk.views.conversation import work_context
from lyhord.staff.requests import StaffRequest
from lyhord.triage.topics import queries as own_topics
from lyhord.web.models import Change
from lyhord.web.show import still
from lyhord.web.statements import Kept
from lyhord.web.views import render

MOST_ROWS = 50
NEWCOMER = timedelta(days=7)  # so long the training inbox is offered
newest = Kept[int](lambda: Change.objects.order_by("-pk").values_list("pk", flat=True)[:1])


@login_required
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """The view that she begins with: her own choice, else that of her role."""
    query = counting.home(request.user)
    return HttpResponseRedirect(f"{reverse('desk:inbox')}{'?' if query else ''}{query}")


@login_required
@require_GET
def inbox(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """The whole page, with one conversation open or none. A saved view may be a search over everything."""
    if request.GET.get("view") == "search":
        return HttpResponseRedirect(f"{reverse('desk:search')}?{urlencode({'q': request.GET.get('q', '')})}")
    # Read before the lists: news that come while they are made are told again, never missed.
    newest_change = next(iter(newest()), 0)
    # Read once for all that the page shows: each look costs more than the rows of the list.
    seen = channels.accounts_seen_by(request.user)
    accounts = tuple(sorted(seen, key=lambda account: (account.name, account.pk)))
    context = list_context(request, [account.pk for account in accounts])
    context |= {"since": newest_change, "open_id": pk, "work": None, "accounts": accounts}
    context["is_newcomer"] = pk is None and context["now"] - request.user.joined_at < NEWCOMER
    context["tags"] = tuple(queries.tags(request.user, {account.brand_id for account in accounts}))
    context["topics"] = tuple(own_topics.choices())
    context["saved_views"] = saved_of(request)
    shown = [name for name in queries.VIEWS if name not in queries.DONE or name == context["view"]]
    context["counts"] = queries.counts(request.user, [account.pk for account in accounts], shown)
    context["counted"] = tuple(context["counts"].items())
    if pk is not None:
        context["work"] = work_context(request, pk)
        if context["work"] is None:
            raise Http404
        # Whatever the panes need stands there by its own name, as when they are drawn alone.
        context = {**context["work"], **context}
    return render(request, "desk/inbox.html", context)


def list_context(request: StaffRequest, accounts: Sequence[int] | None = None) -> dict[str, Any]:
    """A page of the list. `accounts`: those that she sees, where the caller knows them."""
    view, filters = view_of(request.GET), filters_of(request.GET)
    asked: dict[str, Any] = {"filters": filters, "limit": MOST_ROWS, "accounts": accounts}
    try:
        page = queries.lines(request.user, view, after=request.GET.get("after"), **asked)
    except queries.BadCursor:  # an address that was cut or made up: the list from its beginning
        page = queries.lines(request.user, view, **asked)
    told = {
        name: request.GET[name]
        for name in (
            "q",
            "account",
            "tag",
            "lang",
            "kind",
            "use",
            "purpose",
            "viewpoint",
            "own_topic",
            "field",
            "value",
        )
        if request.GET.get(name)
    }
    query = urlencode({"view": view, **told})
    return {
        "view": view,
        "is_oldest_first": queries.VIEWS[view].is_oldest_first,
        "filters": filters,
        "page": page,
        "items": lines.items(page.rows, query),
        "query": query,
        "words": words,
        "operators": OPERATORS,
        "now": timezone.now(),
    }


@login_required
@require_GET
def more(request: StaffRequest) -> HttpResponse:
    """The next rows of the list, for scrolling."""
    return render(request, "desk/_more.html", list_context(request))


@login_required
@require_GET
def rows(request: StaffRequest) -> HttpResponse:
    """Rows by id, as they now stand; those that left the view are not given."""
    ids = wholes(request.GET.get("ids", ""), 100)
    view, filters = view_of(request.GET), filters_of(request.GET)
    found = queries.lines_in_view(request.user, view, ids, filters=filters)
    return render(request, "desk/_rows.html", {"items": lines.items(found, request.GET.get("query", ""))})


@login_required
@require_GET
def counts(request: StaffRequest) -> HttpResponse:
    counted = tuple(queries.counts(request.user).items())
    context = {"view": view_of(request.GET), "counts": counted, "words": words}
    saved = tuple((one.view.name, one.view.query, one.told) for one in counting.counted(request.user))
    return render(request, "desk/_views.html", context | {"saved_views": saved})


@login_required
@require_GET
def dialogs(request: StaffRequest) -> HttpResponse:
    """The dialogs of a conversation, once a page: a list without one open is lighter without them."""
    return HttpResponse(still("desk/_dialogs.html", words=words))


def saved_of(request: StaffRequest) -> tuple[tuple[str, str, str], ...]:
    """Without their numbers: those come with the first news, so that the page does not wait for them."""
    return tuple((saved.name, saved.query, "") for saved in queries.saved_views(request.user))


@login_required
@require_GET
def next_waiting(request: StaffRequest) -> HttpResponse:
    """Leads to the next conversation that waits for us."""
    pk = queries.waits_next(request.user, whole(request.GET.get("after", "")))
    target = reverse("desk:conversation", args=[pk]) if pk else reverse("desk:inbox")
    return HttpResponseRedirect(target)
