"""What was moved in: which row of another system became which of ours, the files, and guidance that waits to be adapted."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from lyhord.staff.models import Brand, User


class Foreign(models.Model):
    """A row of another system, and ours that it became: run twice, nothing is doubled.

    It outlives our row, so that who was erased here does not come back with the next file.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    system = models.CharField(max_length=20)
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=64)  # SHA-256 of its id there, which may be a mail address
    row = models.BigIntegerField()  # the id of ours
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "system", "kind", "key"], name="one_row_a_foreign_id")
        ]


class Run(models.Model):
    """A file that somebody moves in: first only tried, then wanted, and a step carries it out in parts."""

    class State(models.TextChoices):
        TRIED = "tried", pgettext_lazy("import", "Tried, nothing written")
        WANTED = "wanted", pgettext_lazy("import", "Under way")
        DONE = "done", pgettext_lazy("import", "Done")
        ENDED = "ended", pgettext_lazy("import", "Given up")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    system = models.CharField(max_length=20)
    name = models.CharField(max_length=200)  # of the file, as its owner called it
    file = models.CharField(max_length=64, blank=True)  # below LYHORD_DATA/moving; "": it is gone
    columns = models.JSONField(default=dict, blank=True)  # of a CSV: ours -> theirs
    state = models.CharField(max_length=8, choices=State, default=State.TRIED)
    position = models.PositiveIntegerField(default=0)  # records that are done with
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)  # as `reports.Report.told`
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # None: the operator
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    team_ids: ClassVar[tuple[int, ...]] = ()

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(state="wanted"), name="run_wanted"),
            models.Index(fields=["made_at"], condition=~Q(file=""), name="run_with_file"),
        ]


class Guidance(models.Model):
    """A saved reply, macro, promise or FAQ of another time, which a person adapts for social media before it is used (GO-06)."""

    class Kind(models.TextChoices):
        REPLY = "reply", pgettext_lazy("guidance", "Saved reply")
        MACRO = "macro", pgettext_lazy("guidance", "Macro")
        TARGET = "target", pgettext_lazy("guidance", "Target (SLA)")
        FAQ = "faq", pgettext_lazy("guidance", "FAQ")

    class State(models.TextChoices):
        ADAPT = "adapt", pgettext_lazy("guidance", "To adapt")
        APPROVED = "approved", pgettext_lazy("guidance", "Approved")
        DROPPED = "dropped", pgettext_lazy("guidance", "Dropped")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=100)
    text = models.TextField(blank=True)  # of a target: what it said, for who reads it
    before = models.TextField(blank=True)  # as it came
    lang = models.CharField(max_length=12, blank=True)
    folder = models.CharField(max_length=60, blank=True)
    values = models.JSONField(
        default=dict, blank=True
    )  # of a macro: steps; of a target: its times in seconds
    state = models.CharField(max_length=8, choices=State, default=State.ADAPT)
    source = models.CharField(max_length=20)  # the system that it came from
    row = models.BigIntegerField(null=True)  # id of the saved reply, macro or target that it became
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["brand", "kind", "id"], condition=Q(state="adapt"), name="guidance_to_adapt")
        ]

    @property
    def team_ids(self) -> Iterable[int]:
        return ()
