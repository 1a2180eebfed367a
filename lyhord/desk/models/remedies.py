"""What we can do for a customer, who may grant how much of it, and what was granted (RE-01)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from lyhord.desk.models.asking import Asked
from lyhord.desk.models.conversation import Conversation
from lyhord.staff.models import Brand, Role, User


class RemedyKind(models.TextChoices):
    REFUND = "refund", pgettext_lazy("remedy", "Refund")
    VOUCHER = "voucher", pgettext_lazy("remedy", "Voucher")
    TAXI = "taxi", pgettext_lazy("remedy", "Taxi or other transport")
    REPLACEMENT = "replacement", pgettext_lazy("remedy", "Replacement")
    POINTS = "points", pgettext_lazy("remedy", "Points")
    DISCOUNT = "discount", pgettext_lazy("remedy", "Discount")
    APOLOGY = "apology", pgettext_lazy("remedy", "Apology in person")
    OTHER = "other", pgettext_lazy("remedy", "Other")


class Remedy(models.Model):
    """One thing that a brand can do for a customer."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=RemedyKind, default=RemedyKind.OTHER)
    unit = models.CharField(max_length=12, blank=True)  # "SEK", "EUR", "points": what the amount counts
    needs_amount = models.BooleanField(default=True)
    meaning = models.CharField(max_length=500, blank=True)  # what the customer gets, in words for her
    instruction = models.CharField(max_length=1000, blank=True)  # how a colleague carries it out
    retired_at = models.DateTimeField(null=True)  # no longer granted; what was granted stays

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name"], condition=Q(retired_at=None), name="one_remedy_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RemedyLevel(models.Model):
    """Up to how much a role, or one person, grants at once. No row: not at all."""

    remedy = models.ForeignKey(Remedy, on_delete=models.CASCADE, related_name="levels")
    role = models.CharField(max_length=16, choices=Role, blank=True)  # "": of `user`
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    most = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # None: no limit

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["remedy", "role"], condition=Q(user=None), name="one_level_a_role"
            ),
            models.UniqueConstraint(fields=["remedy", "user"], name="one_level_a_person"),
            models.CheckConstraint(
                condition=(Q(user=None) & ~Q(role="")) | (Q(user__isnull=False) & Q(role="")),
                name="level_of_one",
            ),
        ]


class Grant(Asked):
    """A remedy for one conversation: granted at once, or asked for above one's mandate."""

    class State(models.TextChoices):
        GRANTED = "granted", pgettext_lazy("grant", "Granted")
        ASKED = "asked", pgettext_lazy("grant", "Waits for approval")
        DECLINED = "declined", pgettext_lazy("grant", "Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("grant", "Taken back")

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # in the remedy's unit
    why = models.CharField(max_length=1000, blank=True)  # for colleagues; never leaves the house
    state = models.CharField(max_length=9, choices=State)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    key = models.UUIDField(unique=True)  # made when the form was drawn: a double click is one grant

    class Meta:
        indexes = [
            models.Index(fields=["conversation"], name="grant_of_case"),
            models.Index(fields=["due_at"], condition=Q(state="asked"), name="grant_waiting"),
            models.Index(fields=["remedy", "at"], condition=Q(state="granted"), name="grant_sums"),
        ]
