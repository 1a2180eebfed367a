"""After a lost answer: does it stand on Reddit? Our own newest words are read."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lyhord.channels.contract import AccountSide, Event, Outgoing, Retry, Sent, Trouble, Unsure
from lyhord.connectors.reddit import parser, reader, things
from lyhord.connectors.reddit.client import Reddit
from lyhord.lib.text import N_

SETTLED = timedelta(minutes=5)  # no request is under way for longer
EARLIER = timedelta(minutes=2)  # clocks differ


def settle(reddit: Reddit, account: AccountSide, outgoing: Outgoing, now: datetime) -> Sent | Unsure | Retry:
    if outgoing.verb == "report":
        return Unsure(N_("Reports cannot be read back."))
    if outgoing.verb not in {"reply", "post"}:
        return Retry(N_("Asking twice for this does no harm."))
    since = (outgoing.made_at or now) - EARLIER
    try:
        if found := reader.MODMAIL.fullmatch(outgoing.item or outgoing.thread or ""):
            return in_modmail(reddit, str(found[1]), outgoing, since, now)
        told = reader.page(reddit, place(account, outgoing), {"sort": "new"}, "", now)
    except Trouble as problem:
        return Unsure(str(problem))
    for data in reader.listed(told):
        if is_it(data, outgoing, since):
            return Sent(things.text(data.get("name")), things.link(data), "read_back")
    times = [data["created_utc"] for data in reader.listed(told) if things.is_number(data.get("created_utc"))]
    reaches = bool(times) and datetime.fromtimestamp(min(times), UTC) < since
    if reaches and outgoing.made_at is not None and now - outgoing.made_at > SETTLED:
        return Retry(N_("It is not among our words of that time."))
    return Unsure(N_("It is not among our newest words, which does not prove that it is nowhere."))


def place(account: AccountSide, outgoing: Outgoing) -> str:
    if outgoing.verb == "reply" and outgoing.visibility == "private":
        return "/message/sent"
    name = account.handle if re.fullmatch(r"[\w-]+", account.handle) else "me"
    return f"/user/{name}/{'comments' if outgoing.verb == 'reply' else 'submitted'}"


def is_it(data: Mapping[str, Any], outgoing: Outgoing, since: datetime) -> bool:
    at = data.get("created_utc")
    if not things.is_number(at) or datetime.fromtimestamp(float(at or 0), UTC) < since:
        return False
    if outgoing.verb == "post":
        return same(data.get("selftext"), outgoing.text) and same(data.get("title"), outgoing.title)
    is_moving = outgoing.visibility == "private" and outgoing.item_visibility == "public"
    if is_moving or not outgoing.item:
        return same(data.get("body"), outgoing.text) and same(
            data.get("dest"), outgoing.person_handle.removeprefix("u/")
        )
    return same(data.get("body"), outgoing.text) and data.get("parent_id") == outgoing.item


def same(value: Any, text: str) -> bool:
    return isinstance(value, str) and " ".join(value.split()).casefold() == " ".join(text.split()).casefold()


def in_modmail(
    reddit: Reddit, ident: str, outgoing: Outgoing, since: datetime, now: datetime
) -> Sent | Unsure | Retry:
    told = reddit.read(f"/api/mod/conversations/{ident}", now)
    items = [each for each in parser.parse(told.raw, {}, "", "GET") if isinstance(each, Event)]
    for event in items:
        if event.is_own and same(event.text, outgoing.text) and event.at and event.at >= since:
            return Sent(event.item, event.link, "read_back")
    if items and outgoing.tag != "whisper" and outgoing.made_at and now - outgoing.made_at > SETTLED:
        return Retry(N_("It is not in the conversation."))
    return Unsure(N_("It is not in the conversation yet, which does not prove that it is nowhere."))
