"""Cases: what must not fall between chairs, how it is handled, what became of it and what was learned."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from lyhord.customers.models import Customer
from lyhord.desk.models.conversation import Conversation
from lyhord.staff.models import Brand, User


class Outcome(models.TextChoices):
    """What became of it (RE-04). The codes are fixed, so that figures can be compared over the years."""

    SOLVED = "solved", pgettext_lazy("outcome", "Solved")
    PARTLY = "partly", pgettext_lazy("outcome", "Partly solved")
    WORKAROUND = "workaround", pgettext_lazy("outcome", "A way around it")
    PASSED_ON = "passed_on", pgettext_lazy("outcome", "Passed on")
    NOT_SOLVABLE = "not_solvable", pgettext_lazy("outcome", "Could not be solved")


class CaseState(models.TextChoices):
    """How far a case has come; `casework.state` derives it from what happened (CA-01)."""

    NEW = "new", pgettext_lazy("case", "New")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("case", "Acknowledged")
    OWNED = "owned", pgettext_lazy("case", "Has an owner")
    IN_WORK = "in_work", pgettext_lazy("case", "In work")
    ANSWERED = "answered", pgettext_lazy("case", "Answered")
    RESOLVED = "resolved", pgettext_lazy("case", "Resolved")
    REOPENED = "reopened", pgettext_lazy("case", "Opened again")


class CaseSettings(models.Model):
    """How a brand handles its cases. None of a brand: as here by default."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="+")
    look_share = models.PositiveSmallIntegerField(
        default=5
    )  # per cent of closed complaints that a lead reads
    has_fixed_tags = models.BooleanField(default=False)  # only leads add new tags (CA-06)

    team_ids: ClassVar[tuple[int, ...]] = ()


class CaseType(models.Model):
    """A kind of case with its process: the way in which such a matter is put right (CA-08, CA-12)."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    topic = models.CharField(max_length=24, blank=True)  # complaints of this topic get it; "": none by itself
    tag = models.CharField(max_length=60, blank=True)  # what gets this tag is such a case (CA-06); "": no tag
    hours = models.PositiveSmallIntegerField(null=True)  # until it shall be resolved; None: no deadline
    remedies = models.TextField(blank=True)  # by name, one a line
    retired_at = models.DateTimeField(null=True)

    team_ids: ClassVar[tuple[int, ...]] = ()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name"], condition=Q(retired_at=None), name="one_case_type_of_a_name"
            )
        ]


class ProcessStep(models.Model):
    """One step of how such a case is handled. Retired ones stay, for the ticks that they got."""

    type = models.ForeignKey(CaseType, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=14, blank=True)  # of staff: who does it; "": anybody
    hours = models.PositiveSmallIntegerField(null=True)  # after the case began; None: no time
    retired_at = models.DateTimeField(null=True)


class Case(models.Model):
    """A matter that is handled as a case; one to one with its conversation."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="case")
    type = models.ForeignKey(CaseType, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=CaseState, default=CaseState.NEW)
    is_settled = models.BooleanField(default=False)  # closed, and nothing of it is followed any more
    followed = models.PositiveIntegerField(default=0)  # the version of the conversation at our last look
    is_complaint = models.BooleanField(null=True)  # as a person said; None: as it is judged
    source = models.CharField(max_length=8)  # judged | person | rule
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    number_given_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=64, null=True, unique=True)  # of the public page; 128 bits
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    cause = models.CharField(max_length=300, blank=True)
    action = models.TextField(blank=True)  # what was done
    result = models.TextField(blank=True)  # what came of it
    compensation = models.CharField(max_length=300, blank=True)
    lesson = models.TextField(blank=True)  # what is there to learn (TE-08)
    lesson_at = models.DateTimeField(null=True)
    lesson_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sentiment_first = models.SmallIntegerField(default=0)  # when it began
    sentiment_last = models.SmallIntegerField(default=0)  # as it now stands
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)  # drawn for a second look
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    looked_well = models.BooleanField(null=True)  # what the second look found
    looked_note = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["conversation"], condition=Q(is_settled=False), name="case_followed"),
            models.Index(fields=["due_at"], condition=Q(is_settled=False), name="case_due"),
            models.Index(fields=["-resolved_at"], condition=Q(is_settled=True), name="case_resolved"),
            models.Index(fields=["-lesson_at"], condition=~Q(lesson=""), name="case_lesson"),
            models.Index(fields=["look_at"], condition=Q(looked_at=None), name="case_to_look_at"),
        ]

    @property
    def brand_id(self) -> int:
        return self.conversation.brand_id

    @property
    def team_ids(self) -> Iterable[int]:
        return self.conversation.team_ids


