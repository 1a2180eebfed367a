"""After a lost answer: does it stand on X? Our own posts, or our talk with the person, are read back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from lyhord.channels.contract import Outgoing, Retry, Sent, Trouble, Unsure
from lyhord.connectors.x import messages, posts, reader
from lyhord.connectors.x.client import Site
from lyhord.connectors.x.reader import ID
from lyhord.connectors.x.shapes import Strange, listed, moment, text
from lyhord.lib.text import N_

SETTLED = timedelta(minutes=5)  # no request is under way for longer
BEFORE = timedelta(minutes=2)  # clocks differ


def settle(site: Site, outgoing: Outgoing) -> Sent | Unsure | Retry:
    if outgoing.verb not in {"reply", "post"}:
        return Retry(N_("Asking twice for this does no harm."))
    is_private = outgoing.visibility == "private"
    try:
        there = talk(site, outgoing) if is_private else reader.own_posts(site)
    except Trouble as problem:
        return Unsure(str(problem))
    ours = [part for part in there if isinstance(part, Mapping)]
    try:
        return read_back(site, ours, outgoing)
    except Strange:
        return Unsure(N_("Our own posts cannot be read now."))


def talk(site: Site, outgoing: Outgoing) -> list[Any]:
    person = outgoing.person or ""
    if not ID.fullmatch(person):
        raise Trouble(N_("An answer needs the person that it is for."))
    params = {**reader.TALKS, "max_results": "50"}
    told = site.read(f"/2/dm_conversations/with/{person}/dm_events", params)
    return told.data if isinstance(told.data, list) else []


def read_back(site: Site, ours: list[Mapping[str, Any]], outgoing: Outgoing) -> Sent | Unsure | Retry:
    for part in ours:
        if is_it(site, part, outgoing):
            ident = text(part, "id")
            if outgoing.visibility == "private":
                return Sent(f"{messages.ITEM}{ident}", evidence="read_back")
            return Sent(ident, f"https://x.com/i/status/{ident}", "read_back")
    made = outgoing.made_at
    reaches = made is not None and any(
        (at := moment(text(part, "created_at"))) is not None and at < made for part in ours
    )
    if made is not None and site.now - made > SETTLED and reaches:
        return Retry(N_("It is not among our posts of that time."))
    return Unsure(N_("It is not among our newest posts, which does not prove that it is nowhere."))


def is_it(site: Site, part: Mapping[str, Any], outgoing: Outgoing) -> bool:
    """Ours, of that time, with these words, and answering this post."""
    at = moment(text(part, "created_at"))
    if outgoing.made_at is not None and at is not None and at < outgoing.made_at - BEFORE:
        return False
    if text(part, "author_id", "sender_id") not in {"", site.ours}:
        return False
    if outgoing.verb == "reply" and outgoing.visibility == "public":
        answered = {text(each, "id") for each in listed(part, "referenced_posts", "referenced_tweets")}
        if not answered & {outgoing.item, outgoing.facts.get("newest")}:
            return False
    return bare(posts.said(part)) == bare(outgoing.text)


def bare(said: str) -> str:
    """X puts the names of those who are answered before the words."""
    return " ".join(word for word in said.casefold().split() if not word.startswith("@"))
