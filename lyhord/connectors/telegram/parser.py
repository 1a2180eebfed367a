"""Updates of the Bot API, told as events: one by webhook, many by getUpdates. Pure."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from lyhord.channels.contract import Author, Event, Headers, Item, Unreadable, Unsupported
from lyhord.connectors.telegram import refs, words
from lyhord.connectors.telegram.refs import Place
from lyhord.connectors.telegram.words import Part, Strange, listed, number, optional, text, within
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson

BOT = "x-bot"  # the number of our bot, where the reader of the bytes knows it
CREATED = frozenset({"message", "channel_post", "business_message"})
EDITED = frozenset({"edited_message", "edited_channel_post", "edited_business_message"})
# What is asked for (docs: setWebhook, allowed_updates); reactions come only when they are named.
ALLOWED = [
    *sorted(CREATED | EDITED), "business_connection", "deleted_business_messages", "message_reaction",
    "callback_query", "my_chat_member",
]  # fmt: skip
# A message with none of these is a note by Telegram: somebody joined, a title changed.
SAYS = (
    "text", "caption", "photo", "document", "animation", "video", "video_note", "live_photo", "audio", "voice",
    "sticker", "contact", "venue", "location", "poll", "checklist", "dice", "game",
)  # fmt: skip
LEFT = frozenset({"kicked", "left"})


def parse(raw: bytes, headers: Headers) -> list[Item]:
    try:
        told = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if isinstance(told, Mapping) and told.get("ok") is True:
        told = told.get("result")
    if isinstance(told, Mapping):
        told = [told]
    if not isinstance(told, list):
        raise Unreadable("Neither an update nor a list of updates.")
    bot = headers.get(BOT, "")
    return [item for update in told for item in guarded(update, bot)]


def guarded(update: Any, bot: str) -> list[Item]:
    """What is wrong with one stands in its place, and the others go on."""
    if not isinstance(update, Mapping):
        return [Unreadable(f"Not an update but {type(update).__name__}.")]
    try:
        return one(update, bot)
    except Strange as problem:
        return [Unreadable(f"Not as Telegram tells it: {problem}.", name(update))]
    except (OverflowError, OSError, ValueError):
        return [Unreadable("A number in it is out of all measure.", name(update))]


def name(update: Part) -> str | None:
    ident = update.get("update_id")
    return f"update:{ident}" if isinstance(ident, int) else None


def one(update: Part, bot: str) -> list[Item]:
    kinds = [key for key, value in update.items() if key != "update_id" and isinstance(value, Mapping)]
    if not kinds:
        if "update_id" in update:
            return [Unsupported("An update that tells nothing.", name(update))]
        raise Strange("it is no update")
    kind, part = kinds[0], update[kinds[0]]
    if kind in CREATED or kind in EDITED:
        return [message(kind, part, bot)]
    told = TOLD.get(kind)
    if told is None:
        return [Unsupported(f"Telegram's update {kind[:60]!r} is not one that we use.", name(update))]
    return told(part)


# Messages -----------------------------------------------------------------------------------------------------


def message(kind: str, part: Part, bot: str) -> Event | Unsupported:
    place, ident = place_of(part), number(part, "message_id", "the message")
    item = refs.item(place, ident)
    if not any(each in part for each in SAYS):
        kept = sorted(set(part) - {"message_id", "from", "chat", "date", "sender_chat", "message_thread_id"})
        return Unsupported(f"A note by Telegram: {', '.join(kept)[:100] or 'empty'}.", item)
    is_edit = kind in EDITED
    at = moment(optional(part, "edit_date", "the message") if is_edit else None) or moment(
        optional(part, "date", "the message")
    )
    said = words.said(part)
    author = author_of(part)
    return Event(
        kind="edited" if is_edit else "created",
        key=f"edited:{item}:{at.timestamp() if at else 0:.0f}:{digest(said)}"
        if is_edit
        else f"created:{item}",
        item=item,
        thread=refs.thread(place),
        parent=parent_of(part, place),
        author=author,
        at=at,
        text=said,
        visibility="private" if is_private(part) else "public",
        is_own=is_own(part, author, bot),
        media=words.media(part),
        lang=author.lang if author else "",
        link=refs.public_link(within(part, "chat"), ident),
        mentions=words.mentions(part),
        # Only who runs a channel writes in it; nobody waits for an answer to that.
        is_spoken_to="channel_post" not in kind and part.get("is_automatic_forward") is not True,
        extra=extra(part),
    )


def place_of(part: Part) -> Place:
    chat = within(part, "chat")
    ident = number(chat, "id", "the chat")
    connection = text(part, "business_connection_id")
    if connection:
        return Place(ident, connection)
    direct = optional(within(part, "direct_messages_topic"), "topic_id", "the topic")
    if direct is not None:
        return Place(ident, topic=direct, is_direct=True)
    is_topic = part.get("is_topic_message") is True
    return Place(ident, topic=optional(part, "message_thread_id", "the message") if is_topic else None)


def is_private(part: Part) -> bool:
    """A talk with one person; a channel's direct messages are that, too, though their chat is a group."""
    chat = within(part, "chat")
    return (
        text(chat, "type") not in {"group", "supergroup", "channel"} or chat.get("is_direct_messages") is True
    )


