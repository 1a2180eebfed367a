"""Changes of a page, as its webhook tells them: feed, mention, ratings. Pure.

Docs read 2026-11-22: Webhooks reference, Page (feed, mention, ratings); Webhooks for Pages.
"""

from datetime import datetime

from lyhord.channels.contract import Author, Event, Item, Media, Unsupported
from lyhord.connectors._meta.values import Part, Strange, digest, moment, native, needed, stamp, text, web

FACEBOOK = "facebook"
SIGNS = {
    "like": "👍", "love": "❤️", "care": "🤗", "haha": "😆", "wow": "😮", "sad": "😢", "sorry": "😢", "angry": "😡",
    "anger": "😡", "thankful": "🌸", "pride": "🌈",
}  # fmt: skip
POSTS = frozenset(
    {"status", "post", "share", "photo", "video", "album", "link", "note", "event", "story", "milestone"}
)
CREATED, EDITED = frozenset({"add"}), frozenset({"edit", "edited", "update"})
GONE, HIDDEN, SHOWN = frozenset({"remove", "delete"}), frozenset({"hide"}), frozenset({"unhide"})
RECOMMENDS = {"positive": "👍", "negative": "👎", "POSITIVE": "👍", "NEGATIVE": "👎"}


def changed(field: str, value: Part, page: str, told_at: datetime | None) -> Item:
    """One change. `told_at` is the time of the entry: an edit says when the words were first written."""
    if field == "feed":
        return fed(value, page, told_at)
    if field == "mention":
        return mentioned(value, page)
    if field == "ratings":
        return rated(value, page, told_at)
    return Unsupported(f"Changes of a page's {field[:60]!r} are not ones that we use.")


def fed(value: Part, page: str, told_at: datetime | None) -> Item:
    kind, verb = text(value, "item"), text(value, "verb")
    if kind in {"reaction", "like"}:
        return reaction(value, page)
    if kind == "comment":
        return utterance(value, page, needed(value, "comment_id"), told_at)
    if kind in POSTS:
        item = native(value, "post_id")
        if not item:
            return Unsupported(f"A {kind} that is no post of the page's feed.")
        return utterance(value, page, item, told_at)
    return Unsupported(f"The feed's {kind[:40]!r} ({verb[:40]!r}) is not one that we use.")


def utterance(value: Part, page: str, item: str, told_at: datetime | None) -> Item:
    """A post or a comment: written, changed, removed, hidden."""
    verb, at = text(value, "verb"), moment(value.get("created_time"))
    thread = native(value, "post_id") or None
    parent = native(value, "parent_id") or (thread if thread != item else None)
    place = {
        "connector": FACEBOOK, "account": page, "item": item, "thread": thread,
        "parent": parent if parent != item else None,
    }  # fmt: skip
    if verb in CREATED or verb in EDITED:
        return worded(value, page, place, verb in EDITED, max(filter(None, (at, told_at)), default=None))
    kinds = (("deleted", GONE), ("hidden", HIDDEN), ("shown", SHOWN))
    kind = next((kind for kind, verbs in kinds if verb in verbs), None)
    if kind is None:
        return Unsupported(f"The feed's verb {verb[:40]!r} is not one that we use.", item)
    at = at if told_at is None or (at and at > told_at) else told_at
    key = f"deleted:{item}" if kind == "deleted" else f"{kind}:{item}:{stamp(at)}"
    return Event(kind=kind, key=key, at=at, author=writer(value), **place)  # type: ignore[arg-type]


def worded(
    value: Part, page: str, place: dict[str, str | None], is_edit: bool, changed_at: datetime | None
) -> Event:
    words, author = text(value, "message"), writer(value)
    item, told = place["item"], value.get("post")
    post: Part = told if isinstance(told, dict) else {}
    key = f"edited:{item}:{stamp(changed_at)}:{digest(words)}" if is_edit else f"created:{item}"
    return Event(
        kind="edited" if is_edit else "created",
        key=key,
        at=changed_at if is_edit else moment(value.get("created_time")),
        author=author,
        text=words,
        is_own=author is not None and bool(page) and author.native == page,
        media=pictures(value),
        link=web(text(post, "permalink_url")) or web(text(value, "permalink_url")),
        is_spoken_to=value.get("published") not in (0, False),
        extra={"words": digest(words)},
        **place,  # type: ignore[arg-type]
    )


def writer(value: Part) -> Author | None:
    """Since 2018 people may be left out (docs: feed, `from`); of a removed comment the name is missing (recorded)."""
    told = value.get("from")
    if isinstance(told, dict):
        return Author(native=needed(told), name=text(told, "name"))
    ident = native(value, "sender_id")
    return Author(native=ident, name=text(value, "sender_name")) if ident else None


