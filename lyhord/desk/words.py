"""What codes of the desk and of triage are called on pages."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lyhord.desk import clock_words as clock_words  # for templates
from lyhord.desk import margins
from lyhord.desk import window_words as window_words
from lyhord.desk.models import CaseState, Grant, Outcome, Proposal, Request, Status, Trust, Use
from lyhord.desk.queries import TurnRow
from lyhord.desk.routed import routed
from lyhord.intake.models import Post
from lyhord.triage.names import SIGNS
from lyhord.triage.tuning.laying import CLOCK

VIEWS: dict[str, Any] = {
    "open": _("All open"),
    "mine": pgettext_lazy("view", "Mine"),
    "unassigned": _("Unassigned"),
    "service": _("Service flow"),
    "community": _("Community"),
    "corporate": pgettext_lazy("view", "Corporate"),
    "due": _("Due next"),
    "too_late": _("Too late: decide"),
    "complaints": _("Unanswered complaints"),
    "waiting": _("Waiting for customer"),
    "snoozed": _("Snoozed"),
    "closed": pgettext_lazy("view", "Closed"),
    "spam": _("Spam"),
}
VIEW_ICONS = {
    "open": "inbox",
    "mine": "user",
    "unassigned": "hand",
    "service": "message-circle",
    "community": "messages-square",
    "corporate": "building-2",
    "due": "alarm-clock",
    "too_late": "triangle-alert",
    "complaints": "message-circle",
    "waiting": "clock",
    "snoozed": "alarm-clock",
    "closed": "check",
    "spam": "ban",
}
STATUSES: dict[str, Any] = dict(Status.choices)
EMPTY: dict[str, Any] = {
    "open": _("Nothing is open. All is answered."),
    "mine": _("Nothing waits for you."),
    "unassigned": _("Every conversation has an owner."),
    "service": _("No service question waits."),
    "community": _("Nothing in the community flow."),
    "corporate": _("No corporate question waits."),
    "due": _("No clock runs towards a moment. Targets are set under Opening hours and targets."),
    "too_late": _("Nothing is too late."),
    "complaints": _("Every complaint has an answer."),
    "waiting": _("We wait for no customer."),
    "snoozed": _("Nothing is snoozed."),
    "closed": _("Nothing has been closed yet."),
    "spam": _("No spam."),
}
KINDS: dict[str, Any] = {
    "question": pgettext_lazy("kind", "Question"),
    "complaint": pgettext_lazy("kind", "Complaint"),
    "corporate": pgettext_lazy("kind", "Corporate"),
    "praise": pgettext_lazy("kind", "Praise"),
    "idea": pgettext_lazy("kind", "Idea"),
    "chatter": pgettext_lazy("kind", "Chatter"),
    "spam": pgettext_lazy("kind", "Spam"),
}
# How far a clock has come: what a row says of it, and how it looks.
DUE: dict[int, tuple[Any, str]] = {
    0: (pgettext_lazy("clock", "Due"), "ok"),
    1: (pgettext_lazy("clock", "Soon"), "warn"),
    2: (pgettext_lazy("clock", "Late"), "bad"),
    3: (pgettext_lazy("clock", "Too late"), "bad"),
}
DUE_WHY: dict[int, Any] = {stage: SIGNS[name] for stage, (name, _points) in CLOCK.items()}
KIND_BADGES = {
    "complaint": "bad",
    "corporate": "acc",
    "praise": "ok",
    "spam": "warn",
    "question": "",
    "idea": "",
}
TOPICS: dict[str, Any] = {
    "delivery": pgettext_lazy("topic", "Delivery"),
    "billing": pgettext_lazy("topic", "Billing"),
    "outage": pgettext_lazy("topic", "Outage"),
    "booking": pgettext_lazy("topic", "Booking"),
    "product": pgettext_lazy("topic", "Product"),
    "account": pgettext_lazy("topic", "Customer account"),
    "staff": pgettext_lazy("topic", "Staff"),
    "accessibility": pgettext_lazy("topic", "Accessibility"),
    "environment": pgettext_lazy("topic", "Environment"),
    "working-conditions": pgettext_lazy("topic", "Working conditions"),
    "strategy": pgettext_lazy("topic", "Strategy"),
    "privacy": pgettext_lazy("topic", "Privacy"),
    "other": pgettext_lazy("topic", "Other"),
}
SENTIMENTS: dict[int, Any] = {-1: _("Negative"), 0: pgettext_lazy("sentiment", "Neutral"), 1: _("Positive")}
JOURNEYS: dict[str, Any] = {
    "before": pgettext_lazy("journey", "Before the purchase"),
    "during": pgettext_lazy("journey", "On the way"),
    "after": pgettext_lazy("journey", "Afterwards"),
}
STAGES: dict[str, Any] = JOURNEYS | {"": pgettext_lazy("journey", "Not told")}
USES: dict[str, Any] = dict(Use.choices)
OUTCOMES: dict[str, Any] = dict(Outcome.choices)
CASE_STATES: dict[str, Any] = dict(CaseState.choices)
CASE_SIGNS = {
    "new": "warn",
    "acknowledged": "warn",
    "owned": "acc",
    "in_work": "acc",
    "answered": "ok",
    "resolved": "off",
    "reopened": "bad",
}
PURPOSES: dict[str, Any] = {
    "press": pgettext_lazy("purpose", "Press"),
    "influence": pgettext_lazy("purpose", "Wants a change"),
    "recruitment": pgettext_lazy("purpose", "Wants to work here"),
    "sales-lead": pgettext_lazy("purpose", "Wants to buy"),
    "stakeholder": pgettext_lazy("purpose", "Owner, partner or authority"),
    "legal-threat": pgettext_lazy("purpose", "Names legal steps"),
}
PURPOSE_BADGES = frozenset({"press", "influence"})  # who must be told apart at a glance
VIEWPOINT = pgettext_lazy("badge", "Viewpoint")
SENSITIVE: dict[str, Any] = {
    "health": pgettext_lazy("sensitive", "health"),
    "money": pgettext_lazy("sensitive", "money troubles"),
    "minors": pgettext_lazy("sensitive", "a child"),
    "harassment": pgettext_lazy("sensitive", "harassment"),
    "legal": pgettext_lazy("sensitive", "police or court"),
}
PARTS: dict[str, Any] = {
    "kind": _("Kind"),
    "topic": _("Topic"),
    "own_topic": _("Own topic"),
    "sentiment": _("Sentiment"),
    "urgency": _("Urgency"),
    "abuse": _("Abuse"),
    "privacy": _("Private data"),
    "private": _("Private data"),
    "answer": _("Needs an answer"),
    "language": _("Language"),
    "priority": _("Priority"),
    "influence": _("Many followers"),
    "line": _("Over a line"),
    "purpose": pgettext_lazy("part", "Purpose"),
    "sensitive": _("Sensitive"),
}
STATES: dict[str, Any] = {
    "queued": _("Waiting to be sent"),
    "sending": _("Sending"),
    "sent": pgettext_lazy("dispatch", "Sent"),
    "handed_over": _("Handed over"),
    "unsure": _("Unsure whether it was sent"),
    "refused": _("Refused by the network"),
    "held": pgettext_lazy("dispatch", "Held"),
    "undone": pgettext_lazy("dispatch", "Undone"),
    "dropped": _("Not sent"),
}
BAD_STATES = ("unsure", "refused", "held", "dropped")


def happened(what: str, by: str, values: dict[str, Any]) -> str:
    """A system line of the thread, in words."""
    if what == "routed":
        return routed(values)
    if what == "assigned" and not values.get("name"):
        what = "unassigned"
    if what == "closed" and values.get("outcome"):
        what = "resolved"
    told = {**values, "to": values.get("name", ""), "by": by or "lyhord"}
    told["outcome"] = OUTCOMES.get(values.get("outcome", ""), "")
    text = HAPPENED.get(what)
    try:
        return str(text) % told if text else what
    except (KeyError, TypeError):
        return what


HAPPENED: dict[str, Any] = {
    "assigned": _("%(by)s assigned it to %(to)s"),
    "unassigned": _("%(by)s gave it back to the queue"),
    "assigned_team": _("%(by)s gave it to the team %(to)s"),
    "closed": _("%(by)s closed it"),
    "resolved": _("%(by)s closed it: %(outcome)s"),
    "reopened": _("Opened again"),
    "snoozed": _("%(by)s snoozed it"),
    "woke": _("It woke up"),
    "tagged": _("%(by)s added the tag %(name)s"),
    "untagged": _("%(by)s removed the tag %(name)s"),
    "prioritised": _("%(by)s set the priority"),
    "named": _("%(by)s changed the subject"),
    "spam": _("%(by)s marked it as spam"),
    "corrected": _("%(by)s corrected what a post is"),
    "not_spam": _("%(by)s marked it as no spam"),
    "merged": _("%(by)s merged two customers"),
    "merged_into": _("Goes on in #%(number)s"),
    "case": _("%(by)s made it a case"),
    "no_case": _("%(by)s said that it is no complaint"),
    "case_told": _("%(by)s wrote down what is known of the case"),
    "step_done": _("%(by)s did the step: %(name)s"),
    "step_skipped": _("%(by)s left out the step: %(name)s"),
    "step_open": _("%(by)s opened the step again: %(name)s"),
    "field": _("%(by)s filled in %(name)s"),
    "followup": _("%(by)s made a follow-up for %(to)s"),
    "followup_done": _("%(by)s finished a follow-up"),
    "followup_moved": _("%(by)s moved a follow-up"),
    "followup_due": _("The follow-up of %(to)s is due"),
    "joined_here": _("%(by)s merged #%(number)s into this"),
    "split_off": _("%(by)s split #%(number)s off"),
    "split_from": _("%(by)s split this off from #%(number)s"),
    "join_undone": _("%(by)s took back the joining with #%(number)s"),
    "continues": _("Goes on from an earlier matter"),
    "clock_breached": _("Not answered or resolved in the time that was promised"),
    "clock_too_late": _("Too late: somebody must decide what becomes of it"),
    "acknowledged": _("%(by)s marked it as acknowledged"),
    "late_decided": _("%(by)s decided what becomes of it"),
    "referred": _("%(by)s referred the customer to %(to)s"),
    "referred_here": _("Referred here from #%(number)s by %(to)s"),
    "referral_arrived": _("The customer went on where we sent her: #%(number)s"),
    "referral_parted": _("Not the same matter as #%(number)s after all"),
    "granted": _("%(by)s granted %(remedy)s %(amount)s"),
    "remedy_asked": _("%(by)s asked %(to)s for %(remedy)s %(amount)s"),
    "remedy_approved": _("%(by)s approved %(remedy)s %(amount)s for %(to)s"),
    "remedy_declined": _("%(by)s declined %(remedy)s %(amount)s"),
    "remedy_withdrawn": _("%(by)s took %(remedy)s %(amount)s back"),
    "approval_passed_on": _("%(late)s did not decide in time; %(to)s is asked now"),
    "proposed": _("%(by)s asked %(to)s to approve a reply"),
    "approved": _("%(by)s approved the reply by %(to)s"),
    "rebutted": _("%(by)s approved a rebuttal by %(to)s"),
    "returned": _("%(by)s returned the reply to %(to)s"),
    "proposal_withdrawn": _("%(by)s took the proposed reply back"),
    "department_asked": _("%(by)s asked %(to)s"),
    "department_answered": _("%(to)s answered the question"),
    "department_declined": _("%(to)s declined the question"),
    "department_reminded": _("%(to)s was reminded of the question"),
    "request_withdrawn": _("%(by)s withdrew the question to %(to)s"),
    "hand_over": _("%(by)s offered it to %(to)s"),
    "hand_over_accepted": _("%(by)s took it over from %(to)s"),
    "hand_over_declined": _("%(by)s declined to take it over from %(to)s"),
    "hand_over_withdrawn": _("%(by)s took back the offer to %(to)s"),
    "hand_over_lapsed": _("%(to)s did not answer in time; it stays with %(giver)s"),
    "given_back": _("Back in the queue: %(to)s is not here"),
    "decided": _("%(by)s decided that it needs no owner"),
    "nightmare": _("Flagged: this case goes badly for the customer"),
    "influence": _("The lead was told: not content, and many follow the writer"),
    "nightmare_noted": _("%(by)s took note that this case goes badly"),
    "platform_retired": _("%(name)s was retired: nobody waits here any more"),
    "undone": pgettext_lazy("dispatch", "Undone"),
    "scheduled": _("%(by)s scheduled a reply"),
    "macro_ran": _("The tag %(name)s ran the macro %(macro)s"),
    "scheduled_changed": _("%(by)s changed a scheduled reply"),
    "scheduled_cancelled": _("%(by)s cancelled a scheduled reply"),
    "scheduled_held": _("A scheduled reply was held"),
    "not_sent": _("Not sent"),
    "hide": _("%(by)s hid a post"),
    "unhide": _("%(by)s showed a post again"),
    "delete": _("%(by)s deleted a post"),
    "like": _("%(by)s liked a post"),
    "unlike": _("%(by)s took back a like"),
    "block": _("%(by)s blocked the author"),
    "unblock": _("%(by)s unblocked the author"),
    "report": _("%(by)s reported a post"),
}


GRANTS: dict[str, Any] = dict(Grant.State.choices)
PROPOSALS: dict[str, Any] = dict(Proposal.State.choices)
TRUST: dict[str, Any] = dict(Trust.Level.choices)
WEEKDAYS: dict[int, Any] = {
    0: _("Monday"),
    1: _("Tuesday"),
    2: _("Wednesday"),
    3: _("Thursday"),
    4: _("Friday"),
    5: _("Saturday"),
    6: _("Sunday"),
}
RACI_HELPS: dict[str, Any] = {
    "R": _("Does the work. At least one."),
    "A": _("Answers for the result, and has the last word. One alone."),
    "C": _("Is asked before it is decided."),
    "I": _("Is told what was decided."),
}
WHY_APPROVED: dict[str, Any] = {
    "trainee": pgettext_lazy("approval", "in training"),
    "legal": pgettext_lazy("approval", "legal matter"),
    "rebuttal": pgettext_lazy("approval", "rebuttal"),
    "asked": pgettext_lazy("approval", "asked for"),
    "account": pgettext_lazy("approval", "this account"),
    "topic": pgettext_lazy("approval", "this topic"),
    "own_topic": pgettext_lazy("approval", "this topic of ours"),
    "use": pgettext_lazy("approval", "what it is written for"),
    "purpose": pgettext_lazy("approval", "this purpose"),
}


ROLES: dict[str, Any] = {
    "addressed": pgettext_lazy("role in a post", "Addressed"),
    "answered": pgettext_lazy("role in a post", "Answered"),
    "named": pgettext_lazy("role in a post", "Named"),
    "quoted": pgettext_lazy("role in a post", "Quoted"),
}


MODERATION: tuple[tuple[str, Any, str], ...] = (
    ("like", _("Like"), "heart"),
    ("hide", _("Hide"), "eye-off"),
    ("unhide", _("Show again"), "eye"),
    ("report", _("Report"), "flag"),
    ("delete", _("Delete"), "trash-2"),
    ("block", _("Block the author"), "ban"),
)


def reason(told: dict[str, Any]) -> str:
    """One reason of an assessment, in the reader's language. Its template was marked where it was written."""
    text = gettext(told.get("why", ""))
    try:
        return text % told.get("values", {}) if told.get("values") else text
    except (KeyError, TypeError, ValueError):
        return text


def why_approved(codes: Iterable[str]) -> str:
    """Why a second person reads a reply, with commas between."""
    return ", ".join(str(WHY_APPROVED.get(code, code)) for code in codes)


def sensitive(classes: Iterable[str]) -> str:
    """The classes of a sensitive matter, with commas between."""
    return ", ".join(str(SENSITIVE.get(name, name)) for name in classes)


def margin(post: Post) -> margins.Margin:
    return margins.margin(post.extra)


def subjects(heading: str, turns: Iterable[TurnRow]) -> dict[int, str]:
    """The turns that show their subject, by id: what stands in the heading is not told again."""
    return margins.subjects(heading, ((turn.id, turn.title, turn.text) for turn in turns))


REQUESTS: dict[str, Any] = dict(Request.State.choices)
REQUEST_BADGES = {"open": "warn", "answered": "ok", "declined": "bad", "withdrawn": ""}
MEASURES: dict[str, Any] = {
    "answered": _("Conversations answered, in percent"),
    "minutes": _("Minutes to the first answer (median)"),
    "closed": _("Conversations closed, in percent"),
    "reopened": _("Opened again, in percent (at most)"),
    "negative": _("Not content, in percent (at most)"),
}
