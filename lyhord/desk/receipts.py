"""The words that a customer who is sent on gets: who takes over, where, and the number of her case (IN-18).

Only a draft: a person reads it, changes it and sends it like any other reply.
"""

from django.utils import translation
from django.utils.translation import gettext as _

from lyhord.desk.models import Conversation, Referral

NORWEGIAN = {"no": "nb", "nn": "nb"}
LANGUAGES = ("en", "sv", "fi", "nb", "da")


def words(referral: Referral, conversation: Conversation) -> str:
    """In her language; in that of the account where we do not have hers."""
    with translation.override(language(conversation)):
        return sentence(referral) % {
            "name": referral.name,
            "where": referral.address,
            "number": f"#{conversation.number}",
        }


def sentence(referral: Referral) -> str:
    if referral.kind in {Referral.Kind.PERSON, Referral.Kind.TEAM}:
        return _(
            "%(name)s takes over your matter and answers you here. All that you have told us goes along, so you do not "
            "need to tell it again. Your case number is %(number)s."
        )
    if referral.address:
        return _(
            "%(name)s takes over your matter. Please go on here: %(where)s. Your case number is %(number)s: give it "
            "there, and you do not need to tell it again."
        )
    return _(
        "%(name)s takes over your matter. Please write to us there. Your case number is %(number)s: give it there, and "
        "you do not need to tell it again."
    )


def language(conversation: Conversation) -> str:
    for code in (conversation.lang, conversation.account.language):
        short = code.partition("-")[0].lower()
        short = NORWEGIAN.get(short, short)
        if short in LANGUAGES:
            return short
    return "en"
