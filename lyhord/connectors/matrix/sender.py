"""What we do on a homeserver, and what it means when the answer does not come.

A message, a reaction and a removal carry our key as transaction id: the same again from the same device gives the same
event and makes no second one (specification, transaction identifiers; read 2026-11). All else may be asked for twice
without harm, except a report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lyhord.channels.contract import (
    AccountSide,
    File,
    Length,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
)
from lyhord.connectors.matrix import client, events, rooms
from lyhord.connectors.matrix.client import V3, Lost, NotSent, Server, Told, quoted
from lyhord.lib.lengths import measure
from lyhord.lib.text import N_

# An event has at most 65 536 bytes with all that stands around the words (specification, size limits), and a line
# break or a quotation mark counts twice in it.
LENGTH = Length(limit=30_000, unit="bytes")
LIKE = "👍"
WRITES = frozenset({"reply", "edit"})
IGNORED = "m.ignored_user_list"


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: Mapping[str, Any]


def send(server: Server, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    why = unfit(outgoing)
    if why:
        return Refused(why)
    try:
        return carried_out(server, account, outgoing, now)
    except rooms.Failed as problem:
        return outcome(problem.told, outgoing, now, server.token)
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        is_safe = outgoing.verb not in WRITES and outgoing.verb != "report"
        return Retry(str(problem)) if is_safe else Unsure(str(problem))


def unfit(outgoing: Outgoing) -> str:
    if outgoing.verb not in WRITES:
        return ""
    count = measure(outgoing.text, LENGTH.unit)
    if count > LENGTH.limit:
        over = count - LENGTH.limit
        return f"The text has {count} bytes; Matrix takes {LENGTH.limit}. Shorten it by {over}."
    if not outgoing.text.strip() and not outgoing.files:
        return N_("There is nothing to send.")
    return misplaced(outgoing)


def misplaced(outgoing: Outgoing) -> str:
    is_told = outgoing.item_visibility == "private" and outgoing.visibility == "public"
    if outgoing.verb == "reply" and is_told:
        return N_("This was written to us in private; a public answer would show it. Answer in private.")
    return ""


def carried_out(server: Server, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    """Raises NotSent, Lost and rooms.Failed."""
    room = room_of(server, account, outgoing)
    if not room:
        return Refused(N_("Matrix was not told in which room."))
    if outgoing.verb == "reply":
        return written(server, account, outgoing, room, now)
    if outgoing.verb == "post":
        return Refused(N_("Matrix has no page of ours to post on. Write in a room."))
    if outgoing.verb == "unlike":
        return unliked(server, account, outgoing, room, now)
    if outgoing.verb in {"block", "unblock"} and outgoing.item_visibility == "private":
        return ignored(server, account, outgoing, now)
    call = call_for(outgoing, room)
    if isinstance(call, Refused):
        return call
    told = server.ask(call.method, call.path, json=dict(call.body))
    return outcome(told, outgoing, now, server.token)


def room_of(server: Server, account: AccountSide, outgoing: Outgoing) -> str:
    """Where it is to be done. A private answer to a public word goes to the room that we have with this person."""
    is_moved = outgoing.visibility == "private" and outgoing.item_visibility == "public"
    room = str(outgoing.facts.get("room") or outgoing.thread or "")
    if outgoing.verb == "reply" and outgoing.person and (is_moved or not room):
        return rooms.direct_room(server, account, outgoing.person)
    return room


def call_for(outgoing: Outgoing, room: str) -> Call | Refused:
    base, item, key = f"{V3}/rooms/{quoted(room)}", quoted(outgoing.item or ""), quoted(outgoing.key)
    reason = {"reason": outgoing.reason[:1000]} if outgoing.reason else {}
    if outgoing.verb in {"block", "unblock"} and outgoing.person:
        door = "ban" if outgoing.verb == "block" else "unban"
        return Call("POST", f"{base}/{door}", {"user_id": outgoing.person, **reason})
    if not item:
        return Refused(N_("Matrix cannot do this, or was not told with which message or person."))
    calls = {
        "edit": Call("PUT", f"{base}/send/m.room.message/{key}", replacement(outgoing)),
        "delete": Call("PUT", f"{base}/redact/{item}/{key}", reason),
        "like": Call("PUT", f"{base}/send/m.reaction/{key}", annotation(outgoing)),
        "report": Call("POST", f"{base}/report/{item}", {"reason": outgoing.reason[:1000]}),
    }
    return calls.get(outgoing.verb) or Refused(
        N_("Matrix cannot hide a message for a while. Remove it, or ban its author.")
    )


def annotation(outgoing: Outgoing) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": outgoing.item, "key": LIKE}}


def replacement(outgoing: Outgoing) -> dict[str, Any]:
    """The words twice: new ones for clients that know edits, and with a star for those that do not."""
    new = {"msgtype": "m.text", "body": outgoing.text}
    relation = {"rel_type": "m.replace", "event_id": outgoing.item}
    return {"msgtype": "m.text", "body": f"* {outgoing.text}", "m.new_content": new, "m.relates_to": relation}


# Words and files ----------------------------------------------------------------------------------------------


def written(server: Server, account: AccountSide, outgoing: Outgoing, room: str, now: datetime) -> Outcome:
    """Files first, each an event of its own; the words are what answers."""
    aliases: list[str] = []
    for number, file in enumerate(outgoing.files):
        address = uploaded(server, file, now, outgoing)
        if not isinstance(address, str):
            return address
        content = {**as_file(file, address), **({} if outgoing.text else relation(outgoing, room))}
        told = put(server, room, f"{outgoing.key}-{number}", content)
        done = outcome(told, outgoing, now, server.token)
        if not isinstance(done, Sent):
            return done
        aliases += [done.native] if done.native else []
    if not outgoing.text.strip():
        return (
            Sent(aliases[0], events.permalink(room, aliases[0]), aliases=tuple(aliases[1:]))
            if aliases
            else Unsure(N_("The server took it, but did not say under which id."))
        )
    told = put(server, room, outgoing.key, message(outgoing, room))
    done = outcome(told, outgoing, now, server.token)
    if isinstance(done, Sent) and done.native:
        return Sent(done.native, events.permalink(room, done.native), aliases=tuple(aliases))
    return done


def put(server: Server, room: str, key: str, content: Mapping[str, Any]) -> Told:
    return server.ask(
        "PUT", f"{V3}/rooms/{quoted(room)}/send/m.room.message/{quoted(key)}", json=dict(content)
    )


def message(outgoing: Outgoing, room: str) -> dict[str, Any]:
    found: dict[str, Any] = {"msgtype": "m.text", "body": outgoing.text, **relation(outgoing, room)}
    if outgoing.verb == "reply" and outgoing.visibility == "public" and outgoing.person:
        found["m.mentions"] = {"user_ids": [outgoing.person]}  # so that her client tells her
    return found


def relation(outgoing: Outgoing, room: str) -> dict[str, Any]:
    """What it answers, in the thread where that stands; nothing in another room than the one of the message."""
    if (
        outgoing.verb != "reply"
        or not outgoing.item
        or room != (outgoing.facts.get("room") or outgoing.thread)
    ):
        return {}
    answers: dict[str, Any] = {"m.in_reply_to": {"event_id": outgoing.item}}
    root = outgoing.facts.get("thread_root")
    if root:
        answers |= {"rel_type": "m.thread", "event_id": root, "is_falling_back": False}
    return {"m.relates_to": answers}


def as_file(file: File, address: str) -> dict[str, Any]:
    kinds = {"image": "m.image", "video": "m.video", "audio": "m.audio"}
    kind = kinds.get(file.content_type.partition("/")[0], "m.file")
    info = {"mimetype": file.content_type, "size": len(file.content)}
    return {
        "msgtype": kind,
        "body": file.alt or file.name,
        "filename": file.name,
        "url": address,
        "info": info,
    }


def uploaded(server: Server, file: File, now: datetime, outgoing: Outgoing) -> str | Outcome:
    """The address of a file, or why there is none. Nobody sees a file before the message that carries it."""
    headers = {"Content-Type": file.content_type or "application/octet-stream"}
    try:
        told = server.ask(
            "POST",
            "/_matrix/media/v3/upload",
            params={"filename": file.name},
            content=file.content,
            headers=headers,
        )
    except Lost as problem:
        return Retry(str(problem))
    address = told.body.get("content_uri") if told.is_good else None
    if isinstance(address, str) and events.MXC.fullmatch(address):
        return address
    if told.is_good or told.status >= 500:
        return Retry(N_("The server takes no file now."), told.wait_until(now))
    if told.status == 413:
        return Refused(f"The file {file.name} is larger than this server takes.", told.code)
    return outcome(told, outgoing, now, server.token)


# What needs a look first --------------------------------------------------------------------------------------


def unliked(server: Server, account: AccountSide, outgoing: Outgoing, room: str, now: datetime) -> Outcome:
    """Our reaction is an event of its own, which is looked up and removed."""
    if not outgoing.item:
        return Refused(N_("Matrix was not told of which message."))
    place = f"/rooms/{quoted(room)}/relations/{quoted(outgoing.item)}/m.annotation/m.reaction"
    told = server.ask("GET", f"/_matrix/client/v1{place}", params={"limit": "100"})
    if not told.is_good:
        return outcome(told, outgoing, now, server.token)
    chunk = told.body.get("chunk")
    for each in chunk if isinstance(chunk, list) else []:
        if isinstance(each, Mapping) and each.get("sender") == account.native and is_like(each):
            ident = quoted(str(each.get("event_id") or ""))
            path = f"{V3}/rooms/{quoted(room)}/redact/{ident}/{quoted(outgoing.key)}"
            return outcome(server.ask("PUT", path, json={}), outgoing, now, server.token)
    return Sent()


def is_like(part: Mapping[str, Any]) -> bool:
    content = part.get("content")
    relation = content.get("m.relates_to") if isinstance(content, Mapping) else None
    return isinstance(relation, Mapping) and relation.get("key") == LIKE


def ignored(server: Server, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    """In a talk with one person nobody can be banned: the account ignores her, and the server drops what she sends."""
    if not outgoing.person:
        return Refused(N_("Matrix was not told which person."))
    path = f"{V3}/user/{quoted(account.native)}/account_data/{IGNORED}"
    told = server.ask("GET", path)
    if not told.is_good and told.status != 404:
        return outcome(told, outgoing, now, server.token)
    listed = told.body.get("ignored_users") if told.is_good else {}
    people = dict(listed) if isinstance(listed, Mapping) else {}
    people.pop(outgoing.person, None)
    if outgoing.verb == "block":
        people[outgoing.person] = {}
    return outcome(server.ask("PUT", path, json={"ignored_users": people}), outgoing, now, server.token)


# What the answer means ----------------------------------------------------------------------------------------


def outcome(told: Told, outgoing: Outgoing, now: datetime, token: str) -> Outcome:
    if told.is_good:
        return sent(told, outgoing)
    if told.status == 429:
        return Retry(N_("The homeserver asks us to wait."), told.wait_until(now) or now + client.USUAL_WAIT)
    if told.status >= 500:
        why = f"The homeserver broke down over it ({told.status})."
        # A message carries its key, so the same again is safe; a report has none.
        return Unsure(why) if outgoing.verb == "report" else Retry(why, told.wait_until(now))
    return refusal(told, outgoing, token)


def sent(told: Told, outgoing: Outgoing) -> Outcome:
    if outgoing.verb not in WRITES:
        return Sent()
    ident = told.body.get("event_id")
    if not isinstance(ident, str) or not ident:
        return Unsure(N_("The server took it, but did not say under which id."))
    # An edit is an event of its own; what stands there is still known by the first.
    return Sent(outgoing.item, aliases=(ident,)) if outgoing.verb == "edit" else Sent(ident)


def refusal(told: Told, outgoing: Outgoing, token: str) -> Outcome:
    code = told.code or str(told.status)
    said = client.hidden(told.said, token)
    if told.code == "M_DUPLICATE_ANNOTATION":
        return Sent()
    if told.is_token_dead:
        return Refused(client.REVOKED, code, "token_revoked")
    if told.code in client.CLOSED:
        return Refused(N_("The homeserver has closed or suspended our account."), code, "disabled")
    if told.code == "M_TOO_LARGE" or told.status == 413:
        return Refused(N_("The message is larger than Matrix takes. Shorten it."), code)
    if told.status == 403:
        why = f"Our account may not do this in the room: {said or 'no reason given'}"
        return Refused(why, code)
    if told.status == 404:
        return Refused(N_("There is no such room or message any more, or we are not in the room."), code)
    return Refused(f"The homeserver refuses it: {said or f'no reason given ({code})'}", code)
