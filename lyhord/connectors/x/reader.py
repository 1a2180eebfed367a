"""What X has for us when we ask: posts that name us, posts that quote us, and direct messages. Each read costs money."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Arrival, Found, Gone, Hidden, Trouble
from lyhord.connectors.x import client, messages, parser
from lyhord.connectors.x.client import Lost, NotSent, Site, Told
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import N_

ID = re.compile(r"[0-9]{1,19}")
HANDLE = re.compile(r"\w{1,20}")
PAGE, MOST_PAGES = 100, 8  # X gives the newest 800 mentions
FIRST = 20  # of what was there before us
FIELDS = {
    "post.fields": "attachments,conversation_id,created_at,display_text_range,edit_controls,entities,id,lang,note_post,text",
    "expansions": "attachments.media_keys,author_id,edit_history_post_ids,entities.mentions.username,in_reply_to_user_id,referenced_posts",
    "user.fields": "id,name,username,profile_image_url,public_metrics",
    "media.fields": "alt_text,media_key,preview_image_url,type,url,variants",
}
TALKS = {
    "dm_event.fields": "attachments,created_at,dm_conversation_id,entities,event_type,id,text",
    "expansions": "attachments.media_keys,participant_ids,sender_id",
    "user.fields": FIELDS["user.fields"],
    "media.fields": FIELDS["media.fields"],
}


def poll(site: Site, account: AccountSide, cursor: str) -> Iterator[Arrival]:
    """Mentions, then quotes, then messages; the cursor tells how far each has come. Raises Trouble."""
    marks = marks_of(cursor)
    for name, path, params in sources(account):
        yield from source(site, name, path, params, marks)


def sources(account: AccountSide) -> Iterator[tuple[str, str, dict[str, str]]]:
    if not ID.fullmatch(account.native):
        return
    yield "post", f"/2/users/{account.native}/mentions", FIELDS
    if account.settings.get("finds_quotes") and HANDLE.fullmatch(account.handle):
        query = f'url:"x.com/{account.handle}/status" -from:{account.handle} -is:retweet'
        yield "quote", "/2/tweets/search/recent", {**FIELDS, "query": query}
    if account.settings.get("reads_messages", True):
        yield "message", "/2/dm_events", {**TALKS, "event_types": "MessageCreate"}


def marks_of(cursor: str) -> dict[str, str]:
    try:
        told = jsons.read(cursor.encode()) if cursor else {}
    except (BadJson, UnicodeError):
        told = {}
    found = told.items() if isinstance(told, Mapping) else ()
    return {str(name): mark for name, mark in found if isinstance(mark, str) and ID.fullmatch(mark)}


def source(
    site: Site, name: str, path: str, params: Mapping[str, str], marks: dict[str, str]
) -> Iterator[Arrival]:
    """Pages come newest first and are told oldest first, so that a stop between two loses nothing."""
    since = marks.get(name, "")
    pages = list(pages_of(site, path, params, since, has_since=name != "message"))
    for told in reversed(pages):
        newest = max((int(ident) for ident in ids(told)), default=0)
        if newest > int(marks.get(name, "0")):
            marks[name] = str(newest)
            yield Arrival(
                told.raw, json.dumps(marks, sort_keys=True), url=path, headers={parser.OURS: site.ours}
            )


def pages_of(
    site: Site, path: str, params: Mapping[str, str], since: str, *, has_since: bool
) -> Iterator[Told]:
    asked = {**params, "max_results": str(PAGE if since else FIRST)}
    if since and has_since:
        asked["since_id"] = since
    for _ in range(MOST_PAGES if since else 1):
        told = site.read(path, asked)
        yield told
        meta = told.body.get("meta")
        after = meta.get("next_token") if isinstance(meta, Mapping) else None
        known = ids(told)
        if not isinstance(after, str) or not known or (since and min(map(int, known)) <= int(since)):
            return
        asked["pagination_token"] = after


def ids(told: Told) -> list[str]:
    data = told.data if isinstance(told.data, list) else []
    found = (each.get("id") for each in data if isinstance(each, Mapping))
    return [each for each in found if isinstance(each, str) and ID.fullmatch(each)]


def backfill(site: Site, account: AccountSide, since: datetime) -> Iterator[Arrival]:
    """Mentions since a moment, the newest 800 at most. Raises Trouble."""
    if not ID.fullmatch(account.native):
        return
    asked = {**FIELDS, "max_results": str(PAGE), "start_time": f"{since:%Y-%m-%dT%H:%M:%SZ}"}
    path = f"/2/users/{account.native}/mentions"
    for _ in range(MOST_PAGES):
        told = site.read(path, asked)
        yield Arrival(told.raw, "", url=path, headers={parser.OURS: site.ours})
        meta = told.body.get("meta")
        after = meta.get("next_token") if isinstance(meta, Mapping) else None
        if not isinstance(after, str):
            return
        asked["pagination_token"] = after


def fetch(site: Site, item: str) -> Found | Gone | Hidden:
    """A post with what it answers and quotes, or a message. Raises Trouble."""
    is_message = item.startswith(messages.ITEM)
    ident = item.removeprefix(messages.ITEM)
    if not ID.fullmatch(ident):
        return Hidden(N_("This is no post of X's."))
    path = f"/2/dm_events/{ident}" if is_message else f"/2/tweets/{ident}"
    params = TALKS if is_message else FIELDS
    try:
        told = site.ask("GET", path, params=params)
    except (NotSent, Lost) as problem:
        raise Trouble(str(problem)) from None
    if told.is_good and told.data:
        return Found((Arrival(told.raw, "", url=path, headers={parser.OURS: site.ours}),))
    if told.kind == "resource-not-found" and names(told, ident):
        return Gone()
    if told.status == 200 or told.kind == "not-authorized-for-resource":
        return Hidden(
            N_("X does not show this to us: its author is protected or suspended, or has blocked us.")
        )
    raise client.refused(told, site.now)


def names(told: Told, ident: str) -> bool:
    """Of this very one: an author who is gone makes errors too, which say nothing of the post."""
    return any(ident in {each.get("resource_id"), each.get("value")} for each in told.problems)


def file(site: Site, place: str) -> bytes | None:
    """A picture in a direct message. Raises Trouble."""
    found = re.fullmatch(rf"{messages.ASK}(\d+)/(\d+)/([\w.-]+)", place)
    if found is None:
        return None
    try:
        told = site.ask("GET", f"/2/dm_conversations/media/{found[1]}/{found[2]}/{found[3]}")
    except (NotSent, Lost) as problem:
        raise Trouble(str(problem)) from None
    if told.status in {404, 410, 403}:
        return None
    if told.status != 200:
        raise client.refused(told, site.now)
    return told.raw


def own_posts(site: Site) -> list[Any]:
    """Raises Trouble."""
    told = site.read(f"/2/users/{site.ours}/tweets", {**FIELDS, "max_results": "50"})
    return told.data if isinstance(told.data, list) else []
