"""Which page we are on LinkedIn, until when, and the subscription that brings its news at once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed, Trouble
from lyhord.connectors.linkedin import parser
from lyhord.connectors.linkedin.client import LOGIN, LinkedIn, Lost, NoToken, NotSent, coded
from lyhord.lib.text import N_

SCOPES = {"r_organization_social_feed", "w_organization_social_feed", "rw_organization_admin"}
NO_HOOK = N_(
    "LinkedIn does not bring its news by itself: register our address under Webhooks in your app, give the app's number here, and test "
    "again. Until then we ask every five minutes."
)


def connect(linked: LinkedIn, account: AccountSide, now: datetime) -> Connected:
    number = str(account.settings.get("organization") or "").strip().removeprefix("urn:li:organization:")
    if not number.isdecimal() or len(number) > 18:
        raise ConnectFailed(
            N_("The page's number has digits only. It stands in the address of the page's administration.")
        )
    page = f"urn:li:organization:{number}"
    try:
        told = linked.read(f"/rest/organizations/{number}", now).body
        name = parser.text(told.get("localizedName"))
        if not name:
            raise ConnectFailed(
                N_("LinkedIn answers, but not as it should. Try again later."), is_permanent=False
            )
        is_hook = subscribed(linked, account, page)
        ends_at, lacking = token(linked)
    except Trouble as problem:
        raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None
    notes: tuple[str, ...] = () if is_hook else (NO_HOOK,)
    if lacking:
        notes += (f"The access token lacks the permissions {', '.join(lacking)}.",)
    vanity = parser.text(told.get("vanityName"))
    return Connected(
        native=page,
        handle=vanity or number,
        name=name,
        link=f"https://www.linkedin.com/company/{number}/",
        state={"hook": is_hook},
        expires_at=ends_at,
        notes=notes,
    )


def token(linked: LinkedIn) -> tuple[datetime | None, list[str]]:
    """When the access ends, and which permissions it lacks, as far as LinkedIn tells."""
    try:
        given = {
            "client_id": linked.app.get("client_id", ""),
            "client_secret": linked.app.get("client_secret", ""),
        }
        told = linked.call(
            "POST", f"{LOGIN}/oauth/v2/introspectToken", {}, data={**given, "token": linked.token()}
        ).body
    except (NoToken, NotSent, Lost):
        return None, []
    until, scope = told.get("expires_at"), parser.text(told.get("scope"))
    lacking = sorted(SCOPES - set(scope.replace(",", " ").split())) if scope else []
    if linked.secrets.get("refresh_token") or type(until) is not int or not 0 < until < 10**11:
        return None, lacking
    return datetime.fromtimestamp(until, UTC), lacking


def subscribed(linked: LinkedIn, account: AccountSide, page: str) -> bool:
    """Asked for anew at each check: it goes when the member who consented is no administrator any more."""
    url, app = account.app.get("hook_url", ""), str(account.settings.get("app_number") or "")
    if not url.startswith("https://") or not app.isdecimal():
        return False
    try:
        me = parser.text(linked.ask("GET", "/rest/me").body.get("id"))
        if not me.replace("-", "").replace("_", "").isalnum():
            return False
        told = linked.ask("PUT", subscription(app, me, page), json={"webhook": url})
    except (NoToken, NotSent, Lost):
        return False
    return told.is_good


def subscription(app: str, me: str, page: str) -> str:
    keys: Mapping[str, Any] = {
        "developerApplication": f"urn:li:developerApplication:{app}",
        "user": f"urn:li:person:{me}",
        "entity": page,
        "eventType": parser.NEWS,
    }
    return f"/rest/eventSubscriptions/({','.join(f'{name}:{coded(value)}' for name, value in keys.items())})"
