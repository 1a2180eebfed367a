"""What the messaging webhooks of Messenger and Instagram tell. Pure.

Docs read 2026-11-22: Messenger Platform, Webhook events (messages, echoes, message_edits, reactions, reads, deliveries,
postbacks, optins, referrals, policy enforcement, handovers, standby); Instagram Platform, Webhooks, Examples.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from lyhord.channels.contract import Author, Event, Item, Media, Unsupported
from lyhord.connectors._meta.values import (
    Part,
    Strange,
    digest,
    listed,
    moment,
    native,
    needed,
    stamp,
    text,
    web,
    within,
)

SIGNS = {"smile": "😆", "angry": "😡", "sad": "😢", "wow": "😮", "love": "❤️", "like": "👍", "dislike": "👎"}
MEDIA = {
    "image": "picture", "sticker": "picture", "animated_image": "picture", "audio": "sound", "video": "video",
    "reel": "video", "ig_reel": "video",
}  # fmt: skip
# Shared things are shown by their address; stories are files that are gone after a day.
STORY = frozenset({"story_mention", "ig_story"})
LONG_AGO = 1_000


def told(part: Part, connector: str, account: str, *, is_standby: bool = False) -> list[Item]:
    """One of `messaging` or `standby`. Another app answers in standby: it is shown, and nobody is asked to answer."""
    sender, recipient = native(within(part, "sender")), native(within(part, "recipient"))
    at = moment(part.get("timestamp"))
    account = account or recipient
    if "message" in part:
        return [message(part, connector, account, sender, recipient, at, is_standby)]
    for name, read in NEWS.items():
        if name in part:
            return read(part, connector, account, sender, at)
    known = sorted(set(part) - {"sender", "recipient", "timestamp", "hop_context"})
    what = ", ".join(known)[:100]
    if not what:
        raise Strange("it tells nothing")
    return [Unsupported(f"Messaging news of the kind {what!r} are not ones that we use.")]


def message(
    part: Part,
    connector: str,
    account: str,
    sender: str,
    recipient: str,
    at: datetime | None,
    is_standby: bool,
) -> Item:
    """A word of a person, or an echo of ours: then sender and recipient have changed places."""
    words, mid = within(part, "message"), needed(within(part, "message"), "mid")
    is_own = words.get("is_echo") is True or (bool(sender) and sender == account)
    person = recipient if is_own else sender
    if words.get("is_deleted") is True:
        return Event(
            "deleted",
            f"deleted:{mid}",
            account,
            mid,
            person or None,
            at=at,
            visibility="private",
            connector=connector,
        )
    if not person:
        raise Strange("it does not tell who writes")
    said = spoken(words)
    files = media(words)
    if not said and not files and words.get("is_unsupported") is True:
        said = "❓"  # a kind that Meta does not give to apps; that something was said must be seen
    return Event(
        kind="created",
        key=f"created:{mid}",
        connector=connector,
        account=account,
        item=mid,
        thread=person,
        parent=native(within(words, "reply_to"), "mid") or None,
        author=Author(native=sender or account),
        at=at,
        text=said,
        visibility="private",
        is_own=is_own,
        media=files,
        is_spoken_to=not is_standby,
        extra=extra(part, words, is_standby),
    )


def spoken(words: Part) -> str:
    """The text, and what has no file: shared posts by address, places by their coordinates."""
    lines = [text(words, "text")]
    for each in listed(words, "attachments"):
        kind, payload = text(each, "type"), within(each, "payload")
        place = within(payload, "coordinates")
        if place:
            lines.append(f"📍 {place.get('lat')}, {place.get('long')}")
        elif kind not in MEDIA and kind not in STORY | {"file"}:
            lines += [
                text(payload, "title") or text(each, "title"),
                web(text(payload, "url")) or web(text(each, "url")),
            ]
    return "\n".join(line for line in dict.fromkeys(lines) if line)


def media(words: Part) -> tuple[Media, ...]:
    found = []
    for each in listed(words, "attachments"):
        kind, url = text(each, "type"), web(text(within(each, "payload"), "url"))
        if url and (kind in MEDIA or kind in STORY | {"file"}):
            shape: Any = MEDIA.get(kind, "file" if kind == "file" else "picture")
            found.append(Media(url, shape, name=text(within(each, "payload"), "title")))
    return tuple(found)


def extra(part: Part, words: Part, is_standby: bool) -> dict[str, Any]:
    story = within(within(words, "reply_to"), "story")
    referral = within(part, "referral") or within(words, "referral")
    kinds = {text(each, "type") for each in listed(words, "attachments")}
    found = {
        "words": digest(spoken(words)),
        "app": native(words, "app_id"),
        "story": native(story),
        "story_link": web(text(story, "url")),
        "story_mention": bool(kinds & STORY),
        "choice": text(within(words, "quick_reply"), "payload"),
        "came_by": text(referral, "ref") or text(referral, "source"),
        "standby": is_standby,
    }
    return {name: value for name, value in found.items() if value}


# News about messages ------------------------------------------------------------------------------------------------


def edited(part: Part, connector: str, account: str, sender: str, at: datetime | None) -> list[Item]:
    edit = within(part, "message_edit")
    mid, words = needed(edit, "mid"), text(edit, "text")
    count = native(edit, "num_edit")
    return [
        Event(
            kind="edited",
            key=f"edited:{mid}:{count}:{stamp(at)}:{digest(words)}",
            connector=connector,
            account=account,
            item=mid,
            thread=native(within(part, "recipient")) if sender == account else sender or None,
            author=Author(native=sender) if sender else None,
            at=at,
            text=words,
            visibility="private",
            is_own=bool(sender) and sender == account,
            extra={"words": digest(words)},
        )
    ]


def reacted(part: Part, connector: str, account: str, sender: str, at: datetime | None) -> list[Item]:
    reaction = within(part, "reaction")
    mid = needed(reaction, "mid")
    if not sender:
        raise Strange("it does not tell who reacts")
    is_taken_back = text(reaction, "action") == "unreact"
    sign = "" if is_taken_back else text(reaction, "emoji") or SIGNS.get(text(reaction, "reaction"), "★")
    return [
        Event(
            kind="reaction",
            key=f"reaction:{mid}:{sender}:{stamp(at)}:{sign}",
            connector=connector,
            account=account,
            item=mid,
            thread=native(within(part, "recipient")) if sender == account else sender,
            author=Author(native=sender),
            at=at,
            text=sign,
            visibility="private",
            is_own=sender == account,
        )
    ]


def read(part: Part, connector: str, account: str, sender: str, at: datetime | None) -> list[Item]:
    """Messenger tells up to when she has read, Instagram which message (docs; recorded)."""
    mark = within(part, "read")
    until = moment(mark.get("watermark")) or at
    mid = native(mark, "mid")
    return [
        Event(
            kind="read",
            key=f"read:{sender}:{mid or stamp(until)}",
            connector=connector,
            account=account,
            item=mid or None,
            thread=sender or None,
            author=Author(native=sender) if sender else None,
            at=until,
            visibility="private",
        )
    ]


def delivered(part: Part, connector: str, account: str, sender: str, at: datetime | None) -> list[Item]:
    mark = within(part, "delivery")
    mids = mark.get("mids")
    until = moment(mark.get("watermark")) or at
    named = [each for each in mids if isinstance(each, str) and each] if isinstance(mids, list) else []
    return [
        Event(
            kind="delivered",
            key=f"delivered:{mid or f'{sender}:{stamp(until)}'}",
            connector=connector,
            account=account,
            item=mid or None,
            thread=sender or None,
            at=until,
            visibility="private",
        )
        for mid in named[:LONG_AGO] or [""]
    ]


def pressed(part: Part, connector: str, account: str, sender: str, at: datetime | None) -> list[Item]:
    """A button: its title is what the person says."""
    button = within(part, "postback")
    words = text(button, "title") or text(button, "payload")
    if not words or not sender:
        return [Unsupported("A button that stands for no words, or of nobody.")]
    mid = native(button, "mid") or f"postback:{sender}:{stamp(at)}:{digest(text(button, 'payload'))}"
    came_by = text(within(button, "referral"), "ref") or text(within(button, "referral"), "source")
    return [
        Event(
            kind="created",
            key=f"created:{mid}",
            connector=connector,
            account=account,
            item=mid,
            thread=sender,
            author=Author(native=sender),
            at=at,
            text=words,
            visibility="private",
            extra={"words": digest(words)} | ({"came_by": came_by} if came_by else {}),
        )
    ]


def enforced(part: Part, connector: str, account: str, sender: str, at: datetime | None) -> list[Item]:
    """Meta takes the right to write from the page, or gives it back. Both spellings were seen (docs, recorded)."""
    told = within(part, "policy_enforcement") or within(part, "policy-enforcement")
    action = text(told, "action")
    if action != "block":
        return [Unsupported(f"Meta's policy enforcement tells {action[:40]!r}.")]
    return [
        Event(
            kind="account",
            key=f"policy:{account}:{stamp(at)}:{action}",
            connector=connector,
            account=account,
            at=at,
            text="disabled",
            ok=False,
            extra={"why": text(told, "reason")},
        )
    ]


NEWS: Mapping[str, Callable[[Part, str, str, str, datetime | None], list[Item]]] = {
    "message_edit": edited,
    "reaction": reacted,
    "read": read,
    "delivery": delivered,
    "postback": pressed,
    "policy_enforcement": enforced,
    "policy-enforcement": enforced,
}
