"""Rows that belong to no single room: what changed for open pages, and how far each step has come."""

from django.db import models


class Change(models.Model):
    """Something that a page may show is at a new version. Kept for an hour; `lyhord push` tells open pages.

    `audience` says who may hear of it: "*" all staff, "a12" who sees account 12, "u7" person 7, "t3" team 3.
    """

    at = models.DateTimeField()
    topic = models.CharField(
        max_length=20
    )  # conversation | counts | presence | roster | account | rights | outbox
    object_id = models.BigIntegerField()
    version = models.BigIntegerField(default=0)
    audience = models.CharField(max_length=24, default="*")

    class Meta:
        indexes = [models.Index(fields=["at"], name="change_at")]


class Mark(models.Model):
    """How far a step has come through rows that it takes in the order of their ids."""

    name = models.CharField(max_length=60, unique=True)
    value = models.BigIntegerField(default=0)
