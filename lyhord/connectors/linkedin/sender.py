"""What we do on LinkedIn as our page, and what it means when the answer does not come.

LinkedIn has no key against doubles: a lost comment is looked for below its post (docs: Comments API, Posts API,
Reactions API; read 2026-11-22).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import (
    AccountSide,
    Length,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Trouble,
    Unsure,
)
from lyhord.connectors.linkedin import client, parser, reader
from lyhord.connectors.linkedin.client import LinkedIn, Lost, NoToken, NotSent, Told, coded
from lyhord.lib.text import N_

LENGTH = Length(1250)  # of a comment
POST_LENGTH = 3000
ONCE = frozenset({"reply", "post"})
SETTLED = timedelta(minutes=5)  # no request is under way for longer
EARLIER = timedelta(minutes=2)  # clocks differ
SPECIAL = re.compile(r"([\\|{}@\[\]()<>#*_~])")


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: Mapping[str, Any] | None = None


def send(linked: LinkedIn, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    call = call_for(account, outgoing)
    if isinstance(call, Refused):
        return call
    try:
        told = linked.ask(call.method, call.path, **({"json": call.body} if call.body is not None else {}))
    except NoToken as problem:
        return Refused(str(problem), "", "token_revoked")
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Unsure(str(problem)) if outgoing.verb in ONCE else Retry(str(problem))
    return outcome(told, account, outgoing, now)


def unfit(outgoing: Outgoing) -> str:
    if outgoing.visibility == "private" and outgoing.verb == "reply":
        return N_(
            "LinkedIn lets no program write private messages for a page. Answer in public, or link to another way."
        )
    most = POST_LENGTH if outgoing.verb == "post" else LENGTH.limit
    if (count := len(outgoing.text)) > most:
        return f"The text has {count} characters; LinkedIn takes {most}. Shorten it by {count - most}."
    return ""


def call_for(account: AccountSide, outgoing: Outgoing) -> Call | Refused:
    if outgoing.verb in {"reply", "post", "edit"} and (why := unfit(outgoing)):
        return Refused(why)
    if outgoing.verb == "post":
        return Call("POST", "/rest/posts", post(account, outgoing))
    item, page = outgoing.item or outgoing.thread or "", account.native
    if not parser.URN.fullmatch(item):
        return Refused(N_("LinkedIn cannot do this, or was not told with what."))
    if outgoing.verb == "reply":
        return reply(account, item, outgoing.text)
    if outgoing.verb == "like":
        return Call("POST", f"/rest/reactions?actor={coded(page)}", {"root": item, "reactionType": "LIKE"})
    if outgoing.verb == "unlike":
        return Call("DELETE", f"/rest/reactions/(actor:{coded(page)},entity:{coded(item)})")
    path = reader.path_of(item)
    if outgoing.verb == "edit" and path:
        change = {"patch": {"message": {"$set": {"text": outgoing.text}}}}
        return Call("POST", f"{path}?actor={coded(page)}", change)
    if outgoing.verb == "delete" and path:
        return Call("DELETE", f"{path}?actor={coded(page)}")
    if outgoing.verb == "delete":
        return Call("DELETE", f"/rest/posts/{coded(item)}")
    return Refused(
        N_("LinkedIn cannot hide, block or report for a page. Delete the comment, or do it on LinkedIn.")
    )


def reply(account: AccountSide, item: str, text: str) -> Call:
    """LinkedIn knows two levels: an answer to an answer stands below the first comment, where its author is."""
    found = parser.COMMENT.fullmatch(item)
    place = found[1] if found else item
    body: dict[str, Any] = {"actor": account.native, "object": place, "message": {"text": text}}
    if found:
        body["parentComment"] = item
    return Call("POST", f"/rest/socialActions/{coded(item)}/comments", body)


def post(account: AccountSide, outgoing: Outgoing) -> dict[str, Any]:
    spread = {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []}
    return {
        "author": account.native,
        "commentary": SPECIAL.sub(r"\\\1", outgoing.text),
        "visibility": "PUBLIC",
        "distribution": spread,
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }


# What came of it ----------------------------------------------------------------------------------------------


def outcome(told: Told, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    if told.is_good:
        return sent(told, outgoing)
    if told.status == 429:
        return Retry(N_("LinkedIn's limit for today is used up."), told.wait_until(now))
    if told.status >= 500:
        why = f"LinkedIn broke down over it ({told.status})."
        return Unsure(why) if outgoing.verb in ONCE else Retry(why)
    return refusal(told, outgoing)


def refusal(told: Told, outgoing: Outgoing) -> Outcome:
    code = str(told.status)
    if told.status == 401:
        return Refused(client.REVOKED, code, "token_revoked")
    if told.status == 404 and outgoing.verb in {"delete", "unlike"}:
        return Sent()  # what we wanted gone is gone
    if told.status == 404:
        return Refused(N_("There is no such post or comment there any more."), code)
    if told.status == 409 and outgoing.verb == "like":
        return Sent()
    if told.status == 409:
        return Unsure(N_("LinkedIn says that the same was written a moment ago."))
    if told.status == 426:
        return Refused(client.ENDED, code)
    if told.status == 403:
        return Refused(f"LinkedIn forbids it: {told.said or 'no reason given'}", code, "permission_lost")
    return Refused(f"LinkedIn refuses it: {told.said or f'no reason given ({code})'}", code)


def sent(told: Told, outgoing: Outgoing) -> Outcome:
    if outgoing.verb not in ONCE:
        return Sent()
    place = parser.COMMENT.fullmatch(outgoing.item or "")
    native = parser.text(told.body.get("commentUrn")) or told.made
    if outgoing.verb == "reply" and native.isdecimal():
        native = f"urn:li:comment:({place[1] if place else outgoing.item or outgoing.thread},{native})"
    if not parser.URN.fullmatch(native):
        return Unsure(N_("LinkedIn took it, but did not say under which name."))
    return Sent(native, parser.link(place[1] if place else outgoing.item or native))


# After a lost answer ------------------------------------------------------------------------------------------


def settle(
    linked: LinkedIn, account: AccountSide, outgoing: Outgoing, now: datetime
) -> Sent | Unsure | Retry:
    if outgoing.verb not in ONCE:
        return Retry(N_("Asking twice for this does no harm."))
    begin = reader.millis((outgoing.made_at or now) - EARLIER)
    try:
        rows = our_posts(linked, account, now) if outgoing.verb == "post" else comments(linked, outgoing, now)
    except Trouble as problem:
        return Unsure(str(problem))
    if rows is None:
        return Unsure(N_("LinkedIn was not told where it was to stand."))
    for native, owner, text, at in rows:
        if owner == account.native and text.split() == outgoing.text.split() and at >= begin:
            return Sent(native, "", "read_back")
    # All comments were read, so what is not among them is not there.
    if outgoing.verb == "reply" and outgoing.made_at is not None and now - outgoing.made_at > SETTLED:
        return Retry(N_("It is not among the comments."))
    return Unsure(N_("It is not there yet, which does not prove that it is nowhere."))


Row = tuple[str, str, str, int]


def comments(linked: LinkedIn, outgoing: Outgoing, now: datetime) -> list[Row] | None:
    item = outgoing.item or outgoing.thread or ""
    return None if not parser.URN.fullmatch(item) else [
        row for told in reader.comments_of(linked, item, now) for row in rows_of(told)
    ]  # fmt: skip


def our_posts(linked: LinkedIn, account: AccountSide, now: datetime) -> list[Row]:
    told = linked.read(f"/rest/posts?author={coded(account.native)}&q=author&count=20&sortBy=CREATED", now)
    return rows_of(told)


def rows_of(told: Told) -> list[Row]:
    found: list[Row] = []
    for part in told.body.get("elements") or []:
        if not isinstance(part, Mapping):
            continue
        message = part.get("message")
        text = message.get("text") if isinstance(message, Mapping) else part.get("commentary")
        time = parser.stamp(part.get("created")) or part.get("createdAt")
        native = parser.text(part.get("commentUrn")) or parser.text(part.get("id"))
        owner = parser.text(part.get("actor")) or parser.text(part.get("author"))
        if native and isinstance(text, str):
            found.append((native, owner, parser.ESCAPED.sub(r"\1", text), time if type(time) is int else 0))
    return found
