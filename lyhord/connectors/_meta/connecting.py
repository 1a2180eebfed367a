"""What connecting has in common: how long a token lives, what it may, and how news reach our hook.

Docs read 2026-11-22: Access tokens, Debugging; Webhooks, Subscriptions edge; Page, Subscribed apps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lyhord.channels.contract import AccountSide, ConnectFailed, Trouble
from lyhord.connectors._meta.client import REVOKED, Graph, Lost, NotSent, Told
from lyhord.connectors._meta.places import quoted
from lyhord.connectors._meta.values import Part, Strange, listed, moment, native, text, within
from lyhord.lib.text import N_

HOOK, ASKING = "hook", "asking"
LATER = N_(
    "News come by asking until the hook is set. Test the account once more now that it is kept here; that sets it."
)
NO_HTTPS = N_(
    "Meta brings news to https addresses alone, so we ask for them. Comments come some minutes late."
)
NO_APP = N_(
    "Without the app's number and secret news come by asking, and Meta's callbacks about people cannot be checked."
)


@dataclass(frozen=True)
class Token:
    expires_at: datetime | None
    notes: tuple[str, ...]


def asked(graph: Graph, path: str, fields: str, now: datetime) -> Part:
    """Raises ConnectFailed, with what to do."""
    try:
        return graph.read(path, {"fields": fields}, now).body
    except Trouble as problem:
        raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None


def token(graph: Graph, needs: Iterable[str], now: datetime) -> Token:
    """What Meta says of our token. Raises ConnectFailed if it says that it is dead."""
    if not graph.app or not graph.secret:
        return Token(None, (NO_APP,))
    try:
        # The one call that takes a token in its address; there is no other way (docs: debug_token).
        told = graph.ask("GET", "debug_token", {"input_token": graph.token}, as_app=True)
        about = within(told.body, "data") if told.is_good else {}
    except (NotSent, Lost, Strange):
        return Token(None, ())
    if not told.is_good:
        return Token(
            None, (f"Meta does not take the app's number and secret: {graph.bare(told.said) or told.status}",)
        )
    if about.get("is_valid") is False:
        raise ConnectFailed(REVOKED)
    if native(about, "app_id") not in {"", graph.app}:
        raise ConnectFailed(N_("The token belongs to another app. Make one with the app that is named here."))
    ends = [at for name in ("expires_at", "data_access_expires_at") if (at := moment(about.get(name)))]
    scopes = about.get("scopes")
    has = {each for each in scopes if isinstance(each, str)} if isinstance(scopes, list) else set(needs)
    missing = [need for need in needs if need not in has]
    notes = (
        f"The token lacks the permissions {', '.join(missing)}. Add them to the app and make a new token.",
    )
    return Token(min(ends, default=None), notes if missing else ())


def hooked(graph: Graph, account: AccountSide, what: str, fields: Iterable[str], page: str, page_fields: Iterable[str],
           now: datetime) -> tuple[str, tuple[str, ...]]:  # fmt: skip
    """Register our hook with the app, and the app with the page. What others of the family registered stays."""
    url = account.app.get("hook_url", "")
    if not graph.app or not graph.secret:
        return ASKING, ()
    if not url.startswith("https://"):
        return ASKING, (NO_HTTPS,)
    if not account.id:
        return ASKING, (
            LATER,
        )  # Meta tries the address at once, and it answers only when the account is kept
    try:
        why = registered(graph, account, what, set(fields), url) or installed(graph, page, set(page_fields))
    except (NotSent, Lost, Strange) as problem:
        why = str(problem)
    return (ASKING, (f"The hook could not be set: {why}",)) if why else (HOOK, ())


def registered(graph: Graph, account: AccountSide, what: str, fields: set[str], url: str) -> str:
    place = f"{quoted(graph.app)}/subscriptions"
    before = graph.ask("GET", place, as_app=True)
    if not before.is_good:
        return refusal(graph, before)
    for each in listed(before.body, "data"):
        if text(each, "object") == what and text(each, "callback_url") == url:
            has = {text(field, "name") for field in listed(each, "fields")}
            if fields <= has and each.get("active") is not False:
                return ""
            fields = fields | has
    content = {
        "object": what, "callback_url": url, "verify_token": account.app.get("hook_secret", ""),
        "fields": ",".join(sorted(fields)), "include_values": True,
    }  # fmt: skip
    told = graph.ask("POST", place, None, content, as_app=True)
    return "" if told.is_good else refusal(graph, told)


def installed(graph: Graph, page: str, fields: set[str]) -> str:
    """The list is replaced as a whole, so what stands there is asked for first."""
    place = f"{quoted(page)}/subscribed_apps"
    before = graph.get(place)
    if not before.is_good:
        return refusal(graph, before)
    for each in listed(before.body, "data"):
        named = each.get("subscribed_fields")
        if native(each) == graph.app and isinstance(named, list):
            has = {field for field in named if isinstance(field, str)}
            if fields <= has:
                return ""
            fields = fields | has
    told = graph.ask("POST", place, None, {"subscribed_fields": ",".join(sorted(fields))})
    return "" if told.is_good else refusal(graph, told)


def refusal(graph: Graph, told: Told) -> str:
    return graph.bare(told.said) or f"Meta answered with {told.code or told.status}"
