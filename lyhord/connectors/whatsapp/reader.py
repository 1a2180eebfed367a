"""Files, which Meta gives to our account alone."""

from datetime import datetime

from lyhord.channels.contract import Trouble
from lyhord.connectors.whatsapp import client, words
from lyhord.connectors.whatsapp.client import Cloud, Lost, NotSent


def file(cloud: Cloud, place: str, now: datetime) -> bytes | None:
    """Its address is told anew each time, since it ends after five minutes. Raises Trouble."""
    ident = place.removeprefix(words.ASK)
    if not place.startswith(words.ASK) or not client.NUMBER.fullmatch(ident):
        return None
    params = {"phone_number_id": cloud.number} if cloud.number else {}
    try:
        told = cloud.ask("GET", ident, params=params)
    except (NotSent, Lost) as problem:
        raise Trouble(str(problem)) from None
    if not told.is_good:
        if told.meaning is None and 400 <= told.status < 500:
            return None  # files are kept for thirty days, then there is no such number
        raise client.refused(told, now, cloud.token)
    address = told.body.get("url")
    return cloud.content_of(address) if isinstance(address, str) else None
