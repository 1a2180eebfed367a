"""What X charges a call, in US dollars, and who may be answered. Pure.

X: Pricing and Changelog of 2026-04-16, Developer guidelines on replies; read 2026-11-22. Prices change: they stand here alone.
"""

from datetime import datetime

from lyhord.channels.contract import AccountSide, Allowed, Denied, Outgoing, Price
from lyhord.lib import weights
from lyhord.lib.text import N_

READ_ON = "2026-11-22"
POST = Price(0.015, "USD", N_("X charges for each post."))
LINKED = Price(0.20, "USD", N_("X charges much more for a post with an address in it."))
SUMMONED = Price(0.01, "USD", N_("X charges for each answer to a person who named us."))
MESSAGE = Price(0.015, "USD", N_("X charges for each direct message."))
DELETION = Price(0.01, "USD", N_("X charges for each deletion."))
DEED = Price(0.005, "USD", N_("X charges for each deed."))
TABLE = {
    "reply": SUMMONED, "post": POST, "reply_with_link": LINKED, "private": MESSAGE, "delete": DELETION, "hide": DEED,
    "unhide": DEED, "block": DEED, "unblock": DEED,
}  # fmt: skip
NOT_SUMMONED = N_(
    "X lets us answer in public only a person who names us or quotes us in that very post. Write to her in private, or "
    "answer by hand on X."
)
PRIVATE = N_("This was written to us in private; there is no public place to answer it in.")


def may_answer(
    account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
) -> Allowed | Denied:
    """Self-serve apps answer when summoned; X asks that of the post itself, not of the talk before it."""
    if outgoing.visibility == "private":
        return Allowed(price=MESSAGE)
    if outgoing.item_visibility == "private":
        return Denied(PRIVATE, instead=("private",))
    if not is_enterprise(account) and outgoing.facts.get("summons") is False:
        return Denied(NOT_SUMMONED, instead=("private", "link"))
    return Allowed(price=price(account, outgoing))


def price(account: AccountSide, outgoing: Outgoing) -> Price:
    if weights.has_address(outgoing.text):
        return LINKED
    return SUMMONED if outgoing.facts.get("summons") is True else POST


def is_enterprise(account: AccountSide) -> bool:
    return bool(account.settings.get("is_enterprise"))
