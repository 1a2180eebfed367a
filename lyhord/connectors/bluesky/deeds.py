"""What we do about posts and people: like, hide, block, report, delete. All but a report may be asked for twice."""

from collections.abc import Callable, Mapping
from typing import Any

from lyhord.channels.contract import Outcome, Refused, Retry, Sent
from lyhord.connectors.bluesky import names, records
from lyhord.connectors.bluesky.names import BLOCK, GATE, LIKE, POST
from lyhord.connectors.bluesky.sender import ours, view_of
from lyhord.connectors.bluesky.work import GONE, Stop, Work, refusal
from lyhord.lib.text import N_, clean, shorten

MOST_HIDDEN = 300  # app.bsky.feed.threadgate, hiddenReplies (lexicon; read 2026-11)
REASONS = "com.atproto.moderation.defs#reason"
# Words by which people name what is wrong; all else goes to the moderators as "other", with the words.
KINDS = {"spam": "Spam", "advert": "Spam", "sexual": "Sexual", "rude": "Rude", "harass": "Rude", "hate": "Rude",
         "mislead": "Misleading", "imperson": "Misleading", "scam": "Misleading", "illegal": "Violation"}  # fmt: skip


def deleted(work: Work) -> Outcome:
    place = ours(work)
    return removed(work, POST, place.key)


def removed(work: Work, collection: str, key: str) -> Outcome:
    """Deleting what is not there is no fault (PDS 0.5; ran)."""
    body = {"repo": work.account.native, "collection": collection, "rkey": key}
    told = work.write("com.atproto.repo.deleteRecord", body)
    return Sent() if told.is_good else refusal(told, work)


def made(work: Work, collection: str, subject: Any) -> Outcome:
    record = {"$type": collection, "subject": subject, "createdAt": work.written_at}
    told = work.put(collection, work.key, record, None)
    return Sent() if told.is_good or told.code == "InvalidSwap" else refusal(told, work)


def liked(work: Work) -> Outcome:
    view = view_of(work, work.outgoing.item or "")
    if mine(view, "like"):
        return Sent()
    return made(work, LIKE, {"uri": view["uri"], "cid": names.digest(view.get("cid"))})


def unliked(work: Work) -> Outcome:
    uri = mine(view_of(work, work.outgoing.item or ""), "like")
    place = names.address(uri)
    return removed(work, LIKE, place.key) if place else Sent()


def mine(view: Mapping[str, Any], what: str) -> str:
    """The record by which we liked the post or block the person; "" if there is none."""
    viewer = view.get("viewer")
    return records.text(viewer.get(what)) if isinstance(viewer, Mapping) else ""


def blocked(work: Work) -> Outcome:
    return Sent() if mine(profile(work), "blocking") else made(work, BLOCK, work.outgoing.person)


def unblocked(work: Work) -> Outcome:
    place = names.address(mine(profile(work), "blocking"))
    return removed(work, BLOCK, place.key) if place else Sent()


def profile(work: Work) -> Mapping[str, Any]:
    if not names.is_did(work.outgoing.person):
        raise Stop(Refused(GONE))
    told = work.read("app.bsky.actor.getProfile", actor=work.outgoing.person)
    if not told.is_good or told.body.get("did") != work.outgoing.person:
        raise Stop(refusal(told, work) if not told.is_good else Refused(GONE))
    return told.body


# Replies below our own posts ----------------------------------------------------------------------------------


def hidden(work: Work) -> Outcome:
    return gated(work, lambda uris, item: [*uris, item] if item not in uris else uris)


def unhidden(work: Work) -> Outcome:
    return gated(work, lambda uris, item: [uri for uri in uris if uri != item])


def gated(work: Work, change: Callable[[list[str], str], list[str]]) -> Outcome:
    """Hide by the gate of the thread: a record under the key of its first post, which must be ours."""
    item = work.outgoing.item or ""
    root = first_post(work, item)
    told = work.own(GATE, root.key)
    if not told.is_good and told.code != "RecordNotFound":
        return refusal(told, work)
    old = told.body.get("value") if told.is_good else None
    gate = (
        dict(old)
        if isinstance(old, Mapping)
        else {"$type": GATE, "post": str(root), "createdAt": work.written_at}
    )
    before = [uri for uri in gate.get("hiddenReplies") or [] if isinstance(uri, str)]
    after = change(before, item)
    if after == before:
        return Sent()
    if len(after) > MOST_HIDDEN:
        return Refused(
            f"Bluesky hides {MOST_HIDDEN} replies in a thread, and so many are hidden. Block the author."
        )
    swap = str(told.body.get("cid") or "") if told.is_good else None
    written = work.put(GATE, root.key, {**gate, "hiddenReplies": after}, swap)
    if written.code == "InvalidSwap":
        return Retry(N_("It was changed by somebody else at the same moment."))
    return Sent() if written.is_good else refusal(written, work)


def first_post(work: Work, item: str) -> names.Address:
    root = names.of_post(work.outgoing.thread or "")
    if names.of_post(item) is None:
        raise Stop(Refused(GONE))
    if root is None or str(root) == item:
        above = view_of(work, item).get("record")
        root = names.of_post(records.answered(above)[0]) if isinstance(above, Mapping) else None
    if root is None or root.did != work.account.native:
        raise Stop(Refused(N_("Only replies below our own posts can be hidden. Block or report the author.")))
    return root


# Moderators ---------------------------------------------------------------------------------------------------


def reported(work: Work) -> Outcome:
    outgoing = work.outgoing
    body = {"reasonType": reason_type(outgoing.reason), "subject": subject(work)}
    said = shorten(clean(outgoing.reason), 2000)
    told = work.write(
        "com.atproto.moderation.createReport", body | ({"reason": said} if said else {}), once=True
    )
    return Sent() if told.is_good else refusal(told, work)


def subject(work: Work) -> dict[str, str]:
    """The post where there is one, else the person."""
    outgoing = work.outgoing
    if names.of_post(outgoing.item):
        view = view_of(work, outgoing.item or "")
        uri, cid = str(outgoing.item), names.digest(view.get("cid"))
        return {"$type": "com.atproto.repo.strongRef", "uri": uri, "cid": cid}
    if names.is_did(outgoing.person):
        return {"$type": "com.atproto.admin.defs#repoRef", "did": str(outgoing.person)}
    raise Stop(Refused(GONE))


def reason_type(reason: str) -> str:
    said = reason.casefold()
    return REASONS + next((kind for word, kind in KINDS.items() if word in said), "Other")
