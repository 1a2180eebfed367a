"""What we do on Reddit, and what it means when the answer does not come.

Reddit has no key against doubles: a lost reply is looked for. All else may be asked for twice without harm.
Methods and fields: the reference of Reddit's API, and the calls of praw as recorded (read 2026-11-22).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import AccountSide, Length, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from lyhord.connectors.reddit import client, reader
from lyhord.connectors.reddit.client import Lost, NoToken, NotSent, Reddit, Told
from lyhord.lib import backoff
from lyhord.lib.text import N_, clean, shorten

LENGTH = Length(10_000)  # comments and messages alike
TITLE = 300
ONCE = frozenset({"reply", "post", "report"})
WHISPER, LOCK = "whisper", "lock"  # tags
HANDLE = re.compile(r"[A-Za-z0-9_-]{2,25}")
TAKE_A_BREAK = re.compile(r"(\d+) (second|minute|hour)")  # "Take a break for 9 minutes before trying again."
UNITS = {"second": 1, "minute": 60, "hour": 3600}


@dataclass(frozen=True)
class Call:
    path: str
    form: Mapping[str, Any]


def send(reddit: Reddit, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    if outgoing.verb in {"reply", "post", "edit"} and (why := unfit(outgoing)):
        return Refused(why)
    call = call_for(account, outgoing)
    if isinstance(call, Refused):
        return call
    try:
        told = reddit.ask("POST", call.path, data={**call.form, "api_type": "json", "raw_json": "1"})
    except NoToken as problem:
        return Refused(str(problem), "", "token_revoked")
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Unsure(str(problem)) if outgoing.verb in ONCE else Retry(str(problem))
    return outcome(told, outgoing, now)


def unfit(outgoing: Outgoing) -> str:
    if outgoing.verb == "reply" and outgoing.item_visibility == "private" and outgoing.visibility == "public":
        return N_("This was written to us in private; a public answer would show it. Answer in private.")
    if (count := len(outgoing.text)) > LENGTH.limit:
        return f"The text has {count} characters; Reddit takes {LENGTH.limit}. Shorten it by {count - LENGTH.limit}."
    return ""


# Which call ---------------------------------------------------------------------------------------------------


def call_for(account: AccountSide, outgoing: Outgoing) -> Call | Refused:
    if outgoing.verb == "reply":
        return reply(account, outgoing)
    if outgoing.verb == "post":
        return submission(account, outgoing)
    if outgoing.verb in {"block", "unblock"}:
        return about_person(account, outgoing)
    item = outgoing.item or ""
    if not reader.NAME.fullmatch(item):
        return Refused(N_("Reddit cannot do this, or was not told with what."))
    is_lock = outgoing.tag == LOCK
    others = outgoing.facts.get("own") is False
    calls = {
        "edit": Call("/api/editusertext", {"thing_id": item, "text": outgoing.text}),
        # What others wrote is removed by moderators; only its author can delete it.
        "delete": Call("/api/remove", {"id": item, "spam": "false"})
        if others
        else Call("/api/del", {"id": item}),
        "hide": Call("/api/lock", {"id": item})
        if is_lock
        else Call("/api/remove", {"id": item, "spam": "false"}),
        "unhide": Call("/api/unlock" if is_lock else "/api/approve", {"id": item}),
        "like": Call("/api/vote", {"id": item, "dir": "1"}),
        "unlike": Call("/api/vote", {"id": item, "dir": "0"}),
        "report": Call(
            "/api/report", {"thing_id": item, "reason": shorten(clean(outgoing.reason), 100) or "other"}
        ),
    }
    is_moderating = outgoing.verb in {"hide", "unhide"} or (outgoing.verb == "delete" and others)
    if is_moderating and not account.state.get("is_moderator"):
        return Refused(N_("Only moderators of the subreddit can do this, and our account is none."), "", "")
    return calls.get(outgoing.verb) or Refused(N_("Reddit cannot do this."))


def reply(account: AccountSide, outgoing: Outgoing) -> Call | Refused:
    if found := reader.MODMAIL.fullmatch(outgoing.item or outgoing.thread or ""):
        form = {
            "body": outgoing.text,
            "isAuthorHidden": "false",
            "isInternal": str(outgoing.tag == WHISPER).lower(),
        }
        return Call(f"/api/mod/conversations/{found[1]}", form)
    is_moving = outgoing.visibility == "private" and outgoing.item_visibility == "public"
    if is_moving or not outgoing.item:
        return private_message(account, outgoing)
    if not reader.NAME.fullmatch(outgoing.item):
        return Refused(N_("Reddit was not told what we answer."))
    return Call("/api/comment", {"thing_id": outgoing.item, "text": outgoing.text})


def private_message(account: AccountSide, outgoing: Outgoing) -> Call | Refused:
    handle = handle_of(outgoing)
    if not handle:
        return Refused(N_("A private message needs the user name of the person it is for."))
    subject = shorten(clean(outgoing.title or str(outgoing.facts.get("title") or "") or outgoing.text), 100)
    form = {"to": handle, "subject": subject, "text": outgoing.text}
    ours = reader.subreddit(account)
    is_moderator = ours and account.state.get("is_moderator")
    return Call("/api/compose", form | ({"from_sr": ours} if is_moderator else {}))


def submission(account: AccountSide, outgoing: Outgoing) -> Call | Refused:
    ours, title = reader.subreddit(account), clean(outgoing.title).strip()
    if not ours or not title or len(title) > TITLE:
        return Refused(N_("A post needs our subreddit and a title of at most 300 characters."))
    return Call("/api/submit", {"sr": ours, "kind": "self", "title": title, "text": outgoing.text})


def about_person(account: AccountSide, outgoing: Outgoing) -> Call | Refused:
    """In a subreddit of ours a ban; else nothing of that person reaches us any more."""
    handle, ours = handle_of(outgoing), reader.subreddit(account)
    if not handle:
        return Refused(N_("Reddit was not told which person."))
    is_block = outgoing.verb == "block"
    if ours and account.state.get("is_moderator"):
        form = {"name": handle, "type": "banned"}
        why = {"ban_reason": shorten(clean(outgoing.reason), 100)} if is_block and outgoing.reason else {}
        return Call(f"/r/{ours}/api/{'friend' if is_block else 'unfriend'}", form | why)
    if is_block:
        return Call("/api/block_user", {"name": handle})
    return Call("/api/unfriend", {"name": handle, "type": "enemy", "container": account.native})


def handle_of(outgoing: Outgoing) -> str:
    told = outgoing.person_handle.removeprefix("/").removeprefix("u/").lstrip("@")
    return told if HANDLE.fullmatch(told) else ""


# What came of it ----------------------------------------------------------------------------------------------


def outcome(told: Told, outgoing: Outgoing, now: datetime) -> Outcome:
    if told.is_good:
        return refusal_within(told, now) or sent(told, outgoing)
    if told.status == 429:
        return Retry(N_("Reddit asks us to wait."), told.wait_until(now))
    if told.status >= 500:
        why = f"Reddit broke down over it ({told.status})."
        return Unsure(why) if outgoing.verb in ONCE else Retry(why)
    code = str(told.status)
    if told.status == 401:
        return Refused(client.REVOKED, code, "token_revoked")
    if told.status == 404:
        return Refused(N_("There is no such post or person there any more."), code)
    return Refused(f"Reddit refuses it: {told.said or f'no reason given ({code})'}", code)


def sent(told: Told, outgoing: Outgoing) -> Outcome:
    if outgoing.verb not in {"reply", "post", "edit"}:
        return Sent() if isinstance(told.body, Mapping) or not told.raw.strip() else unreadable(outgoing)
    document, data = told.document, told.inner.get("data")
    listed = data.get("things") if isinstance(data, Mapping) else None
    first = (
        listed[0].get("data")
        if isinstance(listed, list) and listed and isinstance(listed[0], Mapping)
        else data
    )
    name = first.get("name") if isinstance(first, Mapping) else document.get("name")
    if isinstance(name, str) and reader.NAME.fullmatch(name):
        path = first.get("permalink") if isinstance(first, Mapping) else ""
        return Sent(
            name, f"https://www.reddit.com{path}" if isinstance(path, str) and path.startswith("/") else ""
        )
    if isinstance(document.get("conversation"), Mapping):
        return of_modmail(document) or unreadable(outgoing)
    is_message = outgoing.verb == "reply" and outgoing.visibility == "private"
    # A message that was composed has no name in the answer; nothing went wrong where errors is an empty list.
    return Sent() if is_message and told.inner.get("errors") == [] else unreadable(outgoing)


def of_modmail(document: Mapping[str, Any]) -> Sent | None:
    ident, messages = document["conversation"].get("id"), document.get("messages")
    if not isinstance(ident, str) or not isinstance(messages, Mapping) or not messages:
        return None
    rows = [row for row in messages.values() if isinstance(row, Mapping)]
    last = max(rows, key=lambda row: str(row.get("date")), default={})
    return Sent(f"modmail:{ident}:{last.get('id')}") if isinstance(last.get("id"), str) else None


def unreadable(outgoing: Outgoing) -> Outcome:
    why = N_("Reddit took it, but its answer cannot be read.")
    return Unsure(why) if outgoing.verb in ONCE else Retry(why)


def refusal_within(told: Told, now: datetime) -> Outcome | None:
    """Reddit's own dialect: status 200, and the refusal inside."""
    if not told.errors:
        return None
    code, said = told.errors[0]
    if code == "RATELIMIT":
        return Retry(N_("Reddit asks us to wait."), pause(told, said, now))
    if code == "USER_REQUIRED":
        return Refused(client.REVOKED, code, "token_revoked")
    return Refused(REASONS.get(code) or f"Reddit refuses it: {said or code}", code)


