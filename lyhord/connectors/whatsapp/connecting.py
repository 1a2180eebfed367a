"""Whether the number works: who it is, its quality, its approved templates, and whether its news reach us."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed, Trouble
from lyhord.connectors.whatsapp import client, templates
from lyhord.connectors.whatsapp.client import Cloud, Lost, NotSent
from lyhord.lib.text import N_

FIELDS = "id,display_phone_number,verified_name,quality_rating,code_verification_status,name_status"
MOST_PAGES = 10
RED = N_(
    "Meta rates this number's quality as low: many people block it or report it. It may be limited soon."
)
YELLOW = N_("Meta rates this number's quality as middling. Send fewer templates, and better ones.")
UNVERIFIED = N_("The number is not verified. Verify it in WhatsApp Manager, else Meta may cut it off.")
NAMELESS = N_("Meta has not approved the display name of this number.")
NO_TEMPLATES = N_("No template is approved: after 24 hours of silence nothing can be sent to a customer.")
NOT_OPEN = N_("lyhord's address is not https, so WhatsApp cannot bring messages. Set LYHORD_PUBLIC_URL.")
WRONG_NUMBER = N_(
    "The phone number ID is the long number shown in WhatsApp Manager, not the telephone number."
)
WRONG_BUSINESS = N_("The WhatsApp Business Account ID is the long number shown in WhatsApp Manager.")


def connect(cloud: Cloud, account: AccountSide, now: datetime) -> Connected:
    if not client.NUMBER.fullmatch(cloud.number):
        raise ConnectFailed(WRONG_NUMBER)
    if not client.NUMBER.fullmatch(cloud.business):
        raise ConnectFailed(WRONG_BUSINESS)
    try:
        me = cloud.read(cloud.number, now, fields=FIELDS).body
        if me.get("id") != cloud.number:
            raise ConnectFailed(N_("This server answers, but not as WhatsApp does."))
        found = approved(cloud, now)
        subscribe(cloud, now)
    except Trouble as problem:
        raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None
    number = "".join(each for each in templates.word(me, "display_phone_number") if each.isdigit())
    return Connected(
        native=cloud.number,
        handle=f"+{number}" if number else "",
        name=templates.word(me, "verified_name"),
        link=f"https://wa.me/{number}" if number else "",
        state={"templates": found, "quality": templates.word(me, "quality_rating")},
        is_verified=me.get("code_verification_status") == "VERIFIED",
        notes=remarks(me, found, account),
    )


def remarks(me: Mapping[str, Any], found: Mapping[str, Any], account: AccountSide) -> tuple[str, ...]:
    """What will bite later."""
    told = {
        RED: me.get("quality_rating") == "RED",
        YELLOW: me.get("quality_rating") == "YELLOW",
        UNVERIFIED: me.get("code_verification_status") == "UNVERIFIED",
        NAMELESS: me.get("name_status") in {"DECLINED", "EXPIRED", "NONE"},
        NO_TEMPLATES: not found,
        NOT_OPEN: not account.app.get("hook_url", "").startswith("https://"),
    }
    return tuple(why for why, holds in told.items() if holds)


def approved(cloud: Cloud, now: datetime) -> dict[str, dict[str, Any]]:
    """As `templates.known` tells it. Raises Trouble."""
    found: dict[str, dict[str, Any]] = {}
    after = ""
    for _ in range(MOST_PAGES):
        params = {
            "limit": "100",
            "fields": "name,language,status,category,components",
            **({"after": after} if after else {}),
        }
        told = cloud.read(f"{cloud.business}/message_templates", now, **params).body
        data = told.get("data")
        for each in data if isinstance(data, list) else []:
            templates.keep(each, found)
        paging = told.get("paging")
        cursors = paging.get("cursors") if isinstance(paging, Mapping) else None
        after = str(cursors.get("after") or "") if isinstance(cursors, Mapping) else ""
        if not after or not isinstance(paging, Mapping) or not paging.get("next"):
            break
    return found


def subscribe(cloud: Cloud, now: datetime) -> None:
    """Ask for the business account's news anew at each check, so that a subscription that was lost heals. Raises Trouble."""
    try:
        told = cloud.ask("POST", f"{cloud.business}/subscribed_apps")
    except (NotSent, Lost) as problem:
        raise Trouble(str(problem)) from None
    if not told.is_good or told.body.get("success") is not True:
        raise client.refused(told, now, cloud.token)
