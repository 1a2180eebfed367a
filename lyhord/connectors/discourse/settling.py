"""After a lost answer: does it stand in the forum? Its newest posts are read."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import AccountSide, Outgoing, Retry, Sent, Trouble, Unsure
from lyhord.connectors.discourse import posts, reader, sender
from lyhord.connectors.discourse.client import Forum
from lyhord.connectors.discourse.posts import Strange
from lyhord.lib.text import N_, plain

SETTLED = timedelta(minutes=5)  # no request is under way for longer
EARLIER = timedelta(minutes=2)  # clocks differ


def settle(forum: Forum, account: AccountSide, outgoing: Outgoing, now: datetime) -> Sent | Unsure | Retry:
    if outgoing.verb == "report":
        return Unsure(N_("Reports cannot be read back. Look into the forum's review queue."))
    if outgoing.verb not in {"reply", "post"}:
        return Retry(N_("Asking twice for this does no harm."))
    since = (outgoing.made_at or now) - EARLIER
    name = "private_posts" if outgoing.visibility == "private" else "latest_posts"
    try:
        found = newest(forum, name, since, now)
    except Trouble as problem:
        return Unsure(str(problem))
    if found is None:
        return Unsure(N_("Our own private messages cannot be read. Look in the forum."))
    for post in found:
        if is_it(post, account, outgoing, since) and (told := sender.of_post(post, forum.base, "read_back")):
            return told
    reaches = reader.is_before(found, since)
    if (
        reaches
        and outgoing.made_at is not None
        and now - outgoing.made_at > SETTLED
        and outgoing.tag != sender.WHISPER
    ):
        return Retry(N_("It is not among the posts of that time."))
    return Unsure(N_("It is not among the newest posts, which does not prove that it is nowhere."))


def newest(forum: Forum, name: str, since: datetime, now: datetime) -> list[Mapping[str, Any]] | None:
    """Posts back to `since`, as far as ten pages reach. None: we may not ask. Raises Trouble."""
    found: list[Mapping[str, Any]] = []
    before = 0
    for _page in range(reader.MOST_PAGES):
        told = reader.page(forum, name, reader.LISTS[name], before, now)
        if told is None:
            return None
        found += reader.listed(told, name)
        there = reader.numbers(told, name)
        if not there or min(there) <= 1 or reader.is_before(found, since):
            break
        before = min(there) - 1
    return found


def is_it(post: Mapping[str, Any], account: AccountSide, outgoing: Outgoing, since: datetime) -> bool:
    """Our post with these words; in the same topic, where it was to stand in one."""
    is_ours = post.get("yours") is True or str(post.get("user_id")) == account.native
    try:
        at = posts.moment(post.get("created_at"))
    except Strange:
        return False
    topic = str(outgoing.facts.get("topic") or "")
    is_moving = outgoing.visibility == "private" and outgoing.item_visibility == "public"
    if not is_ours or at is None or at < since:
        return False
    if topic and outgoing.verb == "reply" and not is_moving and str(post.get("topic_id")) != topic:
        return False
    return same(post, outgoing.text)


def same(post: Mapping[str, Any], text: str) -> bool:
    raw, cooked = post.get("raw"), post.get("cooked")
    if isinstance(raw, str):
        # Pictures were added below the words.
        return " ".join(raw.split()).startswith(" ".join(text.split()))
    return isinstance(cooked, str) and " ".join(plain(cooked).split()) == " ".join(text.split())
