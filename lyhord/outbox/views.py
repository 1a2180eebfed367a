"""The outbox: what waits, what a person must decide, and the stop button."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from lyhord.channels import queries as channels
from lyhord.channels import registry, words
from lyhord.intake import files
from lyhord.lib.text import shorten
from lyhord.outbox import actions, forms, queries, rules
from lyhord.outbox.models import Dispatch, Enclosure, Hold, State
from lyhord.staff import mandates
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, status_of, tried, with_now
from lyhord.web.views import is_htmx, render

PAGE = 50
SNIPPET = 300  # graphemes of our words in the list
# tab -> (its name, the states that it shows)
TABS: dict[str, tuple[Any, tuple[State, ...]]] = {
    "needs": (gettext_lazy("Needs a person"), queries.NEEDS_PERSON),
    "waiting": (gettext_lazy("Waiting"), queries.WAITING),
    "done": (gettext_lazy("Done"), (State.SENT, State.HANDED_OVER, State.UNDONE, State.DROPPED)),
}
KINDS = {
    State.UNSURE: "bad", State.REFUSED: "bad", State.HELD: "warn", State.SENT: "ok", State.HANDED_OVER: "ok",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A dispatch with what the list says of it, and what this person may do to it."""

    dispatch: Dispatch
    network: str
    verb: str
    kind: str
    snippet: str
    why: str
    place: str  # where to look: the thread or post on the network
    may_settle: bool
    may_decide: bool
    may_undo: bool
    files: list[Enclosure]


def row_of(dispatch: Dispatch, request: StaffRequest) -> Row:
    user, state = request.user, dispatch.state
    answers, thread = dispatch.answers, dispatch.thread
    decides = mandates.allows(user, rules.mandate(dispatch.verb), dispatch)
    return Row(
        dispatch=dispatch,
        network=registry.get(dispatch.account.connector).label,
        verb=str(words.VERBS.get(dispatch.verb, dispatch.verb)),
        kind=KINDS.get(State(state), "off"),
        snippet=shorten(dispatch.text, SNIPPET),
        why=told(dispatch.hold_reason) or told(dispatch.problem),
        place=(answers.link if answers else "") or (thread.link if thread else ""),
        may_settle=state == State.UNSURE and mandates.allows(user, "settle", dispatch),
        may_decide=state in (State.HELD, State.REFUSED, State.QUEUED) and decides,
        may_undo=state in (State.QUEUED, State.HELD) and dispatch.by_id == user.pk,
        files=list(dispatch.enclosures.all()),
    )


@dataclass(frozen=True)
class HoldRow:
    hold: Hold
    what: str
    reason: str
    may_lift: bool


def hold_row_of(held: Hold, user: User) -> HoldRow:
    if held.lane == "*":
        what = _("Everything")
    elif (brand := queries.brand_held(held)) is not None:
        what = brand.name
    elif (account := queries.account_held(held)) is not None:
        what = account.name
    else:
        what = _("One conversation")
    return HoldRow(held, what, told(held.reason), held.source != "network" and may_lift(user, held))


def told(text: str) -> str:
    """A reason that was marked where it arose, in the reader's language."""
    return _(text) if text else ""


