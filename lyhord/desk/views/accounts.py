"""What the settings page of an account shows of its conversations."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from lyhord.channels import queries as channels
from lyhord.desk import queries, words
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

STANDING = ("open", "waiting", "snoozed", "closed", "spam")  # each conversation stands in one of these


@login_required
@require_GET
def of_account(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(channels.accounts_visible_to(request.user), pk=pk)
    counted = queries.counts(request.user, [account.pk], STANDING)
    counts = [(view, counted[view]) for view in STANDING if counted[view]]
    return render(request, "desk/_of_account.html", {"account": account, "counts": counts, "words": words})
