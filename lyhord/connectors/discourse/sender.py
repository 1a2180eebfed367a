"""What we do in a forum, and what it means when the answer does not come.

Discourse has no key against doubles. The same words in the same place within two minutes give the same post again to who
comes by API, and for five minutes they are refused as too similar (source: posts_controller#create, unique_posts_mins;
read 2026-11-22). Neither is promised, so a lost answer is looked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from lyhord.connectors.discourse import client, posts, reader
from lyhord.connectors.discourse.client import Forum, Lost, NotSent, Told
from lyhord.lib.text import N_, clean, shorten

MAX_CHARACTERS = 32_000  # site setting max_post_length, as delivered
LIKE, INAPPROPRIATE, NOTIFY_MODERATORS = 2, 4, 7  # Discourse: post_action_types
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
PICTURE_BYTES = 4 * 1024 * 1024  # site setting max_image_size_kb, as delivered
ONCE = frozenset({"reply", "post", "report"})  # a second one would be a second one
SILENT_FOR = timedelta(days=365 * 100)  # Discourse has no word for "until further notice"
WHISPER, SUSPEND = "whisper", "suspend"  # tags
NUMBER = re.compile(r"-?\d{1,18}")
TOPIC = re.compile(r"topic:(\d{1,18})")


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: Mapping[str, Any] | None = None


def length(account: AccountSide) -> Length:
    limit = account.state.get("max_post_length")
    return Length(limit if type(limit) is int and limit > 0 else MAX_CHARACTERS)


def send(forum: Forum, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    if outgoing.verb in {"reply", "post", "edit"} and (why := unfit(account, outgoing)):
        return Refused(why)
    try:
        text = with_files(forum, outgoing, now)
        if not isinstance(text, str):
            return text
        call = call_for(forum, account, outgoing, text, now)
        if not isinstance(call, Call):
            return call
        told = forum.ask(call.method, call.path, body=call.body)
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Unsure(str(problem)) if outgoing.verb in ONCE else Retry(str(problem))
    return outcome(told, forum, outgoing, now)


def unfit(account: AccountSide, outgoing: Outgoing) -> str:
    if outgoing.verb == "reply" and outgoing.item_visibility == "private" and outgoing.visibility == "public":
        return N_("This was written to us in private; a public answer would show it. Answer in private.")
    count, most = len(outgoing.text), length(account).limit
    if count > most:
        return f"The text has {count} characters; this forum takes {most}. Shorten it by {count - most}."
    name = "min_private_length" if outgoing.visibility == "private" else "min_post_length"
    least = account.state.get(name)
    if type(least) is int and len(outgoing.text.strip()) < least and not outgoing.files:
        return f"The text has {len(outgoing.text.strip())} characters; this forum wants at least {least}."
    return ""


def with_files(forum: Forum, outgoing: Outgoing, now: datetime) -> str | Outcome:
    """The text with its pictures in it. A file that no post names is thrown away by the forum."""
    lines = [outgoing.text]
    for file in outgoing.files:
        try:
            told = forum.upload(file)
        except Lost as problem:
            return Retry(str(problem))
        short = told.body.get("short_url")
        if told.is_good and isinstance(short, str) and short.startswith("upload://"):
            lines.append(markup(file, clean(short)))
        elif told.status == 429 or told.status >= 500:
            return Retry(N_("The forum takes no file now."), told.wait_until(now))
        else:
            said = client.hidden(told.error, forum.key)
            return Refused(f"The forum refuses the file {file.name}: {said or told.status}")
    return "\n\n".join(lines)


def markup(file: File, short: str) -> str:
    name = re.sub(r"[\[\]|\n]", " ", file.alt or file.name).strip()
    return f"![{name}]({short})"


# Which call ---------------------------------------------------------------------------------------------------


def call_for(
    forum: Forum, account: AccountSide, outgoing: Outgoing, text: str, now: datetime
) -> Call | Outcome:
    """Raises NotSent or Lost, when the post answered must be asked for first."""
    if outgoing.verb == "reply":
        return reply(forum, outgoing, text, now)
    if outgoing.verb == "post":
        return new_topic(account, outgoing, text)
    if outgoing.verb in {"block", "unblock"}:
        return about_person(outgoing, now)
    item = outgoing.item or ""
    if not reader.ITEM.fullmatch(item):
        return Refused(N_("Discourse was not told with which post."))
    action = {"id": int(item)}
    calls = {
        "edit": Call("PUT", f"/posts/{item}.json", {"post": {"raw": text}}),
        "delete": Call("DELETE", f"/posts/{item}.json"),
        "like": Call("POST", "/post_actions.json", action | {"post_action_type_id": LIKE}),
        "unlike": Call("DELETE", f"/post_actions/{item}.json", {"post_action_type_id": LIKE}),
        "hide": Call(
            "POST", "/post_actions.json", action | {"post_action_type_id": INAPPROPRIATE, "take_action": True}
        ),
        "unhide": Call("PUT", f"/posts/{item}/unhide.json"),
        "report": Call("POST", "/post_actions.json", action | flag(outgoing)),
    }
    return calls.get(outgoing.verb) or Refused(N_("Discourse cannot do this."))


def flag(outgoing: Outgoing) -> dict[str, Any]:
    why = shorten(clean(outgoing.reason), 500)
    return (
        {"post_action_type_id": NOTIFY_MODERATORS, "message": why}
        if why
        else {"post_action_type_id": INAPPROPRIATE}
    )


def reply(forum: Forum, outgoing: Outgoing, text: str, now: datetime) -> Call | Outcome:
    is_moving = outgoing.visibility == "private" and outgoing.item_visibility == "public"
    if outgoing.tag != WHISPER and (is_moving or (not outgoing.item and not outgoing.thread)):
        return private_message(outgoing, text)
    place = place_of(forum, outgoing, now)
    if not isinstance(place, tuple):
        return place
    topic, number = place
    body: dict[str, Any] = {"raw": text, "topic_id": topic}
    if number > 1:
        body["reply_to_post_number"] = number
    return Call("POST", "/posts.json", body | ({"whisper": True} if outgoing.tag == WHISPER else {}))


def place_of(forum: Forum, outgoing: Outgoing, now: datetime) -> tuple[int, int] | Outcome:
    """Topic and number of what we answer: as the event told, else as the forum tells now."""
    topic, number = str(outgoing.facts.get("topic") or ""), posts.number(outgoing.facts.get("number"))
    if NUMBER.fullmatch(topic) and number:
        return int(topic), number
    path = reader.path_of(outgoing.item or "")
    if path is None:
        known = TOPIC.fullmatch(outgoing.thread or "")
        return (int(known[1]), 1) if known else Refused(N_("Discourse was not told in which topic."))
    try:
        told = forum.ask("GET", path)
    except Lost as problem:
        return Retry(str(problem))
    topic_id, number = told.body.get("topic_id"), posts.number(told.body.get("post_number"))
    if told.is_good and type(topic_id) is int:
        return topic_id, number
    return (
        Retry(N_("The forum does not say where the post stands."))
        if told.is_good
        else outcome(told, forum, outgoing, now)
    )


def private_message(outgoing: Outgoing, text: str) -> Call | Refused:
    handle = outgoing.person_handle.lstrip("@")
    if not handle or "," in handle:
        return Refused(N_("A private message needs the user name of the person it is for."))
    title = outgoing.title or str(outgoing.facts.get("title") or "")
    body = {
        "title": shorten(clean(title), 200) or shorten(clean(text), 60),
        "raw": text,
        "archetype": posts.PRIVATE,
        "target_recipients": handle,
    }
    return Call("POST", "/posts.json", body)


def new_topic(account: AccountSide, outgoing: Outgoing, text: str) -> Call | Refused:
    if not outgoing.title.strip():
        return Refused(N_("A new topic needs a title."))
    body: dict[str, Any] = {"title": clean(outgoing.title), "raw": text}
    category = str(account.settings.get("category") or "")
    return Call("POST", "/posts.json", body | ({"category": int(category)} if category.isdecimal() else {}))


def about_person(outgoing: Outgoing, now: datetime) -> Call | Refused:
    """Silenced, a person reads and writes no more; suspended, she cannot log in."""
    person, why = outgoing.person or "", shorten(clean(outgoing.reason), 300) or "-"
    if not person.isdecimal():
        return Refused(N_("Discourse was not told with which person."))
    until = (now + SILENT_FOR).date().isoformat()
    if outgoing.tag == SUSPEND:
        on = {"suspend_until": until, "reason": why}
        path, body = f"/admin/users/{person}/", on
        return (
            Call("PUT", path + "suspend.json", body)
            if outgoing.verb == "block"
            else Call("PUT", path + "unsuspend.json")
        )
    on = {"silenced_till": until, "reason": why}
    path = f"/admin/users/{person}/"
    return (
        Call("PUT", path + "silence.json", on)
        if outgoing.verb == "block"
        else Call("PUT", path + "unsilence.json")
    )


# What came of it ----------------------------------------------------------------------------------------------


def outcome(told: Told, forum: Forum, outgoing: Outgoing, now: datetime) -> Outcome:
    if told.is_good:
        return sent(told, forum, outgoing)
    if told.status == 429:
        return Retry(N_("The forum asks us to wait."), told.wait_until(now))
    if told.status >= 500:
        why = f"The forum broke down over it ({told.status})."
        return Unsure(why) if outgoing.verb in ONCE else Retry(why)
    return refusal(told, forum, outgoing)


def sent(told: Told, forum: Forum, outgoing: Outgoing) -> Outcome:
    if outgoing.verb not in {"reply", "post", "edit"}:
        return Sent()
    body = told.body
    if body.get("action") == "enqueued":
        return Refused(N_("The forum keeps it until a moderator approves it. Look into its review queue."))
    post = body.get("post") if isinstance(body.get("post"), Mapping) else body
    return of_post(post, forum.base, "answer") or (
        Unsure(N_("The forum took it, but did not say under which number."))
        if outgoing.verb != "edit"
        else Sent()
    )


def of_post(post: Any, base: str, evidence: str) -> Sent | None:
    number = post.get("id") if isinstance(post, Mapping) else None
    if type(number) is not int:
        return None
    topic, place = post.get("topic_id"), posts.number(post.get("post_number"))
    aliases = (f"{topic}:{place}",) if type(topic) is int and place else ()
    link = posts.link(post, str(topic), place, posts.Us(base=base)) if aliases else ""
    return Sent(str(number), link, evidence, aliases)


def refusal(told: Told, forum: Forum, outgoing: Outgoing) -> Outcome:
    code = str(told.status)
    said = client.hidden(told.error, forum.key)
    if told.is_token_dead:
        return Refused(client.REVOKED, code, "token_revoked")
    if told.status in {404, 410}:
        # What we wanted gone is gone.
        return (
            Sent()
            if outgoing.verb == "delete"
            else Refused(N_("There is no such post or person there any more."), code)
        )
    if told.status == 422 and "similar" in said.lower() and outgoing.verb in {"reply", "post"}:
        return Unsure(N_("The forum says that the same was posted a moment ago."))
    if told.status == 403:
        state = "permission_lost" if told.kind == "not_logged_in" else ""
        return Refused(
            f"The forum forbids it: {said or 'no reason given'}", code, "permission_lost" if state else ""
        )
    return Refused(f"The forum refuses it: {said or f'no reason given ({code})'}", code)
