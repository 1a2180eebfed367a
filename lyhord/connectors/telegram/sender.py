"""What we do on Telegram, and what it means when the answer does not come.

A message that was sent cannot be looked up and has no key, so a lost answer is for a person to decide.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from lyhord.connectors.telegram import client, refs
from lyhord.connectors.telegram.client import Bot, Lost, NotSent, Told
from lyhord.connectors.telegram.refs import Place
from lyhord.lib.text import N_

# Counted in code points: 4096 emoji were taken and 4097 refused (measured by others, 2026-08); offsets of
# entities alone count UTF-16.
LENGTH = Length(4096)
CAPTION = Length(1024)
PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
PHOTO_BYTES = 10 * 1024 * 1024  # docs: Sending files (read 2026-11)
FILE_BYTES = 20 * 1024 * 1024  # 50 MB may be sent, and only 20 fetched again by others' bots
FILES = {
    **dict.fromkeys(PHOTOS, PHOTO_BYTES),
    **dict.fromkeys(("application/pdf", "image/gif", "video/mp4", "audio/mpeg", "text/plain"), FILE_BYTES),
}
LIKE = "👍"
ALREADY = ("message is not modified", "message to delete not found")


@dataclass(frozen=True)
class Call:
    method: str
    content: Mapping[str, Any]
    file: File | None = None
    is_repeatable: bool = True  # twice is as once


def send(bot: Bot, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    call = call_for(outgoing)
    if isinstance(call, Refused):
        return call
    try:
        told = asked(bot, call)
        moved_to = told.parameter("migrate_to_chat_id")
        if moved_to is not None:  # the group has another number now; nothing was done under the old one
            call = replace(call, content={**call.content, "chat_id": moved_to})
            told = asked(bot, call)
        if told.code == 400 and call.method == "editMessageText" and "no text in the message" in told.said:
            told = asked(bot, as_caption(call))
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Retry(str(problem)) if call.is_repeatable else Unsure(str(problem))
    return outcome(told, call, bot.token, now)


def asked(bot: Bot, call: Call) -> Told:
    if call.file is None:
        return bot.ask(call.method, call.content)
    fields = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in call.content.items()
    }
    name = "photo" if call.method == "sendPhoto" else "document"
    files = {name: (call.file.name, call.file.content, call.file.content_type)}
    return bot.ask(call.method, data=fields, files=files)


def as_caption(call: Call) -> Call:
    content = {name: value for name, value in call.content.items() if name != "text"}
    return replace(call, method="editMessageCaption", content={**content, "caption": call.content["text"]})


# What to ask for ----------------------------------------------------------------------------------------------


def call_for(outgoing: Outgoing) -> Call | Refused:
    if outgoing.verb == "reply":
        return reply(outgoing)
    if outgoing.verb in {"block", "unblock"}:
        return banning(outgoing)
    found = refs.message_of(outgoing.item)
    if found is None:
        return Refused(N_("Telegram cannot do this, or was not told with which message."))
    place, number = found
    if outgoing.verb == "edit":
        too_long = unfit(outgoing.text, LENGTH)
        content = {**place.fields(), "message_id": number, "text": outgoing.text}
        return Refused(too_long) if too_long else Call("editMessageText", content)
    if outgoing.verb == "delete":
        return deletion(place, number)
    if outgoing.verb in {"like", "unlike"} and not place.connection:
        signs = [{"type": "emoji", "emoji": LIKE}] if outgoing.verb == "like" else []
        return Call("setMessageReaction", {"chat_id": place.chat, "message_id": number, "reaction": signs})
    return Refused(
        N_("Telegram's bots cannot do this. In a group a message can be deleted, or its author blocked.")
    )


def deletion(place: Place, number: int) -> Call:
    if place.connection:
        content = {"business_connection_id": place.connection, "message_ids": [number]}
        return Call("deleteBusinessMessages", content)
    return Call("deleteMessage", {"chat_id": place.chat, "message_id": number})


def banning(outgoing: Outgoing) -> Call | Refused:
    """In a group. In a private talk a bot cannot block; who writes there can only be left unanswered."""
    place = refs.place_of(outgoing.thread)
    person = refs.place_of(outgoing.person)
    if place is None or not place.is_group or person is None:
        return Refused(N_("A bot can block people in groups only, not in private talks."))
    if person.chat < 0:  # a channel that speaks in the group
        method = "banChatSenderChat" if outgoing.verb == "block" else "unbanChatSenderChat"
        return Call(method, {"chat_id": place.chat, "sender_chat_id": person.chat})
    if outgoing.verb == "block":
        return Call("banChatMember", {"chat_id": place.chat, "user_id": person.chat})
    # Without only_if_banned this would put out of the group who is in it (docs: unbanChatMember).
    return Call("unbanChatMember", {"chat_id": place.chat, "user_id": person.chat, "only_if_banned": True})


def reply(outgoing: Outgoing) -> Call | Refused:
    where = target(outgoing)
    if isinstance(where, Refused):
        return where
    content: dict[str, Any] = where.fields()
    found = refs.message_of(outgoing.item)
    if found is not None and found[0].chat == where.chat:
        # Without it the answer would fail once the message is gone.
        content["reply_parameters"] = {"message_id": found[1], "allow_sending_without_reply": True}
    if len(outgoing.files) > 1:
        return Refused(N_("Telegram takes one file with an answer. Send the others by themselves."))
    if outgoing.files:
        return enclosing(content, outgoing.text, outgoing.files[0])
    too_long = unfit(outgoing.text, LENGTH)
    if too_long or not outgoing.text.strip():
        return Refused(too_long or N_("An answer needs words or a file."))
    return Call("sendMessage", {**content, "text": outgoing.text}, is_repeatable=False)


def target(outgoing: Outgoing) -> Place | Refused:
    """The chat to write to: where the question stands, or the person's own talk with the bot."""
    place = refs.place_of(outgoing.thread)
    person = refs.place_of(outgoing.person)
    if outgoing.visibility == "public":
        if place is not None and place.is_group:
            return place
        return Refused(N_("This was written to us in private; there is no public place to answer it in."))
    if place is not None and not place.is_group:
        return place
    if person is not None and person.chat > 0:
        return Place(person.chat)
    return Refused(N_("An answer needs the chat or the person that it is for."))


