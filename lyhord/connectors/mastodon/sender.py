"""What we do on a Mastodon server, and what it means when the answer does not come.

A post carries its key as Idempotency-Key: the server gives the same post again for an hour (docs: Statuses; read
2026-11). All else here may be asked for twice without harm, except a report.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from lyhord.channels.contract import AccountSide, Length, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from lyhord.connectors.mastodon import client, statuses
from lyhord.connectors.mastodon.client import Lost, NotSent, Server, Told
from lyhord.connectors.mastodon.reader import quoted
from lyhord.connectors.mastodon.statuses import Strange
from lyhord.lib.lengths import measure
from lyhord.lib.text import N_

MAX_CHARACTERS = 500  # Mastodon's own default; a server may allow more (docs: Instance; read 2026-11)
URL_WEIGHT = 23
MENTION = re.compile(r"@[\w.-]+(?:@[\w.:-]+)?")
FILE_LOOKS = (0.5, 1, 2, 3)  # seconds between looks at a file in work; all of a call has thirty
FILE_WAIT = timedelta(seconds=15)
ONCE = frozenset({"reply", "post", "report"})  # a second one would be a second one


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: Mapping[str, Any] | None = None
    key: str = ""


def length(account: AccountSide) -> Length:
    state = account.state
    limit = state.get("max_characters") or MAX_CHARACTERS
    return Length(limit=int(limit), unit="weighted", url_weight=int(state.get("url_weight") or URL_WEIGHT))


def words(account: AccountSide, outgoing: Outgoing) -> str:
    """The text with the mentions that make it reach the person, and those who were in the conversation.

    In private only who already read it is named, since everyone named reads it.
    """
    if outgoing.verb not in {"reply", "edit"}:
        return outgoing.text
    handles = [outgoing.person_handle]
    if outgoing.visibility == "public" or outgoing.item_visibility == "private":
        handles += outgoing.mentions
    ours = {name.casefold() for name in (account.handle, str(account.state.get("acct") or ""))}
    named = {found.casefold() for found in MENTION.findall(outgoing.text)}
    missing = []
    for handle in (each.lstrip("@") for each in handles):
        if handle and handle.casefold() not in ours and f"@{handle.casefold()}" not in named:
            named.add(f"@{handle.casefold()}")
            missing.append(f"@{handle}")
    return " ".join([*missing, outgoing.text]) if missing else outgoing.text


def send(server: Server, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    if outgoing.verb in {"reply", "post", "edit"}:
        why = unfit(account, outgoing)
        if why:
            return Refused(why)
    try:
        media = [] if outgoing.verb == "report" else uploaded(server, outgoing, now)
        if not isinstance(media, list):
            return media
        call = call_for(account, outgoing, media)
        if isinstance(call, Refused):
            return call
        told = server.ask(call.method, call.path, body=call.body, key=call.key)
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Unsure(str(problem)) if outgoing.verb in ONCE else Retry(str(problem))
    return outcome(told, account, outgoing, now, server.token)


def unfit(account: AccountSide, outgoing: Outgoing) -> str:
    if outgoing.item_visibility == "private" and outgoing.visibility == "public" and outgoing.verb == "reply":
        return N_("This was written to us in private; a public answer would show it. Answer in private.")
    if outgoing.verb == "reply" and not outgoing.item and not outgoing.person_handle:
        return N_("An answer needs the post or the person that it answers.")
    return too_long(account, words(account, outgoing))


def too_long(account: AccountSide, text: str) -> str:
    limit = length(account)
    count = measure(text, limit.unit, limit.url_weight or URL_WEIGHT)
    if count <= limit.limit:
        return ""
    over = count - limit.limit
    return f"The text has {count} characters with its mentions; this server takes {limit.limit}. Shorten it by {over}."


def uploaded(server: Server, outgoing: Outgoing, now: datetime) -> list[str] | Outcome:
    """Ids of the files, or why there are none. Nobody sees a file before the post that carries it."""
    found: list[str] = []
    for file in outgoing.files:
        try:
            told = server.upload(file)
            body = told.body
            ident = str(body.get("id") or "") if told.is_good and isinstance(body, Mapping) else ""
            if ident and not is_ready(server, told, ident):
                return Retry(N_("The server is still working on a file."), now + FILE_WAIT)
        except Lost as problem:
            return Retry(str(problem))
        if ident:
            found.append(ident)
        elif told.status in {429, 500, 502, 503, 504}:
            return Retry(N_("The server takes no file now."), client.wait_until(told.headers, now))
        else:
            return Refused(f"The server refuses the file {file.name}: {told.error or told.status}")
    return found


def is_ready(server: Server, told: Told, ident: str) -> bool:
    """A post with a file that is not processed yet is refused (422). 202 and 206 say that it is not (docs: Media)."""
    for wait in FILE_LOOKS:
        if told.status not in {202, 206}:
            return told.is_good
        time.sleep(wait)
        told = server.ask("GET", f"/api/v1/media/{quoted(ident)}")
    return told.is_good and told.status not in {202, 206}


def call_for(account: AccountSide, outgoing: Outgoing, media: list[str]) -> Call | Refused:
    item, person = quoted(outgoing.item or ""), quoted(outgoing.person or "")
    if outgoing.verb in {"reply", "post"}:
        return Call("POST", "/api/v1/statuses", status(account, outgoing, media), outgoing.key)
    if outgoing.verb in {"block", "unblock"} and person:
        return Call("POST", f"/api/v1/accounts/{person}/{outgoing.verb}")
    if outgoing.verb == "report" and person:
        reported = {"account_id": outgoing.person, "comment": outgoing.reason[:1000]}
        return Call("POST", "/api/v1/reports", reported | ({"status_ids": [outgoing.item]} if item else {}))
    if not item:
        return Refused(N_("Mastodon cannot do this, or was not told with which post or person."))
    calls = {
        "edit": Call("PUT", f"/api/v1/statuses/{item}", {"status": words(account, outgoing)}),
        "delete": Call("DELETE", f"/api/v1/statuses/{item}"),
        "like": Call("POST", f"/api/v1/statuses/{item}/favourite"),
        "unlike": Call("POST", f"/api/v1/statuses/{item}/unfavourite"),
    }
    return calls.get(outgoing.verb) or Refused(
        N_("Mastodon cannot hide what others write. Block or report the author.")
    )


def status(account: AccountSide, outgoing: Outgoing, media: list[str]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "status": words(account, outgoing),
        "visibility": "public" if outgoing.visibility == "public" else "direct",
    }
    wanted = {"in_reply_to_id": outgoing.item, "language": outgoing.lang, "media_ids": media}
    return body | {name: value for name, value in wanted.items() if value}


def outcome(told: Told, account: AccountSide, outgoing: Outgoing, now: datetime, token: str) -> Outcome:
    if told.is_good:
        return sent(told, outgoing)
    if told.status == 429:
        at = client.wait_until(told.headers, now) or now + client.USUAL_WAIT
        return Retry(N_("The server asks us to wait."), at)
    if told.status == 503:
        return Retry(N_("The server is not available."), client.wait_until(told.headers, now))
    if told.status >= 500:
        why = f"The server broke down over it ({told.status})."
        return Unsure(why) if outgoing.verb in ONCE else Retry(why)
    return refusal(told, account, outgoing, token)


def sent(told: Told, outgoing: Outgoing) -> Outcome:
    body = told.body
    if not isinstance(body, Mapping):
        return Unsure(N_("The server took it, but its answer cannot be read."))
    if outgoing.verb not in {"reply", "post", "edit"}:
        return Sent(native=None)
    try:
        native = statuses.native(body.get("id"), "id")
    except Strange:
        return Unsure(N_("The server took it, but did not say under which id."))
    link, uri = statuses.text(body.get("url")), statuses.text(body.get("uri"))
    return Sent(native=native, link=link, aliases=(uri,) if uri and uri != native else ())


def refusal(told: Told, account: AccountSide, outgoing: Outgoing, token: str) -> Refused:
    code = str(told.status)
    said = told.error.replace(token, "…") if token else told.error
    if client.is_token_dead(told):
        why = N_("The server refuses our access token. Connect the account again.")
        return Refused(why, code, "token_revoked")
    if told.status == 403:
        state = cast(Any, client.forbidden(told))
        return Refused(f"The server forbids it: {said or 'no reason given'}", code, state)
    if told.status in {404, 410}:
        return Refused(N_("There is no such post or person there any more, or we may not see it."), code)
    if "too long" in said.lower() or "character" in said.lower():
        mine = too_long(account, words(account, outgoing))
        return Refused(mine or f"The text is too long for this server: {said}", code)
    return Refused(f"The server refuses it: {said or f'no reason given ({code})'}", code)