class CaseMoment(models.Model):
    """When a case came to a state."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="moments")
    state = models.CharField(max_length=12, choices=CaseState)
    at = models.DateTimeField()


class ProcessTick(models.Model):
    """That a step was done, or left out and why: the deviation (CA-08)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="ticks")
    step = models.ForeignKey(ProcessStep, on_delete=models.CASCADE, related_name="+")
    is_skipped = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "step"], name="one_tick_a_step")]


class FollowUp(models.Model):
    """What somebody promised to come back to."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="followups")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")  # who does it
    text = models.CharField(max_length=500)
    due_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(unique=True)  # made when the form was drawn: a double click is one

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None, reminded_at=None), name="followup_due"),
            models.Index(fields=["user", "due_at"], condition=Q(done_at=None), name="followup_of"),
            models.Index(fields=["conversation"], name="followup_conversation"),
        ]


class Field(models.Model):
    """A field of a brand's own, on its conversations or on its customers."""

    class Kind(models.TextChoices):
        TEXT = "text", pgettext_lazy("field", "Text")
        NUMBER = "number", pgettext_lazy("field", "Number")
        DATE = "date", pgettext_lazy("field", "Date")
        CHOICE = "choice", pgettext_lazy("field", "Choice")
        YES_NO = "yes_no", pgettext_lazy("field", "Yes or no")

    class Of(models.TextChoices):
        CONVERSATION = "conversation", pgettext_lazy("field", "Conversations")
        CUSTOMER = "customer", pgettext_lazy("field", "Customers")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Kind)
    of = models.CharField(max_length=12, choices=Of, default=Of.CONVERSATION)
    choices = models.JSONField(default=list, blank=True)  # of a choice: what may be chosen
    is_required = models.BooleanField(default=False)  # at closing
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    team_ids: ClassVar[tuple[int, ...]] = ()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "of", "name"], condition=Q(retired_at=None), name="one_field_of_a_name"
            )
        ]


class FieldValue(models.Model):
    """What stands in a field: of a conversation or of a customer. Written in one form: 12.5, 2026-03-01, yes."""

    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, null=True, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="+")
    value = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "field"], condition=Q(customer=None), name="one_value_a_conversation"
            ),
            models.UniqueConstraint(
                fields=["customer", "field"], condition=Q(conversation=None), name="one_value_a_customer"
            ),
            models.CheckConstraint(
                condition=Q(conversation=None, customer__isnull=False)
                | Q(conversation__isnull=False, customer=None),
                name="value_of_one",
            ),
        ]
        indexes = [models.Index(fields=["field", "value"], name="value_found")]


class Join(models.Model):
    """Two conversations made one, or one made two; what moved, so that it can be taken back."""

    MERGE, SPLIT = "merge", "split"

    kind = models.CharField(max_length=5)
    kept = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+"
    )  # where it goes on; of a split: where it was
    gone = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+"
    )  # merged into it; of a split: the new one
    moved = models.JSONField(default=dict)  # ids of turns, strands, and so on
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["kept"], condition=Q(undone_at=None), name="join_kept"),
            models.Index(fields=["gone"], condition=Q(undone_at=None), name="join_gone"),
        ]


class Expertise(models.Model):
    """Whether a customer knows more than a first answer tells (IN-11), as a person said."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="+")
    is_expert = models.BooleanField()  # False: the suggestion was declined
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
