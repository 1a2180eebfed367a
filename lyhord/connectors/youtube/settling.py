"""After a lost answer: does it stand under the comment? The thread is read back, at 1 unit of the quota a page."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import AccountSide, Outgoing, Retry, Sent, Trouble, Unsure
from lyhord.connectors._google.client import Api
from lyhord.connectors.youtube import comments, reader, sender
from lyhord.connectors.youtube.comments import Strange
from lyhord.lib.text import N_

SETTLED = timedelta(
    minutes=5
)  # no request is under way for longer, and YouTube shows a comment within seconds
CLOCKS = timedelta(minutes=2)  # by which YouTube's clock and ours may differ
MOST_PAGES = 5


def settle(api: Api, account: AccountSide, outgoing: Outgoing, now: datetime) -> Sent | Unsure | Retry:
    if outgoing.verb != "reply" or not outgoing.item:
        return Retry(N_("Asking twice for this does no harm."))
    ours: list[Mapping[str, Any]] = []
    is_whole = False
    try:
        for told in reader.answers(api, outgoing.item.partition(".")[0], now, MOST_PAGES):
            if not isinstance(told.body.get("items"), list):
                return Unsure(N_("The answers under this comment cannot be read now."))
            ours += [part for part in told.listed("items") if is_it(part, account, outgoing)]
            is_whole = not told.text("nextPageToken")
    except Trouble as problem:
        return Unsure(str(problem))
    if ours:
        native = comments.text(ours[0].get("id"))
        video = str(outgoing.facts.get("video") or "")
        return Sent(native, f"{comments.WATCH}{video}&lc={native}" if video else "", "read_back")
    is_old = outgoing.made_at is not None and now - outgoing.made_at > SETTLED
    if is_whole and is_old:
        return Retry(N_("It is not among the answers under this comment."))
    return Unsure(
        N_("It is not among the answers under this comment yet, which does not prove that it is nowhere.")
    )


def is_it(part: Mapping[str, Any], account: AccountSide, outgoing: Outgoing) -> bool:
    """Ours, of that time, with these words."""
    told = part.get("snippet")
    if not isinstance(told, Mapping):
        return False
    try:
        author, at, said = (
            comments.person(told),
            comments.moment(told.get("publishedAt")),
            comments.words(told),
        )
    except Strange:
        return False
    if author is None or author.native != account.native or not comments.text(part.get("id")):
        return False
    if outgoing.made_at is not None and at is not None and at < outgoing.made_at - CLOCKS:
        return False
    return bare(said) == bare(sender.words(account, outgoing))


def bare(text: str) -> str:
    return " ".join(text.split())
