"""Who wrote: a person is known by her business-scoped id, and by her number only where Meta tells no such id. Pure.

Since April 2026 a message may come without a number: who has taken a username shows none (Meta: Business-scoped user
IDs, of 2026-03-31; System messages, of 2026-08-11; read 2026-11-22). A new number brings a new id.
"""

import re
from collections.abc import Sequence
from typing import Any

from lyhord.channels.contract import Author
from lyhord.connectors.whatsapp.shapes import Part, listed, text, within

# Two letters of a country, and "ENT" where it is of a whole group of companies.
SCOPED = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
NUMBER = re.compile(r"\d{5,20}")


def author_of(message: Part, contacts: Sequence[Part]) -> Author | None:
    """Of a message that came in. Meta tells each person's names once, beside the messages."""
    number, scoped = text(message, "from"), text(message, "from_user_id")
    return known(number, scoped, text(message, "from_parent_user_id"), beside(number, scoped, contacts))


def addressed(echo: Part, contacts: Sequence[Part]) -> Author | None:
    """Whom a message of ours went to that was written in the app."""
    number, scoped = text(echo, "to"), text(echo, "to_user_id")
    return known(number, scoped, text(echo, "to_parent_user_id"), beside(number, scoped, contacts))


def recipient(status: Part, contacts: Sequence[Part]) -> Author | None:
    number, scoped = text(status, "recipient_id"), text(status, "recipient_user_id")
    return known(number, scoped, text(status, "recipient_parent_user_id"), beside(number, scoped, contacts))


def beside(number: str, scoped: str, contacts: Sequence[Part]) -> Part:
    """What is told of this person. One alone is her, though her number may be written in another way."""
    for contact in contacts:
        if (scoped and contact.get("user_id") == scoped) or (number and contact.get("wa_id") == number):
            return contact
    return contacts[0] if len(contacts) == 1 else {}


def known(number: str, scoped: str, parent: str, contact: Part) -> Author | None:
    number = text(contact, "wa_id") or number
    scoped = scoped or text(contact, "user_id")
    parent = parent or text(contact, "parent_user_id")
    native = scoped or number or parent
    if not native:
        return None
    profile = within(contact, "profile")
    username = text(profile, "username")
    others = tuple(dict.fromkeys(each for each in (parent, number) if each and each != native))
    return Author(
        native=native,
        handle=username or (f"+{number}" if NUMBER.fullmatch(number) else ""),
        name=text(profile, "name"),
        aliases=others,
        profile=f"https://wa.me/{number}" if NUMBER.fullmatch(number) else "",
    )


def moved(message: Part) -> Author | None:
    """A person with a new number, and thus a new id: the new names, the old ones as aliases."""
    system = within(message, "system")
    new = text(system, "user_id") or text(system, "wa_id")
    if not new:
        return None
    told = (
        text(system, "wa_id"), text(system, "parent_user_id"), text(system, "previous_user_id"),
        text(system, "previous_parent_user_id"), text(message, "from_user_id"), text(message, "from"),
    )  # fmt: skip
    number = text(system, "wa_id")
    others = tuple(dict.fromkeys(each for each in told if each and each != new))
    return Author(native=new, handle=f"+{number}" if NUMBER.fullmatch(number) else "", aliases=others)


def facts(author: Author | None) -> dict[str, Any]:
    """What a later answer needs: by number where there is one, since Meta then goes on telling it."""
    numbers = [each for each in (author.native, *author.aliases) if NUMBER.fullmatch(each)] if author else []
    return {"number": numbers[0], "of": author.native} if author and numbers else {}


def contacts_of(value: Part) -> list[Part]:
    return listed(value, "contacts")
