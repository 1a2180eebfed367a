"""What is for one of us: told in the page, by mail, or by the browser."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lyhord.desk.models.conversation import Conversation
from lyhord.lib.work import Work
from lyhord.staff.models import User


class About(models.TextChoices):
    """Kinds of notifications. Each person chooses by which ways she hears of each."""

    ASSIGNED = "assigned", _("A conversation was given to me")
    HANDED_OVER = "handed_over", _("Somebody hands a conversation over to me")
    GIVEN_BACK = "given_back", _("What I handed over or asked for came back")
    MENTIONED = "mentioned", _("Somebody mentions me")
    ANSWERED = "answered", _("A customer answers in a conversation of mine")
    APPROVAL_WANTED = "approval_wanted", _("A reply waits for my approval")
    APPROVAL_DECIDED = "approval_decided", _("A reply of mine was approved or sent back")
    DEPARTMENT_ASKED = "department_asked", _("A department of mine is asked something")
    REQUEST_ANSWERED = "request_answered", _("A department answers a question")
    REQUEST_OVERDUE = "request_overdue", _("A department has not answered in time")
    WARNED = "warned", _("A promised time is about to end")
    BREACHED = "breached", _("A promised time has ended")
    TOO_LATE = "too_late", _("Somebody must decide what becomes of a late answer")
    FOLLOW_UP = "follow_up", _("Something is to be followed up")
    NOT_SENT = "not_sent", _("A reply of mine was not sent")
    WITHOUT_OWNER = "without_owner", _("A conversation has no owner")
    FEEDBACK = "feedback", _("My answer in the training inbox was read")
    OTHER = "other", _("Anything else that is for me")


class Notification(models.Model):
    """That something is for this person. It holds no words of a customer: the page reads those when it is opened."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=24, choices=About)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # None: nobody did it
    times = models.PositiveIntegerField(default=1)  # the same again before it was read
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "what", "conversation"],
                condition=Q(read_at=None),
                name="one_unread_notification_each",
            )
        ]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notification_of"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["at"], name="notification_at"),
        ]


class NotificationSettings(Work):
    """How one person wants to hear of what is for her. `due_at`: when her next mail leaves."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    # kind -> the ways, of "page", "mail", "browser"; a kind that is missing: `rules.WAYS`
    ways: "models.JSONField[dict[str, list[str]], Any]" = models.JSONField(default=dict, blank=True)
    mail_minutes = models.PositiveIntegerField(default=15)  # gathered for so long, then one mail
    quiet_from = models.TimeField(null=True, blank=True)  # in her own zone; None: never quiet
    quiet_until = models.TimeField(null=True, blank=True)
