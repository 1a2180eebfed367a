"""Posts as events. Pure.

X: Post object, edit posts, event payloads of the Activity API (xdevplatform/docs, read 2026-11-22). The names of fields
changed from tweets to posts in 2026; both are read.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lyhord.channels.contract import Author, Event, Item, Media, Unsupported
from lyhord.connectors.x.shapes import Part, listed, moment, needed, text, within, words

KINDS: Mapping[str, Literal["picture", "video", "sound", "file"]] = {
    "photo": "picture",
    "video": "video",
    "animated_gif": "video",
}


@dataclass(frozen=True)
class Beside:
    """What came along with a list: people, files and posts by their ids, and who asked."""

    ours: str = ""
    users: Mapping[str, Part] = field(default_factory=dict)
    media: Mapping[str, Part] = field(default_factory=dict)
    posts: Mapping[str, Part] = field(default_factory=dict)


def beside(includes: Part, ours: str) -> Beside:
    """In some events each user stands under `data`."""
    users = [within(each, "data") or each for each in listed(includes, "users")]
    return Beside(
        ours,
        {text(each, "id"): each for each in users},
        {text(each, "media_key"): each for each in listed(includes, "media")},
        {text(each, "id"): each for each in listed(includes, "posts", "tweets")},
    )


def post(part: Part, along: Beside, *, is_context: bool = False) -> Item:
    ident = needed(part, "id")
    refers = {
        text(each, "type"): text(each, "id") for each in listed(part, "referenced_posts", "referenced_tweets")
    }
    if "retweeted" in refers:
        return Unsupported("A repost, no words of its own.", ident)
    history = words(part, "edit_history_post_ids", "edit_history_tweet_ids")
    is_edit = len(history) > 1 and ident == history[-1]
    first = history[0] if is_edit else ident
    author = person(text(part, "author_id"), along)
    is_own = bool(along.ours) and text(part, "author_id") == along.ours
    parent = refers.get("replied_to")
    return Event(
        kind="edited" if is_edit else "created",
        key=f"{'edited' if is_edit else 'created'}:{ident}",
        account=along.ours,
        item=first,
        thread=text(part, "conversation_id") or (None if parent else first),
        parent=parent,
        author=author,
        at=moment(text(part, "created_at")),
        text=said(part),
        is_own=is_own,
        media=media(part, along),
        lang=language(part),
        link=f"https://x.com/{author.handle if author and author.handle else 'i'}/status/{ident}",
        mentions=mentions(part),
        aliases=tuple(each for each in history if each != first) if is_edit else (),
        is_spoken_to=not is_context and not is_own and speaks_to(part, refers, along),
        extra=circumstances(part, refers, along, ident),
    )


def speaks_to(part: Part, refers: Mapping[str, str], along: Beside) -> bool:
    """Where it is not known who we are, whoever asked for it wanted it."""
    return not along.ours or text(part, "in_reply_to_user_id") == along.ours or summons(part, refers, along)


def summons(part: Part, refers: Mapping[str, str], along: Beside) -> bool:
    """Names us in its words, or quotes us. An answer to us carries our name by itself, before what is shown."""
    quoted = along.posts.get(refers.get("quoted", ""), {})
    if along.ours and text(quoted, "author_id") == along.ours:
        return True
    span = part.get("display_text_range")
    start = span[0] if isinstance(span, list) and span and type(span[0]) is int else 0
    is_answer = "replied_to" in refers
    named = [
        each for each in listed(within(part, "entities"), "mentions")
        if is_us(each, along) and (not is_answer or at(each, "start") >= start)
    ]  # fmt: skip
    return bool(named)


def is_us(mention: Part, along: Beside) -> bool:
    name = text(along.users.get(along.ours, {}), "username")
    return text(mention, "id") == along.ours or (
        bool(name) and text(mention, "username").lower() == name.lower()
    )


def at(part: Part, name: str) -> int:
    value = part.get(name)
    return value if type(value) is int else 0


def circumstances(part: Part, refers: Mapping[str, str], along: Beside, ident: str) -> dict[str, Any]:
    found: dict[str, Any] = {"newest": ident}
    if along.ours:
        found["summons"] = summons(part, refers, along)
    if refers.get("quoted"):
        found["quotes"] = refers["quoted"]
    return found


def language(part: Part) -> str:
    """X's own guesses, without those for "no language"."""
    told = text(part, "lang")
    return "" if told in {"und", "zxx", "qme", "qst", "qht", "qct", "qam"} else told


def said(part: Part) -> str:
    """The whole of a long post, with addresses as they lead, and without those of its own files."""
    long = within(part, "note_post", "note_tweet")
    told = html.unescape(text(long, "text") or text(part, "text"))
    entities = within(long, "entities") or within(part, "entities")
    for link in listed(entities, "urls"):
        short, full = text(link, "url"), text(link, "unwound_url") or text(link, "expanded_url")
        is_file = bool(text(link, "media_key")) or "/photo/" in full or "/video/" in full
        if short:
            told = told.replace(short, "" if is_file else full or short)
    return told.strip()


def media(part: Part, along: Beside) -> tuple[Media, ...]:
    keys = words(within(part, "attachments"), "media_keys")
    return tuple(found for key in keys if (found := file(along.media.get(key, {}))) is not None)


def file(part: Part) -> Media | None:
    kind = text(part, "type")
    url = text(part, "url") or film(part) or text(part, "preview_image_url")
    return Media(url, KINDS.get(kind, "file"), text(part, "alt_text")) if url else None


def film(part: Part) -> str:
    """The best of those that are one file."""
    whole = [each for each in listed(part, "variants") if text(each, "content_type") == "video/mp4"]
    return text(max(whole, key=lambda each: at(each, "bit_rate")), "url") if whole else ""


def mentions(part: Part) -> tuple[Author, ...]:
    return tuple(
        Author(text(each, "id") or f"@{text(each, 'username')}", text(each, "username"))
        for each in listed(within(part, "entities"), "mentions")
        if text(each, "id") or text(each, "username")
    )


def person(ident: str, along: Beside) -> Author | None:
    if not ident:
        return None
    known = along.users.get(ident, {})
    name = text(known, "username")
    followers = within(known, "public_metrics").get("followers_count")
    return Author(
        native=ident,
        handle=name,
        name=text(known, "name"),
        avatar=text(known, "profile_image_url"),
        followers=followers if type(followers) is int and followers >= 0 else None,
        profile=f"https://x.com/{name}" if name else f"https://x.com/i/user/{ident}",
    )
