"""Which business unit it is, and whether our key reaches its private side."""

from collections.abc import Mapping
from datetime import datetime

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed, Trouble
from lyhord.connectors.trustpilot import reviews
from lyhord.connectors.trustpilot.client import Api
from lyhord.connectors.trustpilot.reader import IDENT
from lyhord.lib.text import N_


def connect(api: Api, account: AccountSide, now: datetime) -> Connected:
    """Raises ConnectFailed."""
    domain = str(account.settings.get("domain") or "").strip()
    if not domain:
        raise ConnectFailed(N_("The domain is needed, under which Trustpilot lists you."))
    try:
        told = api.told("/v1/business-units/find", name=domain)
        if told.status == 404:
            raise ConnectFailed(
                f"Trustpilot knows no business called {domain}. Write it as on your page there."
            )
        if not told.is_good:
            raise api.trouble(told, now)
        unit = reviews.text(told.body.get("id"))
        if not IDENT.fullmatch(unit):
            raise ConnectFailed(
                N_("Trustpilot answers, but does not tell of a business."), is_permanent=False
            )
        listed = api.read(f"/v1/private/business-units/{unit}/reviews", now, perPage=1).body.get("reviews")
    except Trouble as problem:
        raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None
    if not isinstance(listed, list):
        raise ConnectFailed(N_("Trustpilot answers, but not with reviews."), is_permanent=False)
    name = told.body.get("name")
    identifying = reviews.text(name.get("identifying")) if isinstance(name, Mapping) else ""
    return Connected(
        native=unit,
        handle=identifying or domain,
        name=reviews.text(told.body.get("displayName")) or domain,
        link=f"{reviews.PLACE}/review/{identifying or domain}",
        notes=hook(account),
    )


def hook(account: AccountSide) -> tuple[str, ...]:
    """Whether Trustpilot's webhooks can reach us at all."""
    url = account.app.get("hook_url", "")
    if not url.startswith("https://"):
        return (
            N_(
                "Trustpilot cannot reach us, so edits of older reviews stay unknown until they are looked at."
            ),
        )
    return ()
