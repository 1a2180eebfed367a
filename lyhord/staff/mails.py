"""Mails to people who work here: plain text, in the receiver's language."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from lyhord.staff.models import User

log = logging.getLogger(__name__)


def invitation(user: User, link: str, by: User) -> bool:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject = _("%(name)s invites you to lyhord") % {"name": by.name}
        body = _(
            "Hello %(name)s,\n\n%(by)s invites you to work in lyhord. Choose your password here:\n\n%(link)s\n\n"
            "The link can be used once, within seven days."
        ) % {"name": user.name, "by": by.name, "link": link}
    return sent(user, subject, body)


def new_password(user: User, link: str, by: User | None = None) -> bool:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject = _("A new password for lyhord")
        body = _(
            "Hello %(name)s,\n\nchoose a new password for lyhord here:\n\n%(link)s\n\n"
            "The link can be used once, within two hours. If you did not ask for it, you need not do anything."
        ) % {"name": user.name, "link": link}
    return sent(user, subject, body)


def sent(user: User, subject: str, body: str) -> bool:
    """False where mail is not set up, or the server did not take it."""
    if not settings.LYHORD_SMTP_URL:
        return False
    try:
        return EmailMessage(" ".join(subject.split()), body, to=[user.email]).send() == 1
    except (SMTPException, OSError) as problem:
        log.warning("mail not sent", extra={"user": user.pk, "problem": type(problem).__name__})
        return False
