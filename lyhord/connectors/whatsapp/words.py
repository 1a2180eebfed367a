"""What a message says, and the files in it: many sorts, told as plain text and media. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from lyhord.channels.contract import Media
from lyhord.connectors.whatsapp.shapes import Part, Strange, figure, listed, needed, text, within
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import clean

ASK = "ask:"
FILES: Mapping[str, Literal["picture", "video", "sound", "file"]] = {
    "image": "picture",
    "sticker": "picture",
    "video": "video",
    "audio": "sound",
    "voice": "sound",
    "document": "file",
}


def media(message: Part) -> tuple[Media, ...]:
    """By its number: the address that comes along ends after five minutes and wants our token all the same."""
    kind = text(message, "type")
    if kind not in FILES:
        return ()
    part = within(message, kind)
    ident = text(part, "id")
    if not ident:
        return ()
    return (Media(f"{ASK}{ident}", FILES[kind], name=text(part, "filename")),)


def said(message: Part) -> str:
    kind = text(message, "type")
    if kind in FILES:
        return text(within(message, kind), "caption")
    return SAYS[kind](message) if kind in SAYS else ""


def plain(message: Part) -> str:
    return text(within(message, "text"), "body")


def location(message: Part) -> str:
    place = within(message, "location")
    where = [text(place, "name"), text(place, "address")]
    latitude, longitude = figure(place, "latitude"), figure(place, "longitude")
    if latitude is None or longitude is None:
        raise Strange("its location has no place on earth")
    return "\n".join(each for each in (*where, f"{latitude}, {longitude}") if each)


def cards(message: Part) -> str:
    return "\n".join(card(each) for each in listed(message, "contacts"))


def card(contact: Part) -> str:
    name = within(contact, "name")
    called = text(name, "formatted_name") or text(name, "first_name")
    numbers = [text(phone, "phone") for phone in listed(contact, "phones")]
    mails = [text(mail, "email") for mail in listed(contact, "emails")]
    return ", ".join(each for each in (called, *numbers, *mails) if each)


def button(message: Part) -> str:
    return text(within(message, "button"), "text")


def chosen(message: Part) -> str:
    """Of a list, of buttons, or the fields of a form."""
    part = within(message, "interactive")
    kind = needed(part, "type")
    answer = within(part, kind)
    if kind == "nfm_reply":
        return filled(text(answer, "response_json")) or text(answer, "body")
    return "\n".join(each for each in (text(answer, "title"), text(answer, "description")) if each)


def filled(raw: str) -> str:
    """`name: value` a line; the token is ours and says nothing."""
    try:
        told = jsons.read(raw.encode()) if raw else None
    except BadJson:
        return ""
    if not isinstance(told, Mapping):
        return ""
    fields: dict[str, Any] = {name: value for name, value in told.items() if name != "flow_token"}
    return clean("\n".join(f"{name}: {shown(value)}" for name, value in fields.items()))


def shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)


def order(message: Part) -> str:
    part = within(message, "order")
    lines = [text(part, "text")]
    for each in listed(part, "product_items"):
        price = figure(each, "item_price")
        tail = f" {price} {text(each, 'currency')}".rstrip() if price is not None else ""
        lines.append(f"{shown(each.get('quantity') or 1)} × {text(each, 'product_retailer_id')}{tail}")
    return clean("\n".join(line for line in lines if line))


SAYS: Mapping[str, Callable[[Part], str]] = {
    "text": plain,
    "location": location,
    "contacts": cards,
    "button": button,
    "interactive": chosen,
    "order": order,
}
