"""Departments that answer questions of the desk, and the questions that were put to them (CA-07, CO-17)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from lyhord.channels.models import Account
from lyhord.desk.models.clocks import OpeningHours
from lyhord.desk.models.conversation import Conversation, Turn
from lyhord.lib.work import Work
from lyhord.staff.models import Brand, User


class Department(models.Model):
    """A part of the organisation that answers questions from a case: finance, HR, purchasing, traffic control."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    about = models.CharField(max_length=300, blank=True)  # what it can answer, for whoever asks
    language = models.CharField(max_length=5, blank=True)  # of its page and mails; "": the installation's
    target_minutes = models.PositiveIntegerField(default=480)  # from a question to its answer
    hours = models.ForeignKey(
        OpeningHours, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # when somebody is there; None: round the clock
    pauses_clock = models.BooleanField(default=False)  # the case's second clock stands still meanwhile
    retired_at = models.DateTimeField(null=True)  # asked no more; what was asked stays

    # A mandate is asked about anything with brand_id and team_ids: the whole brand.
    team_ids: ClassVar[tuple[int, ...]] = ()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="one_department_of_a_name")]

    def __str__(self) -> str:
        return self.name


class DepartmentMember(models.Model):
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "user"], name="one_membership_of_department")
        ]


class DepartmentAddress(models.Model):
    """A mail address of people who do not work in lyhord; they answer by a link or by mail."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="addresses")
    address = models.EmailField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "address"], name="one_address_of_department")
        ]


class DepartmentReminder(models.Model):
    """One link of the chain: when somebody is reminded, and who. Neither a person nor an address: the department itself."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="reminders")
    minutes = models.IntegerField()  # after the answer is due; below 0: before
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    address = models.EmailField(blank=True)


class Request(models.Model):
    """A question that was put to a department from a case. The link shows it and the ticked words, and nothing else."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "Waits for an answer")
        ANSWERED = "answered", pgettext_lazy("request", "Answered")
        DECLINED = "declined", pgettext_lazy("request", "Not theirs to answer")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="requests")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="requests")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    question = models.TextField()
    shown: "models.ManyToManyField[Turn, models.Model]" = models.ManyToManyField(
        Turn, related_name="+", blank=True
    )
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    answer_by = models.DateTimeField()
    expires_at = models.DateTimeField()  # the link works until then
    key = models.UUIDField(unique=True)  # made when the form was drawn: a double click is one question
    digest = models.CharField(max_length=64, unique=True)  # of the link's secret, which is kept nowhere
    round = models.PositiveSmallIntegerField(default=0)  # one more makes the links given before worthless
    account = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # the mailbox that takes answers; None: none does
    address = models.CharField(max_length=254, blank=True)  # its address for this question alone
    parent = models.CharField(max_length=500, blank=True)  # what a mail to it says that it answers
    opened_at = models.DateTimeField(null=True)  # the department saw it first
    first_answer_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)  # None: nobody is reminded any more
    reminders = models.PositiveSmallIntegerField(default=0)  # links of the chain that were gone through

    class Meta:
        indexes = [
            models.Index(fields=["conversation"], condition=Q(state="open"), name="request_waits"),
            models.Index(fields=["conversation", "-id"], name="request_of_case"),
            models.Index(fields=["department", "state", "answer_by"], name="request_of_department"),
            models.Index(fields=["by", "state", "answer_by"], name="request_of_asker"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="request_reminds"),
            models.Index(fields=["account", "parent"], condition=~Q(parent=""), name="request_by_mail"),
        ]


class RequestTurn(models.Model):
    """One step of a question's own thread."""

    QUESTION, ANSWER, FURTHER, DECLINED = "question", "answer", "further", "declined"
    REMINDER, WITHDRAWN = "reminder", "withdrawn"

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="turns")
    kind = models.CharField(max_length=9)
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=100, blank=True)  # as somebody without a log-in calls herself
    via = models.CharField(max_length=6, blank=True)  # page | mail | inside
    at = models.DateTimeField()
    key = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["request", "id"], name="request_turn_order")]


class RequestFile(models.Model):
    """A file that the department laid beside its answer."""

    turn = models.ForeignKey(RequestTurn, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)  # as the bytes say
    size = models.PositiveIntegerField()
    path = models.CharField(max_length=200)  # under the media folder; random
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()


class RequestMail(Work):
    """A mail about a question: to the department, up its chain, or back to whoever asked."""

    ASKED, REMINDER, FURTHER, ANSWERED = "asked", "reminder", "further", "answered"

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="+")
    turn = models.ForeignKey(RequestTurn, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=8)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    address = models.EmailField()
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="request_mail_due"),
            models.Index(fields=["request"], name="request_mail_of"),
        ]
