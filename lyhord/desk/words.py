"""What codes of the desk and of triage are called on pages."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lyhord.desk import margins
from lyhord.desk.models import Status, Use
from lyhord.desk.queries import TurnRow
from lyhord.intake.models import Post

VIEWS: dict[str, Any] = {
    "open": _("All open"),
    "mine": pgettext_lazy("view", "Mine"),
    "unassigned": _("Unassigned"),
    "service": _("Service flow"),
    "community": _("Community"),
    "corporate": pgettext_lazy("view", "Corporate"),
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
    if what == "assigned" and not values.get("name"):
        what = "unassigned"
    told = {**values, "to": values.get("name", ""), "by": by or "lyhord"}
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
    "continues": _("Goes on from an earlier matter"),
    "referred": _("%(by)s referred the customer to %(to)s"),
    "referred_here": _("Referred here from #%(number)s by %(to)s"),
    "referral_arrived": _("The customer went on where we sent her: #%(number)s"),
    "referral_parted": _("Not the same matter as #%(number)s after all"),
    "platform_retired": _("%(name)s was retired: nobody waits here any more"),
    "undone": pgettext_lazy("dispatch", "Undone"),
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


def sensitive(classes: Iterable[str]) -> str:
    """The classes of a sensitive matter, with commas between."""
    return ", ".join(str(SENSITIVE.get(name, name)) for name in classes)


def margin(post: Post) -> margins.Margin:
    return margins.margin(post.extra)


def subjects(heading: str, turns: Iterable[TurnRow]) -> dict[int, str]:
    """The turns that show their subject, by id: what stands in the heading is not told again."""
    return margins.subjects(heading, ((turn.id, turn.title, turn.text) for turn in turns))
