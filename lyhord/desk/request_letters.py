"""Mails about questions to departments: plain text, in the department's language, marked as sent by a machine.

To the department goes the question, what was ticked and nothing else of the case. Nothing that a stranger wrote stands in a head.
"""

from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lyhord.desk import links
from lyhord.desk.models import RequestMail
from lyhord.desk.queries.request_page import Shown, shown_of

# RFC 3834, section 5; the second one is read by Exchange.
MACHINE = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
LONGEST_SHOWN = 2000  # characters of a ticked post; the page shows the whole


class NotSent(Exception):
    """The mail server did not take it; the name of what went wrong, and no word of the mail."""


def send(mail: RequestMail, now: datetime) -> None:
    """Raises NotSent."""
    with translation.override(language_of(mail)):
        subject, body = told(mail, now)
    reply_to = [mail.request.address] if mail.request.address and mail.kind != RequestMail.ANSWERED else None
    letter = EmailMessage(
        " ".join(subject.split()), body, to=[mail.address], reply_to=reply_to, headers=MACHINE
    )
    try:
        if letter.send() != 1:
            raise NotSent("refused")
    except (SMTPException, OSError) as problem:
        raise NotSent(type(problem).__name__) from None


def language_of(mail: RequestMail) -> str:
    own = mail.user.language if mail.user is not None else ""
    return own or mail.request.department.language or settings.LANGUAGE_CODE


def told(mail: RequestMail, now: datetime) -> tuple[str, str]:
    row = mail.request
    values = {
        "brand": row.department.brand.name,
        "department": row.department.name,
        "number": row.conversation.number,
        "name": row.by.name,
    }
    if mail.kind == RequestMail.ANSWERED:
        subject = _("%(department)s has answered, case %(number)s") % values
        words = mail.turn.text if mail.turn is not None else ""
        return subject, f"{words}\n\n{_('The case:')} {links.case(row)}"
    if mail.kind == RequestMail.REMINDER:
        subject = _("%(brand)s: a question to %(department)s waits for an answer, case %(number)s")
    else:
        subject = _("%(brand)s: a question to %(department)s, case %(number)s")
    return subject % values, "\n\n".join(part for part in parts(mail, now) if part)


def parts(mail: RequestMail, now: datetime) -> list[str]:
    row = mail.request
    asking = mail.turn.text if mail.turn is not None else row.question
    lines = [_("%(name)s asks:") % {"name": row.by.name}, asking]
    lines.append(_("Please answer before %(when)s.") % {"when": moment(row.answer_by)})
    if row.conversation.waiting_since is not None:
        lines.append(
            _("The customer waits since %(when)s.") % {"when": moment(row.conversation.waiting_since)}
        )
    lines += [quoted(one) for one in shown_of(row)]
    page = links.inside(row) if mail.user_id is not None else links.link(row)
    lines.append(_("Answer here; no log-in is needed:") if mail.user_id is None else _("Answer here:"))
    lines.append(page)
    if row.address:
        lines.append(_("Or answer this mail: what you write above these lines is taken over."))
    return lines


def quoted(one: Shown) -> str:
    who = _("The customer wrote:") if one.is_hers else _("We answered:")
    text = one.text[:LONGEST_SHOWN]
    return who + "\n" + "\n".join(f"> {line}" for line in text.split("\n"))


def moment(at: datetime) -> str:
    """In the installation's zone, named, since a mail may be read anywhere."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    return f"{date_format(local, 'DATETIME_FORMAT')} ({local.tzname()})"
