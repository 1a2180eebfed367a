"""Meta's error codes for WhatsApp, and what each means for us.

Decide by code, never by title (Meta: Error codes, of 2026-05-15; read 2026-11-22). Codes come with HTTP 400, 401, 403,
429 or 500, in answers to calls and, later, in the status of a message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from lyhord.lib.text import N_

AccountState = Literal["", "token_revoked", "permission_lost", "disabled"]


@dataclass(frozen=True)
class Meaning:
    why: str
    state: AccountState = ""
    wait: timedelta | None = None  # nothing was done, and the same again after this is safe


REVOKED = N_(
    "WhatsApp refuses the access token. Make a new one for the system user and connect the account again."
)
LACKING = N_("The access token lacks a permission, or the number is no longer shared with this app.")
LOCKED = N_("Meta has locked this WhatsApp account. See Business Support in Meta Business Suite.")
CLOSED = N_(
    "More than 24 hours have passed since the person wrote. Only an approved template may be sent now."
)
BUSY = N_("WhatsApp asks us to wait.")
UNREACHABLE = N_(
    "WhatsApp cannot deliver to this person: no WhatsApp, an old version, or she has blocked us."
)
UNPAID = N_("WhatsApp does not deliver it: the business account has no valid payment method.")
NO_TEMPLATE = N_("There is no approved template of this name in this language.")
BAD_TEMPLATE = N_(
    "The template does not fit: the values are too many, too few, too long, or of another form."
)
MARKETING = N_("WhatsApp holds back offers to this person. An answer to her own message is possible.")

KNOWN: Mapping[int, Meaning] = {
    0: Meaning(REVOKED, "token_revoked"),
    190: Meaning(REVOKED, "token_revoked"),
    3: Meaning(LACKING, "permission_lost"),
    10: Meaning(LACKING, "permission_lost"),
    **{code: Meaning(LACKING, "permission_lost") for code in range(200, 300)},
    131005: Meaning(LACKING, "permission_lost"),
    368: Meaning(LOCKED, "disabled"),
    131031: Meaning(LOCKED, "disabled"),
    130497: Meaning(N_("Meta does not let this business write to people in that country.")),
    1: Meaning(N_("WhatsApp has a disturbance."), wait=timedelta(seconds=60)),
    2: Meaning(N_("WhatsApp has a disturbance."), wait=timedelta(seconds=60)),
    131016: Meaning(N_("WhatsApp has a disturbance."), wait=timedelta(seconds=60)),
    131057: Meaning(N_("WhatsApp is working on this number."), wait=timedelta(minutes=5)),
    4: Meaning(BUSY, wait=timedelta(minutes=5)),
    80007: Meaning(BUSY, wait=timedelta(minutes=5)),
    130429: Meaning(BUSY, wait=timedelta(seconds=1)),  # 80 messages a second and number
    131056: Meaning(BUSY, wait=timedelta(seconds=6)),  # one message each six seconds to one person
    133016: Meaning(BUSY, wait=timedelta(hours=1)),
    131048: Meaning(N_("WhatsApp limits this number, since many people blocked it or reported it as spam.")),
    131047: Meaning(CLOSED),
    131026: Meaning(UNREACHABLE),
    130472: Meaning(N_("Meta leaves this person out of offers, for an experiment of its own.")),
    131049: Meaning(MARKETING),
    131050: Meaning(MARKETING),
    131042: Meaning(UNPAID),
    131021: Meaning(N_("A number cannot write to itself.")),
    131030: Meaning(N_("A test number writes to the numbers on its list only.")),
    131037: Meaning(N_("The number has no approved display name yet.")),
    131045: Meaning(N_("The number is not registered for the Cloud API. Register it in Meta Business Suite.")),
    133010: Meaning(N_("The number is not registered for the Cloud API. Register it in Meta Business Suite.")),
    131051: Meaning(N_("WhatsApp does not take this kind of message.")),
    131052: Meaning(N_("WhatsApp could not fetch the file.")),
    131053: Meaning(N_("WhatsApp does not take this file: its kind or its size is not allowed.")),
    131062: Meaning(N_("This template needs a telephone number, and the person shows none.")),
    132000: Meaning(BAD_TEMPLATE),
    132001: Meaning(NO_TEMPLATE),
    132005: Meaning(BAD_TEMPLATE),
    132007: Meaning(N_("The template breaks WhatsApp's rules.")),
    132012: Meaning(BAD_TEMPLATE),
    132015: Meaning(N_("WhatsApp has paused this template, since people disliked it.")),
    132016: Meaning(N_("WhatsApp has ended this template, since people disliked it.")),
    139100: Meaning(N_("This person cannot be blocked.")),
    139101: Meaning(N_("The list of blocked people is full.")),
    139102: Meaning(BUSY, wait=timedelta(seconds=60)),
}  # fmt: skip
