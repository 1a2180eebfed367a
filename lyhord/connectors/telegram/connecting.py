"""Who our bot is, and how its news reaches us: by webhook where we can be reached, else by asking."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed, Trouble
from lyhord.connectors.telegram import parser
from lyhord.connectors.telegram.client import Bot
from lyhord.lib.text import N_, clean, shorten

HOOK, ASKING = "hook", "asking"
PRIVACY = N_(
    "In groups the bot sees only what is addressed to it. To see all, turn off group privacy with @BotFather and add "
    "the bot to the group again."
)


def connect(bot: Bot, account: AccountSide, now: datetime) -> Connected:
    try:
        me = bot.read("getMe", {}, now).result
        if not isinstance(me, Mapping) or type(me.get("id")) is not int:
            raise ConnectFailed(N_("This server answers, but not as Telegram does."))
        way, notes = reached(bot, account, now)
    except Trouble as problem:
        raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None
    username = me.get("username") if isinstance(me.get("username"), str) else ""
    if me.get("can_read_all_group_messages") is not True:
        notes += (PRIVACY,)
    return Connected(
        native=str(me["id"]),
        handle=clean(str(username)),
        name=clean(str(me.get("first_name") or "")),
        link=f"https://t.me/{username}" if str(username).isidentifier() else "",
        state={"way": way},
        notes=notes,
    )


def reached(bot: Bot, account: AccountSide, now: datetime) -> tuple[str, tuple[str, ...]]:
    """One excludes the other: with a webhook getUpdates answers 409 (docs: Getting updates). Raises Trouble."""
    url = account.app.get("hook_url", "")
    if not url.startswith("https://") or account.settings.get("asks"):
        bot.read("deleteWebhook", {"drop_pending_updates": False}, now)
        return ASKING, ()
    content: dict[str, Any] = {
        "url": url,
        "secret_token": account.app.get("hook_secret", ""),
        "allowed_updates": parser.ALLOWED,
        "drop_pending_updates": False,
    }
    before = bot.read("getWebhookInfo", {}, now).result
    bot.read("setWebhook", content, now)
    return HOOK, problems(before if isinstance(before, Mapping) else {}, url)


def problems(info: Mapping[str, Any], url: str) -> tuple[str, ...]:
    """What Telegram says of its last tries to reach us."""
    said = info.get("last_error_message")
    if info.get("url") != url or not isinstance(said, str) or not info.get("pending_update_count"):
        return ()
    return (f"Telegram could not bring its news lately: {shorten(clean(said), 150)}",)
