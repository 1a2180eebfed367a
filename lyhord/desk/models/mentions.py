"""Words between colleagues: who was named in a note, what answers which note, shift notes, and why we do this."""

from typing import Any

from django.db import models
from django.db.models import Q

from lyhord.desk.models.conversation import Conversation, Note
from lyhord.staff.models import Brand, Team, User


class Mention(models.Model):
    """A colleague who was named in a note. A guest does not see the conversation: she reads this note and what answers it."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_guest = models.BooleanField(default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="one_mention_each")]
        indexes = [
            models.Index(fields=["user", "-id"], name="mention_of"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="mention_unread"),
            models.Index(fields=["conversation"], name="mention_in"),
        ]


class NoteReply(models.Model):
    """A note that answers another one. Threads are one level deep: `answers` is always the first."""

    note = models.OneToOneField(Note, on_delete=models.CASCADE, primary_key=True, related_name="reply_to")
    answers = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="replies")


class ShiftNote(models.Model):
    """What the next shift must know (TE-10)."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["team", "-id"], name="shift_note_of")]


class ShiftReading(models.Model):
    note = models.ForeignKey(ShiftNote, on_delete=models.CASCADE, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="one_shift_reading_each")]


class Purpose(models.Model):
    """Why we do this, as it is told to the whole organisation (CA-11). A change is a new row, to be read anew."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    why = models.TextField()
    goals: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(
        default=list, blank=True
    )  # [{"measure": "answered", "target": 95}]
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "version"], name="one_purpose_a_version")]


class PurposeReading(models.Model):
    purpose = models.ForeignKey(Purpose, on_delete=models.CASCADE, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "user"], name="one_purpose_reading_each")]
