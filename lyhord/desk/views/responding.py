"""The light page on which a department answers: by its link, without a log-in, without sight of anything else."""

from datetime import datetime, timedelta
from uuid import uuid4

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lyhord.desk import actions
from lyhord.desk.models import Request
from lyhord.desk.queries import request_page
from lyhord.lib.errors import LyhordError
from lyhord.staff import limits
from lyhord.staff.views.shared import with_now
from lyhord.web.views import render

# Who guesses has so many tries; who has a link opens it without being counted.
MISSED = limits.Limit("request missed", 20, timedelta(minutes=10))
ANSWERED = limits.Limit("request answered", 20, timedelta(hours=1))
OF_ONE = limits.Limit("request of one", 30, timedelta(days=1))
MOST_BYTES = 6_000_000


class Answer(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your answer"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 7})
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=100, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@with_now
def answer(request: HttpRequest, token: str, *, now: datetime) -> HttpResponse:
    row = found(request, token, now)
    if row is None:
        return private(
            HttpResponse(_("Too many wrong links. Please wait a little."), "text/plain; charset=utf-8", 429)
        )
    with translation.override(row.department.language or settings.LANGUAGE_CODE):
        return private(answered(request, row, token, now))


def found(request: HttpRequest, token: str, now: datetime) -> Request | None:
    """Raises 404 for a link that leads nowhere; None where too many did."""
    row = request_page.by_secret(token, now)
    if row is not None:
        return row
    if not limits.take(MISSED, limits.network_of(request), now):
        return None
    raise Http404


def answered(request: HttpRequest, row: Request, token: str, now: datetime) -> HttpResponse:
    form = Answer(request.POST or None, initial={"form_key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            take(request, row, form, now)
            return HttpResponseRedirect(reverse("desk:answer", args=[token]) + "?done=1")
        except LyhordError as problem:
            form.add_error(None, str(problem))
    elif request.method == "GET":
        actions.request_opened(row, by=None, now=now)
    told = {
        "asked": request_page.asked(row, now),
        "form": form,
        "is_done": request.GET.get("done") == "1",
        "now": now,
    }
    return render(request, "desk/answer.html", told, status=422 if form.errors else 200)


def take(request: HttpRequest, row: Request, form: Answer, now: datetime) -> None:
    few = limits.take(ANSWERED, limits.network_of(request), now) and limits.take(OF_ONE, str(row.pk), now)
    if not few:
        raise actions.NotPossible(_("That were many answers in a short time. Please wait a little."))
    files = [(one.name or "", one.read(MOST_BYTES)) for one in request.FILES.getlist("files")[:4]]
    actions.answer_request(
        row, form.cleaned_data["text"], via="page", name=form.cleaned_data["name"],
        form_key=form.cleaned_data["form_key"], now=now, files=files, declines=request.POST.get("declines") == "1",
    )  # fmt: skip


def private(response: HttpResponse) -> HttpResponse:
    """Kept nowhere, told nowhere: the address is the key."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    # Not "no-referrer": browsers then send no origin with the form, and it could not be told from a stranger's.
    response["Referrer-Policy"] = "same-origin"
    return response
