"""The door to all settings."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from lyhord.web.views import render


@login_required
def settings(request: HttpRequest) -> HttpResponse:
    return render(request, "staff/settings.html")
