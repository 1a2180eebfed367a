"""How far somebody is in the training inbox."""

from typing import Any

from django.db import models

from lyhord.staff.models import User


class Practice(models.Model):
    """One person's way through the made-up posts. It touches no conversation, and no figure counts it."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    # name of a post -> what was done with it, the oldest first; never the words that she wrote there
    done: "models.JSONField[dict[str, list[str]], Any]" = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()  # of the newest step
    begun_at = models.DateTimeField(null=True)  # None: the offer was put away, or begun anew
    finished_at = models.DateTimeField(null=True)  # the first time; beginning anew keeps it
    put_away_at = models.DateTimeField(null=True)  # when the offer in the inbox was put away
