"""What an account can, in words that people read."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from lyhord.channels.contract import Abilities

VERBS = {
    "reply": gettext_lazy("reply"),
    "post": gettext_lazy("post"),
    "edit": gettext_lazy("edit our own posts"),
    "hide": gettext_lazy("hide"),
    "unhide": gettext_lazy("show again"),
    "delete": gettext_lazy("delete"),
    "like": gettext_lazy("like"),
    "unlike": gettext_lazy("take a like back"),
    "block": gettext_lazy("block a person"),
    "unblock": gettext_lazy("unblock a person"),
    "report": gettext_lazy("report to the network"),
}
TRENDS = {
    "up": pgettext_lazy("trend", "growing"),
    "down": pgettext_lazy("trend", "shrinking"),
    "steady": pgettext_lazy("trend", "steady"),
    "": gettext_lazy("too little to tell"),
}
WAYS = {
    "hook": gettext_lazy("the network calls us"),
    "stream": gettext_lazy("an open stream"),
    "poll": gettext_lazy("we ask now and then"),
}
PRIVATE = {
    "private_reply": gettext_lazy("a private reply to the post"),
    "direct": gettext_lazy("a direct message"),
    "link": gettext_lazy("a link into a private conversation"),
    "none": gettext_lazy("not possible"),
}
EVIDENCE = {
    "real-server": gettext_lazy("Tried against a real server"),
    "contract+sdk": gettext_lazy("Tried against the network's own contract and library"),
    "recordings": gettext_lazy("Tried against recordings of the network"),
    "documentation": gettext_lazy("Written from the network's documentation, not yet tried"),
}
AGAIN = {
    "key": gettext_lazy("Safe: the network knows a repeated message by its key"),
    "client_id": gettext_lazy("Safe: we choose the message's id"),
    "none": gettext_lazy("Not safe: after a lost answer we look, and then a person decides"),
}


def abilities(can: Abilities) -> list[tuple[str, str]]:
    """Pairs for a list of facts."""
    told = [
        (_("Posts come in by"), listed(WAYS[way] for way in can.receive)),
        (_("It can"), listed(word for verb, word in VERBS.items() if verb in can.verbs)),
        (_("Length of a public reply"), length(can, is_public=True)),
        (_("Length of a private reply"), length(can, is_public=False)),
        (_("From public to private"), str(PRIVATE[can.private_after_public])),
        (_("Sending again"), str(AGAIN[can.idempotency])),
        (_("Older posts"), backfill(can.backfill)),
    ]
    if can.window is not None:
        told.append((_("Time to answer"), hours(can.window.hours)))
    if can.prices:
        told.append((_("Costs"), listed(price.why for price in can.prices.values())))
    told.append((_("Interface"), can.api_version or _("unknown version")))
    told.append((_("How well tried"), str(EVIDENCE[can.evidence])))
    return told


def listed(words: Iterable[object]) -> str:
    return ", ".join(str(word) for word in words) or _("nothing")


def length(can: Abilities, *, is_public: bool) -> str:
    found = can.reply.get("public" if is_public else "private")
    if found is None:
        return _("not possible")
    return ngettext("%(limit)s character", "%(limit)s characters", found.limit) % {"limit": found.limit}


def hours(number: int) -> str:
    return ngettext(
        "%(hours)s hour after the customer's word", "%(hours)s hours after the customer's word", number
    ) % {"hours": number}


def backfill(word: str) -> str:
    kind, _colon, number = word.partition(":")
    if kind == "days":
        return ngettext("the last %(n)s day", "the last %(n)s days", int(number)) % {"n": number}
    if kind == "items":
        return ngettext("the last %(n)s post", "the last %(n)s posts", int(number)) % {"n": number}
    return _("all") if kind == "full" else _("none")
