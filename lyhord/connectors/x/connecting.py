"""Whose keys these are, and how X's news reach us: by webhook where we can be reached, else by asking."""

from collections.abc import Mapping
from typing import Any

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed, Trouble
from lyhord.connectors.x.client import Lost, NotSent, Site
from lyhord.lib.text import N_, clean

HOOK, ASKING = "hook", "asking"
# X: Activity API, event types and their filters (read 2026-11-22). All are about our own account.
EVENTS = (
    "post.mention.create", "post.reply.create", "post.quote.create", "post.create", "post.delete", "dm.received", "dm.sent",
    "dm.read", "like.create",
)  # fmt: skip
LONGEST = 200  # of a webhook's address
NOT_YET = N_(
    "X could not set up its webhook yet, so we ask for news. Check the account again once it is saved."
)
SOME_LACK = N_("X did not take every subscription; some news may come late or not at all.")
SUMMONED = N_("X lets this app answer in public only people who name us or quote us.")


def connect(site: Site, account: AccountSide) -> Connected:
    try:
        me = site.read("/2/users/me", {"user.fields": "id,name,username,verified,public_metrics"}).data
        ident = me.get("id") if isinstance(me, Mapping) else None
        if not isinstance(ident, str) or not ident.isdecimal():
            raise ConnectFailed(N_("This server answers, but not as X does."))
    except Trouble as problem:
        raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None
    way, notes = reached(site, account, ident)
    if not account.settings.get("is_enterprise"):
        notes += (SUMMONED,)
    handle = word(me, "username")
    return Connected(
        native=ident, handle=handle, name=word(me, "name"), link=f"https://x.com/{handle}" if handle else "",
        state={"way": way}, is_verified=me.get("verified") is True, notes=notes,
    )  # fmt: skip


def reached(site: Site, account: AccountSide, ours: str) -> tuple[str, tuple[str, ...]]:
    url = account.app.get("hook_url", "")
    if (
        not url.startswith("https://")
        or len(url) > LONGEST
        or not site.bearer
        or account.settings.get("asks")
    ):
        return ASKING, ()
    try:
        hook = webhook(site, url)
        if not hook:
            return ASKING, (NOT_YET,)
        return HOOK, () if subscribed(site, ours, hook) else (SOME_LACK,)
    except (Trouble, NotSent, Lost):
        return ASKING, (NOT_YET,)


def webhook(site: Site, url: str) -> str:
    """Its number once X has heard our answer to its challenge; one that X holds for broken is tried anew."""
    told = site.read("/2/webhooks", {}, as_app=True).data
    for each in told if isinstance(told, list) else []:
        if isinstance(each, Mapping) and each.get("url") == url and isinstance(each.get("id"), str):
            if each.get("valid") is True:
                return str(each["id"])
            again = site.ask("PUT", f"/2/webhooks/{each['id']}", as_app=True)
            is_valid = isinstance(again.data, Mapping) and again.data.get("valid") is True
            return str(each["id"]) if is_valid else ""
    made = site.ask("POST", "/2/webhooks", json={"url": url}, as_app=True).data
    is_valid = isinstance(made, Mapping) and made.get("valid") is True
    return str(made["id"]) if is_valid and isinstance(made.get("id"), str) else ""


def subscribed(site: Site, ours: str, hook: str) -> bool:
    """Whether every kind of news comes; what lacks is asked for anew at each check. Raises Trouble."""
    told = site.read("/2/activity/subscriptions", {"max_results": "1000"}).data
    known = {kind_of(each) for each in told if isinstance(each, Mapping)} if isinstance(told, list) else set()
    is_whole = True
    for kind in EVENTS:
        if (kind, ours, hook) in known:
            continue
        content = {"event_type": kind, "filter": {"user_id": ours}, "webhook_id": hook, "tag": "lyhord"}
        is_whole = site.ask("POST", "/2/activity/subscriptions", json=content).is_good and is_whole
    return is_whole


def kind_of(part: Mapping[str, Any]) -> tuple[str, str, str]:
    about = part.get("filter")
    return (
        word(part, "event_type"),
        word(about if isinstance(about, Mapping) else {}, "user_id"),
        word(part, "webhook_id"),
    )


def word(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return clean(value) if isinstance(value, str) else ""
