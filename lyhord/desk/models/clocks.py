"""Opening hours, what we promise within them, and the two clocks of each conversation."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lyhord.channels.models import Account
from lyhord.desk.models.conversation import Conversation, Flow
from lyhord.staff.models import Brand, User


class OpeningHours(models.Model):
    """When somebody is there: `queries.hours` makes `lib.hours.Hours` of it."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    zone = models.CharField(max_length=64)  # IANA's name
    week = models.JSONField()  # Monday to Sunday, each a list of [opens, closes] in minutes after midnight
    country = models.CharField(max_length=2, blank=True)  # whose holidays count; "": nobody's
    switched = models.JSONField(
        default=list, blank=True
    )  # holidays (by English name) that are otherwise than usual
    dates = models.JSONField(
        default=list, blank=True
    )  # own dates: [{"on": "2026-12-23", "spans": [[540, 780]], "why": "…"}]
    is_default = models.BooleanField(
        default=False
    )  # of all accounts of the brand that have none of their own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="one_hours_of_a_name"),
            models.UniqueConstraint(
                fields=["brand"], condition=Q(is_default=True), name="one_default_hours_a_brand"
            ),
        ]


class AccountHours(models.Model):
    """The hours of one account, where they are not those of its brand."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="+")
    hours = models.ForeignKey(OpeningHours, on_delete=models.CASCADE, related_name="accounts")


class Target(models.Model):
    """What we promise. The most specific that fits counts: `rules.target_of`. Times in seconds; None: no promise."""

    class Reopening(models.TextChoices):
        GOES_ON = "on", pgettext_lazy("reopening", "goes on where it was")
        ANEW = "anew", pgettext_lazy("reopening", "starts anew")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="+")  # None: all
    kind = models.CharField(max_length=12, blank=True)  # "": every kind that needs an answer
    flow = models.CharField(max_length=10, choices=Flow, blank=True)
    is_urgent = models.BooleanField(default=False)  # for what is urgent alone
    first = models.PositiveIntegerField(null=True)
    first_warn = models.PositiveIntegerField(default=0)  # so long before; 0: no warning
    first_too_late = models.PositiveIntegerField(null=True)  # since the beginning, as `first`
    first_in_open = models.BooleanField(default=True)  # False: round the clock
    first_pauses = models.JSONField(default=list, blank=True)  # of waiting, snoozed, department
    resolution = models.PositiveIntegerField(null=True)
    resolution_warn = models.PositiveIntegerField(default=0)
    resolution_too_late = models.PositiveIntegerField(null=True)
    resolution_in_open = models.BooleanField(default=True)
    resolution_pauses = models.JSONField(default=list, blank=True)
    reopening = models.CharField(max_length=4, choices=Reopening, default=Reopening.GOES_ON)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "flow", "is_urgent"],
                condition=Q(account__isnull=False),
                name="one_target_of_an_account",
            ),
            models.UniqueConstraint(
                fields=["brand", "kind", "flow", "is_urgent"],
                condition=Q(account=None),
                name="one_target_of_a_brand",
            ),
        ]


class Clock(models.Model):
    """One of the two clocks of a conversation, as reckoned last. All moments follow from what happened (`reckoning`)."""

    class Which(models.TextChoices):
        FIRST = "first", _("First answer")
        RESOLUTION = "resolution", _("Resolution")

    class Decision(models.TextChoices):
        ANSWER = "answer", _("Answer anyway, with an apology")
        PRIVATELY = "privately", _("Answer privately")
        CLOSE = "close", _("Close, with a reason")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="clocks")
    which = models.CharField(max_length=10, choices=Which)
    target = models.ForeignKey(Target, on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=20, blank=True)
    worked = models.PositiveBigIntegerField(default=0)  # seconds, until `as_of`, a pause, or its end
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    too_late_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)  # its due moment, once that has passed before it ended
    stage = models.PositiveSmallIntegerField(default=0)  # 0 fine, 1 warned, 2 breached, 3 too late
    next_at = models.DateTimeField(null=True)  # when its stage changes next by time alone
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=0)  # of the conversation, when it was reckoned
    as_of = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "which"], name="one_clock_of_each")]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="clock_next"),
            models.Index(fields=["conversation"], condition=Q(stopped_at=None), name="clock_runs"),
        ]


class Pause(models.Model):
    """A time in which a clock stood still because somebody said so; what the status tells needs no row."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    which = models.CharField(max_length=10, blank=True)  # "": both
    why = models.CharField(max_length=20)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["conversation"], name="pause_conversation")]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "which", "why"],
                condition=Q(ended_at=None),
                name="one_open_pause_each",
            )
        ]
