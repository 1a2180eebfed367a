"""Answers and moderation as signed webhooks, and what it means when the answer does not come (R31).

The dispatch's key is the webhook-id, the same at each attempt. Whether a repeat is safe is for the system to say
(`honours_key`), or to be asked (`settle_url`).
"""

import base64
from datetime import datetime
from typing import Any

from lyhord.channels.contract import (
    AccountSide,
    File,
    Length,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
)
from lyhord.connectors.api import form
from lyhord.connectors.api.client import Lost, NotSent, System, Told
from lyhord.lib import backoff
from lyhord.lib.lengths import measure
from lyhord.lib.text import N_

ONCE = frozenset({"reply", "post", "report"})  # a second one would be a second one
BUSY = frozenset({408, 425, 429, 500, 503})
AMBIGUOUS = frozenset({502, 504})  # by something in between: the system itself may have done it
FILE_BYTES = 5_000_000
FILES = dict.fromkeys(
    ("image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "text/plain"), FILE_BYTES
)
SECRET = N_("The other system refuses our signature. Give both sides the same secret, and connect again.")


def send(system: System, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    why = unfit(account, outgoing)
    if why:
        return Refused(why)
    is_safe = outgoing.verb not in ONCE or bool(account.settings.get("honours_key"))
    try:
        told = system.post(outgoing.key, body(outgoing), now)
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Retry(str(problem)) if outgoing.verb not in ONCE else Unsure(str(problem))
    return outcome(told, outgoing, is_safe, system.secret, now)


def unfit(account: AccountSide, outgoing: Outgoing) -> str:
    if not account.settings.get("url"):
        return N_("This channel only receives: no address for answers is set.")
    if outgoing.verb not in form.verbs(account):
        return N_("The system behind this channel cannot do this.")
    if outgoing.verb not in {"reply", "post", "edit"}:
        return ""
    if outgoing.verb == "reply" and outgoing.item_visibility == "private" and outgoing.visibility == "public":
        return N_("This was written to us in private; a public answer would show it. Answer in private.")
    length = form.lengths(account).get(outgoing.visibility)
    if length is None:
        return N_("This channel takes no answers of this kind, in public or private.")
    return too_long(outgoing.text, length)


def too_long(text: str, length: Length) -> str:
    count = measure(text, length.unit)
    if count <= length.limit:
        return ""
    over = count - length.limit
    return f"The text has {count} characters; the system behind this channel takes {length.limit}. Shorten it by {over}."


def body(outgoing: Outgoing) -> dict[str, Any]:
    """The same bytes at each attempt. Empty fields are left out."""
    data: dict[str, Any] = {
        "key": outgoing.key,
        "text": outgoing.text,
        "title": outgoing.title,
        "visibility": outgoing.visibility,
        "message": outgoing.item,
        "thread": outgoing.thread,
        "author": outgoing.person,
        "author_handle": outgoing.person_handle,
        "mentions": list(outgoing.mentions),
        "lang": outgoing.lang,
        "reason": outgoing.reason,
        "attachments": [enclosed(file) for file in outgoing.files],
    }
    told = {"type": f"{outgoing.verb}.wanted", "data": {name: value for name, value in data.items() if value}}
    return told | ({"timestamp": outgoing.made_at.isoformat()} if outgoing.made_at else {})


def enclosed(file: File) -> dict[str, str]:
    content = base64.b64encode(file.content).decode()
    return {"name": file.name, "content_type": file.content_type, "alt": file.alt, "base64": content}


def outcome(told: Told, outgoing: Outgoing, is_safe: bool, secret: str, now: datetime) -> Outcome:
    if told.is_good or told.status == 409:
        return sent(told, outgoing)
    if told.status in BUSY or (told.status in AMBIGUOUS and is_safe):
        hint = told.headers.get("retry-after", "")
        at = backoff.from_retry_after(hint, now) if hint else None
        return Retry(f"The other system does not take it now ({told.status}).", at)
    if told.status >= 500:
        why = f"The other system's answer was lost on the way ({told.status})."
        return Unsure(why)
    return refusal(told, secret)


def sent(told: Told, outgoing: Outgoing) -> Outcome:
    """2xx, or 409: it was done before."""
    if told.body is None and told.is_good and outgoing.verb in ONCE:
        return Unsure(N_("The other system took it, but its answer cannot be read."))
    if outgoing.verb not in {"reply", "post"}:
        return Sent()
    return Sent(native=told.text("id") or None, link=web(told.text("link")))


def web(link: str) -> str:
    return link if link.startswith(("https://", "http://")) else ""


def refusal(told: Told, secret: str) -> Refused:
    code, said = str(told.status), told.said(secret)
    if told.status == 401:
        return Refused(SECRET, code, "token_revoked")
    if told.status == 410:
        # Standard Webhooks: the receiver is gone and wants nothing more.
        return Refused(N_("The other system takes nothing more from us (410)."), code, "disabled")
    if 300 <= told.status < 400:
        return Refused(N_("The address for answers leads on to another one. Give that one."), code)
    return Refused(f"The other system refuses it: {said or f'no reason given ({code})'}", code)


def settle(system: System, account: AccountSide, outgoing: Outgoing, now: datetime) -> Sent | Unsure | Retry:
    if outgoing.verb not in ONCE:
        return Retry(N_("Asking twice for this does no harm."))
    if system.settle_url:
        return asked(system, outgoing, now)
    if account.settings.get("honours_key"):
        return Retry(N_("The other system does the same key once; the same again is safe."))
    return Unsure(N_("The other system cannot be asked. Look there whether it was done."))


def asked(system: System, outgoing: Outgoing, now: datetime) -> Sent | Unsure | Retry:
    try:
        told = system.ask(outgoing.key, now)
    except (NotSent, Lost) as problem:
        return Unsure(str(problem))
    if told.is_good and told.body is not None:
        return Sent(told.text("id") or None, web(told.text("link")), "read_back")
    if told.status == 404 and told.body is not None:
        # With a JSON body or none: the page of some proxy says nothing about the key.
        return Retry(N_("The other system does not know the key: nothing was done."))
    return Unsure(f"The other system does not tell ({told.status}).")
