"""Messages to people: the Send API of Messenger and Instagram, private answers to comments, and looking what was sent.

Docs read 2026-11-22: Messenger Platform, Send API, Private replies, Message tags, Human agent; Instagram Platform, Send
messages, Private replies.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import (
    Allowed,
    Denied,
    Length,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
    Window,
)
from lyhord.connectors._meta.client import Graph, Lost, NotSent, Told
from lyhord.connectors._meta.values import Strange, listed, moment, native, text, within
from lyhord.lib.lengths import measure
from lyhord.lib.text import N_

HUMAN = "HUMAN_AGENT"
WINDOW = Window(hours=24, tags={HUMAN: 7 * 24})
PRIVATE_REPLY_DAYS = 7
SLACK = timedelta(minutes=2)  # between Meta's clock and ours
UNDER_WAY = timedelta(minutes=5)  # no request is under way for longer


def too_long(words: str, length: Length) -> str:
    count = measure(words, length.unit)
    if count <= length.limit:
        return ""
    unit = "bytes" if length.unit == "bytes" else "characters"
    return (
        f"The text has {count} {unit}; Meta takes {length.limit} here. Shorten it by {count - length.limit}."
    )


# May we? ------------------------------------------------------------------------------------------------------------


ENDED = N_("More than seven days have gone since the customer wrote. Meta lets her alone begin again.")
PEOPLE_ONLY = N_(
    "More than 24 hours have gone since the customer wrote. Meta takes only what a person writes now."
)


def may_write(outgoing: Outgoing, last_word_at: datetime | None, now: datetime) -> Allowed | Denied:
    """24 hours freely, then until the seventh day what a person wrote (tag HUMAN_AGENT)."""
    if last_word_at is None:
        return Allowed()
    end = last_word_at + timedelta(hours=WINDOW.tags[HUMAN])
    if now >= end:
        return Denied(ENDED)
    free = last_word_at + timedelta(hours=WINDOW.hours)
    if now < free:
        return Allowed(until=free, instead=("tag",))
    return Denied(PEOPLE_ONLY, instead=("tag",)) if outgoing.is_automatic else Allowed(until=end, tag=HUMAN)


def may_write_first(comment_at: datetime | None, now: datetime) -> Allowed | Denied:
    """One private answer to a comment, within seven days of it."""
    if comment_at is None:
        return Allowed()
    end = comment_at + timedelta(days=PRIVATE_REPLY_DAYS)
    if now >= end:
        why = N_("A comment can be answered in private within seven days. Answer in public instead.")
        return Denied(why, instead=("public",))
    return Allowed(until=end, instead=("public",))


# Sending ------------------------------------------------------------------------------------------------------------


def sent_message(graph: Graph, place: str, content: Mapping[str, Any], now: datetime, **how: Any) -> Outcome:
    """A message may not be sent twice: the API has no key for it."""
    try:
        told = graph.ask("POST", f"{place}/messages", None, None if "data" in how else content, **how)
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Unsure(str(problem))
    if not told.is_good:
        return graph.failed(told, now, is_repeatable=False)
    return known_by(told, "message_id")


def known_by(told: Told, *names: str) -> Outcome:
    try:
        ident = next((found for name in names if (found := native(told.body, name))), "")
    except Strange:
        ident = ""
    return Sent(ident) if ident else Unsure(N_("Meta took it, but did not say under which id."))


def private_answer(graph: Graph, place: str, outgoing: Outgoing, now: datetime) -> Outcome:
    """To the comment or the visitor's post, not to the person: so Meta lets us write to one who never wrote to us."""
    field = "post_id" if outgoing.item == outgoing.thread else "comment_id"
    content = {"recipient": {field: outgoing.item}, "message": {"text": outgoing.text}}
    return sent_message(graph, place, content, now)


def declared(tag: str) -> dict[str, str]:
    return {"messaging_type": "MESSAGE_TAG", "tag": tag} if tag else {"messaging_type": "RESPONSE"}


def is_outside(outcome: Outcome) -> bool:
    """Whether Meta refused it for the ordinary window being over: as a person's word it may still go."""
    return isinstance(outcome, Refused) and outcome.code.partition("/")[2] in {"2018278", "2534022"}


# Looking ------------------------------------------------------------------------------------------------------------


def settled(
    graph: Graph, place: str, platform: str, outgoing: Outgoing, now: datetime
) -> Sent | Unsure | Retry:
    """The newest messages with this person: ours with these words, or none."""
    fields = "messages.limit(20){id,message,from,to,created_time}"
    params = {"platform": platform, "fields": fields, "limit": 1}
    if outgoing.person:
        params["user_id"] = outgoing.person
    try:
        told = graph.get(f"{place}/conversations", params)
    except (NotSent, Lost) as problem:
        return Unsure(str(problem))
    if not told.is_good or not outgoing.person:
        return Unsure(N_("The conversation cannot be read now. Look in the inbox of the network."))
    try:
        talks = listed(told.body, "data")
        words = [each for talk in talks for each in listed(talk, "messages")]
        return found_in(
            words, "message", outgoing, now, ours=lambda each: native(within(each, "from")) != outgoing.person
        )
    except Strange:
        return Unsure(N_("The conversation cannot be read now. Look in the inbox of the network."))


