"""Mails to people who asked on our page. Plain text, in their language, marked as sent by a machine.

The address may be anybody's: whoever asked only typed it. So no mail bears a word of who asked, answers go only to an
address that was confirmed from a mail, and how many go is capped (reliability, finding 12; S12).
"""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lyhord.portal.models import Follower, Mail

# RFC 3834, section 5; the second one is read by Exchange.
MACHINE = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class NotSent(Exception):
    """The mail server did not take it; the name of what went wrong, and no word of the mail."""


def send(mail: Mail) -> None:
    """Raises NotSent."""
    follower = mail.follower
    with translation.override(follower.language):
        subject, body = told(mail, follower)
    letter = EmailMessage(" ".join(subject.split()), body, to=[follower.address], headers=headers(follower))
    try:
        if letter.send() != 1:
            raise NotSent("refused")
    except (SMTPException, OSError) as problem:
        raise NotSent(type(problem).__name__) from None


def headers(follower: Follower) -> dict[str, str]:
    return MACHINE | {"List-Unsubscribe": f"<{address('portal:mail', follower.language, follower.token)}>"}


def told(mail: Mail, follower: Follower) -> tuple[str, str]:
    values = {
        "brand": follower.ticket.account.brand.name,
        "number": follower.ticket.number,
        "page": address("portal:ticket", follower.language, follower.ticket.token),
        "mail": address("portal:mail", follower.language, follower.token),
    }
    if mail.kind == Mail.RECEIPT:
        subject = _("%(brand)s: your question has arrived, ticket %(number)s")
        body = _(
            "Your question to %(brand)s has arrived. It is ticket %(number)s; the answer will stand on its page:\n\n%(page)s\n\n"
            "If you want to read the answers in your mail too, confirm your address here, or say that you want no mail:\n\n"
            "%(mail)s\n\n"
            "If you did not ask anything, somebody has mistyped an address, and you need not do anything."
        )
        return subject % values, body % values
    subject = _("%(brand)s: you have an answer, ticket %(number)s")
    if follower.confirmed_at is not None and mail.dispatch is not None:
        values["answer"] = mail.dispatch.text
        body = _(
            "%(brand)s has answered you:\n\n%(answer)s\n\n"
            "Write more on the ticket's page; mail to this address is read by nobody:\n\n%(page)s\n\nNo more mail: %(mail)s"
        )
    else:
        body = _(
            "There is an answer from %(brand)s on the page of your ticket %(number)s:\n\n%(page)s\n\n"
            "If you want to read the answers in your mail too, confirm your address here, or say that you want no mail:\n\n"
            "%(mail)s"
        )
    return subject % values, body % values


def address(name: str, *args: str) -> str:
    return f"{settings.LYHORD_PUBLIC_URL.rstrip('/')}{reverse(name, args=args)}"
