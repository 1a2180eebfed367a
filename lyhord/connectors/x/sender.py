"""What we do on X, and what it means when the answer does not come.

X takes no key, but refuses the same words twice in a short time; a lost answer is read back from our own posts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
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
from lyhord.connectors.x import client, messages, prices
from lyhord.connectors.x.client import Lost, NotSent, Site, Told
from lyhord.connectors.x.reader import ID
from lyhord.lib import weights
from lyhord.lib.text import N_

SHORT = Length(280, "weighted", weights.URL_WEIGHT)
LONG = Length(25_000, "weighted", weights.URL_WEIGHT)  # with Premium
MESSAGE = Length(10_000)
FILES = dict.fromkeys(("image/jpeg", "image/png", "image/webp"), 5 * 1024 * 1024)
CANNOT = N_("X has no way to do this for programs.")
NO_LIKES = N_("X took likes by programs from all but Enterprise apps in April 2026. Do it by hand on X.")
NO_POST = N_("X needs to be told which post this is about.")
AGAIN = frozenset({500, 502, 503, 504})


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    content: Mapping[str, Any] | None = None
    is_repeatable: bool = True  # twice is as once
    is_message: bool = False


def length_of(account: AccountSide, visibility: str) -> Length:
    if visibility == "private":
        return MESSAGE
    return LONG if account.settings.get("long_posts") else SHORT


def measure(text: str, length: Length) -> int:
    return weights.weigh(text) if length.unit == "weighted" else len(text)


def send(site: Site, account: AccountSide, outgoing: Outgoing) -> Outcome:
    fault = unfit(account, outgoing) if outgoing.verb in {"reply", "post"} else ""
    call = Refused(fault) if fault else call_for(site, account, outgoing)
    if isinstance(call, Refused):
        return call
    if outgoing.files and outgoing.verb in {"reply", "post"}:
        brought = with_files(site, call, outgoing)
        if not isinstance(brought, Call):
            return brought
        call = brought
    try:
        how: dict[str, Any] = {} if call.content is None else {"json": dict(call.content)}
        told = site.ask(call.method, call.path, **how)
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Retry(str(problem)) if call.is_repeatable else Unsure(str(problem))
    return concluded(told, call, site, outgoing)


def unfit(account: AccountSide, outgoing: Outgoing) -> str:
    length = length_of(account, outgoing.visibility)
    used = measure(outgoing.text, length)
    if used > length.limit:
        return f"The text has {used} characters as X counts them; X takes {length.limit}. Shorten it by {used - length.limit}."
    most = 1 if outgoing.visibility == "private" else 4
    if len(outgoing.files) > most:
        return f"X takes {most} pictures here; there are {len(outgoing.files)}."
    for file in outgoing.files:
        if len(file.content) > FILES.get(file.content_type, 0):
            return f"X does not take {file.name}: pictures of at most 5 MB (JPEG, PNG, WebP) go with words."
    return "" if outgoing.text.strip() or outgoing.files else N_("An answer needs words or a picture.")


# What to ask for ----------------------------------------------------------------------------------------------


def call_for(site: Site, account: AccountSide, outgoing: Outgoing) -> Call | Refused:
    verb = outgoing.verb
    if verb in {"reply", "post"}:
        return private(outgoing) if outgoing.visibility == "private" else public(account, outgoing)
    if verb in {"block", "unblock"}:
        return blocking(site, outgoing)
    if verb in {"like", "unlike"} and not prices.is_enterprise(account):
        return Refused(NO_LIKES)
    if verb == "delete" and (outgoing.item or "").startswith(messages.ITEM):
        ident = (outgoing.item or "").removeprefix(messages.ITEM)
        return Call("DELETE", f"/2/dm_events/{ident}") if ID.fullmatch(ident) else Refused(NO_POST)
    if verb not in {"delete", "hide", "unhide", "like", "unlike"}:
        return Refused(CANNOT)
    return of_post(site, outgoing)


def of_post(site: Site, outgoing: Outgoing) -> Call | Refused:
    item, verb = outgoing.item or "", outgoing.verb
    if not ID.fullmatch(item):
        return Refused(NO_POST)
    if verb in {"hide", "unhide"}:
        return Call("PUT", f"/2/tweets/{item}/hidden", {"hidden": verb == "hide"})
    if verb == "like":
        return Call("POST", f"/2/users/{site.ours}/likes", {"tweet_id": item})
    if verb == "unlike":
        return Call("DELETE", f"/2/users/{site.ours}/likes/{item}")
    return Call("DELETE", f"/2/tweets/{item}")


def public(account: AccountSide, outgoing: Outgoing) -> Call | Refused:
    content: dict[str, Any] = {"text": outgoing.text} if outgoing.text.strip() else {}
    if outgoing.verb == "post":
        return Call("POST", "/2/tweets", content, is_repeatable=False)
    if outgoing.item_visibility == "private":
        return Refused(prices.PRIVATE)
    if not prices.is_enterprise(account) and outgoing.facts.get("summons") is False:
        return Refused(prices.NOT_SUMMONED, "not-summoned")
    newest = outgoing.facts.get("newest")
    item = newest if isinstance(newest, str) and ID.fullmatch(newest) else outgoing.item or ""
    if not ID.fullmatch(item):
        return Refused(NO_POST)
    return Call(
        "POST", "/2/tweets", {**content, "reply": {"in_reply_to_tweet_id": item}}, is_repeatable=False
    )


def private(outgoing: Outgoing) -> Call | Refused:
    content = {"text": outgoing.text} if outgoing.text.strip() else {}
    thread, person = outgoing.thread or "", outgoing.person or ""
    talk = thread.removeprefix(messages.THREAD)
    if thread.startswith(messages.THREAD) and ID.fullmatch(talk):  # of several people: it has one number
        path = f"/2/dm_conversations/{talk}/messages"
    elif ID.fullmatch(person):
        path = f"/2/dm_conversations/with/{person}/messages"
    elif thread.startswith(messages.THREAD) and messages.PAIR.fullmatch(talk):
        path = f"/2/dm_conversations/{talk}/messages"
    else:
        return Refused(N_("An answer needs the person that it is for."))
    return Call("POST", path, content, is_repeatable=False, is_message=True)


def blocking(site: Site, outgoing: Outgoing) -> Call | Refused:
    """X gives programs no block: in private her messages are blocked, in public she is muted."""
    person = outgoing.person or ""
    if not ID.fullmatch(person):
        return Refused(N_("X needs to be told whom this is about."))
    if outgoing.item_visibility == "private":
        return Call("POST", f"/2/users/{person}/dm/{outgoing.verb}")
    if outgoing.verb == "block":
        return Call("POST", f"/2/users/{site.ours}/muting", {"target_user_id": person})
    return Call("DELETE", f"/2/users/{site.ours}/muting/{person}")


def with_files(site: Site, call: Call, outgoing: Outgoing) -> Call | Outcome:
    """Pictures lie at X before the words that name them; brought twice, nobody sees it."""
    ids: list[str] = []
    for file in outgoing.files:
        found = brought(site, file, "dm_image" if call.is_message else "tweet_image")
        if not isinstance(found, str):
            return found
        ids.append(found)
    content = dict(call.content or {})
    if call.is_message:
        content["attachments"] = [{"media_id": ids[0]}]
    else:
        content["media"] = {"media_ids": ids}
    return Call(call.method, call.path, content, call.is_repeatable, call.is_message)


def brought(site: Site, file: File, category: str) -> str | Outcome:
    try:
        files = {"media": (file.name, file.content, file.content_type)}
        told = site.ask("POST", "/2/media/upload", data={"media_category": category}, files=files)
        ident = told.data.get("id") if isinstance(told.data, Mapping) else None
        if not told.is_good or not isinstance(ident, str) or not ID.fullmatch(ident):
            return (
                Retry(N_("X did not take the picture now."))
                if told.status in {200, *AGAIN}
                else refusal(told, site)
            )
        if file.alt.strip():
            words = {"id": ident, "metadata": {"alt_text": {"text": file.alt[:1000]}}}
            site.ask("POST", "/2/media/metadata", json=words)
        return ident
    except (NotSent, Lost) as problem:
        return Retry(str(problem))


# What came of it ----------------------------------------------------------------------------------------------


def concluded(told: Told, call: Call, site: Site, outgoing: Outgoing) -> Outcome:
    if told.is_good and told.data:
        return sent(told, call, site)
    if told.status in AGAIN or (told.status in {200, 201} and not told.problems):
        why = f"X's answer cannot be read or tells of a breakdown ({told.status})."
        return Retry(why) if call.is_repeatable else Unsure(why)
    if call.method == "DELETE" and (told.status == 404 or told.kind == "resource-not-found"):
        return Sent()
    return refusal(told, site, outgoing)


def sent(told: Told, call: Call, site: Site) -> Outcome:
    if call.is_repeatable:
        return Sent()
    ident = (
        told.data.get("dm_event_id" if call.is_message else "id") if isinstance(told.data, Mapping) else None
    )
    if not isinstance(ident, str) or not ID.fullmatch(ident):
        return Unsure(N_("X took it, but did not say under which number."))
    if call.is_message:
        return Sent(f"{messages.ITEM}{ident}")
    return Sent(ident, f"https://x.com/i/status/{ident}")


def refusal(told: Told, site: Site, outgoing: Outgoing | None = None) -> Outcome:
    code, said = told.kind or str(told.status), told.said.lower()
    if told.status == 401:
        return Refused(client.REVOKED, code, "token_revoked")
    if told.kind == "client-forbidden":
        return Refused(client.LACKING, code, "permission_lost")
    if told.status == 402:
        return Refused(client.UNPAID, code)
    if told.kind == "usage-capped":
        return Refused(client.CAPPED, code)
    if told.status == 429:
        return Retry(client.BUSY, told.wait_until(site.now))
    if "duplicate content" in said:
        return Unsure(N_("X says that these very words stand there already."))
    if outgoing is not None and outgoing.verb == "reply" and ("mentioned" in said or "quoted" in said):
        return Refused(prices.NOT_SUMMONED, "not-summoned")
    if "deleted or not visible" in said or told.kind == "resource-not-found":
        return Refused(N_("The post is not there any more, or X does not show it to us."), code)
    if outgoing is not None and outgoing.visibility == "private" and told.status == 403:
        return Refused(N_("This person takes no direct messages from us."), code)
    return Refused(f"X refuses it ({code[:60]}).", code)
