"""Instagram's public side: comments and mentions by hook, media and comments by Graph. Pure.

Docs read 2026-11-22: Webhooks reference, Instagram (comments, live_comments, mentions, story_insights); Instagram
Platform, Comment Moderation, Mentions; IG Comment, IG Media.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lyhord.channels.contract import Author, Event, Item, Media, Unsupported
from lyhord.connectors._meta.values import (
    Part,
    Strange,
    digest,
    listed,
    moment,
    native,
    needed,
    text,
    web,
    within,
)

if TYPE_CHECKING:
    from lyhord.connectors._meta.graph import Asker

INSTAGRAM = "instagram"
KINDS = {"IMAGE": "picture", "VIDEO": "video"}


def changed(field: str, value: Part, account: str, told_at: Any) -> Item:
    if field in {"comments", "live_comments"}:
        return commented(value, account, told_at, is_live=field == "live_comments")
    if field == "mentions":
        return mentioned(value, account, told_at)
    return Unsupported(f"Instagram's {field[:60]!r} are not ones that we use.")


def person(told: Part, username: str = "") -> Author | None:
    """By the number that Instagram gives us for her. Where it tells her name alone, that has to do."""
    ident, name = native(told), text(told, "username") or username
    if not ident and not name:
        return None
    aliases = tuple(each for each in (native(told, "self_ig_scoped_id"),) if each and each != ident)
    profile = f"https://www.instagram.com/{name}/" if name.replace("_", "").replace(".", "").isalnum() else ""
    return Author(
        native=ident or f"@{name}", handle=name, name=text(told, "name"), aliases=aliases, profile=profile
    )


def commented(value: Part, account: str, told_at: Any, *, is_live: bool) -> Item:
    """The hook tells new comments alone; of edits and deletions nothing is told (docs), so they are looked at again."""
    item, words = needed(value), text(value, "text")
    media, author = within(value, "media"), person(within(value, "from"))
    thread = native(media) or None
    above = native(value, "parent_id")
    found = {
        "words": digest(words),
        "live": is_live,
        "top": above if above != thread else "",
        "ad": native(media, "ad_id"),
        "media": thread,
        "original": native(media, "original_media_id"),
    }
    return Event(
        kind="created",
        key=f"created:{item}",
        connector=INSTAGRAM,
        account=account,
        item=item,
        thread=thread,
        parent=above or thread,
        author=author,
        at=moment(value.get("timestamp")) or told_at,
        text=words,
        is_own=author is not None and bool(account) and account in (author.native, *author.aliases),
        extra={name: each for name, each in found.items() if each},
    )


def mentioned(value: Part, account: str, told_at: Any) -> Item:
    """The hook names a comment or a caption and not its words; the next look brings them (docs: mentions)."""
    media = native(value, "media_id")
    item = native(value, "comment_id") or media
    if not item:
        raise Strange("it names neither a comment nor a post")
    return Event(
        kind="created",
        key=f"created:{item}",
        connector=INSTAGRAM,
        account=account,
        item=item,
        thread=media or item,
        at=told_at,
        mentions=(Author(native=account),) if account else (),
        extra={"words": digest(""), "mentioned": True, "media": media},
    )


# By Graph -----------------------------------------------------------------------------------------------------------


def is_ours(part: Part) -> bool:
    return (
        ("text" in part and "timestamp" in part)
        or "media_type" in part
        or bool({"mentioned_comment", "mentioned_media"} & set(part))
        or "instagram.com/" in str(part.get("permalink") or "")
    )


def node(part: Part, asker: "Asker", thread: str = "", parent: str = "") -> Iterator[Item]:
    if "mentioned_comment" in part:
        yield from comment(within(part, "mentioned_comment"), asker, thread, parent, is_mention=True)
    elif "mentioned_media" in part:
        yield from medium(within(part, "mentioned_media"), asker, is_mention=True)
    elif "text" in part and "timestamp" in part and "media_type" not in part:
        yield from comment(part, asker, thread, parent)
    else:
        yield from medium(part, asker)


def medium(part: Part, asker: "Asker", *, is_mention: bool = False) -> Iterator[Item]:
    """A post of ours with its comments, or of somebody who names or tags us."""
    item = needed(part)
    author = person(within(part, "owner"), text(part, "username"))
    is_own = not is_mention and (
        author is None or asker.account in {"", author.native} or author.native.startswith("@")
    )
    if author is None and asker.account and is_own:
        author = Author(native=asker.account)
    yield from worded(
        part, asker,
        item=item, thread=item, parent=None, author=author, text=text(part, "caption"), media=pictures(part),
        is_own=is_own, link=web(text(part, "permalink")),
        mentions=(Author(native=asker.account),) if is_mention and asker.account else (),
    )  # fmt: skip
    for each in sorted(listed(part, "comments"), key=lambda each: str(each.get("timestamp") or "")):
        yield from comment(each, asker, item, item)


def comment(
    part: Part, asker: "Asker", thread: str, parent: str, *, is_mention: bool = False
) -> Iterator[Item]:
    item = needed(part)
    author = person(within(part, "from"), text(part, "username"))
    thread = thread or native(within(part, "media")) or asker.thread
    above = native(part, "parent_id") or parent or thread
    yield from worded(
        part, asker,
        item=item, thread=thread or None, parent=above or None, author=author, text=text(part, "text"),
        is_own=author is not None and bool(asker.account) and author.native == asker.account,
        mentions=(Author(native=asker.account),) if is_mention and asker.account else (),
    )  # fmt: skip
    if part.get("hidden") is True:
        yield Event("hidden", f"hidden:{item}:seen", asker.account, item, thread or None, connector=INSTAGRAM,
                    at=moment(part.get("timestamp")))  # fmt: skip
    if not native(part, "parent_id") and not (parent and parent != thread):
        for each in sorted(listed(part, "replies"), key=lambda each: str(each.get("timestamp") or "")):
            yield from comment(each, asker, thread, item)


def worded(part: Part, asker: "Asker", **fields: Any) -> Iterator[Event]:
    item, mark = fields["item"], digest(fields["text"])
    above = fields["parent"] if fields["parent"] != fields["thread"] else None
    kept = {"words": mark, "media": fields["thread"], "top": above, "mentioned": bool(fields.get("mentions"))}
    extra = {name: value for name, value in kept.items() if value}
    usual: dict[str, Any] = {"connector": INSTAGRAM, "account": asker.account, "extra": extra, **fields}
    yield Event(kind="created", key=f"created:{item}", at=moment(part.get("timestamp")), **usual)
    if asker.edited_at:
        yield Event(
            kind="edited", key=f"edited:{item}:{mark}:{asker.edited_at}", at=moment(asker.edited_at), **usual
        )


def pictures(part: Part) -> tuple[Media, ...]:
    found = []
    for each in listed(part, "children") or [part]:
        url = web(text(each, "media_url")) or web(text(each, "thumbnail_url"))
        shape: Any = KINDS.get(text(each, "media_type"), "picture")
        if url:
            found.append(Media(url, shape))
    return tuple(found[:20])
