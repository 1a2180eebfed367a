"""Customers found to be one, from a conversation's card."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.customers import actions, queries
from lyhord.customers.models import Merge
from lyhord.desk.views.verbs import do, visible
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render


@login_required
@require_GET
def find(request: StaffRequest, pk: int) -> HttpResponse:
    """Customers by name or handle, for merging; the one at hand is left out."""
    here = visible(request, pk).customer_id
    found = [one for one in queries.search(request.user, request.GET.get("q", "")) if one.pk != here]
    told = [(one, queries.identities_of(one)) for one in found[:8]]
    return render(request, "desk/_people.html", {"found": told, "q": request.GET.get("q", "")})


@login_required
@require_POST
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer of this conversation and another one are the same person."""
    told = request.POST.get("other", "")
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0
    other = queries.customers_visible_to(request.user).filter(pk=number).first()
    if other is None:
        raise Http404
    text = _("Merged: the two are one customer now.")
    return do(
        request,
        pk,
        text,
        lambda one: actions.merge(one.customer, other, request.user, timezone.now()),
        can_undo=False,
    )


@login_required
@require_POST
def part(request: StaffRequest, pk: int, merge: int) -> HttpResponse:
    """They were two after all."""
    customer = visible(request, pk).customer
    row = Merge.objects.filter(pk=merge, kept=customer).first()
    if row is None:
        raise Http404
    text = _("They are two customers again.")
    return do(request, pk, text, lambda one: actions.part(row, request.user, timezone.now()), can_undo=False)
