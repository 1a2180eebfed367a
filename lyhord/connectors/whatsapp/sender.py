"""What we do on WhatsApp, and what it means when the answer does not come.

A message that was sent cannot be looked up by its words. Our own key goes with it and comes back in its statuses (sent,
failed): those settle a lost answer, else a person decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, File, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from lyhord.connectors.whatsapp import client, people, sending
from lyhord.connectors.whatsapp.client import Cloud, Lost, NotSent, Told
from lyhord.connectors.whatsapp.messages import GROUP
from lyhord.lib.text import N_

CANNOT = N_(
    "WhatsApp cannot do this. Messages that were sent can be neither changed nor taken back from here."
)
NO_NUMBER = N_("The account lacks its phone number ID. Fill it in and check the account.")
LATE_TO_BLOCK = N_("Only people who wrote within the last 24 hours can be blocked.")


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    content: Mapping[str, Any]
    is_repeatable: bool = True  # twice is as once


def send(cloud: Cloud, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    if not client.NUMBER.fullmatch(cloud.number):
        return Refused(NO_NUMBER)
    try:
        call = call_for(cloud, account, outgoing, now)
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:  # while a file was brought: no message has left yet
        return Retry(str(problem))
    if not isinstance(call, Call):
        return call
    try:
        told = cloud.ask(call.method, call.path, json=dict(call.content))
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Retry(str(problem)) if call.is_repeatable else Unsure(str(problem))
    outcome = concluded(told, call, outgoing, cloud.token, now)
    if isinstance(outcome, Sent) and outgoing.verb == "reply" and account.settings.get("marks_read"):
        mark_read(cloud, outgoing)
    return outcome


def call_for(cloud: Cloud, account: AccountSide, outgoing: Outgoing, now: datetime) -> Call | Outcome:
    """Raises NotSent or Lost."""
    if outgoing.verb == "reply":
        return reply(cloud, account, outgoing, now)
    if outgoing.verb in {"like", "unlike"}:
        return reaction(cloud, outgoing)
    if outgoing.verb in {"block", "unblock"}:
        return blocking(cloud, outgoing)
    return Refused(CANNOT)


def reply(cloud: Cloud, account: AccountSide, outgoing: Outgoing, now: datetime) -> Call | Outcome:
    fault = sending.faults(outgoing)
    where = sending.addressed(outgoing)
    if fault:
        return Refused(fault)
    if isinstance(where, Refused):
        return where
    media: str | Outcome = ""
    if outgoing.files and not outgoing.template:
        media = brought(cloud, outgoing.files[0], now)
    if not isinstance(media, str):
        return media
    content = sending.body(outgoing, where, media, account)
    if isinstance(content, Refused):
        return content
    return Call("POST", f"{cloud.number}/messages", content, is_repeatable=False)


def brought(cloud: Cloud, file: File, now: datetime) -> str | Outcome:
    """A file lies at Meta before the message names it. Brought twice it is there twice, which nobody sees."""
    fields = {"messaging_product": "whatsapp", "type": file.content_type}
    files = {"file": (file.name, file.content, file.content_type)}
    told = cloud.ask("POST", f"{cloud.number}/media", data=fields, files=files)
    ident = told.body.get("id")
    if told.is_good and isinstance(ident, str) and ident:
        return ident
    if told.status >= 500 or told.is_good:
        return Retry(f"WhatsApp did not take the file now ({told.status}).")
    return refusal(told, cloud.token, now)


def reaction(cloud: Cloud, outgoing: Outgoing) -> Call | Refused:
    where = sending.addressed(outgoing)
    if isinstance(where, Refused) or not outgoing.item:
        return Refused(N_("A reaction needs the message and the person that it is for."))
    sign = sending.LIKE if outgoing.verb == "like" else ""
    about = {"message_id": outgoing.item, "emoji": sign}
    return Call("POST", f"{cloud.number}/messages", {**where, "type": "reaction", "reaction": about})


def blocking(cloud: Cloud, outgoing: Outgoing) -> Call | Refused:
    person = outgoing.person or ""
    if not (people.NUMBER.fullmatch(person) or people.SCOPED.fullmatch(person)) or (
        outgoing.thread or ""
    ).startswith(GROUP):
        return Refused(N_("Only a person who wrote to us directly can be blocked."))
    # By number `user`, by business-scoped id `user_id` (Meta: Business-scoped user IDs, Block Users).
    field = "user" if people.NUMBER.fullmatch(person) else "user_id"
    content = {"messaging_product": "whatsapp", "block_users": [{field: person}]}
    return Call("POST" if outgoing.verb == "block" else "DELETE", f"{cloud.number}/block_users", content)


def mark_read(cloud: Cloud, outgoing: Outgoing) -> None:
    """Two blue ticks for what we answered. If it fails nothing is lost."""
    if not outgoing.item or not outgoing.item.startswith("wamid."):
        return
    content = {"messaging_product": "whatsapp", "status": "read", "message_id": outgoing.item}
    try:
        cloud.ask("POST", f"{cloud.number}/messages", json=content)
    except (NotSent, Lost):
        return


# What came of it ----------------------------------------------------------------------------------------------


def concluded(told: Told, call: Call, outgoing: Outgoing, token: str, now: datetime) -> Outcome:
    if told.is_good:
        return sent(told, call, outgoing)
    if told.code is None and (told.status >= 500 or told.status == 200):
        why = f"WhatsApp's answer cannot be read or tells of a breakdown ({told.status})."
        return Retry(why) if call.is_repeatable else Unsure(why)
    if told.code == 131000 and not call.is_repeatable:
        return Unsure(N_("WhatsApp tells of an unknown fault, and not whether the message left."))
    if told.code == 131047 and outgoing.verb in {"block", "unblock"}:
        return Refused(LATE_TO_BLOCK, "131047")
    return refusal(told, token, now)


def sent(told: Told, call: Call, outgoing: Outgoing) -> Outcome:
    if outgoing.verb in {"block", "unblock"}:
        return blocked(told)
    if call.is_repeatable:
        return Sent()
    messages = told.body.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    ident = first.get("id") if isinstance(first, Mapping) else None
    if not isinstance(ident, str) or not ident:
        return Unsure(N_("WhatsApp took it, but did not say under which number."))
    return Sent(ident)


def blocked(told: Told) -> Outcome:
    """Meta answers 200 also where it blocked nobody."""
    part = told.body.get("block_users")
    failed = part.get("failed_users") if isinstance(part, Mapping) else None
    return Refused(N_("WhatsApp did not block this person.")) if failed else Sent()


def refusal(told: Told, token: str, now: datetime) -> Outcome:
    meaning, code = told.meaning, str(told.code or told.status)
    if meaning is None:
        said = client.hidden(told.said, token)
        return Refused(f"WhatsApp refuses it: {said or f'no reason given ({code})'}", code)
    if meaning.wait is not None:
        return Retry(meaning.why, told.wait_until(now))
    return Refused(meaning.why, code, meaning.state)


def settle(outgoing: Outgoing) -> Unsure | Retry:
    if outgoing.verb == "reply":
        return Unsure(
            N_("WhatsApp cannot be asked what was sent. Its next status tells, or look in the chat.")
        )
    return Retry(N_("Asking twice for this does no harm."))
