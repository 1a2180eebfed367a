"""The words of a message as plain text, and who is named in them. Pure."""

from collections.abc import Mapping
from typing import Any

from lyhord.channels.contract import Author, Media
from lyhord.lib.text import clean

Part = Mapping[str, Any]
MOST_ENTITIES = 1_000
ASK = "ask:"  # the file lies under an address with our token in it; `Connector.file` fetches it

# What a message is when it is no text: the field, the kind of file, the name of the field of its name.
FILES = (
    ("document", "file"),
    ("animation", "video"),
    ("video", "video"),
    ("video_note", "video"),
    ("live_photo", "video"),
    ("audio", "sound"),
    ("voice", "sound"),
    ("sticker", "picture"),
)


class Strange(Exception):
    """A part is not of the shape that it should have; the text says which."""


def number(part: Part, name: str, what: str) -> int:
    found = optional(part, name, what)
    if found is None:
        raise Strange(f"the {name} of {what} is missing")
    return found


def optional(part: Part, name: str, what: str) -> int | None:
    value = part.get(name)
    if value is None:
        return None
    if type(value) is not int:
        raise Strange(f"the {name} of {what} is no whole number")
    return value


def within(part: Part, name: str) -> Part:
    """An object that may be missing."""
    value = part.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Strange(f"its {name} is no object")
    return value


def listed(part: Part, name: str) -> list[Part]:
    value = part.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise Strange(f"its {name} is no list of objects")
    return value


def text(part: Part, name: str) -> str:
    value = part.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Strange(f"its {name} is no text")
    return clean(value)


def said(message: Part) -> str:
    """What a person would read: the text, the caption, or what stands in its place."""
    for name, entities in (("text", "entities"), ("caption", "caption_entities")):
        words = text(message, name)
        if words:
            return with_links(words, listed(message, entities)[:MOST_ENTITIES])
    return instead(message)


def with_links(words: str, entities: list[Part]) -> str:
    """Links that hide behind words are written out; offsets count UTF-16 units (docs: MessageEntity)."""
    units = words.encode("utf-16-le", "surrogatepass")
    links = [entity for entity in entities if entity.get("type") == "text_link" and text(entity, "url")]
    for entity in sorted(links, key=lambda each: number(each, "offset", "a link"), reverse=True):
        start = number(entity, "offset", "a link") * 2
        end = start + number(entity, "length", "a link") * 2
        url = text(entity, "url")
        if 0 <= start <= end <= len(units) and units[start:end] != url.encode("utf-16-le"):
            units = units[:end] + f" ({url})".encode("utf-16-le", "surrogatepass") + units[end:]
    return clean(units.decode("utf-16-le", "replace"))


def instead(message: Part) -> str:
    contact, venue, place = within(message, "contact"), within(message, "venue"), within(message, "location")
    poll, game, checklist = within(message, "poll"), within(message, "game"), within(message, "checklist")
    if contact:
        names = " ".join(part for part in (text(contact, "first_name"), text(contact, "last_name")) if part)
        return ", ".join(part for part in (names, text(contact, "phone_number")) if part)
    if venue:
        return ", ".join(part for part in (text(venue, "title"), text(venue, "address")) if part)
    if place:
        return f"{place.get('latitude')}, {place.get('longitude')}"
    if poll:
        return "\n- ".join(
            [text(poll, "question"), *(text(option, "text") for option in listed(poll, "options"))]
        )
    if checklist:
        return "\n- ".join(
            [text(checklist, "title"), *(text(task, "text") for task in listed(checklist, "tasks"))]
        )
    emoji = text(within(message, "sticker"), "emoji") or text(within(message, "dice"), "emoji")
    return emoji or text(game, "title")


def media(message: Part) -> tuple[Media, ...]:
    photos = sorted(listed(message, "photo"), key=size)
    found = [(photos[-1], "picture")] if photos else []
    has = [(within(message, name), kind) for name, kind in FILES]
    # An animation is told as a document, too (docs: Message, animation).
    found += [(part, kind) for part, kind in has if part and not (part is has[0][0] and has[1][0])]
    return tuple(medium(part, kind, message) for part, kind in found if isinstance(part.get("file_id"), str))


def medium(part: Part, kind: Any, message: Part) -> Media:
    if kind == "picture" and (part.get("is_animated") is True or part.get("is_video") is True):
        kind = "file"
    name = text(part, "file_name") or text(part, "title")
    return Media(url=ASK + text(part, "file_id"), kind=kind, alt=text(part, "emoji"), name=name)


def size(photo: Part) -> int:
    return (optional(photo, "width", "a photo") or 0) * (optional(photo, "height", "a photo") or 0)


def mentions(message: Part) -> tuple[Author, ...]:
    """Those named with @name, whose numbers we are not told, and those named by number."""
    found = []
    for words, entities in (("text", "entities"), ("caption", "caption_entities")):
        units = text(message, words).encode("utf-16-le", "surrogatepass")
        for entity in listed(message, entities)[:MOST_ENTITIES]:
            if entity.get("type") == "text_mention":
                found.append(person(within(entity, "user")))
            elif entity.get("type") == "mention":
                start = max(number(entity, "offset", "a mention"), 0) * 2
                end = start + max(number(entity, "length", "a mention"), 0) * 2
                handle = units[start:end].decode("utf-16-le", "replace").lstrip("@")
                found.append(Author(native="", handle=clean(handle), name=clean(handle)))
    return tuple(found)


def person(user: Part) -> Author:
    handle = text(user, "username")
    names = (text(user, "first_name"), text(user, "last_name"))
    return Author(
        native=str(number(user, "id", "a person")),
        handle=handle,
        name=" ".join(name for name in names if name),
        lang=text(user, "language_code"),
        profile=f"https://t.me/{handle}" if handle.isidentifier() else "",
        is_bot=user.get("is_bot") is True,
    )


def channel(chat: Part) -> Author:
    """A channel, or a group that speaks for itself."""
    handle = text(chat, "username")
    return Author(
        native=str(number(chat, "id", "a chat")),
        handle=handle,
        name=text(chat, "title") or handle,
        profile=f"https://t.me/{handle}" if handle.isidentifier() else "",
    )
