"""Mails about accounts, to the people who look after them."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lyhord.channels.models import Cause, Gap
from lyhord.staff import mails
from lyhord.staff.models import User


def gap(to: User, gap: Gap) -> bool:
    """Whether it went. The name of the account and a link; nothing that customers wrote."""
    link = f"{settings.LYHORD_PUBLIC_URL}{reverse('channels:account', args=[gap.account_id])}"
    with translation.override(to.language or settings.LANGUAGE_CODE):
        if gap.cause == Cause.QUIET:
            subject = _("%(account)s has fallen silent") % {"account": gap.account.name}
            body = _(
                "Hello %(name)s,\n\nnothing has come in from %(account)s for longer than usual. About %(posts)s posts were "
                "due. The connection is being tested; see how it stands here:\n\n%(link)s"
            )
        else:
            subject = _("%(account)s is not working") % {"account": gap.account.name}
            body = _(
                "Hello %(name)s,\n\n%(account)s is paused or needs attention: nothing comes in and nothing is sent. See "
                "why here:\n\n%(link)s"
            )
        told = {"name": to.name, "account": gap.account.name, "posts": gap.usual, "link": link}
        return mails.sent(to, subject, body % told)
