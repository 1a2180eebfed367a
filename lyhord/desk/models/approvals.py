"""Which replies a second person reads before they leave, who decides fast, and who answers for what."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from lyhord.desk.models.asking import Asked
from lyhord.desk.models.conversation import Conversation, Strand
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import Brand, Role, Team, User


class Trust(models.Model):
    """How freely one person answers (RE-25). No row: freely."""

    class Level(models.TextChoices):
        FREE = "free", pgettext_lazy("trust", "Answers freely")
        PUBLIC = "public", pgettext_lazy("trust", "Public replies are approved")
        ALL = "all", pgettext_lazy("trust", "Every reply is approved")

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    level = models.CharField(max_length=6, choices=Level)


class ApprovalRule(models.Model):
    """Replies that somebody else reads first, whoever writes them."""

    class What(models.TextChoices):
        ACCOUNT = "account", pgettext_lazy("approval", "Account")
        TOPIC = "topic", pgettext_lazy("approval", "Topic")
        OWN_TOPIC = "own_topic", pgettext_lazy("approval", "Own topic")
        USE = "use", pgettext_lazy("approval", "What it is written for")
        PURPOSE = "purpose", pgettext_lazy("approval", "Purpose")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=9, choices=What)
    value = models.CharField(max_length=24)  # a code, or the id of an account or an own topic
    is_public_only = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "what", "value"], name="one_approval_rule_each")
        ]


class ApprovalTerms(models.Model):
    """How long one approver is waited for before the next is asked. No row: `approving.TERMS`."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, primary_key=True, related_name="+")
    minutes = models.PositiveSmallIntegerField()


class Proposal(Asked):
    """A reply that waits for a second person; it is sent under its author's name, or kept."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("proposal", "Waits for approval")
        SENT = "sent", pgettext_lazy("proposal", "Approved and sent")
        RETURNED = "returned", pgettext_lazy("proposal", "Returned")
        UNUSED = "unused", pgettext_lazy("proposal", "Another was chosen")
        WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "Taken back")

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    strand = models.ForeignKey(Strand, on_delete=models.PROTECT, null=True, related_name="+")
    is_public = models.BooleanField()
    moves = models.BooleanField(default=False)  # answers a public word in private
    closes = models.BooleanField(default=False)
    text = models.TextField()  # as its author wrote it
    sent_text = models.TextField(blank=True)  # as the approver let it go, where she changed it
    files = models.JSONField(default=list, blank=True)  # ids of enclosures
    template = models.JSONField(default=dict, blank=True)  # as of a dispatch; its words are `text`
    seen = models.BigIntegerField(null=True)  # the newest turn that the author had before her
    reasons = models.JSONField(default=list, blank=True)  # why a second person reads it: codes
    is_rebuttal = models.BooleanField(default=False)  # we defend ourselves (RE-27)
    fact = models.TextField(blank=True)  # what the rebuttal rests on
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    key = models.UUIDField(unique=True)  # of the form, and of the dispatch: a double click is one reply
    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["conversation"], name="proposal_of_case"),
            models.Index(fields=["due_at"], condition=Q(state="open"), name="proposal_waiting"),
            models.Index(fields=["dispatch"], condition=Q(dispatch__isnull=False), name="proposal_sent"),
        ]


class DeciderShift(models.Model):
    """Who decides fast, in which hours (RE-12). One at a time: hours of a brand do not overlap."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField()  # 0: Monday
    begins = models.TimeField()  # in the installation's zone
    ends = models.TimeField()  # 00:00: midnight at the end of the day

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "weekday", "begins"], name="one_decider_at_a_time")
        ]


class Responsibility(models.Model):
    """Who stands for a topic, and how (RACI, CA-09): one row a party and letter."""

    class Letter(models.TextChoices):
        RESPONSIBLE = "R", pgettext_lazy("raci", "Responsible")
        ACCOUNTABLE = "A", pgettext_lazy("raci", "Accountable")
        CONSULTED = "C", pgettext_lazy("raci", "Consulted")
        INFORMED = "I", pgettext_lazy("raci", "Informed")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=24)  # a shipped topic's code, or "own:17"
    letter = models.CharField(max_length=1, choices=Letter)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=16, choices=Role, blank=True)

    class Meta:
        indexes = [models.Index(fields=["brand", "topic"], name="responsibility_of_topic")]
