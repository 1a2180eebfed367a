"""The training inbox: twelve made-up posts, done with the real keys. Nothing here is a conversation."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lyhord.desk import practice as posts
from lyhord.desk.actions import practising as actions
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.menu import COMMANDS
from lyhord.desk.queries import practising as queries
from lyhord.desk.views.team import tabs
from lyhord.lib.text import clean
from lyhord.staff import mandates
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import with_now
from lyhord.web.show import url
from lyhord.web.views import render

MOST_WORDS = 2000
LABELS = {
    "reply": gettext_lazy("Reply"),
    "note": gettext_lazy("Internal note"),
    "take": gettext_lazy("Take"),
    "assign": gettext_lazy("Assign"),
    "tag": gettext_lazy("Add a tag"),
    "snooze": gettext_lazy("Snooze"),
    "close": gettext_lazy("Close"),
    "spam": gettext_lazy("Spam"),
    "hide": gettext_lazy("Hide"),
}


@dataclass(frozen=True)
class Line:
    """One of the twelve in the list."""

    n: int
    post: posts.Post
    text: str
    is_done: bool


def keys_of(user: User) -> dict[str, str]:
    """action or step -> the key that she has for it in the inbox; "": none, or she switched keys off."""
    if not user.has_keys:
        return {}
    return {command.name: user.keys.get(command.name, command.key) for command in COMMANDS}


def lines(done: dict[str, list[str]]) -> list[Line]:
    told = posts.words(get_language() or "en")["posts"]
    return [
        Line(n, one, told[one.name]["text"], posts.is_done(one, done.get(one.name, ())))
        for n, one in enumerate(posts.POSTS, 1)
    ]


def context_of(request: StaffRequest) -> dict[str, object]:
    row = queries.practice_of(request.user)
    shown = lines(row.done if row else {})
    return {
        "lines": shown, "row": row, "keys": keys_of(request.user), "labels": LABELS, "all": len(shown),
        "n_done": sum(line.is_done for line in shown), "next": next((line.n for line in shown if not line.is_done), None),
    }  # fmt: skip


@login_required
@require_GET
def practice(request: StaffRequest) -> HttpResponse:
    """What it is and how far one is; at the end, what was learned."""
    used = {action for one in posts.POSTS for action in one.right}
    context = {"learned": [action for action in posts.ACTIONS if action in used], "one": None}
    return render(request, "desk/practice.html", context_of(request) | context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@with_now
def one(request: StaffRequest, n: int, *, now: datetime) -> HttpResponse:
    """One post; a POST with `did`, and with `text` for what is written. The text is looked at and not kept."""
    if not 1 <= n <= len(posts.POSTS):
        raise Http404
    post = posts.POSTS[n - 1]
    if request.method == "POST":
        return done(request, n, post, now)
    context = context_of(request)
    row = queries.practice_of(request.user)
    before = row.done.get(post.name, []) if row else []
    language = get_language() or "en"
    after = posts.next_after(post.name, row.done if row else {})
    context |= {
        "one": post, "n": n, "said": posts.words(language)["posts"][post.name], "left": posts.left_of(post, before),
        "told": posts.judge(post, before[-1], before[:-1], language) if before else None,
        "after": posts.NAMES.index(after.name) + 1 if after else None, "most_words": MOST_WORDS,
        "is_done": bool(before) and posts.is_done(post, before),
    }  # fmt: skip
    return render(request, "desk/practice.html", context)


def done(request: StaffRequest, n: int, post: posts.Post, now: datetime) -> HttpResponse:
    did = clean(request.POST.get("did", ""))

    if did in posts.WRITTEN and not request.POST.get("text", "").strip():
        messages.error(request, _("Write a few words first. They are not sent and not kept."))
        return redirect("desk:practise", n)
    try:
        actions.practise(post.name, did, by=request.user, now=now)
    except NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("desk:practise", n)
    return HttpResponseRedirect(url("desk:practise", n) + "#told")


@login_required
@require_POST
@with_now
def restart(request: StaffRequest, *, now: datetime) -> HttpResponse:
    actions.practise_again(by=request.user, now=now)
    return redirect("desk:practise", 1)


@login_required
@require_GET
def offer(request: StaffRequest) -> HttpResponse:
    """The notice beside the list, for somebody who is new; nothing once she began or put it away."""
    if not queries.is_offered(request.user):
        return HttpResponse("")
    return render(request, "desk/_practice_offer.html")


@login_required
@require_POST
@with_now
def put_away(request: StaffRequest, *, now: datetime) -> HttpResponse:
    actions.put_practice_away(by=request.user, now=now)
    return redirect("desk:inbox")


@login_required
@require_GET
def of_team(request: StaffRequest) -> HttpResponse:
    """Who finished, for who looks after the team."""
    mandates.require(request.user, "route")
    context = {"tabs": tabs(request, "team_practice"), "rows": queries.progress_of_team(request.user)}
    return render(request, "desk/team_practice.html", context)
