"""Who wants to hear by mail what becomes of a ticket."""

from django.db import models

from lyhord.intake.models import Ticket
from lyhord.lib.work import Work
from lyhord.outbox.models import Dispatch


class Follower(models.Model):
    """The address that somebody left with a ticket. Whose it is we know only when it was confirmed from a mail."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=12)
    token = models.CharField(max_length=40, unique=True)  # 128 bits; stands in mails alone, never on the page
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)  # no mail any more


class Mail(Work):
    """One mail: that the question came, or that there is an answer. It holds no word of who asked."""

    RECEIPT, NOTICE = "receipt", "notice"

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=8)
    dispatch = models.ForeignKey(
        Dispatch, on_delete=models.CASCADE, null=True, related_name="+"
    )  # of a notice
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["follower"], condition=models.Q(kind="receipt"), name="one_receipt_mail_each"
            ),
            models.UniqueConstraint(fields=["dispatch"], name="one_notice_an_answer"),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=models.Q(due_at__isnull=False), name="portal_mail_due"
            )
        ]
