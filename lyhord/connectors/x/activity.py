"""Events of the Activity API, and of the Account Activity API before it. Pure.

The older one sends a list of each kind for one of our accounts; X means to end it (docs: Account Activity, read 2026-11-22).
"""

from collections.abc import Callable, Mapping
from typing import Any

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors.x import messages, posts
from lyhord.connectors.x.posts import Beside
from lyhord.connectors.x.shapes import Part, Strange, listed, moment, needed, text, within

LIKE = "❤"


def event(data: Part) -> list[Item]:
    kind, payload = needed(data, "event_type"), within(data, "payload")
    ours = text(within(data, "filter"), "user_id")
    along = posts.beside(within(data, "includes"), ours)
    if kind in {"post.create", "post.mention.create", "post.reply.create", "post.quote.create"}:
        return [posts.post(payload, along)]
    if kind == "post.delete":
        return [gone(needed(payload, "id"), ours)]
    if kind in {"dm.received", "dm.sent", "dm.read"}:
        return direct(payload, ours)
    if kind == "like.create":
        return [liked(payload, along)]
    if kind == "oauth.revoke":
        return [revoked(ours or text(payload, "user_id"), needed(data, "event_uuid"))]
    if kind.startswith("chat."):
        return [Unsupported("An encrypted message of XChat, which programs cannot read. Look in the app.")]
    return [Unsupported(f"X's event {kind[:60]!r} is not one that we use.")]


def direct(payload: Part, ours: str) -> list[Item]:
    users = {ident: within(part, "data") or part for ident, part in people(payload).items()}
    along = Beside(ours, users)
    told: list[Item] = [messages.told(part, along) for part in listed(payload, "direct_message_events")]
    told += [messages.read(part, along) for part in listed(payload, "direct_message_mark_read_events")]
    return told or [Unsupported("An event of direct messages that tells nothing.")]


def people(payload: Part) -> dict[str, Part]:
    users = within(payload, "users")
    if not all(isinstance(each, Mapping) for each in users.values()):
        raise Strange("its users are no objects")
    return dict(users)


def gone(ident: str, ours: str, at: str = "") -> Event:
    return Event(kind="deleted", key=f"deleted:{ident}", account=ours, item=ident, at=moment(at))


def liked(payload: Part, along: Beside) -> Item:
    """X names whose post it was; who liked it stands beside, if at all."""
    item, owner = (
        needed(payload, "liked_post_id", "liked_tweet_id"),
        text(payload, "post_author_id", "tweet_author_id"),
    )
    others = [ident for ident in along.users if ident != (owner or along.ours)]
    if len(others) != 1:
        return Unsupported("A like of which X does not say whose it is.", item)
    return Event(
        kind="reaction",
        key=f"like:{needed(payload, 'id')}",
        account=along.ours,
        item=item,
        author=posts.person(others[0], along),
        at=moment(text(payload, "created_at")),
        text=LIKE,
    )


def revoked(ours: str, ident: str) -> Event:
    return Event(kind="account", key=f"revoked:{ident}", account=ours, text="token_revoked")


# The older one ------------------------------------------------------------------------------------------------


def older(told: Part) -> list[Item]:
    revoke = within(within(told, "user_event"), "revoke")
    if revoke:
        ours = text(within(revoke, "source"), "user_id")
        return [revoked(ours, f"{ours}:{text(revoke, 'date_time')}")]
    ours = needed(told, "for_user_id")
    readers: dict[str, Callable[[Part], Item]] = {
        "tweet_create_events": lambda part: post(part, ours),
        "tweet_delete_events": lambda part: deleted(part, ours),
        "favorite_events": lambda part: favourite(part, ours),
    }
    found = [guarded(read, part) for name, read in readers.items() for part in listed(told, name)]
    if "direct_message_events" in told or "direct_message_mark_read_events" in told:
        found += direct(
            {**told, "users": {ident: modern(each) for ident, each in people(told).items()}}, ours
        )
    kinds = ", ".join(sorted(set(told) - {"for_user_id", "users", "apps"}))[:100]
    return found or [Unsupported(f"X's events {kinds!r} are not ones that we use.")]


def guarded(read: Callable[[Part], Item], part: Part) -> Item:
    try:
        return read(part)
    except Strange as problem:
        return Unreadable(f"Not as X tells it: {problem}.")


def modern(user: Part) -> Part:
    """A person of the older API as the newer one tells of her."""
    return {
        "id": text(user, "id_str", "id"),
        "username": text(user, "screen_name", "username"),
        "name": text(user, "name"),
        "profile_image_url": text(user, "profile_image_url_https"),
        "public_metrics": {"followers_count": user.get("followers_count")},
    }


def post(part: Part, ours: str) -> Item:
    """A post of the older API, told as one of the newer and read as such."""
    user = within(part, "user")
    refers = [
        {"type": kind, "id": ident}
        for kind, ident in (
            ("replied_to", text(part, "in_reply_to_status_id_str")),
            ("quoted", text(part, "quoted_status_id_str")),
            ("retweeted", text(within(part, "retweeted_status"), "id_str")),
        )
        if ident
    ]
    long = within(part, "extended_tweet")
    entities = within(long, "entities") or within(part, "entities")
    named = [
        {"id": text(each, "id_str"), "username": text(each, "screen_name"), "start": first(each)}
        for each in listed(entities, "user_mentions")
    ]
    quoted = within(part, "quoted_status")
    told: dict[str, Any] = {
        "id": needed(part, "id_str"),
        "text": text(long, "full_text") or text(part, "text"),
        "author_id": text(user, "id_str"),
        "created_at": text(part, "created_at"),
        "lang": text(part, "lang"),
        "in_reply_to_user_id": text(part, "in_reply_to_user_id_str"),
        "referenced_posts": refers,
        "entities": {"mentions": named, "urls": listed(entities, "urls")},
        "display_text_range": long.get("display_text_range") or part.get("display_text_range"),
    }
    posts_beside = (
        {text(quoted, "id_str"): {"author_id": text(within(quoted, "user"), "id_str")}} if quoted else {}
    )
    return posts.post(told, Beside(ours, {text(user, "id_str"): modern(user)}, {}, posts_beside))


def first(part: Part) -> int:
    span = part.get("indices")
    return span[0] if isinstance(span, list) and span and type(span[0]) is int else 0


def deleted(part: Part, ours: str) -> Item:
    status = within(part, "status")
    stamp = part.get("timestamp_ms")
    return gone(needed(status, "id"), ours, stamp if isinstance(stamp, str) else "")


def favourite(part: Part, ours: str) -> Item:
    user = within(part, "user")
    return Event(
        kind="reaction",
        key=f"like:{needed(part, 'id')}",
        account=ours,
        item=needed(within(part, "favorited_status"), "id_str"),
        author=posts.person(needed(user, "id_str"), Beside(ours, {text(user, "id_str"): modern(user)})),
        at=moment(text(part, "created_at")),
        text=LIKE,
    )