def enclosing(content: dict[str, Any], text: str, file: File) -> Call | Refused:
    too_long = unfit(text, CAPTION)
    if too_long:
        return Refused(f"{too_long} With a file the text may be no longer.")
    is_photo = file.content_type in PHOTOS and len(file.content) <= PHOTO_BYTES
    if len(file.content) > FILE_BYTES:
        return Refused(f"The file {file.name} has {len(file.content)} bytes; Telegram takes {FILE_BYTES}.")
    captioned = {**content, "caption": text} if text else content
    return Call("sendPhoto" if is_photo else "sendDocument", captioned, file, is_repeatable=False)


def unfit(text: str, length: Length) -> str:
    over = len(text) - length.limit
    if over <= 0:
        return ""
    return f"The text has {len(text)} characters; Telegram takes {length.limit}. Shorten it by {over}."


# What came of it ----------------------------------------------------------------------------------------------


def outcome(told: Told, call: Call, token: str, now: datetime) -> Outcome:
    if told.is_good:
        return sent(told, call)
    if told.code == 429:
        return Retry(N_("Telegram asks us to wait."), told.wait_until(now))
    if told.code == 400 and any(words in told.said for words in ALREADY):
        return Sent()
    if told.status == 200 or told.status >= 500:
        why = f"Telegram's answer cannot be read or tells of a breakdown ({told.status})."
        return Retry(why) if call.is_repeatable else Unsure(why)
    return refusal(told, token)


def sent(told: Told, call: Call) -> Outcome:
    if call.is_repeatable:
        return Sent()
    result = told.result
    number = result.get("message_id") if isinstance(result, Mapping) else None
    if not isinstance(result, Mapping) or type(number) is not int:
        return Unsure(N_("Telegram took it, but did not say under which number."))
    place = Place(int(call.content["chat_id"]), str(call.content.get("business_connection_id") or ""))
    chat = result.get("chat")
    return Sent(refs.item(place, number), refs.public_link(chat if isinstance(chat, Mapping) else {}, number))


@dataclass(frozen=True)
class Reason:
    words: str
    why: str
    state: str = field(default="")


REASONS = (
    Reason("bot was blocked", N_("The person has blocked the bot, so nothing can be written to her.")),
    Reason("user is deactivated", N_("The person has left Telegram.")),
    Reason(
        "can't initiate",
        N_("The person has not written to the bot herself; Telegram lets nobody else begin."),
    ),
    Reason("was kicked", N_("The bot was put out of this group.")),
    Reason("not a member", N_("The bot is not a member of this group any more.")),
    Reason(
        "not enough rights", N_("The bot lacks the right to do this. Make it an administrator of the group.")
    ),
    Reason("can't be deleted", N_("Telegram deletes messages within 48 hours only.")),
    Reason("can't be edited", N_("Telegram does not let this message be changed any more.")),
    Reason("too long", N_("The text is too long for Telegram.")),
    Reason("chat not found", N_("There is no such chat any more, or the bot may not see it.")),
    Reason("message to edit not found", N_("The message is not there any more.")),
    Reason("message not found", N_("The message is not there any more.")),
)


def refusal(told: Told, token: str) -> Refused:
    code = str(told.code)
    if told.is_token_dead:
        return Refused(client.REVOKED, code, "token_revoked")
    said = told.said.lower()
    for reason in REASONS:
        if reason.words in said:
            return Refused(reason.why, code)
    return Refused(
        f"Telegram refuses it: {client.hidden(told.said, token) or f'no reason given ({code})'}", code
    )
