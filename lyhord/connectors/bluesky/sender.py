"""Our words on Bluesky: answers, posts, edits.

A record's key is ours to choose, and it follows from the order itself: the same again is the same record, never a
second one. `swapRecord` null lets the server refuse to write over what already stands there.
"""

from collections.abc import Mapping
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
from lyhord.connectors.bluesky import client, facets, names, records
from lyhord.connectors.bluesky.client import LoginFailed, Lost, NotSent
from lyhord.connectors.bluesky.names import POST, Address
from lyhord.connectors.bluesky.work import GONE, Stop, Work, refusal, shut_out
from lyhord.lib.lengths import measure
from lyhord.lib.text import N_, clean

POST_LENGTH = Length(
    300, "graphemes"
)  # app.bsky.feed.post, maxGraphemes; and 3000 bytes (lexicon; read 2026-11)
MESSAGE_LENGTH = Length(1000, "graphemes")  # chat.bsky.convo.defs#messageInput; and 10000 bytes
MOST_BYTES = {"public": 3000, "private": 10_000}
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
PICTURE_BYTES = 2_000_000  # app.bsky.embed.images: 2 MB, until 2026 it was 1 MB
MOST_PICTURES = 4


# Words --------------------------------------------------------------------------------------------------------


def unfit(account: AccountSide, outgoing: Outgoing) -> str:
    """Why these words cannot go, before anything is asked."""
    if outgoing.item_visibility == "private" and outgoing.visibility == "public" and outgoing.verb == "reply":
        return N_("This was written to us in private; a public answer would show it. Answer in private.")
    if outgoing.verb == "reply" and not outgoing.item and not outgoing.person:
        return N_("An answer needs the post or the person that it answers.")
    if not outgoing.text.strip() and not outgoing.files:
        return N_("There are no words to send.")
    if len(outgoing.files) > MOST_PICTURES:
        return f"Bluesky takes {MOST_PICTURES} pictures in a post; these are {len(outgoing.files)}."
    return next((why for file in outgoing.files if (why := unfit_file(file))), "") or too_long(outgoing)


def unfit_file(file: File) -> str:
    if file.content_type not in PICTURES:
        return f"Bluesky takes pictures (JPEG, PNG, WebP, GIF); {file.name} is none."
    if len(file.content) > PICTURE_BYTES:
        size = len(file.content) / 1_000_000
        return f"The picture {file.name} has {size:.1f} MB; Bluesky takes 2. Make it smaller."
    return ""


def too_long(outgoing: Outgoing) -> str:
    limit = POST_LENGTH if outgoing.visibility == "public" else MESSAGE_LENGTH
    count = measure(outgoing.text, limit.unit)
    if count > limit.limit:
        over = count - limit.limit
        return f"The text has {count} characters; Bluesky takes {limit.limit}. Shorten it by {over}."
    size, most = measure(outgoing.text, "bytes"), MOST_BYTES[outgoing.visibility]
    if size > most:
        return f"The text takes {size} bytes; Bluesky takes {most}. Leave out some of its signs."
    return ""


def reply(work: Work) -> Outcome:
    refs = references(work)
    record = {**drawn_up(work), "reply": refs}
    return placed(work, record)


def post(work: Work) -> Outcome:
    return placed(work, drawn_up(work))


def drawn_up(work: Work) -> dict[str, Any]:
    outgoing, text = work.outgoing, clean(work.outgoing.text)
    record: dict[str, Any] = {"$type": POST, "text": text, "createdAt": work.written_at}
    if outgoing.lang:
        record["langs"] = [outgoing.lang]
    if found := facets.of(text, lambda handle: who(work, handle)):
        record["facets"] = found
    if outgoing.files:
        record["embed"] = pictures(work)
    return record


def who(work: Work, handle: str) -> str:
    """The id behind a handle; "" if nobody has it."""
    outgoing = work.outgoing
    if outgoing.person and handle == outgoing.person_handle.lstrip("@").lower():
        return outgoing.person if names.is_did(outgoing.person) else ""
    did = work.read("com.atproto.identity.resolveHandle", handle=handle).body.get("did")
    return str(did) if names.is_did(did) else ""


