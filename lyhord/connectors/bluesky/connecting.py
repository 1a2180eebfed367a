"""Who we are on Bluesky, where the account lies, and whether direct messages are open to us."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed
from lyhord.connectors.bluesky import client, finding, names, records
from lyhord.connectors.bluesky.client import LoginFailed, Lost, NotSent, Service
from lyhord.connectors.bluesky.sessions import SESSIONS, Session, stored
from lyhord.lib.text import N_

NO_CHAT = N_(
    "The app password does not open direct messages. Make one that allows them to answer in private."
)


def connect(service: Service, account: AccountSide, now: datetime) -> Connected:
    session = entered(service, account, now)
    did, handle = session.told.get("did"), records.text(session.told.get("handle"))
    if not names.is_did(did):
        raise ConnectFailed(N_("The server answers, but not as one of Bluesky does. Check its name."))
    if session.told.get("active") is False:
        raise ConnectFailed(N_("Bluesky has closed or deactivated this account."))
    SESSIONS.keep(SESSIONS.key(service), session)
    profile = asked(service, "app.bsky.actor.getProfile", actor=str(did))
    has_chat = bool(
        asked(service, "chat.bsky.convo.listConvos", client.CHAT, limit=1).get("convos") is not None
    )
    return Connected(
        native=str(did),
        handle="" if handle == "handle.invalid" else handle,
        name=records.text(profile.get("displayName")) or handle,
        link=f"https://bsky.app/profile/{did}",
        state={"pds": finding.repository(session.told.get("didDoc"), account), "chat": has_chat},
        secrets={"access": session.access, "refresh": session.refresh},
        notes=() if has_chat else (NO_CHAT,),
    )


def entered(service: Service, account: AccountSide, now: datetime) -> Session:
    """Renewed where we have a session, else by password; both tell the same of the account."""
    try:
        before = stored(account)
        if before is not None:
            try:
                return service.refresh(before)
            except LoginFailed:
                pass
        return service.log_in()
    except LoginFailed as problem:
        home = finding.elsewhere(service, account) if problem.told.code == "AuthenticationRequired" else ""
        if home:
            why = f"This account does not lie on {service.host} but on {home}. Write that name as the server."
            raise ConnectFailed(why) from None
        is_known = bool(client.state_of(problem.told)) or problem.told.status in {400, 404}
        raise ConnectFailed(str(problem), is_permanent=is_known or problem.told.is_good) from None
    except (NotSent, Lost) as problem:
        raise ConnectFailed(f"{problem} Check its name, and try again.", is_permanent=False) from None


def asked(service: Service, method: str, proxy: str = "", **params: Any) -> Mapping[str, Any]:
    """What helps but need not be: a server that does not know it leaves it out."""
    try:
        told = service.get(method, proxy, **params)
    except (NotSent, Lost, LoginFailed):
        return {}
    return told.body if told.is_good else {}