def pictures(value: Part) -> tuple[Media, ...]:
    """`photo` of a comment, `photos` of a post with several, `link` of a post with one picture or film (docs: feed)."""
    found: list[Media] = []
    photos = value.get("photos")
    places = list(photos) if isinstance(photos, list) else []
    if text(value, "item") in {"photo", "video"}:
        places.append(value.get("link"))
    for place in (*places, value.get("photo")):
        if isinstance(place, str) and web(place) and all(each.url != place for each in found):
            found.append(Media(place, "picture"))
    video = value.get("video") or (value.get("link") if text(value, "item") == "video" else None)
    if isinstance(video, str) and web(video):
        found = [each for each in found if each.url != video] + [Media(video, "video")]
    return tuple(found)


def reaction(value: Part, page: str) -> Item:
    item = native(value, "comment_id") or native(value, "post_id")
    author = writer(value)
    if not item:
        return Unsupported("Somebody likes the page itself.")
    if author is None:
        return Unsupported("A reaction of somebody whom Facebook does not name.", item)
    verb, name = text(value, "verb"), text(value, "reaction_type").lower() or "like"
    if verb in GONE:
        sign = ""
    elif verb in CREATED or verb in EDITED:
        sign = SIGNS.get(name, "★")
    else:
        return Unsupported(f"The verb {verb[:40]!r} of a reaction is not one that we use.", item)
    at = moment(value.get("created_time"))
    return Event(
        kind="reaction",
        key=f"reaction:{item}:{author.native}:{stamp(at)}:{sign}",
        connector=FACEBOOK,
        account=page,
        item=item,
        thread=native(value, "post_id") or None,
        author=author,
        at=at,
        text=sign,
        is_own=bool(page) and author.native == page,
    )


def mentioned(value: Part, page: str) -> Item:
    """Somebody names the page in a post or a comment elsewhere."""
    item = native(value, "comment_id") or native(value, "post_id")
    if not item:
        raise Strange("it names neither a post nor a comment")
    if text(value, "verb") not in CREATED | EDITED | {""}:
        return utterance(value, page, item, None)
    words, at = text(value, "message"), moment(value.get("created_time"))
    is_edit = text(value, "verb") in EDITED
    return Event(
        kind="edited" if is_edit else "created",
        key=f"edited:{item}:{stamp(at)}:{digest(words)}" if is_edit else f"created:{item}",
        connector=FACEBOOK,
        account=page,
        item=item,
        thread=native(value, "post_id") or item,
        author=writer(value),
        at=at,
        text=words,
        mentions=(Author(native=page),) if page else (),
        extra={"words": digest(words), "mentioned": True},
    )


def rated(value: Part, page: str, told_at: datetime | None) -> Item:
    """A recommendation of the page; `open_graph_story_id` is the post that it is, with comments below it."""
    story = native(value, "open_graph_story_id")
    if text(value, "item") == "comment":
        named = {**value, "post_id": story or native(value, "post_id")}
        return utterance(named, page, needed(value, "comment_id"), told_at)
    if text(value, "item") in {"reaction", "like"}:
        return reaction({**value, "post_id": story or native(value, "post_id")}, page)
    item = story or native(value, "post_id")
    author = reviewer(value)
    if not item:
        raise Strange("it names no recommendation")
    verb, at = text(value, "verb"), moment(value.get("created_time"))
    if verb in GONE:
        return Event(
            "deleted",
            f"deleted:{item}",
            page,
            item,
            item,
            author=author,
            at=told_at or at,
            connector=FACEBOOK,
        )
    words = recommendation(text(value, "recommendation_type"), text(value, "review_text"))
    is_edit = verb in EDITED
    at = max(filter(None, (at, told_at)), default=None) if is_edit else at
    return Event(
        kind="edited" if is_edit else "created",
        key=f"edited:{item}:{stamp(at)}:{digest(words)}" if is_edit else f"created:{item}",
        connector=FACEBOOK,
        account=page,
        item=item,
        thread=item,
        author=author,
        at=at,
        text=words,
        extra={"words": digest(words), "recommends": text(value, "recommendation_type").lower()},
    )


def reviewer(value: Part) -> Author | None:
    ident = native(value, "reviewer_id")
    return Author(native=ident, name=text(value, "reviewer_name")) if ident else writer(value)


def recommendation(kind: str, words: str) -> str:
    """A thumb stands before the words, or alone: many recommend without a word."""
    return " ".join(part for part in (RECOMMENDS.get(kind, ""), words) if part)