def references(work: Work) -> dict[str, Any]:
    """The first post of the thread and the one answered, each with its digest of this moment."""
    view = view_of(work, work.outgoing.item or "")
    if stands_off(view):
        raise Stop(Refused(N_("The author has limited who may answer, and we are not among them.")))
    parent = {"uri": view["uri"], "cid": names.digest(view.get("cid"))}
    above = view.get("record")
    reply = above.get("reply") if isinstance(above, Mapping) else None
    root = reply.get("root") if isinstance(reply, Mapping) else None
    is_whole = isinstance(root, Mapping) and records.referred(root) and root.get("cid")
    return {
        "root": {"uri": root["uri"], "cid": root["cid"]} if is_whole and root else parent,
        "parent": parent,
    }


def stands_off(view: Mapping[str, Any]) -> bool:
    viewer = view.get("viewer")
    return isinstance(viewer, Mapping) and viewer.get("replyDisabled") is True


def view_of(work: Work, uri: str) -> Mapping[str, Any]:
    """The post as it stands now. Raises Stop where it is gone or kept from us."""
    place = names.of_post(uri)
    if place is None:
        raise Stop(Refused(GONE))
    told = work.read("app.bsky.feed.getPosts", uris=[uri])
    if not told.is_good:
        raise Stop(refusal(told, work))
    for view in records.listed(told.body.get("posts")):
        if view.get("uri") == uri:
            return view
    asked = {"repo": place.did, "collection": place.collection, "rkey": place.key}
    if work.read("com.atproto.repo.getRecord", **asked).is_good:
        raise Stop(
            Refused(N_("A block stands between us and the author. Nothing of ours would be seen there."))
        )
    raise Stop(Refused(GONE))


def pictures(work: Work) -> dict[str, Any]:
    """Nobody sees a picture before the post that carries it."""
    shown = [{"image": uploaded(work, file), "alt": clean(file.alt)} for file in work.outgoing.files]
    return {"$type": "app.bsky.embed.images", "images": shown}


def uploaded(work: Work, file: File) -> Mapping[str, Any]:
    try:
        told = work.service.upload(file.content, file.content_type)
    except (NotSent, Lost) as problem:
        raise Stop(Retry(str(problem))) from None
    except LoginFailed as problem:
        raise Stop(shut_out(problem, work.now)) from None
    blob = told.body.get("blob")
    if told.is_good and isinstance(blob, Mapping):
        return blob
    if told.status == 429 or told.status >= 500:
        raise Stop(Retry(N_("The server takes no file now."), client.wait_until(told.headers, work.now)))
    said = work.service.hushed(told.error) or str(told.status)
    raise Stop(Refused(f"The server refuses the picture {file.name}: {said}"))


def placed(work: Work, record: Mapping[str, Any]) -> Outcome:
    told = work.put(POST, work.key, record, None, once=True)
    if told.code == "InvalidSwap":  # an earlier attempt of this very order
        return standing(work) or Unsure(N_("Something else stands where our post should."))
    if not told.is_good:
        return refusal(told, work)
    uri = told.body.get("uri")
    if uri != str(Address(work.account.native, POST, work.key)):
        return Unsure(N_("The server took it, but its answer cannot be read."))
    return Sent(native=str(uri), link=names.link(str(uri)))


def standing(work: Work) -> Sent | None:
    """Our post, if it lies in our repository."""
    told = work.own(POST, work.key)
    if not told.is_good or not isinstance(told.body.get("value"), Mapping):
        return None
    uri = str(Address(work.account.native, POST, work.key))
    return Sent(uri, names.link(uri), "read_back")


def edit(work: Work) -> Outcome:
    """New words in an old place. What hangs on the post, and its time, stay."""
    place = ours(work)
    told = work.own(POST, place.key)
    old = told.body.get("value")
    if not told.is_good or not isinstance(old, Mapping):
        return Refused(GONE)
    text = clean(work.outgoing.text)
    if old.get("text") == text:
        return Sent(str(place), names.link(str(place)))
    found = facets.of(text, lambda handle: who(work, handle))
    record = {**{name: value for name, value in old.items() if name != "facets"}, "text": text}
    changed = work.put(
        POST, place.key, record | ({"facets": found} if found else {}), str(told.body.get("cid") or "")
    )
    if changed.code == "InvalidSwap":
        return Retry(N_("It was changed by somebody else at the same moment."))
    return Sent(str(place), names.link(str(place))) if changed.is_good else refusal(changed, work)


def ours(work: Work) -> Address:
    """The place of a post of our own. Raises Stop if it is another's."""
    place = names.of_post(work.outgoing.item or "")
    if place is None or place.did != work.account.native:
        raise Stop(
            Refused(N_("Only our own posts can be edited or deleted. Hide the reply, or block its author."))
        )
    return place
