"""Replies that are written now and sent later."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from lyhord.desk.models.conversation import Conversation, Strand
from lyhord.lib.work import Work
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import User


class ScheduledReply(Work):
    """A reply that leaves at its time. It is no dispatch until then, so that it holds up nothing in its lane."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("scheduled", "Waits for its time")
        HELD = "held", pgettext_lazy("scheduled", "Held")
        SENT = "sent", pgettext_lazy("scheduled", "Sent")
        CANCELLED = "cancelled", pgettext_lazy("scheduled", "Cancelled")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="scheduled")
    strand = models.ForeignKey(Strand, on_delete=models.PROTECT, related_name="+")
    is_public = models.BooleanField()
    text = models.TextField(blank=True)
    seen = models.BigIntegerField(null=True)  # the newest turn that its writer had before her
    closes = models.BooleanField(default=False)  # the conversation is closed when it leaves
    send_at = (
        models.DateTimeField()
    )  # UTC, as she asked; `due_at` is None when nothing is to be done any more
    # The network takes no answer here from then on, unless she writes again; None: it takes one at `send_at`.
    window_until = models.DateTimeField(null=True)
    zone = models.CharField(max_length=60)  # in which she gave the time
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    key = models.UUIDField(unique=True)  # becomes the key of the dispatch: it is never sent twice
    dispatch = models.ForeignKey(Dispatch, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="scheduled_due"),
            models.Index(fields=["conversation", "state"], name="scheduled_conversation"),
        ]

    @property
    def local(self) -> str:
        """When it leaves, in the reader's zone, as a field for times takes it."""
        return timezone.localtime(self.send_at).strftime("%Y-%m-%dT%H:%M")
