"""Why a conversation went where it went, in one sentence of the reader's language (TR-02)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lyhord.desk.languages import language_name
from lyhord.triage.topics import queries as own_topics


def routed(values: dict[str, Any]) -> str:
    """ "To Berit: speaks Finnish, knows refunds, 3 of 8 slots; rule 4 (Refunds)"."""
    because = ", ".join(reasons(values))
    whom = to_whom(values)
    told = _("%(whom)s: %(because)s") % {"whom": whom, "because": because} if because else whom
    rules = [
        _("rule %(n)s (%(name)s)") % {"n": one["place"], "name": one["name"]}
        for one in values.get("rules", ())
    ]
    return f"{told}; {', '.join(rules)}" if rules else told


def to_whom(values: dict[str, Any]) -> str:
    if values.get("name"):
        return _("To %(name)s") % {"name": values["name"]}
    if values.get("needs_owner"):
        return _("Needs an owner")
    if values.get("team"):
        return _("To the team %(name)s") % {"name": values["team"]}
    return _("Sorted by rule")


def reasons(values: dict[str, Any]) -> list[str]:
    found = []
    if values.get("fallback"):
        found.append(_("the declared fallback"))
    if values.get("why") == "former":
        found.append(_("had this customer before"))
    if not values.get("name") or values.get("fallback"):
        found += lacks(values)
    elif values.get("language"):
        found.append(_("speaks %(language)s") % {"language": language_name(values["language"])})
    if values.get("skill"):
        found.append(_("knows %(topic)s") % {"topic": skill_name(values["skill"])})
    if values.get("name") and "slots" in values:
        told = {"held": values["held"], "slots": values["slots"]}
        found.append(
            ngettext("%(held)s of %(slots)s slot", "%(held)s of %(slots)s slots", told["slots"]) % told
        )
    return found + done(values)


def done(values: dict[str, Any]) -> list[str]:
    found = []
    if values.get("tags"):
        found.append(_("tagged %(tags)s") % {"tags": ", ".join(values["tags"])})
    if "priority" in values:
        found.append(_("priority %(n)s") % {"n": values["priority"]})
    if values.get("alert"):
        found.append(_("the lead was told"))
    return found


def lacks(values: dict[str, Any]) -> list[str]:
    """What stood in the way."""
    why = values.get("why")
    if why == "language":
        name = language_name(values.get("language", ""))
        return [_("nobody on duty speaks %(language)s") % {"language": name}]
    told = {
        "nobody": _("nobody on duty may answer there"),
        "team": _("nobody of the team is on duty"),
        "skill": _("nobody on duty knows the topic"),
        "slot": _("nobody has a free slot"),
        "topic": _("its topic is nobody's"),
    }
    return [told[why]] if why in told else []


def skill_name(key: str) -> str:
    from lyhord.desk import words  # whose lines are made here

    kind, _colon, code = key.partition(":")
    if kind == "own":
        return dict(own_topics.choices()).get(int(code), "")
    return str(words.TOPICS.get(code, code)).lower()
