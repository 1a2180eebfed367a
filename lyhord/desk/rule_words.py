"""A routing rule in words: when, and then."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lyhord.desk.matching import CHOICES, FLOORS, WORDS
from lyhord.desk.rule_choices import Choices

CONDITIONS: dict[str, Any] = {
    "kinds": gettext_lazy("Kind"),
    "topics": gettext_lazy("Topic"),
    "own_topics": gettext_lazy("Own topic"),
    "languages": gettext_lazy("Language"),
    "accounts": gettext_lazy("Account"),
    "networks": gettext_lazy("Network"),
    "flows": gettext_lazy("Flow"),
    "uses": gettext_lazy("What she writes for"),
    "purposes": gettext_lazy("Purpose"),
    "sentiments": gettext_lazy("Sentiment"),
    "places": pgettext_lazy("rule", "Where it was said"),
    "customers": pgettext_lazy("rule", "Customer"),
    "hours": gettext_lazy("Opening hours"),
}
FLOOR_WORDS: dict[str, Any] = {
    "followers_from": gettext_lazy("at least %(n)s followers"),
    "priority_from": gettext_lazy("priority %(n)s or more"),
    "earlier_from": gettext_lazy("at least %(n)s earlier matters"),
}
HAPPENED: dict[str, Any] = {
    "made": pgettext_lazy("rule", "Made"),
    "changed": pgettext_lazy("rule", "Changed"),
    "tried": pgettext_lazy("rule", "Tried"),
    "on": pgettext_lazy("rule", "Switched on"),
    "off": pgettext_lazy("rule", "Switched off"),
    "moved": pgettext_lazy("rule", "Moved"),
    "removed": pgettext_lazy("rule", "Removed"),
}


def conditions(when: Mapping[str, Any], known: Choices) -> list[str]:
    """One line a condition; none: every conversation."""
    found = []
    for name in CHOICES:
        if values := when.get(name):
            told = " / ".join(known.when[name].get(value, "?") for value in values)
            found.append(_("%(what)s: %(values)s") % {"what": CONDITIONS[name], "values": told})
    for name in FLOORS:
        if when.get(name):
            found.append(str(FLOOR_WORDS[name]) % {"n": when[name]})
    if when.get(WORDS):
        found.append(_("says %(words)s") % {"words": " / ".join(f"“{term}”" for term in when[WORDS])})
    return found


def consequences(then: Mapping[str, Any], known: Choices) -> list[str]:
    found = []
    if "team" in then:
        found.append(_("To the team %(name)s") % {"name": known.teams.get(then["team"], "?")})
    if "person" in then:
        found.append(_("To %(name)s") % {"name": known.people.get(then["person"], "?")})
    if then.get("needs_owner"):
        found.append(_("Needs an owner"))
    if then.get("tags"):
        found.append(_("tagged %(tags)s") % {"tags": ", ".join(then["tags"])})
    if "priority" in then:
        found.append(_("priority %(n)s") % {"n": then["priority"]})
    if then.get("alert"):
        found.append(_("the lead is told"))
    return found
