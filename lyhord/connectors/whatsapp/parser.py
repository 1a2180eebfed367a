"""Webhooks of the Cloud API, told as events. Pure.

Meta: Webhooks reference (messages, edit, revoke, status, system, smb_message_echoes, account_update), read 2026-11-22.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from lyhord.channels.contract import Item, Unreadable, Unsupported
from lyhord.connectors.whatsapp import messages, state, statuses
from lyhord.connectors.whatsapp.shapes import Part, Strange, listed, text, within
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson

OBJECT = "whatsapp_business_account"


def parse(raw: bytes) -> list[Item]:
    try:
        told = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(told, Mapping):
        raise Unreadable("Not a webhook of Meta's: no object.")
    if told.get("object") != OBJECT:
        raise Unreadable("Not a webhook of WhatsApp's: it is not of a WhatsApp Business account.")
    try:
        return [item for entry in listed(told, "entry") for item in entered(entry)]
    except Strange as problem:
        raise Unreadable(f"Not as WhatsApp tells it: {problem}.") from None


def entered(entry: Part) -> list[Item]:
    try:
        changes = listed(entry, "changes")
    except Strange as problem:
        return [Unreadable(f"Not as WhatsApp tells it: {problem}.")]
    return [item for change in changes for item in guarded(partial(changed, entry, change))]


def guarded(read: Callable[[], list[Item]], item: str | None = None) -> list[Item]:
    """What is wrong with one stands in its place, and the others go on."""
    try:
        return read()
    except Strange as problem:
        return [Unreadable(f"Not as WhatsApp tells it: {problem}.", item)]


def listing(read: Callable[..., Item], *told: Any) -> list[Item]:
    return [read(*told)]


def changed(entry: Part, change: Part) -> list[Item]:
    field, value = text(change, "field"), within(change, "value")
    if field == "messages":
        return incoming(value)
    if field == "smb_message_echoes":
        return each_of(value, "message_echoes", messages.echo)
    if field == "history":
        return past(value)
    if field == "user_preferences":
        return each_of(value, "user_preferences", state.preference)
    if field == "account_update":
        return [state.account(entry, value)]
    if field in state.NOTICES:
        return [Unsupported(state.NOTICES[field](value))]
    if not field:
        raise Strange("a change names no field")
    return [Unsupported(f"WhatsApp's news of {field[:60]!r} are not ones that we use.")]


def incoming(value: Part) -> list[Item]:
    told = each_of(value, "messages", messages.message) + each_of(value, "statuses", statuses.status)
    told += [
        Unsupported(f"WhatsApp tells of an error: {statuses.reason([error])}")
        for error in listed(value, "errors")
    ]
    return told or [Unsupported("A change that tells nothing.")]


def each_of(value: Part, name: str, read: Callable[[Part, Part], Item]) -> list[Item]:
    found: list[Item] = []
    for part in listed(value, name):
        ident = part.get("id") if isinstance(part.get("id"), str) else None
        found += guarded(partial(listing, read, part, value), ident)
    return found


def past(value: Part) -> list[Item]:
    """What the app held before it was joined to us (coexistence): context, nobody waits for it."""
    found: list[Item] = []
    ours = text(within(value, "metadata"), "display_phone_number")
    for chunk in listed(value, "history"):
        if chunk.get("errors"):
            found.append(Unsupported(f"No history is shared: {statuses.reason(listed(chunk, 'errors'))}"))
        for thread in listed(chunk, "threads"):
            for part in listed(thread, "messages"):
                ident = part.get("id") if isinstance(part.get("id"), str) else None
                with_whom = text(thread, "id")
                found += guarded(partial(listing, messages.kept, part, value, with_whom, ours), ident)
    return found or [Unsupported("A history that holds nothing.")]
