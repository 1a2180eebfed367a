"""What waits for one person's word: who is asked, until when, and what she decided."""

from django.db import models

from lyhord.staff.models import User


class Asked(models.Model):
    """Columns of a row that one named person decides. `approver` None: nobody may, or it is decided."""

    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked = models.JSONField(default=list, blank=True)  # ids of those who let the time pass, in order
    due_at = models.DateTimeField(
        null=True
    )  # UTC; then the next in line is asked; None: nobody is waited for
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    word = models.CharField(max_length=1000, blank=True)  # from who decided to who asked
    is_fast = models.BooleanField(default=False)  # decided by the fast decider of that hour (RE-12)

    class Meta:
        abstract = True
