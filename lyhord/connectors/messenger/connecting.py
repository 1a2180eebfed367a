"""Which page a token is for, and how its talks reach us."""

from datetime import datetime

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed
from lyhord.connectors._meta import connecting
from lyhord.connectors._meta.client import VERSION, Graph
from lyhord.connectors._meta.values import Strange, needed, text
from lyhord.lib.text import N_

FIELDS = "id,name,username,category"
NEEDS = ("pages_show_list", "pages_manage_metadata", "pages_messaging")
HOOK_FIELDS = (
    "messages", "message_echoes", "message_edits", "message_reactions", "message_reads", "message_deliveries",
    "messaging_postbacks", "messaging_referrals", "messaging_handovers", "standby", "messaging_policy_enforcement",
)  # fmt: skip


def connect(graph: Graph, account: AccountSide, now: datetime) -> Connected:
    try:
        me = connecting.asked(graph, "me", FIELDS, now)
        page, name, username = needed(me), text(me, "name"), text(me, "username")
    except Strange:
        raise ConnectFailed(N_("This server answers, but not as Meta does.")) from None
    if "category" not in me:
        raise ConnectFailed(N_("This token is a person's and not a page's. Ask for the page's own token."))
    token = connecting.token(graph, NEEDS, now)
    way, notes = connecting.hooked(graph, account, "page", HOOK_FIELDS, page, HOOK_FIELDS, now)
    return Connected(
        native=page,
        handle=username or page,
        name=name,
        link=f"https://m.me/{username or page}",
        state={"way": way, "version": VERSION},
        expires_at=token.expires_at,
        notes=token.notes + notes,
    )
