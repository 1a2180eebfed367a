"""What a routing rule of a brand may name: for the form, for the check before it is kept, and for words about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lyhord.channels import registry
from lyhord.channels.models import Account
from lyhord.desk import words
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.languages import language_name
from lyhord.desk.matching import CHOICES, FLOORS, WORDS, tokens
from lyhord.lib.text import clean
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand
from lyhord.triage.topics import queries as own_topics

LANGUAGES = ("sv", "fi", "nb", "da", "en", "nn", "de", "et", "lv", "lt", "pl", "ru", "uk", "ar")
MOST_TERMS = 50
LONGEST_TERM = 80
MOST_TAGS = 5
HIGHEST = 10**9
DOES = frozenset({"team", "person", "tags", "priority", "needs_owner", "alert"})


@dataclass(frozen=True)
class Choices:
    """Of one brand: condition -> its values with their names; and whom a rule may give to."""

    when: dict[str, dict[Any, str]]
    teams: dict[int, str]
    people: dict[int, str]


def choices(brand: Brand) -> Choices:
    accounts = Account.objects.filter(brand=brand).order_by("name", "pk")
    labels = {name: connector.label for name, connector in registry.connectors().items()}
    when: dict[str, dict[Any, str]] = {
        "kinds": named(words.KINDS),
        "topics": named(words.TOPICS),
        "own_topics": dict(own_topics.choices()),
        "languages": {code: language_name(code) for code in LANGUAGES},
        "accounts": {account.pk: account.name for account in accounts},
        "networks": {one.connector: labels.get(one.connector, one.connector) for one in accounts},
        "flows": {
            "service": _("Service"),
            "community": _("Community"),
            "corporate": _("Corporate questions"),
        },
        "uses": named(words.USES),
        "purposes": named(words.PURPOSES),
        "sentiments": {n: str(name) for n, name in words.SENTIMENTS.items()},
        "places": {"public": pgettext("place", "In public"), "private": pgettext("place", "In private")},
        "customers": {
            "new": pgettext("customer", "Writes for the first time"),
            "known": pgettext("customer", "Has written before"),
        },
        "hours": {"open": _("While we are open"), "closed": _("While we are closed")},
    }
    return Choices(
        when=when,
        teams=dict(brand.teams.order_by("name").values_list("pk", "name")),
        people={one.pk: str(one) for one in staff.colleagues([brand.pk])},
    )


def named(labels: Mapping[str, Any]) -> dict[Any, str]:
    return {code: str(label) for code, label in labels.items()}


# The check --------------------------------------------------------------------------------------------------------


def checked_when(given: Mapping[str, Any], known: Choices) -> dict[str, Any]:
    """Raises NotPossible for what the brand does not have."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name in CHOICES:
            kept: Any = chosen(name, value, known)
        elif name in FLOORS:
            kept = floor(value)
        elif name == WORDS:
            kept = terms(value)
        else:
            raise NotPossible(_("A rule cannot ask for %(name)s.") % {"name": clean(str(name))[:40]})
        if kept:
            found[name] = kept
    return found


def chosen(name: str, values: Any, known: Choices) -> list[Any]:
    if not isinstance(values, list | tuple):
        raise NotPossible(_("Give %(name)s as a list.") % {"name": name})
    strange = [value for value in values if value not in known.when[name]]
    if strange:
        raise NotPossible(
            _("%(value)s is none of the values of %(name)s.")
            % {"value": clean(str(strange[0]))[:40], "name": name}
        )
    return list(dict.fromkeys(values))


def floor(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= HIGHEST:
        raise NotPossible(_("Give a whole number from 0 on."))
    return value


def terms(values: Any) -> list[str]:
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise NotPossible(_("Give the words as a list."))
    tidy = list(dict.fromkeys(" ".join(clean(one).split()) for one in values))
    kept = [one for one in tidy if one]
    if len(kept) > MOST_TERMS:
        raise NotPossible(_("A rule takes %(most)d words or phrases.") % {"most": MOST_TERMS})
    for one in kept:
        if len(one) > LONGEST_TERM or not tokens(one):
            raise NotPossible(
                _(
                    "“%(word)s” cannot be looked for. Give words of letters and digits, at most %(most)d characters."
                )
                % {"word": one[:40], "most": LONGEST_TERM}
            )
    return kept


def checked_then(given: Mapping[str, Any], known: Choices) -> dict[str, Any]:
    """What the rule does; at least one thing, and to one owner at most."""
    found = {name: value for name, value in given.items() if value not in (None, "", [], (), False)}
    strange = found.keys() - DOES
    if strange:
        raise NotPossible(_("A rule cannot do %(name)s.") % {"name": clean(str(min(strange)))[:40]})
    if not found:
        raise NotPossible(
            _("Say what the rule does: a team, a person, tags, a priority, or that it needs an owner.")
        )
    if sum(name in found for name in ("team", "person", "needs_owner")) > 1:
        raise NotPossible(_("Choose one: a team, a person, or that it needs an owner."))
    check_owner(found, known)
    if "priority" in found and not (type(found["priority"]) is int and 0 <= found["priority"] <= 100):
        raise NotPossible(_("A priority is a number from 0 to 100."))
    if "tags" in found:
        found["tags"] = tags(found["tags"])
    return found | {name: True for name in ("needs_owner", "alert") if name in found}


def check_owner(found: Mapping[str, Any], known: Choices) -> None:
    if "team" in found and found["team"] not in known.teams:
        raise NotPossible(_("That team is not one of this brand."))
    if "person" in found and found["person"] not in known.people:
        raise NotPossible(_("That person does not work for this brand."))


def tags(values: Any) -> list[str]:
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise NotPossible(_("Give the tags as a list."))
    kept = list(dict.fromkeys(" ".join(clean(one).split()) for one in values if one.strip()))
    if len(kept) > MOST_TAGS or any(not 0 < len(one) <= 60 for one in kept):
        raise NotPossible(
            _("A rule adds at most %(most)d tags, each of at most 60 characters.") % {"most": MOST_TAGS}
        )
    return kept
