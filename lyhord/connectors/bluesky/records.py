"""A post of the AT protocol as an event, whatever brought it: a list, a thread, a repository or a stream. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lyhord.channels.contract import Author, Event, Headers, Kind, Media
from lyhord.connectors.bluesky import names
from lyhord.lib.text import clean

Json = Mapping[str, Any]
FACET = "app.bsky.richtext.facet#"
CDN = (
    "https://cdn.bsky.app/img/feed_fullsize/plain"  # what the app itself shows (docs.bsky.app; read 2026-11)
)
VIDEOS = "https://video.bsky.app/watch"
HEART, ARROWS = "♥", "↻"
SIGNS = {names.LIKE: HEART, names.REPOST: ARROWS}
TAKEN = {"!hide", "!takedown", "!suspend"}  # labels by which moderators take a post out of sight


class Strange(Exception):
    """A part is not of the shape that it should have; the text says which."""


@dataclass(frozen=True)
class Us:
    """Our account, and what else the reader of the bytes was told."""

    native: str = ""
    handle: str = ""
    edited: frozenset[str] = frozenset()  # posts whose digest is not the one that was known
    now: datetime | None = None  # when it was asked; the network tells no time of an edit

    @classmethod
    def of(cls, headers: Headers) -> "Us":
        if "x-account" not in headers:
            return NOBODY
        edited = frozenset(headers.get("x-edited", "").split())
        native, handle = headers["x-account"], headers.get("x-account-handle", "")
        return cls(native, handle, edited, moment(headers.get("x-asked-at")))


NOBODY = Us()


@dataclass(frozen=True, slots=True)
class Post:
    """A record in its repository, and what the network adds when it shows it."""

    uri: str
    cid: str
    record: Json
    author: Author
    seen_at: datetime | None = None  # when the network first had it
    labels: tuple[str, ...] = ()
    quoted: Json = field(default_factory=dict)


def shown(view: Json) -> Post:
    """A post, or a notification of one, as the network shows it."""
    author = view.get("author")
    return Post(
        uri=text(view.get("uri")),
        cid=names.digest(view.get("cid")),
        record=mapping(view.get("record"), "the record"),
        author=person(author),
        seen_at=moment(view.get("indexedAt")),
        labels=labels(view.get("labels")),
        quoted=quoted(view.get("embed")),
    )


def stored(uri: str, cid: Any, record: Any, us: Us, at: datetime | None = None) -> Post:
    """A post as it lies in its repository: of its author it tells the id alone."""
    place = names.address(uri)
    if place is None:
        raise Strange("the uri is none of a record")
    author = Author(native=place.did, handle=us.handle if place.did == us.native else "")
    return Post(uri, names.digest(cid), mapping(record, "the record"), author, at)


def events(post: Post, us: Us, *, is_spoken_to: bool = False) -> list[Event]:
    """The post; its edit if the digest is another than the one known; and that moderators took it out of sight."""
    at = min_of(moment(post.record.get("createdAt")), post.seen_at)
    found = [event("created", post, us, at, is_spoken_to=is_spoken_to)]
    if post.uri in us.edited:
        found.append(event("edited", post, us, us.now, is_spoken_to=is_spoken_to))
    if TAKEN.intersection(post.labels):
        found.append(Event(kind="hidden", key=f"hidden:{post.uri}:label", item=post.uri, at=us.now))
    return found


def event(kind: Kind, post: Post, us: Us, at: datetime | None, *, is_spoken_to: bool = False) -> Event:
    """`is_spoken_to`: the network says so; else the record itself tells whether it is."""
    place = names.of_post(post.uri)
    if place is None:
        raise Strange("the uri is none of a post")
    if post.author.native != place.did:
        raise Strange("the author is not the one of the repository")
    record = post.record
    root, parent = answered(record)
    named = mentions(record)
    is_own = us.native == place.did
    is_told = is_own or not us.native or is_spoken_to
    is_spoken_to = is_told or concerns(us.native, root, parent, named, record)
    langs = record.get("langs")
    return Event(
        kind=kind,
        key=f"edited:{post.uri}:{post.cid}"
        if kind == "edited"
        else f"{'created' if is_spoken_to else 'seen'}:{post.uri}",
        item=post.uri,
        thread=root or (None if parent else post.uri),
        parent=parent or None,
        author=post.author,
        at=at,
        text=words(record.get("text")),
        is_own=is_own,
        media=tuple(media(record.get("embed"), place.did)),
        lang=text(langs[0]) if isinstance(langs, list) and langs else "",
        link=f"https://bsky.app/profile/{place.did}/post/{place.key}",
        mentions=named,
        is_spoken_to=is_spoken_to,
        extra=extra(post, us, parent, named),
    )


def concerns(us: str, root: str, parent: str, named: tuple[Author, ...], record: Json) -> bool:
    """Whether it names us, answers us, quotes us, or stands below a post of ours."""
    ours = f"at://{us}/"
    if root.startswith(ours) or parent.startswith(ours) or any(author.native == us for author in named):
        return True
    return any(uri.startswith(ours) for uri in quotes(record.get("embed")))


def answered(record: Json) -> tuple[str, str]:
    """The first post of the thread and the one answered; "" where the record names none that can be one."""
    reply = record.get("reply")
    if not isinstance(reply, Mapping):
        return "", ""
    root, parent = referred(reply.get("root")), referred(reply.get("parent"))
    return root or "", parent or ""


def referred(reference: Any) -> str:
    uri = reference.get("uri") if isinstance(reference, Mapping) else None
    return uri if isinstance(uri, str) and names.address(uri) else ""


# People -------------------------------------------------------------------------------------------------------


def person(view: Any) -> Author:
    if not isinstance(view, Mapping):
        raise Strange("the author is missing")
    did = view.get("did")
    if not names.is_did(did):
        raise Strange("the author has no id")
    followers = view.get("followersCount")
    handle = text(view.get("handle"))
    return Author(
        native=str(did),
        handle="" if handle == "handle.invalid" else handle,
        name=text(view.get("displayName")),
        avatar=text(view.get("avatar")),
        followers=followers if type(followers) is int and followers >= 0 else None,
        profile=f"https://bsky.app/profile/{did}",
        is_bot="bot" in labels(view.get("labels")),
    )


def mentions(record: Json) -> tuple[Author, ...]:
    """Everyone named, in the order of the text. Places are counted in bytes of UTF-8 (app.bsky.richtext.facet)."""
    facets = record.get("facets")
    if not isinstance(facets, list) or not facets:
        return ()
    raw = text(record.get("text")).encode("utf-8", "surrogatepass")
    found: dict[str, Author] = {}
    for index, feature in features(facets):
        did = feature.get("did")
        if feature.get("$type") == FACET + "mention" and names.is_did(did):
            handle = clean(piece(raw, index)).strip().lstrip("@")
            found.setdefault(str(did), Author(native=str(did), handle=handle))
    return tuple(found.values())


def features(facets: list[Any]) -> Iterator[tuple[Any, Json]]:
    for facet in facets:
        if isinstance(facet, Mapping) and isinstance(facet.get("features"), list):
            for feature in facet["features"]:
                if isinstance(feature, Mapping):
                    yield facet.get("index"), feature


def piece(raw: bytes, index: Any) -> str:
    start, end = (
        (index.get("byteStart"), index.get("byteEnd")) if isinstance(index, Mapping) else (None, None)
    )
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(raw):
        return ""
    return raw[start:end].decode("utf-8", "ignore")


# What hangs on a post -----------------------------------------------------------------------------------------


def media(embed: Any, did: str) -> Iterator[Media]:
    """Pictures, and the still of a video: the film itself is no file but a playlist."""
    if not isinstance(embed, Mapping):
        return
    if isinstance(embed.get("media"), Mapping):
        yield from media(embed["media"], did)
    for name in ("images", "items"):
        for each in listed(embed.get(name)):
            cid = blob(each.get("image"))
            if cid:
                yield Media(f"{CDN}/{did}/{cid}@jpeg", "picture", words_or_none(each.get("alt")))
    film = blob(embed.get("video"))
    if film:
        still = f"{VIDEOS}/{did.replace(':', '%3A')}/{film}/thumbnail.jpg"
        yield Media(still, "picture", words_or_none(embed.get("alt")))


def blob(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ""
    cid = names.digest(value.get("ref")) or names.digest(value.get("cid"))  # the second form is that of 2022
    return cid if cid.isalnum() else ""


def quotes(embed: Any) -> Iterator[str]:
    if not isinstance(embed, Mapping):
        return
    reference = embed.get("record")
    if isinstance(reference, Mapping):
        uri = referred(reference) or referred(reference.get("record"))
        if uri:
            yield uri


def quoted(embed: Any) -> Json:
    """The words that are quoted, where the network shows them."""
    inner = embed.get("record") if isinstance(embed, Mapping) else None
    while isinstance(inner, Mapping) and isinstance(inner.get("record"), Mapping) and "value" not in inner:
        inner = inner["record"]
    value = inner.get("value") if isinstance(inner, Mapping) else None
    if not isinstance(inner, Mapping) or not isinstance(value, Mapping):
        return {}
    author = inner.get("author")
    handle = text(author.get("handle")) if isinstance(author, Mapping) else ""
    return {"text": text(value.get("text"))[:3000], "handle": handle}


def extra(post: Post, us: Us, parent: str, named: tuple[Author, ...]) -> dict[str, Any]:
    """What an answer or another look will want: the digest, who is who, and what stands beside the words."""
    place = names.address(parent) if parent else None
    roles = {author.native: "us" if author.native == us.native else "named" for author in named}
    if place is not None:
        roles[place.did] = "us" if place.did == us.native else "answered"
    found: dict[str, Any] = {"cid": post.cid} | ({"roles": roles} if roles else {})
    marks = [*post.labels, *labels(post.record.get("labels"))]
    embed = post.record.get("embed")
    if marks:
        found["labels"] = marks[:20]
    if isinstance(embed, Mapping):
        uri = next(quotes(embed), "")
        if uri:
            found["quotes"] = {"uri": uri, **post.quoted}
        if card := page(embed):
            found["card"] = card
    links = [
        text(feature.get("uri"))
        for _, feature in features(listed_or_none(post.record.get("facets")))
        if feature.get("$type") == FACET + "link"
    ]
    return found | ({"links": [uri for uri in links if uri][:20]} if links else {})


def page(embed: Json) -> dict[str, str]:
    """The card of a page elsewhere."""
    inner = embed.get("media") if isinstance(embed.get("media"), Mapping) else embed
    card = inner.get("external") if isinstance(inner, Mapping) else None
    if not isinstance(card, Mapping):
        return {}
    return {name: text(card.get(name))[:1000] for name in ("uri", "title", "description") if card.get(name)}


def labels(value: Any) -> tuple[str, ...]:
    """Marks set by moderators, or by the author; those taken back are left out."""
    if isinstance(value, Mapping):
        value = value.get("values")
    return tuple(
        text(label.get("val")) for label in listed(value) if label.get("val") and label.get("neg") is not True
    )


# Plain values -------------------------------------------------------------------------------------------------


def mapping(value: Any, what: str) -> Json:
    if not isinstance(value, Mapping):
        raise Strange(f"{what} is missing")
    return value


def listed(value: Any) -> list[Json]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def listed_or_none(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return value if value.isprintable() else clean(value)


def words(value: Any) -> str:
    if not isinstance(value, str):
        raise Strange("the text is missing")
    return value if value.isprintable() else clean(value)


def words_or_none(value: Any) -> str:
    return text(value)


def moment(value: Any) -> datetime | None:
    """A time, in UTC; None for what is none: an author's clock is no reason to lose her words."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def min_of(one: datetime | None, other: datetime | None) -> datetime | None:
    """The author's own time, but not one that is later than the network knew of it."""
    return min(one, other) if one and other else one or other
