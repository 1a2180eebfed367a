"""What we read of Bluesky: what is new, one post as it stands now, and what was."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from lyhord.channels.contract import AccountSide, Arrival, Found, Gone, Hidden, Trouble
from lyhord.connectors.bluesky import client, names, records
from lyhord.connectors.bluesky.client import CHAT, LoginFailed, Lost, NotSent, Service, Told
from lyhord.connectors.bluesky.names import POST
from lyhord.connectors.bluesky.places import Place, mark
from lyhord.lib.text import N_

NOTIFICATIONS = "app.bsky.notification.listNotifications"
WORDS, SIGNS = ("mention", "reply", "quote"), ("like", "repost")
A_PAGE = 100
# Of words none is left out, however many came while we were away; likes are counted, and the newest will do.
MOST_PAGES = {WORDS: 300, SIGNS: 3}
LATE = timedelta(hours=1)  # the list goes by the authors' clocks, so news may come in below what we know
MOST_ABOVE = 80
GONE_ACCOUNT = "Profile not found"


class Asking:
    """One round of questions for one account, at one moment."""

    def __init__(self, service: Service, account: AccountSide, now: datetime) -> None:
        self.service = service
        self.account = account
        self.now = now

    def read(self, method: str, proxy: str = "", **params: Any) -> Told:
        """Raises Trouble where no answer came."""
        try:
            return self.service.get(method, proxy, **params)
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None
        except LoginFailed as problem:
            raise client.shut_out(problem, self.now) from None

    def must(self, method: str, proxy: str = "", **params: Any) -> Told:
        told = self.read(method, proxy, **params)
        if told.is_good:
            return told
        raise client.refused(told, self.service, self.now)

    def arrival(
        self, raw: bytes, cursor: str, method: str, *edited: str, wait: timedelta | None = None
    ) -> Arrival:
        headers = {
            "content-type": "application/json",
            "x-account": self.account.native,
            "x-account-handle": self.account.handle,
        }
        if edited:
            headers |= {"x-edited": " ".join(edited), "x-asked-at": self.now.isoformat()}
        return Arrival(raw=raw, cursor=cursor, url=f"/xrpc/{method}", headers=headers, wait=wait)

    def wait(self, told: Told) -> timedelta | None:
        """The server counts us down; before the end we go slower."""
        if told.headers.get("ratelimit-remaining", "").strip() not in {"0", "1", "2"}:
            return None
        until = client.wait_until({"ratelimit-reset": told.headers.get("ratelimit-reset", "")}, self.now)
        return until - self.now if until else timedelta(minutes=1)


def poll(service: Service, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    """Words first, then our own posts, direct messages, and last the likes (they wait when there is much)."""
    asking, place = Asking(service, account, now), Place.read(cursor)
    for part in (words, own, messages, signs):
        for arrival in part(asking, place):
            place = Place.read(arrival.cursor)
            yield arrival


def words(asking: Asking, place: Place) -> Iterator[Arrival]:
    for new, seen, edited, wait in fresh(asking, WORDS, place.words, records.moment(place.words_at)):
        newest = max((records.text(part.get("indexedAt")) for part in records.listed(new)), default="")
        place = replace(place, words=seen, words_at=max(newest, place.words_at))
        yield asking.arrival(packed(new), str(place), NOTIFICATIONS, *edited, wait=wait)


def signs(asking: Asking, place: Place) -> Iterator[Arrival]:
    for new, seen, _edited, wait in fresh(asking, SIGNS, place.signs, None):
        place = replace(place, signs=seen)
        yield asking.arrival(packed(new), str(place), NOTIFICATIONS, wait=wait)


def packed(new: list[Any]) -> bytes:
    return orjson.dumps({"notifications": new})


Fresh = tuple[list[Any], tuple[str, ...], list[str], timedelta | None]


def fresh(
    asking: Asking, reasons: tuple[str, ...], seen: tuple[str, ...], newest: datetime | None
) -> Iterator[Fresh]:
    """What the list holds and we do not know, the oldest page first. Only that is kept, not the page around it."""
    known = dict(each.split(":", 1) for each in seen)
    pages: list[tuple[list[Any], timedelta | None]] = []
    for page, wait in newest_first(asking, reasons):
        new = [part for part in page if is_new(part, known)]
        if new:
            pages.append((new, wait))
        # Without a memory one page is the beginning; what lies further back is for `backfill`.
        if not known or len(new) < len(page) or len(pages) >= MOST_PAGES[reasons] or is_past(page, newest):
            break
    memory = seen
    for new, wait in reversed(pages):
        marks = [mark(part) for part in records.listed(new)]
        heads = {each.partition(":")[0] for each in marks}
        edited = [records.text(part.get("uri")) for part in records.listed(new) if head(part) in known]
        memory = (*marks, *(each for each in memory if each.partition(":")[0] not in heads))[: 2 * A_PAGE]
        yield new, memory, edited, wait


def is_past(page: list[Any], newest: datetime | None) -> bool:
    """Whether we are well below what we know. A block empties the list, and with it what would have told us so."""
    last = records.moment(page[-1].get("indexedAt")) if isinstance(page[-1], Mapping) else None
    return last is not None and newest is not None and last < newest - LATE


def head(part: Mapping[str, Any]) -> str:
    return mark(part).partition(":")[0]


def is_new(part: Any, known: Mapping[str, str]) -> bool:
    """Not seen, or seen with another digest: then it was edited."""
    if not isinstance(part, Mapping):
        return True
    head, _colon, tail = mark(part).partition(":")
    return known.get(head) != tail


def newest_first(asking: Asking, reasons: tuple[str, ...]) -> Iterator[tuple[list[Any], timedelta | None]]:
    cursor = ""
    while True:
        params: dict[str, Any] = {"limit": A_PAGE, "reasons": list(reasons)}
        told = asking.must(NOTIFICATIONS, **params, **({"cursor": cursor} if cursor else {}))
        page = told.body.get("notifications")
        if not isinstance(page, list):
            raise Trouble(f"{asking.service.base} answered {NOTIFICATIONS} with something else than a list.")
        if page:
            yield page, asking.wait(told)
        following = told.body.get("cursor")
        if not page or not isinstance(following, str) or following in {"", cursor}:
            return
        cursor = following


def own(asking: Asking, place: Place) -> Iterator[Arrival]:
    """Our own posts, with whatever tool they were written: keys of records rise with time."""
    method = "com.atproto.repo.listRecords"
    params: dict[str, Any] = {"repo": asking.account.native, "collection": POST, "limit": A_PAGE}
    while True:
        more = {"cursor": place.own, "reverse": "true"} if place.own else {}
        told = asking.must(method, **params, **more)
        found = [names.of_post(part.get("uri")) for part in records.listed(told.body.get("records"))]
        newest = max((each.key for each in found if each), default="")
        if not newest or newest <= place.own:
            return
        is_first, place = not place.own, replace(place, own=newest)
        yield asking.arrival(told.raw, str(place), method, wait=asking.wait(told))
        if is_first or len(found) < A_PAGE:
            return


def messages(asking: Asking, place: Place) -> Iterator[Arrival]:
    """Direct messages by the log of the service; at the beginning, what each conversation said last."""
    if not asking.account.state.get("chat"):
        return
    if not place.log:
        method = "chat.bsky.convo.listConvos"
        told = asking.read(method, CHAT, limit=50)
        revisions = [records.text(part.get("rev")) for part in records.listed(told.body.get("convos"))]
        if told.is_good and any(revisions):
            place = replace(place, log=max(revisions))
            yield asking.arrival(told.raw, str(place), method)
        return
    for _page in range(50):
        method = "chat.bsky.convo.getLog"
        told = asking.read(method, CHAT, cursor=place.log)
        following = records.text(told.body.get("cursor"))
        # What the chat service refuses must not hold up the rest; `connect` tells of a lack of permission.
        if not told.is_good or not records.listed(told.body.get("logs")) or following in {"", place.log}:
            return
        place = replace(place, log=following)
        yield asking.arrival(told.raw, str(place), method)


def backfill(service: Service, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """Notifications from now backwards to `since`. The cursor is the server's own."""
    asking = Asking(service, account, since)
    while True:
        params: dict[str, Any] = {"limit": A_PAGE, "reasons": list(WORDS)}
        told = asking.must(NOTIFICATIONS, **params, **({"cursor": cursor} if cursor else {}))
        page, following = (
            records.listed(told.body.get("notifications")),
            records.text(told.body.get("cursor")),
        )
        if not page:
            return
        yield asking.arrival(told.raw, following or cursor, NOTIFICATIONS)
        last = records.moment(page[-1].get("indexedAt"))
        if following in {"", cursor} or (last is not None and last < since):
            return
        cursor = following


