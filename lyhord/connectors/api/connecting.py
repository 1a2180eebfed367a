"""Trying an account: the secret is one, and the other system answers a signed ping."""

import hashlib
from datetime import datetime

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed
from lyhord.connectors.api import signing
from lyhord.connectors.api.client import Lost, NotSent, System
from lyhord.lib.text import N_, shorten

RECEIVES_ONLY = N_("No address for answers is set, so this channel only receives.")
NO_KEYS = N_(
    "The other system does not say that it does the same key once, so a lost answer waits for a person to decide."
)


def connect(system: System, account: AccountSide, now: datetime) -> Connected:
    secret = system.secret
    if (
        len(secret) < signing.LEAST_CHARACTERS
        or len(signing.key_of(secret)) < signing.LEAST_CHARACTERS * 3 // 4
    ):
        raise ConnectFailed(
            N_(
                "The signing secret is too short, or no base64 after whsec_. Make one: openssl rand -base64 32"
            )
        )
    notes = []
    name = link = ""
    if system.url:
        name, link = pinged(system, now)
        if not account.settings.get("honours_key") and not system.settle_url:
            notes.append(NO_KEYS)
    else:
        notes.append(RECEIVES_ONLY)
    return Connected(native=native(account), handle=system.host, name=name, link=link, notes=tuple(notes))


def native(account: AccountSide) -> str:
    """The endpoint's own address names the account, since the other side has no id of ours."""
    if account.native:
        return account.native
    return hashlib.sha256(account.app.get("hook_url", "").encode()).hexdigest()[:32]


def pinged(system: System, now: datetime) -> tuple[str, str]:
    """Name and link of the system, if it tells them. Raises ConnectFailed."""
    told = {"type": "ping", "timestamp": now.isoformat(), "data": {}}
    try:
        answer = system.post(f"ping-{int(now.timestamp())}", told, now)
    except (NotSent, Lost) as problem:
        raise ConnectFailed(f"{problem} Check the address for answers.", is_permanent=False) from None
    if answer.is_good:
        link = answer.text("link")
        return shorten(answer.text("name"), 100), link if link.startswith("https://") else ""
    if answer.status == 401:
        raise ConnectFailed(N_("The other system refuses our signature. Give both sides the same secret."))
    is_permanent = answer.status < 500 and answer.status not in {408, 425, 429}
    raise ConnectFailed(
        f"{system.host} answered our ping with {answer.status}; 200 is wanted.", is_permanent=is_permanent
    )
