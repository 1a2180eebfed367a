"""What we read of Instagram: our newest posts with their comments, posts that tag us, talks; one thing again; the past."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Arrival, Found, Gone, Hidden, Trouble
from lyhord.connectors._meta import talks
from lyhord.connectors._meta.client import Graph, Lost, NotSent, Told
from lyhord.connectors._meta.places import arrival, quoted
from lyhord.connectors._meta.values import Part, Strange, digest, listed, moment, native, text, within
from lyhord.lib.text import N_

PERSON = "from,username"
REPLY = f"id,text,timestamp,{PERSON},hidden,parent_id"
COMMENT = f"{REPLY},media{{id}}"
BELOW = f"comments.limit(50){{id,text,timestamp,{PERSON},hidden,replies.limit(50){{{REPLY}}}}}"
MEDIA = "id,caption,media_type,media_url,thumbnail_url,permalink,timestamp,username,owner,children{media_type,media_url}"
MENTION = "mentioned_comment.comment_id({item}){{id,text,timestamp,username,media{{id}}}}"
A_PAGE = 25
LISTS = {"media": f"{MEDIA},{BELOW}", "tags": MEDIA}


def poll(graph: Graph, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    """The newest posts in one look; comments change no time of their post, so their own times tell what is new."""
    seen = read_cursor(cursor)
    for name, fields in LISTS.items():
        path = f"{quoted(account.native)}/{name}"
        try:
            told = graph.read(path, {"fields": fields, "limit": A_PAGE}, now)
        except Trouble as problem:
            if name == "media" or problem.at or problem.account_state == "token_revoked":
                raise
            continue  # to be tagged needs a right of its own; comments come without it
        newest = max((changed(each) for each in nodes(told)), default="")
        if newest > seen.get(name, ""):
            seen = {**seen, name: newest}
            yield arrival(told, account, path, json.dumps(seen), now)
    for each in talks.poll(graph, account, "instagram", seen.get("talks", ""), now):
        seen = {**seen, "talks": each.cursor}
        yield Arrival(each.raw, json.dumps(seen), each.url, each.headers, each.method, each.wait)


def nodes(told: Told) -> list[Part]:
    try:
        return listed(told.body, "data")
    except Strange as problem:
        raise Trouble(f"Meta's list is not as it should be: {problem}.") from None


def changed(part: Part) -> str:
    """The newest time in a post, its comments and their answers, as text that sorts."""
    try:
        comments = listed(part, "comments")
        below = [*comments, *(reply for each in comments for reply in listed(each, "replies"))]
        times = [moment(each.get("timestamp")) for each in (part, *below)]
    except Strange as problem:
        raise Trouble(f"Meta's list is not as it should be: {problem}.") from None
    return max((at.isoformat() for at in times if at), default="")


def read_cursor(cursor: str) -> dict[str, str]:
    try:
        told = json.loads(cursor or "{}")
    except ValueError:
        return {}
    names = (*LISTS, "talks")
    return {name: str(told[name]) for name in names if name in told} if isinstance(told, dict) else {}


def backfill(graph: Graph, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """Posts with their comments from now backwards to `since`, then talks; the cursor is Meta's behind a word of ours."""
    kind, _sign, onwards = cursor.partition(":")
    if kind != "talks":
        for each in of_media(graph, account, onwards, since):
            yield Arrival(each.raw, f"media:{each.cursor}", each.url, each.headers)
        onwards = ""
    for each in talks.backfill(graph, account, "instagram", onwards, since):
        yield Arrival(each.raw, f"talks:{each.cursor}", each.url, each.headers)


def of_media(graph: Graph, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    path = f"{quoted(account.native)}/media"
    for _page in range(1000):
        params = {"fields": LISTS["media"], "limit": A_PAGE} | ({"after": cursor} if cursor else {})
        told = graph.read(path, params, since)
        times = [at for each in nodes(told) if (at := moment(each.get("timestamp")))]
        try:
            onwards = native(within(within(told.body, "paging"), "cursors"), "after")
        except Strange as problem:
            raise Trouble(f"Meta's list is not as it should be: {problem}.") from None
        if not times:
            return
        yield arrival(told, account, path, onwards, since)
        if not onwards or onwards == cursor or min(times) < since:
            return
        cursor = onwards


def look(
    graph: Graph, account: AccountSide, item: str, facts: Mapping[str, Any], now: datetime
) -> Found | Gone | Hidden:
    """A comment or a post as it stands, or a message. Who is only mentioned reads by an edge of its own."""
    if not item.isdecimal():
        return talks.fetch(graph, account, item, now)
    media = str(facts.get("media") or "")
    is_mention = bool(facts.get("mentioned")) and item != media
    path, fields = quoted(item), MEDIA if item == media else COMMENT
    if is_mention:
        path, fields = quoted(account.native), MENTION.format(item=item)
    told = asked(graph, path, fields)
    if told.code == 100 and not told.is_missing and not is_mention:
        told = asked(
            graph, path, COMMENT if item == media else MEDIA
        )  # which of the two it is stands in no id
    if told.is_missing:
        # One answer stands for "gone" and for "not for you": if our account is shown, our rights are what they were.
        graph.read(quoted(account.native), {"fields": "id"}, now)
        return Hidden(N_("Meta does not show us this.")) if is_mention else Gone()
    if told.code == 100:
        return Hidden(N_("Meta does not show us this."))
    if not told.is_good:
        raise graph.trouble(told, now)
    is_edited = "words" in facts and facts["words"] != digest(words_of(told))
    return Found((arrival(told, account, path, "", now, edited=is_edited, thread=media),))


def words_of(told: Told) -> str:
    try:
        part = within(told.body, "mentioned_comment") or told.body
        return text(part, "text") or text(part, "caption")
    except Strange as problem:
        raise Trouble(f"Meta's answer is not as it should be: {problem}.") from None


def asked(graph: Graph, path: str, fields: str) -> Told:
    try:
        return graph.get(path, {"fields": fields})
    except (NotSent, Lost) as problem:
        raise Trouble(str(problem)) from None
