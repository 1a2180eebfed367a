"""Direct messages: what chat.bsky.convo tells, as events. Pure. Known from the lexicons alone: no open server has it."""

from collections.abc import Mapping
from typing import Any

from lyhord.channels.contract import Author, Event, Item, Unsupported
from lyhord.connectors.bluesky import names, records
from lyhord.connectors.bluesky.records import Json, Strange, Us

DEFS = "chat.bsky.convo.defs#"
Members = Mapping[str, Author]


def log(entry: Json, us: Us) -> list[Item]:
    """One entry of getLog."""
    kind = records.text(entry.get("$type")).removeprefix(DEFS)
    if kind not in LOGS:
        return [Unsupported(f"Bluesky's log entry {kind or 'without a type'!r} is not one that we use.")]
    convo = records.text(entry.get("convoId"))
    if not convo:
        raise Strange("the conversation is missing")
    people = members(entry.get("relatedProfiles"))
    told = records.mapping(entry.get("message"), "the message")
    if kind == "logDeleteMessage":
        return [gone(told, convo)]
    if kind in {"logAddReaction", "logRemoveReaction"}:
        return [reaction(told, entry.get("reaction"), convo, people, is_there=kind == "logAddReaction")]
    return message(told, convo, us, people)


LOGS = frozenset({"logCreateMessage", "logDeleteMessage", "logAddReaction", "logRemoveReaction"})


def convo(view: Json, us: Us) -> list[Item]:
    """A conversation as listConvos shows it: its last message."""
    native = records.text(view.get("id"))
    if not native:
        raise Strange("the conversation has no id")
    last = view.get("lastMessage")
    if not isinstance(last, Mapping):
        return [Unsupported("A conversation without a message.")]
    return message(last, native, us, members(view.get("members")))


def message(view: Json, convo: str, us: Us, people: Members) -> list[Item]:
    kind = records.text(view.get("$type")).removeprefix(DEFS)
    item = records.text(view.get("id"))
    if kind == "deletedMessageView":
        return [gone(view, convo)]
    if kind == "systemMessageView" or "data" in view:
        return [Unsupported("A note of the service in the conversation.", item or None)]
    if not item:
        raise Strange("the message has no id")
    author = sender(view, people)
    is_own = author.native == us.native
    answered = view.get("replyTo")
    parent = records.text(answered.get("id")) if isinstance(answered, Mapping) else ""
    uri = next(records.quotes(view.get("embed")), "")
    told = Event(
        kind="created",
        key=f"created:{item}",
        item=item,
        thread=convo or None,
        parent=parent or None,
        author=author,
        at=records.moment(view.get("sentAt")),
        text=records.words(view.get("text")),
        visibility="private",
        is_own=is_own,
        mentions=records.mentions(view),
        extra={"convo": convo} | ({"quotes": {"uri": uri}} if uri else {}),
    )
    return [told]


def gone(view: Json, convo: str) -> Event:
    """Deleted for us: the service has no deletion for everybody, so this is our own or a moderator's."""
    item = records.text(view.get("id"))
    if not item:
        raise Strange("the message has no id")
    return Event(kind="deleted", key=f"deleted:{item}", item=item, thread=convo or None, visibility="private")


def reaction(view: Json, told: Any, convo: str, people: Members, *, is_there: bool) -> Event:
    item = records.text(view.get("id"))
    sign = records.mapping(told, "the reaction")
    if not item:
        raise Strange("the message has no id")
    author, value = sender(sign, people), records.text(sign.get("value"))
    at = records.text(sign.get("createdAt"))
    return Event(
        kind="reaction",
        key=f"reaction:{item}:{author.native}:{value}:{at}:{'on' if is_there else 'off'}",
        item=item,
        thread=convo,
        author=author,
        at=records.moment(at),
        text=value if is_there else "",
        visibility="private",
    )


def sender(view: Json, people: Members) -> Author:
    who = view.get("sender")
    did = who.get("did") if isinstance(who, Mapping) else None
    if not names.is_did(did):
        raise Strange("the sender has no id")
    return people.get(str(did)) or Author(native=str(did), profile=f"https://bsky.app/profile/{did}")


def members(profiles: Any) -> Members:
    """Who is in it, by id; a profile that is not of its shape names nobody."""
    found = (
        records.person(profile) for profile in records.listed(profiles) if names.is_did(profile.get("did"))
    )
    return {author.native: author for author in found}
