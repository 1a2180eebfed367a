"""What the portal wrote down of a form that was sent, told as an event. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lyhord.channels.contract import Author, Event, Item, Unreadable
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import clean

ADDRESS = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"()]+")
LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1


def parse(raw: bytes) -> list[Item]:
    try:
        form = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(form, Mapping):
        raise Unreadable("Not a form: no object of fields.")
    return [created(form)]


def created(form: Mapping[str, Any]) -> Event:
    """The same form sent twice has the same `form_key`, and is one event."""
    key, number, token = (needed(form, name) for name in ("form_key", "number", "token"))
    text, subject = words(form, "text"), words(form, "subject")
    if not text.strip():
        raise Unreadable("The form holds no text.")
    return Event(
        kind="created",
        key=f"form:{key}",
        account=words(form, "account"),
        item=f"form:{key}",
        thread=f"ticket:{number}",
        author=author(form, token),
        at=moment(form.get("at")),
        text=text,
        title=subject,
        visibility="private",
        lang=words(form, "language"),
        extra={
            "number": number,
            "token": token,
            "follow_up": form.get("follow_up") is True,
            "reply_to": words(form, "reply_to") or "page",
        },
    )


def author(form: Mapping[str, Any], token: str) -> Author:
    """Who left an address is known by it; who did not, by the ticket alone."""
    address = words(form, "email").strip()
    name = words(form, "name").strip()
    if address:
        if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
            raise Unreadable("The mail address in the form is not one.")
        # A follow-up on the ticket's page brings only the token: by the alias it is the same person.
        return Author(f"mail:{address.lower()}", address, name, aliases=(f"visitor:{token}",))
    return Author(native=f"visitor:{token}", name=name)


def needed(form: Mapping[str, Any], name: str) -> str:
    value = form.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise Unreadable(f"The form has no {name}.")
    return clean(str(value)).strip()


def words(form: Mapping[str, Any], name: str) -> str:
    value = form.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"The field {name} of the form is no text.")
    return clean(value)


def moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unreadable("The time in the form is not one.") from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
