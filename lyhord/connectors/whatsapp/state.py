"""News about our own account, its templates and its quality. Pure."""

from collections.abc import Callable, Mapping

from lyhord.channels.contract import Event, Item, Unsupported
from lyhord.connectors.whatsapp import people
from lyhord.connectors.whatsapp.shapes import Part, listed, moment, needed, text, within

# Meta: account_update webhook reference (read 2026-11-22). What ends our sending; the rest is news.
ENDS: Mapping[str, str] = {
    "ACCOUNT_DELETED": "disabled",
    "ACCOUNT_OFFBOARDED": "permission_lost",
    "PARTNER_REMOVED": "permission_lost",
    "PARTNER_APP_UNINSTALLED": "permission_lost",
}
BANNED = frozenset({"DISABLE"})
STOPPED = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"  # not even answers may be sent


def account(entry: Part, value: Part) -> Item:
    """Of the whole business account; Meta names no number, so it is told of the only account of the app."""
    event = needed(value, "event")
    at = moment(entry, "time")
    ended = ENDS.get(event, "")
    if text(within(value, "ban_info"), "waba_ban_state") in BANNED:
        ended = "disabled"
    if any(text(each, "restriction_type") == STOPPED for each in listed(value, "restriction_info")):
        ended = "disabled"
    if not ended:
        return Unsupported(f"News of the business account that stop nothing: {event[:60]}.")
    seconds = f"{at.timestamp():.0f}" if at else ""
    return Event(kind="account", key=f"account:{text(entry, 'id')}:{event}:{seconds}", at=at, text=ended)


def preference(part: Part, value: Part) -> Item:
    """Whether the person wants offers. Answers to her own questions are none."""
    author = people.known(
        text(part, "wa_id"), text(part, "user_id"), "",
        people.beside(text(part, "wa_id"), text(part, "user_id"), people.contacts_of(value)),
    )  # fmt: skip
    wish, at = needed(part, "value"), moment(part)
    if author is None:
        return Unsupported("A wish about offers that names nobody.")
    return Event(
        kind="author_changed",
        key=f"wish:{author.native}:{wish}:{at.timestamp() if at else 0:.0f}",
        account=text(within(value, "metadata"), "phone_number_id"),
        author=author,
        at=at,
        visibility="private",
        extra={"wants_offers": wish == "resume"},
    )


def template(value: Part) -> str:
    name, event = text(value, "message_template_name"), text(value, "event")
    return f"The template {name[:60]!r} is now {event.lower()[:40] or 'changed'}: check the account to renew the list."


def quality(value: Part) -> str:
    limit = text(value, "max_daily_conversations_per_business") or text(value, "current_limit")
    return f"The number's standing changed: {text(value, 'event')[:40]} {limit[:40]}".strip() + "."


def capability(value: Part) -> str:
    return "The limits of the business account changed: check the account to read them."


def call(value: Part) -> str:
    return "Calls are not taken here."


NOTICES: Mapping[str, Callable[[Part], str]] = {
    "message_template_status_update": template,
    "message_template_components_update": template,
    "message_template_quality_update": template,
    "template_category_update": template,
    "phone_number_quality_update": quality,
    "business_capability_update": capability,
    "calls": call,
}
