"""What a Discourse forum says, told as events: webhooks by their headers, answers of its API by their shape. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from lyhord.channels.contract import Event, Headers, Item, Unreadable, Unsupported
from lyhord.connectors.discourse import posts
from lyhord.connectors.discourse.posts import LIKE, Part, Strange, Us
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson

REGULAR, MODERATOR, SMALL_ACTION, WHISPER = 1, 2, 3, 4  # Discourse: Post.types
LISTS = {"latest_posts": "regular", "private_posts": posts.PRIVATE}
ALONE = {"ping", "topic", "user", "like", "post"}


def parse(raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
    try:
        document = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    us = Us.of(headers, url)
    if isinstance(document, list):
        return [item for part in document for item in guarded(part, lambda part: one(part, us))]
    if not isinstance(document, Mapping):
        raise Unreadable("Neither a list nor an object.")
    name = posts.text(headers.get("x-discourse-event"))
    kind = posts.text(headers.get("x-discourse-event-type"))
    if name or kind or (len(document) == 1 and next(iter(document)) in ALONE):
        return guarded(
            document, lambda part: hook(name or ("ping" if "ping" in part else ""), kind, part, us, method)
        )
    return answer(document, us)


def guarded(part: Any, read: Callable[[Part], list[Item]]) -> list[Item]:
    """What is wrong with one stands in its place, and the others go on."""
    if not isinstance(part, Mapping):
        return [Unreadable(f"Not an object but {type(part).__name__}.")]
    item = str(part["id"]) if type(part.get("id")) is int else None
    try:
        return read(part)
    except Strange as problem:
        return [Unreadable(f"Not as Discourse tells it: {problem}.", item)]


# Webhooks -----------------------------------------------------------------------------------------------------


def hook(name: str, kind: str, part: Part, us: Us, method: str) -> list[Item]:
    if isinstance(part.get("post"), Mapping):
        return of_post(name, part["post"], us, method)
    if isinstance(part.get("like"), Mapping):
        return like(part["like"])
    if isinstance(part.get("topic"), Mapping):
        return of_topic(name, part["topic"])
    if isinstance(part.get("user"), Mapping):
        return of_user(name, part["user"])
    if name in {"post_created", "post_edited", "post_destroyed", "post_recovered", "post_liked"}:
        raise Strange(f"{name} comes without its post")
    return [
        Unsupported(
            f"Discourse's event {name or kind or next(iter(part), 'nothing')!r} is not one that we use."
        )
    ]


def of_post(name: str, post: Part, us: Us, method: str) -> list[Item]:
    if name == "post_destroyed":
        return [removed(post)]
    if why := unused(post):
        return [why]
    if is_gone(post):
        return [removed(post)]
    if name == "post_edited" or (not name and method.upper() == "PUT"):
        return [posts.edited(post, us), *posts.state(post, us)]
    if name == "post_recovered":
        return [*posts.created(post, us), posts.event("shown", post, us)]
    if name in {"post_created", ""}:
        return [*posts.created(post, us)]
    return [
        Unsupported(f"Discourse's event {name!r} is not one that we use.", posts.ident(post.get("id"), "id"))
    ]


def like(told: Part) -> list[Item]:
    post, user = told.get("post"), told.get("user")
    if not isinstance(post, Mapping) or not isinstance(user, Mapping):
        raise Strange("a like without its post or its user")
    author, item = posts.user(user), posts.ident(post.get("id"), "id")
    return [
        Event(
            kind="reaction",
            key=f"reaction:{item}:{author.native}:{LIKE}",
            item=item,
            author=author,
            text=LIKE,
            visibility=posts.visibility(post, Us()),
        )
    ]


def of_topic(name: str, topic: Part) -> list[Item]:
    """A topic's words are those of its first post, which comes by itself; only its end is told by nothing else."""
    ident = posts.ident(topic.get("id"), "the topic's id")
    if name == "topic_destroyed":
        first = f"{ident}:1"
        return [Event(kind="deleted", key=f"deleted:{first}", item=first, thread=f"topic:{ident}")]
    return [Unsupported(f"Of {name or 'a topic'} the posts are told by themselves.")]


def of_user(name: str, told: Part) -> list[Item]:
    author = posts.user(told)
    if name == "user_destroyed":
        return [Event(kind="erasure", key=f"erasure:{author.native}", author=author)]
    if name == "user_updated":
        return [
            Event(
                kind="author_changed",
                key=f"author:{author.native}:{author.handle}:{author.name}",
                author=author,
            )
        ]
    return [Unsupported(f"Discourse's event {name or 'user'!r} is not one that we use.")]


# Answers of the API -------------------------------------------------------------------------------------------


def answer(document: Part, us: Us) -> list[Item]:
    for name, archetype in LISTS.items():
        if name in document:
            listed, around = document[name], us.within({"archetype": archetype})
            # The newest comes first; a post comes before the answers to it.
            return [item for part in reversed(list_of(listed, name)) for item in each(part, around)]
    stream = document.get("post_stream")
    if isinstance(stream, Mapping):
        around = us.within(document)
        return [item for part in list_of(stream.get("posts"), "posts") for item in each(part, around)]
    if "errors" in document:
        return [Unsupported("The forum answered with an error.")]
    return guarded(document, lambda part: one(part, us))


def each(part: Any, us: Us) -> list[Item]:
    return guarded(part, lambda part: one(part, us))


def one(part: Part, us: Us) -> list[Item]:
    if not is_post(part):
        return [Unsupported("An answer that carries no post.")]
    return of_post("", part, us, "GET")


def list_of(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(f"{name} is no list.")
    return value


def is_post(part: Part) -> bool:
    return {"id", "topic_id"} <= set(part) and bool({"cooked", "raw"} & set(part))


def unused(post: Part) -> Unsupported | None:
    item = posts.ident(post.get("id"), "id")
    kind = post.get("post_type", REGULAR)
    if kind == WHISPER:
        return Unsupported("A whisper is talk of the forum's staff among themselves.", item)
    if kind not in {REGULAR, MODERATOR}:
        return Unsupported("A note of the forum itself, such as that a topic was closed.", item)
    return None


def is_gone(post: Part) -> bool:
    # Who deletes a post of her own leaves "(post deleted by author)", which goes after a day.
    return bool(post.get("deleted_at")) or post.get("user_deleted") is True


def removed(post: Part) -> Event:
    item = posts.ident(post.get("id"), "id")
    at = posts.moment(post.get("deleted_at"))
    return Event(kind="deleted", key=f"deleted:{item}", item=item, at=at)
