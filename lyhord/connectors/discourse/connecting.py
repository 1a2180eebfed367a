"""Who we are in a forum, what it takes, and its webhook, which an administrator's key sets up by itself."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed, Trouble
from lyhord.connectors.discourse import posts
from lyhord.connectors.discourse.client import Forum, Lost, NotSent
from lyhord.connectors.discourse.posts import Strange
from lyhord.lib.text import N_

HOOKS = "/admin/api/web_hooks"
# Newer forums name each event, older ones the kind alone (source: web_hook_event_type.rb; read 2026-11-22).
KINDS = ("topic", "post", "like", "user")
EVENTS = (
    "topic_destroyed", "post_created", "post_edited", "post_destroyed", "post_recovered", "post_liked",
    "user_updated", "user_destroyed",
)  # fmt: skip
JSON = 1  # WebHook.content_types
NO_HOOK = N_(
    "The forum did not let us set up a webhook, so we ask for news once a minute. With an administrator's key it comes at once."
)
NOT_STAFF = N_("This user is no moderator there, so hiding, deleting and silencing will be refused.")


def connect(forum: Forum, account: AccountSide, now: datetime) -> Connected:
    if not forum.username:
        raise ConnectFailed(N_("The user name is missing."))
    try:
        told = forum.read(f"/u/{quote(forum.username, safe='')}.json", now).body
        settings = site(forum)
        me = told.get("user")
        if not isinstance(me, Mapping):
            raise ConnectFailed(N_("This server answers, but not as Discourse does."))
        author = posts.user(me)
        is_staff = me.get("admin") is True or me.get("moderator") is True
        hook = hooked(forum, account, author.native)
    except Strange:
        raise ConnectFailed(N_("This server answers, but not as Discourse does.")) from None
    except Trouble as problem:
        raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None
    notes = (() if hook else (NO_HOOK,)) + (() if is_staff else (NOT_STAFF,))
    return Connected(
        native=author.native,
        handle=author.handle,
        name=author.name,
        link=f"{forum.base}/u/{quote(author.handle, safe='')}",
        state={**settings, "hook": hook, "is_staff": is_staff},
        notes=notes,
    )


def site(forum: Forum) -> dict[str, int]:
    """What the forum takes; nothing where it does not tell."""
    names = {
        "max_post_length": "max_post_length",
        "min_post_length": "min_post_length",
        "min_personal_message_post_length": "min_private_length",
    }
    told = forum.look("/site/settings.json").body
    return {
        ours: told[name] for name, ours in names.items() if type(told.get(name)) is int and told[name] > 0
    }


def hooked(forum: Forum, account: AccountSide, native: str) -> bool:
    """Set the webhook anew at each check, so that a lost or silenced one heals. False: the forum did not let us."""
    url = account.app.get("hook_url", "")
    if not url.startswith("https://"):
        return False
    address = f"{url}?me={native}"  # how a webhook's reader knows our own posts
    try:
        there = forum.ask("GET", f"{HOOKS}.json")
        if not there.is_good:
            return False
        wanted = event_types(there.body.get("extras"))
        if not wanted:
            return False
        body = {
            "payload_url": address,
            "content_type": JSON,
            "secret": account.app.get("hook_secret", ""),
            "wildcard_web_hook": False,
            "active": True,
            "verify_certificate": True,
            "web_hook_event_type_ids": wanted,
        }
        known = known_hook(there.body.get("web_hooks"), url)
        method, path = ("PUT", f"{HOOKS}/{known}.json") if known else ("POST", f"{HOOKS}.json")
        return forum.ask(method, path, body={"web_hook": body}).is_good
    except (NotSent, Lost):
        return False


def known_hook(listed: Any, url: str) -> int | None:
    for hook in listed if isinstance(listed, list) else []:
        if isinstance(hook, Mapping) and str(hook.get("payload_url")).partition("?")[0] == url:
            return hook["id"] if type(hook.get("id")) is int else None
    return None


def event_types(extras: Any) -> list[int]:
    """Numbers of the events that we use, whichever way this version lists them."""
    found = dict(named(extras))
    events = [found[name] for name in EVENTS if name in found]
    return events or [found[name] for name in KINDS if name in found]


def named(value: Any, depth: int = 0) -> Iterator[tuple[str, int]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for part in value:
            yield from named(part, depth + 1)
    elif isinstance(value, Mapping):
        if isinstance(value.get("name"), str) and type(value.get("id")) is int:
            yield value["name"], value["id"]
            return
        for name, part in value.items():
            if "event_types" in str(name) or depth > 0:
                yield from named(part, depth + 1)
