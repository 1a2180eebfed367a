"""Whether we may answer, until when, and what it costs. Pure."""

from datetime import datetime, timedelta

from lyhord.channels.contract import AccountSide, Allowed, Denied, Instead, Outgoing, Price, Window
from lyhord.connectors.whatsapp import errors, templates
from lyhord.lib.text import N_

HOURS = 24  # Meta: Customer service windows; each message of hers opens it anew
WINDOW = Window(HOURS, has_templates=True)
NEVER_WROTE = N_("This person has not written to us. Only an approved template may be sent.")
SERVICE = N_("Meta charges for answers beyond the free ones of the month.")
TEMPLATE = N_("Meta charges for each template that is delivered.")


def may_answer(
    account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
) -> Allowed | Denied:
    if outgoing.visibility == "public":
        return Denied(N_("WhatsApp is private; there is no public place to answer in."), instead=("private",))
    if outgoing.template:
        return Allowed(price=price(account, "template_price", TEMPLATE))
    if last_word_at is None:
        return Denied(NEVER_WROTE, instead=left(account))
    until = last_word_at + timedelta(hours=HOURS)
    if now >= until:
        return Denied(errors.CLOSED, instead=left(account))
    return Allowed(until, price(account, "service_price", SERVICE), instead=left(account))


def left(account: AccountSide) -> tuple[Instead, ...]:
    """What is possible after the window: templates, where any is approved."""
    return ("template",) if templates.known(account) else ()


def price(account: AccountSide, name: str, why: str) -> Price | None:
    """What the operator wrote from Meta's list: prices differ by country and kind and change each quarter."""
    try:
        amount = float(str(account.settings.get(name) or "0").replace(",", "."))
    except ValueError:
        return None
    currency = str(account.settings.get("currency") or "EUR").strip().upper()[:3]
    return Price(amount, currency, why) if 0 < amount < 1000 else None
