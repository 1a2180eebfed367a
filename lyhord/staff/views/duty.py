"""The on-duty switch of the top bar."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from lyhord.staff import actions
from lyhord.staff.views.shared import user_of, with_now
from lyhord.web.views import is_htmx, render


@login_required
@require_POST
@with_now
def switch(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """`on`: "1" or "0". Says what is wanted rather than "the other", so that clicking twice changes nothing."""
    user = user_of(request)
    if request.POST.get("on") == "1":
        actions.go_on_duty(user, now=now)
    else:
        actions.go_off_duty(user, now=now)
    if is_htmx(request):
        response = render(request, "staff/_duty.html")
        if user.is_on_duty:
            response["HX-Trigger"] = "staff:on-duty"  # for other rooms: what the next shift must know
        return response
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "staff:profile")
