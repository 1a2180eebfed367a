"""What we do in a talk on Messenger."""

from datetime import datetime

from lyhord.channels.contract import AccountSide, Length, Outcome, Outgoing, Refused
from lyhord.connectors._meta import talking
from lyhord.connectors._meta.client import Graph
from lyhord.connectors._meta.places import quoted
from lyhord.lib.text import N_

LENGTH = Length(2000)  # docs: Send API, message.text (read 2026-11-22)
FILE_BYTES = 25 * 1024 * 1024  # docs: Send API, attachments
PICTURE_BYTES = 8 * 1024 * 1024
FILES = {
    **dict.fromkeys(("image/jpeg", "image/png", "image/gif"), PICTURE_BYTES),
    **dict.fromkeys(("application/pdf", "video/mp4", "audio/mpeg", "text/plain"), FILE_BYTES),
}


def send(graph: Graph, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    if outgoing.verb == "reply":
        why = talking.unfit(outgoing, LENGTH, FILES)
        return Refused(why) if why else talking.answer(graph, "me", outgoing, now)
    if outgoing.verb in {"block", "unblock"} and outgoing.person:
        method = "POST" if outgoing.verb == "block" else "DELETE"
        return talking.done(
            graph, method, f"{quoted(account.native)}/blocked", {"psid": [outgoing.person]}, now
        )
    if outgoing.verb in {"like", "unlike"} and outgoing.item and outgoing.person:
        return talking.reacted(graph, "me", outgoing, now)
    return Refused(N_("Messenger cannot do this, or was not told with which message or person."))
