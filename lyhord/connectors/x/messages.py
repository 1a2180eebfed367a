"""Direct messages as events: those of v2 that we ask for, and those of the Activity API in the older shape. Pure."""

import html
import re

from lyhord.channels.contract import Author, Event, Item, Media, Unsupported
from lyhord.connectors.x.posts import Beside, file, person
from lyhord.connectors.x.shapes import Part, listed, moment, needed, text, within, words

ITEM, THREAD = "dm:", "dm:"
PAIR = re.compile(r"(\d{1,19})-(\d{1,19})")
# A file in a message is given to our account alone; its address says which one it is.
HELD = re.compile(r"https://ton\.(?:twitter|x)\.com/(?:\d\.\d/ton/data|i/ton/data)/dm/(\d+)/(\d+)/([\w.-]+)")
ASK = "ask:"


def talk(one: str, other: str) -> str:
    """Two people's talk, in one order whoever began."""
    first, last = sorted((one, other), key=lambda each: (len(each), each))
    return f"{THREAD}{first}-{last}"


def thread_of(conversation: str) -> str:
    pair = PAIR.fullmatch(conversation)
    return talk(pair[1], pair[2]) if pair else f"{THREAD}{conversation}"


def asked(part: Part, along: Beside) -> Item:
    """Of GET /2/dm_events."""
    ident = needed(part, "id")
    if text(part, "event_type") != "MessageCreate":
        return Unsupported("Somebody joined or left a talk.", f"{ITEM}{ident}")
    keys = words(within(part, "attachments"), "media_keys")
    files = tuple(found for key in keys if (found := file(along.media.get(key, {}))) is not None)
    return event(
        along, ident, text(part, "sender_id"), thread_of(needed(part, "dm_conversation_id")), text(part, "created_at"),
        html.unescape(expanded(text(part, "text"), listed(within(part, "entities"), "urls"))), files,
    )  # fmt: skip


def told(part: Part, along: Beside) -> Item:
    """Of the Activity API."""
    ident = needed(part, "id")
    made = within(part, "message_create")
    if text(part, "type") != "message_create":
        return Unsupported(
            f"X's message event {text(part, 'type')[:40]!r} is not one that we use.", f"{ITEM}{ident}"
        )
    sender, receiver = needed(made, "sender_id"), needed(within(made, "target"), "recipient_id")
    data = within(made, "message_data")
    attached = within(within(data, "attachment"), "media")
    url = text(attached, "media_url_https")
    files = (Media(url, "picture"),) if url else ()
    said = html.unescape(expanded(text(data, "text"), listed(within(data, "entities"), "urls")))
    return event(along, ident, sender, talk(sender, receiver), text(part, "created_timestamp"), said, files)


def expanded(said: str, urls: list[Part]) -> str:
    for link in urls:
        short, full = text(link, "url"), text(link, "expanded_url")
        if short and full:
            said = said.replace(short, "" if "/messages/media/" in full else full)
    return said.strip()


def event(
    along: Beside, ident: str, sender: str, thread: str, at: str, said: str, files: tuple[Media, ...]
) -> Event:
    is_own = bool(along.ours) and sender == along.ours
    return Event(
        kind="created",
        key=f"created:{ITEM}{ident}",
        account=along.ours,
        item=f"{ITEM}{ident}",
        thread=thread,
        author=person(sender, along),
        at=moment(at),
        text=said,
        visibility="private",
        is_own=is_own,
        media=tuple(held(each) for each in files),
        is_spoken_to=not is_own,
    )


def held(media: Media) -> Media:
    found = HELD.match(media.url)
    return Media(f"{ASK}{'/'.join(found.groups())}", media.kind, media.alt) if found else media


def read(part: Part, along: Beside) -> Item:
    """The other one has read up to a moment."""
    reader = needed(part, "sender_id")
    at = text(part, "created_timestamp")
    if reader == along.ours:
        return Unsupported("We have read a message ourselves.")
    return Event(
        kind="read",
        key=f"read:{reader}:{at}",
        account=along.ours,
        author=person(reader, along) or Author(reader),
        at=moment(at),
        visibility="private",
    )
