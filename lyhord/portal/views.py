"""The public pages. They work without JavaScript and set no cookie but the one that guards the form."""

from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from lyhord.channels.models import Account
from lyhord.lib.errors import LyhordError
from lyhord.portal import actions, queries
from lyhord.portal.forms import Ask, FollowUp
from lyhord.staff import limits
from lyhord.web.views import render


@require_safe
def help_door(request: HttpRequest) -> HttpResponse:
    """/help/ leads to the pages in the visitor's language."""
    return HttpResponseRedirect(reverse("portal:help", args=[translation.get_language() or "en"]))


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, lang: str, form: int | None = None) -> HttpResponse:
    account = chosen(form)
    if account is None:
        return render(
            request, "portal/closed.html", {"lang": lang, "languages": languages("portal:help")}, status=404
        )
    asked = Ask(request.POST or None, initial={"form_key": uuid4()})
    if request.method == "POST" and asked.is_valid():
        words = {name: asked.cleaned_data[name] for name in ("subject", "text", "name", "email")}
        if asked.cleaned_data["website"]:
            return render(
                request,
                "portal/closed.html",
                {"lang": lang, "languages": languages("portal:help")},
                status=422,
            )
        try:
            ticket = actions.ask(
                account,
                words,
                form_key=asked.cleaned_data["form_key"],
                language=lang,
                visitor=limits.network_of(request),
                now=timezone.now(),
            )
            return redirect("portal:ticket", lang, ticket.token)
        except LyhordError as problem:
            asked.add_error(None, str(problem))
    context = {"form": asked, "account": account, "lang": lang, "languages": languages("portal:help")}
    return render(request, "portal/ask.html", context, status=422 if asked.errors else 200)


def chosen(pk: int | None) -> Account | None:
    """The form that was asked for; without a number the only, or first, one."""
    return next((account for account in queries.forms() if pk in {None, account.pk}), None)


def languages(name: str, *args: str) -> list[tuple[str, str]]:
    return [(code, reverse(name, args=[code, *args])) for code, _ in settings.LANGUAGES]


@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest, lang: str, token: str) -> HttpResponse:
    found = queries.ticket(token)
    if found is None:
        raise Http404
    form = FollowUp(request.POST or None, initial={"form_key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.follow_up(
                found, **form.cleaned_data, visitor=limits.network_of(request), now=timezone.now()
            )
            return redirect("portal:ticket", lang, token)
        except LyhordError as problem:
            form.add_error("text", str(problem))
    context = {
        "ticket": found,
        "words": queries.words(found),
        "state": queries.state(found),
        "form": form,
        "lang": lang,
        "languages": languages("portal:ticket", token),
    }
    response = render(request, "portal/ticket.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def case(request: HttpRequest, lang: str, token: str) -> HttpResponse:
    """How far a case is, for whoever was given its link: states and times, and no word that was written in it."""
    found = queries.case(token)
    if found is None:
        raise Http404
    context = {"case": found, "lang": lang, "languages": languages("portal:case", token)}
    response = render(request, "portal/case.html", context)
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest, lang: str, token: str) -> HttpResponse:
    """From a mail: confirm the address, or want no more. A look does nothing, since machines look at links in mails."""
    follower = queries.follower(token)
    if follower is None:
        raise Http404
    if request.method == "POST":
        change = actions.stop if request.POST.get("want") == "nothing" else actions.confirm
        change(follower, timezone.now())
        return redirect("portal:mail", lang, token)
    context = {"follower": follower, "lang": lang, "languages": languages("portal:mail", token)}
    response = render(request, "portal/mail.html", context)
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response
