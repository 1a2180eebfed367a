"""Names of places and messages: Telegram numbers messages within a chat, so a name holds both. Pure.

A thread is `<chat>`, `<chat>/<topic>`, `<chat>/d<topic>` (direct messages of a channel) or `b:<connection>:<chat>`
(a business account that the bot answers for); a message is its chat and `:<number>`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CHAT = re.compile(
    r"(?:b:(?P<connection>[\w-]{1,200}):)?(?P<chat>-?\d{1,19})(?:/(?P<direct>d?)(?P<topic>\d{1,19}))?"
)
MESSAGE = re.compile(r"(?:b:(?P<connection>[\w-]{1,200}):)?(?P<chat>-?\d{1,19}):(?P<number>\d{1,19})")


@dataclass(frozen=True)
class Place:
    chat: int
    connection: str = ""
    topic: int | None = None
    is_direct: bool = False  # of a channel: the topic is one person's talk with it

    @property
    def is_group(self) -> bool:
        """Groups and channels have negative numbers, people positive ones."""
        return self.chat < 0 and not self.is_direct

    def fields(self) -> dict[str, Any]:
        """As the methods that send take it."""
        told: dict[str, Any] = {"chat_id": self.chat}
        if self.connection:
            told["business_connection_id"] = self.connection
        if self.topic is not None:
            told["direct_messages_topic_id" if self.is_direct else "message_thread_id"] = self.topic
        return told


def thread(place: Place) -> str:
    if place.connection:
        return f"b:{place.connection}:{place.chat}"
    if place.topic is None:
        return str(place.chat)
    return f"{place.chat}/{'d' if place.is_direct else ''}{place.topic}"


def item(place: Place, number: int) -> str:
    before = f"b:{place.connection}:" if place.connection else ""
    return f"{before}{place.chat}:{number}"


def place_of(text: str | None) -> Place | None:
    found = CHAT.fullmatch(text or "")
    if found is None:
        return None
    topic = int(found["topic"]) if found["topic"] else None
    return Place(int(found["chat"]), found["connection"] or "", topic, bool(found["direct"]))


def message_of(text: str | None) -> tuple[Place, int] | None:
    found = MESSAGE.fullmatch(text or "")
    if found is None:
        return None
    return Place(int(found["chat"]), found["connection"] or ""), int(found["number"])


def public_link(chat: Mapping[str, Any], number: int) -> str:
    """Of a message in a chat that has a name; others have no address for everybody."""
    name = chat.get("username")
    is_named = isinstance(name, str) and re.fullmatch(r"\w{1,64}", name) and chat.get("type") != "private"
    return f"https://t.me/{name}/{number}" if is_named else ""
