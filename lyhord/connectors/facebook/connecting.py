"""Which page a token is for, what it may, and how the page's news reach us."""

from datetime import datetime

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed
from lyhord.connectors._meta import connecting
from lyhord.connectors._meta.client import VERSION, Graph
from lyhord.connectors._meta.values import Strange, needed, text, web
from lyhord.lib.text import N_

FIELDS = "id,name,username,link,category,verification_status"
NEEDS = (
    "pages_show_list", "pages_read_engagement", "pages_read_user_content", "pages_manage_engagement",
    "pages_manage_posts", "pages_manage_metadata", "pages_messaging",
)  # fmt: skip
HOOK_FIELDS = ("feed", "mention", "ratings")


def connect(graph: Graph, account: AccountSide, now: datetime) -> Connected:
    try:
        me = connecting.asked(graph, "me", FIELDS, now)
        page, name, username = needed(me), text(me, "name"), text(me, "username")
        link, verified = web(text(me, "link")), text(me, "verification_status")
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
        link=link or f"https://www.facebook.com/{page}",
        state={"way": way, "version": VERSION},
        expires_at=token.expires_at,
        is_verified=verified in {"blue_verified", "gray_verified"} if verified else None,
        notes=token.notes + notes,
    )
