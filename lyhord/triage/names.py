"""What heads, parts and labels are called on pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Head -> its name, what it knows and does in plain words.
HEADS: dict[str, tuple[Any, Any]] = {
    "language": (
        _("Language"),
        _("Tells the language of a post, with what the network and the thread say as a hint for short ones."),
    ),
    "kind": (
        _("Kind"),
        _(
            "Tells what a post is for: question, complaint, corporate question, praise, idea, chatter or spam."
        ),
    ),
    "needs_answer": (_("Needs an answer"), _("Tells whether somebody waits for us, so that nothing drowns.")),
    "topic": (_("Topic"), _("Tells what a post is about, so that it finds the right team.")),
    "sentiment": (_("Sentiment"), _("Tells how the writer feels about us: not content, neither, content.")),
    "urgency": (
        _("Urgency"),
        _("Tells danger to people or property, money that leaves right now, and minutes to a departure."),
    ),
    "abusive": (
        _("Abuse"),
        _("Tells insults and threats aimed at people. Anger and swearing at things are no abuse."),
    ),
    "privacy": (
        _("Personal data"),
        _("Finds national identifiers, cards, accounts, phones, addresses and the like, to the letter."),
    ),
    "purpose": (
        _("Purpose"),
        _(
            "Tells the press, job seekers, buyers, owners and legal threats from customers with a matter of their own."
        ),
    ),
    "taxonomy": (_("Your own topics"), _("Learns the topics of another business from examples.")),
    "flood": (_("In a flood"), _("Finds the service questions when thousands of posts come at once.")),
    "priority": (_("Priority"), _("Adds named parts to a number from 0 to 100. It hides nothing.")),
}
ALIASES = {
    "abuse": "abusive",
    "urgent": "urgency",
    "answer": "needs_answer",
    "private": "privacy",
    "personal_data": "privacy",
}

THRESHOLDS: dict[str, tuple[Any, Any]] = {
    "answer": (_("Needs an answer"), _("From here on a post counts as one that waits for us.")),
    "urgent": (_("Urgent"), _("From here on a post goes before the others.")),
    "abusive": (_("Abusive"), _("From here on a post counts as abuse of people.")),
}
LINES: dict[str, tuple[Any, Any]] = {
    "profanity": (_("Swearing"), _("How much a post swears, at anybody or anything.")),
    "threats": (_("Threats"), _("Words that threaten people.")),
    "hate": (_("Insults and hate"), _("Words that insult people.")),
    "personal": (
        _("Personal data"),
        _("1 for national identifiers and cards, 0.6 for phones and mail addresses."),
    ),
    "spam": (_("Advertising and fraud"), _("How sure we are that it is spam.")),
    "off_topic": (_("Off the topic"), _("How sure we are that it is chatter and not meant for us.")),
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
SIGNS: dict[str, Any] = {
    "urgent": _("It burns"),
    "influence": _("Unhappy author with many followers"),
    "private": _("Personal data in the open"),
    "negative": _("Not happy"),
    "again": _("Not the first time"),
    "abusive": _("Insults or threatens"),
    "danger": _("Words of danger"),
    "due_soon": _("Its time is nearly up"),
    "overdue": _("Its time is over"),
    "too_late": _("So late that somebody must decide"),
}
FLAGS: dict[str, Any] = {name: label for name, (label, _help) in LINES.items()} | {
    "influence": SIGNS["influence"]
}
STATES: dict[str, tuple[Any, str]] = {
    "waiting": (pgettext_lazy("learned model", "Waits for the worker"), "off"),
    "running": (pgettext_lazy("learned model", "Is being taught"), "warn"),
    "failed": (pgettext_lazy("learned model", "Failed"), "bad"),
    "refused": (pgettext_lazy("learned model", "Not adopted"), "off"),
    "adopted": (pgettext_lazy("learned model", "Adopted"), "ok"),
    "rolled_back": (pgettext_lazy("learned model", "Rolled back"), "warn"),
    "removed": (pgettext_lazy("learned model", "Removed"), "off"),
}
TOPIC_STATES: dict[str, tuple[Any, str]] = {
    **{state: STATES[state] for state in ("waiting", "running", "failed", "refused")},
    "serving": (_("Serves now"), "ok"),
    "replaced": (pgettext_lazy("model of topics", "Replaced"), "off"),
}
SOURCES: dict[str, Any] = {
    "written": pgettext_lazy("source of an example", "Written"),
    "upload": pgettext_lazy("source of an example", "From a file"),
    "post": pgettext_lazy("source of an example", "A post"),
}
EXAMPLES: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (_("“Where is my parcel? It should have come on Monday.”"), "question", ("again",)),
    (
        _("“No heating for two days and a baby here. My number is 070-000 00 00!” (2 300 followers)"),
        "complaint",
        ("urgent", "negative", "private", "influence"),
    ),
    (_("“Why do you still drive on diesel?”"), "corporate", ("negative",)),
)


def head(name: str) -> tuple[Any, Any]:
    """A head that we have no words for is shown by its own name."""
    return HEADS.get(ALIASES.get(name, name), (name.replace("_", " ").capitalize(), ""))
