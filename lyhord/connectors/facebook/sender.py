"""What we do on a page, and what it means when the answer does not come."""

import json
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
from lyhord.connectors._meta import talking
from lyhord.connectors._meta.client import Graph, Lost, NotSent
from lyhord.connectors._meta.places import quoted
from lyhord.lib.text import N_

COMMENT = Length(8000)  # not in Meta's reference; measured by others (read 2026-11-22)
POST = Length(63206)
MESSAGE = Length(2000)  # docs: Send API, message.text
PICTURE_BYTES = 4 * 1024 * 1024
FILES = dict.fromkeys(("image/jpeg", "image/png", "image/gif"), PICTURE_BYTES)


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    content: Mapping[str, Any] | None = None
    file: File | None = None
    is_repeatable: bool = True  # twice is as once


def send(graph: Graph, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    if outgoing.verb in {"reply", "post", "edit"}:
        why = unfit(outgoing)
        if why:
            return Refused(why)
    if outgoing.verb == "reply" and outgoing.visibility == "private":
        return talking.private_answer(graph, quoted(account.native), outgoing, now)
    call = call_for(account, outgoing)
    if isinstance(call, Refused):
        return call
    try:
        told = asked(graph, call)
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Retry(str(problem)) if call.is_repeatable else Unsure(str(problem))
    if not told.is_good:
        if outgoing.verb == "delete" and told.is_missing:
            return Sent()
        return graph.failed(told, now, is_repeatable=call.is_repeatable)
    return Sent() if call.is_repeatable else talking.known_by(told, "post_id", "id")


def asked(graph: Graph, call: Call) -> Any:
    if call.file is None:
        return graph.ask(call.method, call.path, None, call.content)
    fields = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in (call.content or {}).items()
    }
    files = {"source": (call.file.name, call.file.content, call.file.content_type)}
    return graph.ask(call.method, call.path, data=fields, files=files)


def unfit(outgoing: Outgoing) -> str:
    if outgoing.verb == "reply" and not outgoing.item:
        return N_("An answer on a page needs the post or the comment that it answers.")
    if outgoing.verb == "reply" and outgoing.visibility == "private":
        if outgoing.files:
            return N_(
                "A first private answer takes words alone. Send the file when the customer has written back."
            )
        return talking.too_long(outgoing.text, MESSAGE)
    if outgoing.verb == "reply" and outgoing.item_visibility == "private":
        return N_("This was written to us in private; a public answer would show it. Answer in private.")
    for file in outgoing.files:
        most = FILES.get(file.content_type)
        if most is None:
            return f"Facebook takes no {file.content_type} with a comment, only pictures."
        if len(file.content) > most:
            return f"The file {file.name} has {len(file.content)} bytes; Facebook takes {most}."
    return talking.too_long(outgoing.text, POST if outgoing.verb == "post" else COMMENT)


def call_for(account: AccountSide, outgoing: Outgoing) -> Call | Refused:
    item, page = quoted(outgoing.item or ""), quoted(account.native)
    person = outgoing.person or ""
    file = outgoing.files[0] if outgoing.files else None
    words = {"message": outgoing.text}
    if outgoing.verb == "post":
        if file is not None:
            return Call("POST", f"{page}/photos", words, file, is_repeatable=False)
        return Call("POST", f"{page}/feed", words, is_repeatable=False)
    if outgoing.verb in {"block", "unblock"} and person:
        method = "POST" if outgoing.verb == "block" else "DELETE"
        return Call(method, f"{page}/blocked", {"psid": [person]})
    if not item:
        return Refused(N_("Facebook cannot do this, or was not told with which post or person."))
    calls = {
        "reply": Call("POST", f"{item}/comments", words, file, is_repeatable=False),
        "edit": Call("POST", item, words),
        "delete": Call("DELETE", item),
        "hide": Call("POST", item, {"is_hidden": True}),
        "unhide": Call("POST", item, {"is_hidden": False}),
        "like": Call("POST", f"{item}/likes"),
        "unlike": Call("DELETE", f"{item}/likes"),
    }
    return calls.get(outgoing.verb) or Refused(
        N_("Facebook lets nobody report by program. Report it on the page itself.")
    )
