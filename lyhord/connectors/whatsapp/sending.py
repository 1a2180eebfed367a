"""What a reply is on WhatsApp: the body of its call, checked before it leaves. Pure.

Meta: Messages reference and Business-scoped user IDs (of 2026-03-31): `to` takes a number, `recipient` an id; a number
is better where it is known, since Meta then goes on telling it (read 2026-11-22).
"""

from collections.abc import Mapping
from typing import Any

from lyhord.channels.contract import AccountSide, File, Length, Outgoing, Refused
from lyhord.connectors.whatsapp import people, templates
from lyhord.connectors.whatsapp.messages import GROUP
from lyhord.lib.text import N_

LENGTH = Length(4096)
CAPTION = Length(1024)
MB = 1024 * 1024
PICTURES = dict.fromkeys(("image/jpeg", "image/png"), 5 * MB)
VIDEOS = dict.fromkeys(("video/mp4", "video/3gpp"), 16 * MB)
SOUNDS = dict.fromkeys(("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg"), 16 * MB)
# Meta allows 100 MB; our own calls end at 30 seconds, so a paper of more than 20 would not get through.
PAPERS = dict.fromkeys(
    (
        "application/pdf", "text/plain", "application/msword", "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    20 * MB,
)  # fmt: skip
FILES: Mapping[str, int] = {**PICTURES, **VIDEOS, **SOUNDS, **PAPERS}
LIKE = "👍"
LOST_ADDRESS = N_("An answer needs the person that it is for.")


def addressed(outgoing: Outgoing) -> dict[str, Any] | Refused:
    """Where it goes: a group, a number that we were shown, or a person's id."""
    base: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    thread = outgoing.thread or ""
    if thread.startswith(GROUP):
        return {**base, "recipient_type": "group", "to": thread.removeprefix(GROUP)}
    person = outgoing.person or thread
    number = outgoing.facts.get("number")
    if outgoing.facts.get("of") == person and isinstance(number, str) and people.NUMBER.fullmatch(number):
        return {**base, "to": number}
    if people.NUMBER.fullmatch(person):
        return {**base, "to": person}
    if people.SCOPED.fullmatch(person):
        return {**base, "recipient": person}
    return Refused(LOST_ADDRESS)


def kind_of(file: File) -> str:
    for kind, types in (("image", PICTURES), ("video", VIDEOS), ("audio", SOUNDS)):
        if file.content_type in types:
            return kind
    return "document"


def unfit(text: str, length: Length) -> str:
    over = len(text) - length.limit
    if over <= 0:
        return ""
    return f"The text has {len(text)} characters; WhatsApp takes {length.limit}. Shorten it by {over}."


def faults(outgoing: Outgoing) -> str:
    """Why it cannot leave as it is; "" if it can."""
    if outgoing.visibility == "public":
        return N_("WhatsApp is private; there is no public place to answer in.")
    if len(outgoing.files) > 1:
        return N_("WhatsApp takes one file with a message. Send the others by themselves.")
    too_long = unfit(outgoing.text, LENGTH)
    if too_long or outgoing.template:
        return too_long
    if not outgoing.files:
        return "" if outgoing.text.strip() else N_("An answer needs words or a file.")
    return unfit_file(outgoing.files[0], outgoing.text)


def unfit_file(file: File, text: str) -> str:
    most = FILES.get(file.content_type)
    if most is None:
        return f"WhatsApp does not take files of the kind {file.content_type}."
    if len(file.content) > most:
        return f"The file {file.name} has {len(file.content)} bytes; WhatsApp takes {most}."
    if kind_of(file) == "audio" and text.strip():
        return N_("WhatsApp shows no words beside a sound. Send them by themselves.")
    too_long = unfit(text, CAPTION)
    return f"{too_long} With a file the text may be no longer." if too_long else ""


def body(
    outgoing: Outgoing, where: Mapping[str, Any], media: str, account: AccountSide
) -> dict[str, Any] | Refused:
    """As the messages call takes it. `biz_opaque_callback_data` comes back with its statuses: so a lost answer is found."""
    told: dict[str, Any] = {**where, "biz_opaque_callback_data": outgoing.key}
    if outgoing.item and outgoing.item.startswith("wamid."):
        told["context"] = {"message_id": outgoing.item}
    if outgoing.template:
        named = templates.content(outgoing, account)
        return named if isinstance(named, Refused) else {**told, "type": "template", "template": named}
    if not outgoing.files:
        return {**told, "type": "text", "text": {"body": outgoing.text, "preview_url": False}}
    file = outgoing.files[0]
    kind, part = kind_of(file), {"id": media}
    if outgoing.text.strip():
        part["caption"] = outgoing.text
    if kind == "document":
        part["filename"] = file.name
    return {**told, "type": kind, kind: part}
