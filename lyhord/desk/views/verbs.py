"""Everything that is done to a conversation with one click or key."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lyhord.desk import actions, forms, queries
from lyhord.desk.models import Conversation
from lyhord.desk.views import case_panel, referrals
from lyhord.desk.views.answers import MOST_TOLD, answer, refuse, told
from lyhord.intake import queries as intake
from lyhord.lib.errors import LyhordError
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest

Verb = Callable[..., Any]
# verb of the address -> (action, what the toast says)
PLAIN: dict[str, tuple[Verb, Any]] = {
    "take": (actions.take, gettext_lazy("It is yours.")),
    "close": (actions.close, gettext_lazy("Closed.")),
    "reopen": (actions.reopen, gettext_lazy("Open again.")),
    "wake": (actions.wake, gettext_lazy("Awake.")),
    "spam": (actions.mark_spam, gettext_lazy("Marked as spam.")),
    "not-spam": (actions.not_spam, gettext_lazy("Marked as not spam.")),
}


def visible(request: StaffRequest, pk: int) -> Conversation:
    return get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)


def do(
    request: StaffRequest, pk: int, text: Any, run: Callable[[Conversation], Any], *, can_undo: bool = True
) -> HttpResponse:
    """Run one action on a conversation that she may see, and say what became of it."""
    conversation = visible(request, pk)
    try:
        run(conversation)
    except NotYours:
        raise
    except actions.NeedsEnding as problem:
        return case_panel.asked(request, pk, problem)
    except LyhordError as problem:
        return refuse(request, str(problem))
    return answer(request, pk, str(text), can_undo=can_undo)


@login_required
@require_POST
def plain(request: StaffRequest, pk: str, verb: str) -> HttpResponse:
    action, text = PLAIN[verb]
    return do(request, int(pk), text, lambda one: action(one, by=request.user, now=timezone.now()))


@login_required
@require_POST
def assign(request: StaffRequest, pk: int) -> HttpResponse:
    form = forms.Assign(request.POST)
    conversation = visible(request, pk)
    if not form.is_valid():
        return refuse(request, told(form))
    to: User | None = None
    if form.cleaned_data["to"]:
        people = {user.pk: user for user in queries.colleagues(conversation.account_id)}
        to = people.get(form.cleaned_data["to"])
        if to is None:
            return refuse(request, _("That person does not work with this account."))
    text = _("Assigned to %(name)s.") % {"name": to.name} if to else _("Back in the queue.")
    return do(request, pk, text, lambda one: actions.assign(one, to, by=request.user, now=timezone.now()))


@login_required
@require_POST
def snooze(request: StaffRequest, pk: int) -> HttpResponse:
    form = forms.Snooze(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    now = timezone.now()
    until = form.moment(now)
    return do(request, pk, _("Snoozed."), lambda one: actions.snooze(one, until, by=request.user, now=now))


@login_required
@require_POST
def tag(request: StaffRequest, pk: int, is_on: bool) -> HttpResponse:
    form = forms.Tag(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    action = actions.tag if is_on else actions.untag
    name = form.cleaned_data["name"]
    text = _("Tag added.") if is_on else _("Tag removed.")
    return do(request, pk, text, lambda one: action(one, name, by=request.user, now=timezone.now()))


@login_required
@require_POST
def priority(request: StaffRequest, pk: int) -> HttpResponse:
    form = forms.Priority(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    value = form.cleaned_data["priority"]
    return do(
        request,
        pk,
        _("Priority set."),
        lambda one: actions.set_priority(one, value, by=request.user, now=timezone.now()),
    )


@login_required
@require_POST
def subject(request: StaffRequest, pk: int) -> HttpResponse:
    form = forms.Subject(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    words = form.cleaned_data["subject"]
    return do(
        request,
        pk,
        _("Subject changed."),
        lambda one: actions.set_subject(one, words, by=request.user, now=timezone.now()),
    )


@login_required
@require_POST
def moderate(request: StaffRequest, pk: int) -> HttpResponse:
    form = forms.Moderate(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    given = form.cleaned_data
    post = intake.posts_visible_to(request.user).filter(pk=given["post"]).first()
    if post is None:
        raise Http404
    return do(
        request,
        pk,
        _("It is on its way to the network."),
        lambda one: actions.moderate(
            one,
            given["verb"],
            post,
            by=request.user,
            form_key=given["form_key"],
            now=timezone.now(),
            reason=given["reason"],
        ),
        can_undo=False,
    )


@login_required
@require_POST
def correct(request: StaffRequest, pk: int, post: int) -> HttpResponse:
    """One click says what a post really is."""
    form = forms.Correct(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    visible(request, pk)
    found = intake.posts_visible_to(request.user).filter(pk=post).first()
    if found is None:
        raise Http404
    head, label = form.cleaned_data["head"], form.cleaned_data["label"]
    return do(
        request,
        pk,
        _("Thank you; noted for the next training."),
        lambda one: actions.correct(one, found, head, label, by=request.user, now=timezone.now()),
    )


@login_required
@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    try:
        undone = actions.undo(by=request.user, now=timezone.now())
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    pk = undone.conversations[0]
    trigger: dict[str, Any] = {
        "desk:undone": {"id": pk, "text": undone.text, "ids": list(undone.conversations)[:MOST_TOLD]}
    }
    if undone.verb in {"refer", "macro", "schedule"}:  # its receipt leaves the composer too
        trigger["desk:draft"] = referrals.left(request.user, pk)
    return answer(request, pk, _("Undone."), trigger=trigger)