def author_of(part: Part) -> Author | None:
    """Who wrote; for anonymous administrators and channels the chat that they speak for."""
    speaks_for = within(part, "sender_chat")
    if speaks_for:
        return words.channel(speaks_for)
    if within(part, "from"):
        return words.person(within(part, "from"))
    chat = within(part, "chat")
    return words.channel(chat) if text(chat, "type") == "channel" else None


def is_own(part: Part, author: Author | None, bot: str) -> bool:
    """By our bot; or, where it answers for a business account, by the person whose account that is."""
    if within(part, "sender_business_bot"):
        return True
    if author is not None and text(part, "business_connection_id"):
        return author.native != str(number(within(part, "chat"), "id", "the chat"))
    return author is not None and bool(bot) and author.native == bot


def parent_of(part: Part, place: Place) -> str | None:
    answered = within(part, "reply_to_message")
    ident = optional(answered, "message_id", "the message answered")
    # In a topic each message answers the one that opened it, which is no utterance.
    return refs.item(place, ident) if ident is not None and "forum_topic_created" not in answered else None


def extra(part: Part) -> dict[str, Any]:
    origin = within(part, "forward_origin")
    sender = within(origin, "sender_user") or within(part, "forward_from")
    chat = within(origin, "chat") or within(origin, "sender_chat")
    forwarded = text(origin, "sender_user_name") or (
        words.person(sender).name if sender else text(chat, "title")
    )
    found = {
        "forwarded_from": forwarded,
        "quotes": text(within(part, "quote"), "text"),
        "album": text(part, "media_group_id"),
    }
    return {key: value for key, value in found.items() if value}


def digest(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]


def moment(seconds: int | None) -> datetime | None:
    # 0 stands for a message that is not accessible any more.
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None  # a time out of all measure is no reason to lose the words


# Everything else ----------------------------------------------------------------------------------------------


def deleted(part: Part) -> list[Item]:
    place = place_of(part)
    numbers = part.get("message_ids")
    if not isinstance(numbers, list) or not all(type(each) is int for each in numbers):
        raise Strange("its message_ids are no list of numbers")
    items = [refs.item(place, each) for each in numbers]
    return [Event(kind="deleted", key=f"deleted:{item}", item=item, visibility="private") for item in items]


def reaction(part: Part) -> list[Item]:
    place = place_of(part)
    item = refs.item(place, number(part, "message_id", "the reaction"))
    author = (
        words.channel(within(part, "actor_chat"))
        if within(part, "actor_chat")
        else words.person(within(part, "user"))
    )
    sign = next((shown(each) for each in listed(part, "new_reaction")), "")
    seconds = number(part, "date", "the reaction")
    return [
        Event(
            kind="reaction",
            key=f"reaction:{item}:{author.native}:{seconds}:{sign}",
            item=item,
            thread=refs.thread(place),
            author=author,
            at=moment(seconds),
            text=sign,
            visibility="private" if is_private(part) else "public",
        )
    ]


def shown(sign: Part) -> str:
    """An emoji; Telegram's own drawings and paid stars have none that others could show."""
    return text(sign, "emoji") or {"paid": "⭐"}.get(text(sign, "type"), "★")


def pressed(part: Part) -> list[Item]:
    """A button under a message of ours: what it stands for is what the person says."""
    under = within(part, "message")
    said = text(part, "data")
    if not under or not said:
        return [Unsupported("A button that stands for no words.")]
    place = place_of(under)
    ident = text(part, "id")
    if not ident:
        raise Strange("its id is missing")
    return [
        Event(
            kind="created",
            key=f"created:button:{ident}",
            item=f"button:{ident}",
            thread=refs.thread(place),
            parent=refs.item(place, number(under, "message_id", "the message")),
            author=words.person(within(part, "from")),
            text=said,
            visibility="private" if is_private(under) else "public",
        )
    ]


def membership(part: Part) -> list[Item]:
    """Of our bot: in a private chat it tells that the person blocked it, or took that back."""
    chat = within(part, "chat")
    status = text(within(part, "new_chat_member"), "status")
    if text(chat, "type") != "private":
        name = text(chat, "title")[:60]
        return [Unsupported(f"The bot is now {status[:20] or 'something else'!r} in {name!r}.")]
    author = words.person(within(part, "from"))
    seconds = number(part, "date", "the change")
    return [
        Event(
            kind="author_changed",
            key=f"member:{author.native}:{seconds}:{status}",
            author=author,
            at=moment(seconds),
            visibility="private",
            ok=status not in LEFT,
            extra={"blocks_us": status in LEFT},
        )
    ]


def connection(part: Part) -> list[Item]:
    state = "answers now" if part.get("is_enabled") is True else "does not answer any more"
    return [
        Unsupported(
            f"The bot {state} for the business account of {words.person(within(part, 'user')).name!r}."
        )
    ]


TOLD: Mapping[str, Callable[[Part], list[Item]]] = {
    "deleted_business_messages": deleted,
    "message_reaction": reaction,
    "callback_query": pressed,
    "my_chat_member": membership,
    "business_connection": connection,
}
