"""Whose channel it is, and whether our access reaches as far as we need."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed, Trouble
from lyhord.connectors._google.client import Api
from lyhord.connectors._google.tokens import TOKENS, NoToken
from lyhord.connectors.youtube import comments, quota
from lyhord.lib.text import N_

CHANNELS = "/youtube/v3/channels"
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"


def connect(api: Api, account: AccountSide, now: datetime) -> Connected:
    """Raises ConnectFailed. Costs 1 unit."""
    try:
        token = TOKENS.renewed(api.http, account)
    except NoToken as problem:
        raise ConnectFailed(str(problem), is_permanent=problem.is_final) from None
    if token.scopes and SCOPE not in token.scopes:
        raise ConnectFailed(
            N_("The access that was given lacks the scope youtube.force-ssl. Give access again with it.")
        )
    try:
        told = api.read(CHANNELS, now, part="snippet,status", mine="true")
    except Trouble as problem:
        raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None
    channels = told.listed("items")
    native = comments.text(channels[0].get("id")) if channels else ""
    if not native:
        raise ConnectFailed(
            N_("This Google account has no channel. Give access as the channel that answers.")
        )
    told_of = within(channels[0], "snippet")
    handle = comments.text(told_of.get("customUrl"))
    return Connected(
        native=native,
        handle=handle,
        name=comments.text(told_of.get("title")),
        link=f"https://www.youtube.com/channel/{native}",
        expires_at=now + timedelta(seconds=token.ends) if token.ends else None,
        notes=notes(account, token.ends),
    )


def notes(account: AccountSide, ends: float | None) -> tuple[str, ...]:
    """What it costs, and what will end."""
    cost = (
        f"Reading takes {quota.reading_a_day(account)} of {quota.daily(account)} quota units a day; "
        f"the rest is for {quota.writes_a_day(account)} answers and acts of moderation."
    )
    if ends is None:
        return (cost,)
    return (
        cost,
        N_(
            "Google ends this access soon, since the consent screen is in testing. Publish it and connect anew."
        ),
    )


def within(part: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = part.get(name)
    return found if isinstance(found, Mapping) else {}