def pause(told: Told, said: str, now: datetime) -> datetime:
    seconds = told.inner.get("ratelimit")
    if isinstance(seconds, int | float) and (at := backoff.from_seconds(str(seconds), now)):
        return at
    found = TAKE_A_BREAK.search(said)
    spoken = backoff.from_seconds(str(int(found[1][:6]) * UNITS[found[2]]), now) if found else None
    return spoken or now + timedelta(minutes=10)


REASONS = {
    "TOO_LONG": N_("The text is too long for Reddit."),
    "NO_TEXT": N_("Reddit wants a text."),
    "THREAD_LOCKED": N_("The comments of this post are locked."),
    "TOO_OLD": N_("This post is archived; nobody can answer it any more."),
    "DELETED_COMMENT": N_("The comment is not there any more."),
    "DELETED_LINK": N_("The post is not there any more."),
    "USER_DOESNT_EXIST": N_("There is no such person on Reddit any more."),
    "NOT_WHITELISTED_BY_USER_MESSAGE": N_("This person takes messages only from people whom she chose."),
    "SUBREDDIT_NOTALLOWED": N_("Our account may not post in this subreddit."),
    "SUBREDDIT_OUTBOUND_NOT_ALLOWED": N_("Our account may not write in this subreddit."),
    "USER_BLOCKED": N_("This person has blocked us."),
}
