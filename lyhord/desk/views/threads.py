"""The reader of a whole thread: everybody's words, nested, with what is new to the reader (NX-12)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, queries, words
from lyhord.desk.forms import whole
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import is_htmx, render


@login_required
@require_GET
def thread(request: StaffRequest, pk: int) -> HttpResponse:
    threads = queries.threads_visible_to(request.user).select_related("account")
    row = get_object_or_404(threads, pk=pk)
    if row.joined_id is not None:
        return redirect("desk:thread", row.joined_id)
    try:
        page = queries.reader(request.user, row, request.GET.get("after", ""))
    except queries.BadCursor:  # an address that was cut or made up: the thread from its beginning
        return HttpResponseRedirect(reverse("desk:thread", args=[pk]))
    return render(request, "desk/thread.html", {"thread": row, "page": page, "words": words})


@login_required
@require_POST
def thread_read(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.threads_visible_to(request.user).select_related("account"), pk=pk)
    actions.mark_thread_read(
        row, whole(request.POST.get("upto", "")) or 0, by=request.user, now=timezone.now()
    )
    return HttpResponse(status=204) if is_htmx(request) else redirect("desk:thread", pk)
