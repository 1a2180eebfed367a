"""What became of our own messages, as events; and Meta's errors in words. Pure."""

import re
from collections.abc import Sequence

from lyhord.channels.contract import Event, Item, Unsupported
from lyhord.connectors.whatsapp import errors, people
from lyhord.connectors.whatsapp.shapes import Part, listed, moment, needed, text, within

KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
READ = frozenset({"read", "played"})
ARRIVED = frozenset({"sent", "delivered"})


def status(part: Part, value: Part) -> Item:
    """Sent and failed name our own key, so that a lost answer is settled; the others the message.

    They come unordered: who has read has it delivered too.
    """
    ident, what = needed(part, "id"), needed(part, "status")
    key = text(part, "biz_opaque_callback_data")
    ours = key if KEY.fullmatch(key) and what in {"sent", "failed"} else ident
    if what not in READ | ARRIVED | {"failed"}:
        return Unsupported(f"WhatsApp's status {what[:40]!r} is not one that we use.", ident)
    return Event(
        kind="read" if what in READ else "delivered",
        key=f"status:{ident}:{what}",
        account=text(within(value, "metadata"), "phone_number_id"),
        item=ours,
        author=people.recipient(part, people.contacts_of(value)),
        at=moment(part),
        visibility="private",
        ok=what != "failed",
        text=reason(listed(part, "errors")) if what == "failed" else "",
        extra=priced(part),
    )


def priced(part: Part) -> dict[str, object]:
    """Whether Meta charges for it, and as what."""
    pricing = within(part, "pricing")
    told: dict[str, object] = {}
    if pricing.get("billable") in (True, False):
        told["is_charged"] = pricing["billable"]
    if text(pricing, "category"):
        told["charged_as"] = text(pricing, "category")
    return told


def reason(told: Sequence[Part]) -> str:
    """In our own words where we know the code, else in Meta's."""
    for error in told:
        code = error.get("code")
        known = errors.KNOWN.get(code) if type(code) is int else None
        details = (
            text(within(error, "error_data"), "details") or text(error, "message") or text(error, "title")
        )
        if known is not None:
            return known.why
        return f"{details[:200]} ({code})" if details else f"WhatsApp's error {code}."
    return "WhatsApp gives no reason."
