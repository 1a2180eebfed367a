"""Which account a token is for, how long it lives, and how the account's news reach us."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed
from lyhord.connectors._meta import connecting
from lyhord.connectors._meta.client import REVOKED, TOKEN, VERSION, Graph, Lost, NotSent
from lyhord.connectors._meta.values import Part, Strange, iso, native, needed, text, within
from lyhord.lib.text import N_

NEEDS = (
    "instagram_basic", "instagram_manage_comments", "instagram_manage_messages", "pages_show_list",
    "pages_read_engagement", "pages_manage_metadata",
)  # fmt: skip
HOOK_FIELDS = (
    "comments", "live_comments", "mentions", "messages", "messaging_postbacks", "messaging_seen", "message_reactions",
    "messaging_handover", "standby",
)  # fmt: skip
PAGE_FIELDS = (
    "feed",
)  # any field of the page lets Instagram's news through (docs: Webhooks, Enable Page subscriptions)
NO_PAGE = N_(
    "No Instagram account belongs to this page, or it is no professional one. Link them in the page's settings."
)
ALONE = N_("With the Instagram account alone we ask for news every two minutes.")
LIFE = timedelta(
    days=60
)  # of a token by Instagram's own login; renewed from its second day on (docs: Refresh)
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Kept:
    ends_at: datetime | None
    token: str = ""  # a renewed one


def connect(graph: Graph, account: AccountSide, now: datetime) -> Connected:
    try:
        if account.settings.get("login") == "instagram":
            return alone(graph, account, now)
        return by_page(graph, account, now)
    except Strange:
        raise ConnectFailed(N_("This server answers, but not as Meta does.")) from None


def by_page(graph: Graph, account: AccountSide, now: datetime) -> Connected:
    me = connecting.asked(graph, "me", "id,instagram_business_account{id,username,name}", now)
    ours = within(me, "instagram_business_account")
    if not ours:
        raise ConnectFailed(NO_PAGE)
    token = connecting.token(graph, NEEDS, now)
    page = needed(me)
    way, notes = connecting.hooked(graph, account, "instagram", HOOK_FIELDS, page, PAGE_FIELDS, now)
    return told(ours, {"way": way, "page": page}, token.expires_at, token.notes + notes)


def alone(graph: Graph, account: AccountSide, now: datetime) -> Connected:
    me = connecting.asked(graph, "me", "user_id,username,name", now)
    kept = renewed(graph, iso(str(account.state.get("token_ends") or "")), now)
    state = {"way": connecting.ASKING} | ({"token_ends": kept.ends_at.isoformat()} if kept.ends_at else {})
    return told(me, state, kept.ends_at, (ALONE,), kept.token)


def told(
    about: Part, state: dict[str, str], ends_at: datetime | None, notes: tuple[str, ...], token: str = ""
) -> Connected:
    username = text(about, "username")
    return Connected(
        native=native(about, "user_id") or needed(about),
        handle=username,
        name=text(about, "name"),
        link=f"https://www.instagram.com/{username}/" if username else "",
        state={**state, "version": VERSION},
        expires_at=ends_at,
        secrets={"token": token} if token else {},
        notes=notes,
    )


def renewed(graph: Graph, ends_at: datetime | None, now: datetime) -> Kept:
    """A new token while the old one lives. One younger than a day is not renewed yet; then it lives for sixty days."""
    if ends_at is not None and ends_at - now > RENEW_BEFORE:
        return Kept(ends_at)
    try:
        # Instagram takes the old token in the address alone (docs: Refresh a long-lived token).
        answer = graph.get(
            "refresh_access_token", {"grant_type": "ig_refresh_token", "access_token": graph.token}
        )
    except (NotSent, Lost):
        return Kept(ends_at)
    if not answer.is_good:
        if answer.code in TOKEN:
            raise ConnectFailed(REVOKED)
        return Kept(ends_at or now + LIFE)
    seconds = answer.body.get("expires_in")
    lives = timedelta(seconds=seconds) if type(seconds) is int and 0 < seconds < 10**8 else LIFE
    return Kept(now + lives, native(answer.body, "access_token"))
