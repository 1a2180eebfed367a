"""After a lost answer: does it stand there? Our own words below the post are read back."""

from datetime import datetime

from lyhord.channels.contract import AccountSide, Outgoing, Retry, Sent, Unsure
from lyhord.connectors._meta import talking
from lyhord.connectors._meta.client import Graph, Lost, NotSent
from lyhord.connectors._meta.places import quoted
from lyhord.connectors._meta.values import Strange, listed, native, within
from lyhord.lib.text import N_

FIELDS = "id,message,from,created_time,permalink_url"
UNREADABLE = N_("Our own words on the page cannot be read now.")


def settle(graph: Graph, account: AccountSide, outgoing: Outgoing, now: datetime) -> Sent | Unsure | Retry:
    if outgoing.verb not in {"reply", "post"}:
        return Retry(N_("Asking twice for this does no harm."))
    page = quoted(account.native)
    if outgoing.verb == "reply" and outgoing.visibility == "private":
        return talking.settled(graph, page, "messenger", outgoing, now)
    if outgoing.verb == "post":
        path, params = f"{page}/feed", {"fields": FIELDS, "limit": 25}
    else:
        # An answer to an answer hangs below the first comment, so all of the post's are looked through.
        params = {"fields": FIELDS, "limit": 50, "filter": "stream", "order": "reverse_chronological"}
        path = f"{quoted(outgoing.thread or outgoing.item or '')}/comments"
    try:
        told = graph.get(path, params)
        if not told.is_good:
            return Unsure(UNREADABLE)
        words = listed(told.body, "data")
        return talking.found_in(
            words, "message", outgoing, now, ours=lambda each: native(within(each, "from")) == account.native
        )
    except (NotSent, Lost, Strange) as problem:
        return Unsure(str(problem))