@login_required
@with_now
def dispatches(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """The page; asked by its own script when something changed, only what may have changed."""
    show = request.GET.get("show", "")
    show = show if show in TABS else "needs"
    account, before = number(request.GET.get("account", "")), number(request.GET.get("before", ""))
    one = State(request.GET["state"]) if request.GET.get("state") in TABS[show][1] else None
    states = (one,) if one else TABS[show][1]
    bounced = number(request.GET.get("bounced", ""))
    findings = queries.findings(request.user)
    grouped = [found.account.pk for found in findings] if show == "needs" and not bounced else []
    rows = queries.listed(request.user, states, before, PAGE + 1, account, bounced=bounced, without=grouped)
    kept = {"show": show, "state": one or "", "account": account or "", "bounced": bounced or ""}
    stops = queries.stops_for(request.user, now)
    context = {
        "show": show,
        "state": one or "",
        "account": account,
        "account_choices": [
            ("", _("All")),
            *channels.accounts_visible_to(request.user).order_by("name").values_list("pk", "name"),
        ],
        "states": [(state.value, state.label) for state in TABS[show][1]],
        "rows": [row_of(dispatch, request) for dispatch in rows[:PAGE]],
        "next_url": f"?{urlencode(kept | {'before': rows[PAGE - 1].pk})}" if len(rows) > PAGE else None,
        "tabs": tabs(request, show, findings),
        "findings": [
            (found, mandates.allows(request.user, "reply", found.account))
            for found in (findings if show == "needs" else [])
        ],
        "bounced": bounced,
        "holds": [hold_row_of(held, request.user) for held in queries.holds_visible_to(request.user, now)],
        "stops": stops,
        "may_resume": any(may_lift(request.user, held) for held in stops),
        "verbs": mandates.verbs_anywhere(request.user),
    }
    return render(request, "outbox/_body.html" if is_htmx(request) else "outbox/list.html", context)


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def may_lift(user: User, held: Hold) -> bool:
    try:
        actions.require(user, "lift_hold", held.lane)
    except mandates.NotYours:
        return False
    return True


def tabs(request: StaffRequest, show: str, findings: list[queries.Finding]) -> list[dict[str, Any]]:
    counted = ("needs", "waiting")
    grouped = sum(found.n - 1 for found in findings)  # each finding is one thing to decide
    return [
        {
            "label": label,
            "href": f"?show={name}",
            "current": name == show,
            "count": queries.listed_count(request.user, states) - (grouped if name == "needs" else 0)
            if name in counted
            else 0,
        }
        for name, (label, states) in TABS.items()
    ]


@login_required
@require_GET
def file(request: StaffRequest, token: str) -> FileResponse:
    """Our copy of a file that goes or went out with our words."""
    one = get_object_or_404(queries.enclosures_visible_to(request.user), token=token)
    path = files.folder() / one.path
    if not path.is_file():
        raise Http404
    return files.answer(path, one.content_type, files.safe_name(one.name, f"file-{one.pk}"))


def back(request: StaffRequest) -> HttpResponse:
    """To the tab that the button was pressed on."""
    show = request.POST.get("show", "")
    return redirect(f"{reverse('outbox:list')}?show={show if show in TABS else 'needs'}")


def decided(request: StaffRequest, pk: int, decide: Callable[[Dispatch], Any], done: str) -> HttpResponse:
    dispatch = get_object_or_404(queries.dispatches_visible_to(request.user), pk=pk)
    said(request, lambda: decide(dispatch), done)
    return back(request)


@login_required
@require_POST
@with_now
def settle(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    form = forms.Settle(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("The link is no address. Copy it from the network, with https:// in front.")
        )
        return back(request)
    told = form.cleaned_data
    done = {
        "stands": _("Noted: it stands there."),
        "does_not_stand": _("Noted: it was not sent."),
        "send_again": _("It is sent again."),
    }[told["outcome"]]
    return decided(
        request, pk, lambda one: actions.settle(one, told["outcome"], request.user, now, told["link"]), done
    )


@login_required
@require_POST
@with_now
def release(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    return decided(request, pk, lambda one: actions.release(one, request.user, now), _("It is on its way."))


@login_required
@require_POST
@with_now
def drop(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    return decided(
        request, pk, lambda one: actions.drop(one, request.user, now), _("Dropped: it is not sent.")
    )


@login_required
@require_POST
@with_now
def undo(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    return decided(
        request, pk, lambda one: actions.undo(one, request.user, now), _("Undone: it is not sent.")
    )


@login_required
@require_POST
@with_now
def drop_bounced(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """All that came back to one account, or of it what was for one domain."""
    account = get_object_or_404(channels.accounts_visible_to(request.user), pk=pk)
    domain = request.POST.get("domain")
    n = actions.drop_bounced(account, request.user, now, domain)
    messages.success(
        request, ngettext("%(n)s dropped: it is not sent.", "%(n)s dropped: they are not sent.", n) % {"n": n}
    )
    return back(request)


@login_required
@with_now
def stop(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """Asks once more, with how much it stops; then nothing leaves until it is resumed."""
    mandates.require(request.user, "hold")
    form = forms.Stop(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and tried(
        form,
        lambda: actions.stop_all(
            request.user, now, form.cleaned_data["reason"], form.cleaned_data["brand"] or None
        ),
    ):
        messages.warning(request, _("Stopped. Nothing leaves until somebody resumes it."))
        return redirect("outbox:list")
    hers = None if request.user.is_administrator else mandates.brands_where(request.user, "hold")
    context = {"form": form, "waiting": queries.waiting_count(hers)}
    return render(request, "outbox/stop.html", context, status=status_of(form))


@login_required
@require_POST
@with_now
def resume(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """Every stop that she may lift; where there is none, the refusal of what stands."""
    stops = queries.stops_for(request.user, now)
    mine = [held for held in stops if may_lift(request.user, held)]
    if not mine:
        mandates.require(request.user, "lift_hold")
    for held in mine or stops:
        brand = queries.brand_held(held)
        actions.resume_all(request.user, now, brand.pk if brand else None)
    messages.success(request, _("Sending goes on."))
    return redirect("outbox:list")


@login_required
@require_POST
@with_now
def lift(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    held = get_object_or_404(queries.holds_visible_to(request.user, now), pk=pk)
    said(request, lambda: actions.lift_as(held, request.user, now), _("The hold is lifted."))
    return redirect("outbox:list")
