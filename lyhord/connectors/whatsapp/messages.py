"""Messages, in and out, as events. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lyhord.channels.contract import Author, Event, Item, Unsupported
from lyhord.connectors.whatsapp import people, statuses, words
from lyhord.connectors.whatsapp.people import contacts_of
from lyhord.connectors.whatsapp.shapes import Part, Strange, listed, moment, needed, text, within

GROUP = "group:"
KINDS = frozenset(words.FILES) | frozenset(words.SAYS)
# A form that asks for a call, and its answer: no words of the customer's.
WORDLESS = frozenset({"call_permission_reply"})


def number_of(value: Part) -> str:
    """Which of our numbers it is about, as Meta numbers them."""
    return text(within(value, "metadata"), "phone_number_id")


def message(part: Part, value: Part) -> Item:
    if text(part, "type") == "system":
        return system(part, value)
    author = people.author_of(part, contacts_of(value))
    if author is None:
        raise Strange("it names nobody who wrote")
    return told(part, value, author, author, is_own=False)


def echo(part: Part, value: Part) -> Item:
    """Written by us in the WhatsApp Business app."""
    person = people.addressed(part, contacts_of(value))
    if person is None:
        raise Strange("it names nobody whom it went to")
    ours = number_of(value)
    name = text(within(value, "metadata"), "display_phone_number")
    us = Author(native=ours or text(part, "from"), handle=f"+{name}" if name.isdigit() else "")
    return told(part, value, us, person, is_own=True)


def kept(part: Part, value: Part, whom: str, ours: str) -> Item:
    """Of the history that the app gave us."""
    person = people.known(whom, "", "", {}) if whom else people.author_of(part, contacts_of(value))
    if person is None:
        raise Strange("it belongs to nobody's talk")
    is_own = bool(ours) and text(part, "from") == ours
    us = Author(native=number_of(value) or ours)
    event = told(part, value, us if is_own else person, person, is_own=is_own)
    return replace(event, is_spoken_to=False) if isinstance(event, Event) else event


def told(part: Part, value: Part, author: Author, person: Author, *, is_own: bool) -> Item:
    kind = needed(part, "type")
    base = Event(
        kind="created",
        key=f"created:{needed(part, 'id')}",
        account=number_of(value),
        item=needed(part, "id"),
        thread=thread_of(part, person),
        author=author,
        at=moment(part),
        visibility="private",
        is_own=is_own,
    )
    if kind == "reaction":
        return reaction(part, base)
    if kind == "revoke":
        return revoked(part, base)
    if kind == "edit":
        return edited(part, base)
    if kind not in KINDS:
        return unknown(part, kind)
    if text(within(part, "interactive"), "type") in WORDLESS:
        return Unsupported("An answer to our wish to call, no words.", base.item)
    context = within(part, "context")
    return replace(
        base,
        text=words.said(part),
        media=words.media(part),
        parent=text(context, "id") or None,
        extra={**people.facts(person), **circumstances(part, context)},
    )


def thread_of(part: Part, person: Author) -> str:
    """A person's talk with us; a group has a talk of its own."""
    group = text(part, "group_id")
    return f"{GROUP}{group}" if group else person.native


def circumstances(part: Part, context: Part) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if context.get("forwarded") is True or context.get("frequently_forwarded") is True:
        found["is_forwarded"] = True
    referral = within(part, "referral")
    if referral:
        found["from_advertisement"] = text(referral, "source_url") or text(referral, "source_id")
    product = within(context, "referred_product")
    if product:
        found["product"] = text(product, "product_retailer_id")
    return found


def reaction(part: Part, base: Event) -> Event:
    """Without a sign it takes back the one before."""
    about = within(part, "reaction")
    return replace(base, kind="reaction", key=f"reaction:{base.item}", item=needed(about, "message_id"),
                   text=text(about, "emoji"))  # fmt: skip


def revoked(part: Part, base: Event) -> Event:
    item = needed(within(part, "revoke"), "original_message_id")
    return replace(base, kind="deleted", key=f"deleted:{item}", item=item)


def edited(part: Part, base: Event) -> Event:
    """Meta tells the new words; within a quarter of an hour, and only where the number is used in the app too."""
    about = within(part, "edit")
    new = within(about, "message")
    item = needed(about, "original_message_id")
    if text(new, "type") not in KINDS:
        raise Strange("it tells no new words")
    return replace(base, kind="edited", key=f"edited:{base.item}", item=item, text=words.said(new),
                   media=words.media(new), parent=text(within(new, "context"), "id") or None)  # fmt: skip


def unknown(part: Part, kind: str) -> Unsupported:
    what = text(within(part, "unsupported"), "type") if isinstance(part.get("unsupported"), Mapping) else ""
    why = statuses.reason(listed(part, "errors")) if part.get("errors") else ""
    named = f"{kind[:40]!r}" + (f" ({what[:40]})" if what else "")
    return Unsupported(
        f"WhatsApp's message of the kind {named} is not one that we use. {why}".strip(), part.get("id")
    )


def system(part: Part, value: Part) -> Item:
    """A person has a new number, and with it a new id."""
    kind = text(within(part, "system"), "type")
    author = people.moved(part)
    if author is None or kind not in {"user_changed_number", "user_changed_user_id"}:
        return Unsupported(f"WhatsApp's note {kind[:60]!r} is not one that we use.", text(part, "id") or None)
    return Event(
        kind="author_changed",
        key=f"moved:{needed(part, 'id')}",
        account=number_of(value),
        author=author,
        at=moment(part),
        visibility="private",
    )