def found_in(
    words: list[Any], field: str, outgoing: Outgoing, now: datetime, *, ours: Any
) -> Sent | Unsure | Retry:
    """`ours` says whether one of the list was written by us. Certain that it is not there only if the list reaches back."""
    since = outgoing.made_at
    reaches = False
    for each in words:
        at = moment(each.get("created_time") or each.get("timestamp"))
        if since is not None and at is not None and at < since - SLACK:
            reaches = True
            continue
        if ours(each) and bare(text(each, field)) == bare(outgoing.text):
            return Sent(native(each) or None, text(each, "permalink_url"), "read_back")
    if since is not None and now - since > UNDER_WAY and (reaches or not words):
        return Retry(N_("It is not among our words of that time."))
    return Unsure(N_("It is not among the newest words, which does not prove that it is nowhere."))


def bare(words: str) -> str:
    return " ".join(words.casefold().split())


# A talk -------------------------------------------------------------------------------------------------------------

NO_PUBLIC = N_("This was written to us in private; there is no public place to answer it in.")
KINDS = {"image": "image", "video": "video", "audio": "audio"}
HEART = "love"  # the one reaction that both networks take from an account (docs: sender_action react)


def unfit(outgoing: Outgoing, length: Length, files: Mapping[str, int]) -> str:
    if outgoing.visibility == "public":
        return NO_PUBLIC
    if not outgoing.person and not outgoing.thread:
        return N_("An answer in private needs the person whom it addresses.")
    for file in outgoing.files:
        most = files.get(file.content_type)
        if most is None:
            return f"Meta takes no {file.content_type} in a message."
        if len(file.content) > most:
            return f"The file {file.name} has {len(file.content)} bytes; Meta takes {most}."
    return too_long(outgoing.text, length)


def answer(graph: Graph, place: str, outgoing: Outgoing, now: datetime) -> Outcome:
    """The words; a file follows as a message of its own, for a message is one or the other.

    Untagged it goes as an ordinary answer. If Meta says that the window is over (its clock is not ours), a person's words
    go once more as hers, which does no harm: the first was refused.
    """
    to = {"recipient": {"id": outgoing.person or outgoing.thread}}
    outcome: Outcome | None = None
    for message in messages(outgoing):
        if outcome is not None and not isinstance(outcome, Sent):
            break
        outcome = with_tag(graph, place, {**to, **message}, outgoing, now, is_first=outcome is None)
    return outcome or Refused(N_("There is nothing to send."))


def messages(outgoing: Outgoing) -> list[dict[str, Any]]:
    """A file goes first: if it fails nothing stands there, and words alone would point at nothing."""
    found: list[dict[str, Any]] = [{"file": file} for file in outgoing.files]
    reply_to = (
        {"reply_to": {"mid": outgoing.item}} if (outgoing.item or "").startswith(("m_", "mid.")) else {}
    )
    return [*found, {"message": {"text": outgoing.text}, **reply_to}] if outgoing.text else found


def with_tag(
    graph: Graph, place: str, content: dict[str, Any], outgoing: Outgoing, now: datetime, *, is_first: bool
) -> Outcome:
    outcome = one(graph, place, {**content, **declared(outgoing.tag)}, now)
    if is_outside(outcome) and not outgoing.tag and not outgoing.is_automatic:
        outcome = one(graph, place, {**content, **declared(HUMAN)}, now)
    if not is_first and not isinstance(outcome, Sent):
        # The file stands there already; the same again would send it twice.
        return Unsure(
            N_("The file was sent, and its words were not. Look in the talk, and send the words again.")
        )
    return outcome


def one(graph: Graph, place: str, content: dict[str, Any], now: datetime) -> Outcome:
    file = content.pop("file", None)
    if file is None:
        return sent_message(graph, place, content, now)
    kind = KINDS.get(file.content_type.partition("/")[0], "file")
    parts = {**content, "message": {"attachment": {"type": kind, "payload": {"is_reusable": False}}}}
    data = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parts.items()}
    return sent_message(
        graph, place, {}, now, data=data, files={"filedata": (file.name, file.content, file.content_type)}
    )


def reacted(graph: Graph, place: str, outgoing: Outgoing, now: datetime) -> Outcome:
    action = "react" if outgoing.verb == "like" else "unreact"
    payload = {"message_id": outgoing.item} | ({"reaction": HEART} if action == "react" else {})
    content = {"recipient": {"id": outgoing.person}, "sender_action": action, "payload": payload}
    return done(graph, "POST", f"{place}/messages", content, now)


def done(graph: Graph, method: str, path: str, content: Mapping[str, Any] | None, now: datetime) -> Outcome:
    """What may be asked for twice."""
    try:
        told = graph.ask(method, path, None, content)
    except (NotSent, Lost) as problem:
        return Retry(str(problem))
    if told.is_good:
        return Sent()
    if method == "DELETE" and told.is_missing:
        return Sent()
    return graph.failed(told, now, is_repeatable=True)
