"""What people asked of us about their data, and how long we keep what."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from lyhord.staff.models import User


class Kind(models.TextChoices):
    ACCESS = "access", _("Wants to know what we hold")
    ERASURE = "erasure", _("Wants to be forgotten")


class Wish(models.Model):
    """Somebody asks about her data. It names a customer by number alone, and stays after she is forgotten."""

    kind = models.CharField(max_length=8, choices=Kind)
    customer = models.BigIntegerField()  # a number and no link: the log outlives the customer
    brand = models.BigIntegerField()  # who sees the log
    came_at = models.DateTimeField()
    due_at = models.DateTimeField()  # GDPR article 12(3): one month, which can be made three
    extended_for = models.CharField(max_length=300, blank=True)  # why it takes longer; she must be told
    done_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    rows = models.JSONField(default=dict, blank=True)  # room -> how many rows were told or changed

    class Meta:
        indexes = [models.Index(fields=["-came_at"], name="wish_newest")]

    def is_late(self, now: datetime) -> bool:
        return self.done_at is None and now > self.due_at


class Rule(models.Model):
    """How long one kind of thing is kept. No rule, or no days: for good."""

    kind = models.CharField(max_length=40, unique=True)  # as a room's `personal_data.AGES` calls it
    days = models.PositiveIntegerField(null=True)
    removed = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)  # when something was removed