# One post -----------------------------------------------------------------------------------------------------


def fetch(
    service: Service, account: AccountSide, item: str, facts: Mapping[str, Any], now: datetime
) -> Found | Gone | Hidden:
    asking = Asking(service, account, now)
    place = names.of_post(item)
    if place is None:
        return message(asking, item, str(facts.get("convo") or ""))
    method = "app.bsky.feed.getPostThread"
    told = asking.read(method, uri=item, depth=0, parentHeight=MOST_ABOVE)
    if told.code == "NotFound":
        return missing(asking, place)
    if not told.is_good:
        raise client.refused(told, service, now)
    thread = told.body.get("thread")
    if not isinstance(thread, Mapping) or not isinstance(thread.get("post"), Mapping):
        return unseen(asking, place, thread)
    was, cid = str(facts.get("cid") or ""), names.digest(thread["post"].get("cid"))
    edited = [item] if was and cid and was != cid else []
    return Found((asking.arrival(told.raw, "", method, *edited),))


def unseen(asking: Asking, place: names.Address, thread: Any) -> Gone | Hidden:
    if isinstance(thread, Mapping) and thread.get("notFound") is True:
        return missing(asking, place)
    return Hidden(N_("A block stands between us and the author; the post may well be there."))


def missing(asking: Asking, place: names.Address) -> Gone | Hidden:
    """Not found in the app. Whether it is gone its repository tells; of a closed one, whether the person left."""
    asked = {"repo": place.did, "collection": place.collection, "rkey": place.key}
    told = asking.read("com.atproto.repo.getRecord", **asked)
    if told.code == "RecordNotFound":
        return Gone()
    if told.is_good:
        return Hidden(N_("The post is there, and Bluesky does not show it to us."))
    if told.status == 429 or told.status >= 500:
        raise client.refused(told, asking.service, asking.now)
    profile = asking.read("app.bsky.actor.getProfile", actor=place.did)
    if profile.status == 400 and profile.error == GONE_ACCOUNT:
        return Gone()
    return Hidden(N_("The author's account is closed or deactivated for now."))


def message(asking: Asking, item: str, convo: str) -> Found | Gone | Hidden:
    """A direct message, among the newest of its conversation."""
    if not convo or not asking.account.state.get("chat"):
        return Hidden(N_("A direct message cannot be asked for by itself."))
    told = asking.must("chat.bsky.convo.getMessages", CHAT, convoId=convo, limit=A_PAGE)
    found = next((part for part in records.listed(told.body.get("messages")) if part.get("id") == item), None)
    if found is None:
        return Hidden(N_("The message is not among the newest of its conversation."))
    if records.text(found.get("$type")).endswith("#deletedMessageView"):
        return Gone()
    entry = {"$type": "chat.bsky.convo.defs#logCreateMessage", "convoId": convo, "message": found}
    return Found((asking.arrival(orjson.dumps({"logs": [entry]}), "", "chat.bsky.convo.getLog"),))
