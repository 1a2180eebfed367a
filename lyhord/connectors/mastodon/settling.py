"""After a lost answer: does it stand on the server? Our own posts are read back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import AccountSide, Outgoing, Retry, Sent, Unsure
from lyhord.connectors.mastodon import sender, statuses
from lyhord.connectors.mastodon.client import Lost, NotSent, Server
from lyhord.connectors.mastodon.statuses import Strange
from lyhord.lib.text import N_, plain

KEY_HOLDS = timedelta(minutes=55)  # Mastodon knows a key for an hour
SETTLED = timedelta(minutes=5)  # no request is under way for longer


def settle(server: Server, account: AccountSide, outgoing: Outgoing, now: datetime) -> Sent | Unsure | Retry:
    if outgoing.verb == "report":
        return Unsure(N_("Reports cannot be read back. Look whether the server confirmed it by mail."))
    if outgoing.verb not in {"reply", "post"}:
        return Retry(N_("Asking twice for this does no harm."))
    try:
        told = server.ask("GET", f"/api/v1/accounts/{account.native}/statuses", params={"limit": 40})
    except (NotSent, Lost) as problem:
        return Unsure(str(problem))
    listed = told.body if told.is_good else None
    if not isinstance(listed, list):
        return Unsure(N_("Our own posts cannot be read now."))
    return read_back(listed, account, outgoing, now)


def read_back(
    listed: list[Any], account: AccountSide, outgoing: Outgoing, now: datetime
) -> Sent | Unsure | Retry:
    ours = [part for part in listed if isinstance(part, Mapping)]
    for part in ours:
        if is_it(part, account, outgoing):
            link, uri = statuses.text(part.get("url")), statuses.text(part.get("uri"))
            return Sent(str(part.get("id")), link, "read_back", (uri,) if uri else ())
    since = now - outgoing.made_at if outgoing.made_at else None
    if since is not None and since < KEY_HOLDS:
        return Retry(N_("It is not there, and the server knows its key for an hour: the same again is safe."))
    reaches = outgoing.made_at is not None and any(is_older(part, outgoing.made_at) for part in ours)
    if since is not None and since > SETTLED and (reaches or not ours) and outgoing.visibility == "public":
        return Retry(N_("It is not among our posts of that time."))
    return Unsure(N_("It is not among our newest posts, which does not prove that it is nowhere."))


def is_it(part: Mapping[str, Any], account: AccountSide, outgoing: Outgoing) -> bool:
    """Our post with this parent and these words. Servers write mentions in their own way, so those do not count."""
    if str(part.get("in_reply_to_id") or "") != (outgoing.item or ""):
        return False
    if outgoing.made_at is not None and is_older(part, outgoing.made_at - timedelta(minutes=2)):
        return False
    content = plain(statuses.text(part.get("content")))
    return bare(content) == bare(sender.words(account, outgoing))


def bare(text: str) -> str:
    return " ".join(sender.MENTION.sub("", text).casefold().split())


def is_older(part: Mapping[str, Any], than: datetime) -> bool:
    try:
        at = statuses.moment(part.get("created_at"))
    except Strange:
        return False
    return at is not None and at < than
