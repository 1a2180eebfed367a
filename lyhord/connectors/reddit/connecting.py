"""Who we are on Reddit, and whether we moderate the subreddit."""

from collections.abc import Mapping
from datetime import datetime

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed, Trouble
from lyhord.connectors.reddit import reader, things
from lyhord.connectors.reddit.client import TOKENS, Reddit
from lyhord.lib.text import N_

NEEDED = {"identity", "read", "privatemessages", "submit", "edit"}
MODERATING = {"modposts", "modcontributors", "modmail"}
NO_MODERATOR = N_(
    "Our account does not moderate the subreddit, so removing, locking and banning will be refused."
)


def connect(reddit: Reddit, account: AccountSide, now: datetime) -> Connected:
    TOKENS.drop(reddit.login)  # so that what is tested is the login, and its scopes are told anew
    try:
        me = reddit.read("/api/v1/me", now).document
        ident, name = things.text(me.get("id")), things.text(me.get("name"))
        if not ident or not name:
            raise ConnectFailed(
                N_("Reddit answers, but not as it should. Try again later."), is_permanent=False
            )
        if me.get("is_suspended") is True:
            raise ConnectFailed(N_("Reddit has suspended this account."))
        is_moderator = moderates(reddit, account, now)
    except Trouble as problem:
        raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None
    notes: list[str] = []
    if is_moderator is False:
        notes.append(NO_MODERATOR)
    wanted = NEEDED | (MODERATING if is_moderator else set())
    granted = set(reddit.scope.replace(",", " ").split())
    if granted and "*" not in granted and (lacking := sorted(wanted - granted)):
        notes.append(f"The refresh token lacks the scopes {', '.join(lacking)}.")
    return Connected(
        native=f"t2_{ident}",
        handle=name,
        name=name,
        link=f"{things.SITE}/user/{name}",
        state={"is_moderator": bool(is_moderator)},
        is_verified=me.get("verified") if isinstance(me.get("verified"), bool) else None,
        notes=tuple(notes),
    )


def moderates(reddit: Reddit, account: AccountSide, now: datetime) -> bool | None:
    """None: there is no subreddit of ours."""
    ours = reader.subreddit(account)
    if not ours:
        if str(account.settings.get("subreddit") or "").strip():
            raise ConnectFailed(N_("This is no name of a subreddit. Give it as in r/nordbanan."))
        return None
    told = reddit.look(f"/r/{ours}/about")
    data = told.document.get("data")
    if told.status in {403, 404} or not told.is_good or not isinstance(data, Mapping):
        raise ConnectFailed(
            f"r/{ours} cannot be read ({told.status}). Check its name, and that our account may see it."
        )
    return data.get("user_is_moderator") is True
