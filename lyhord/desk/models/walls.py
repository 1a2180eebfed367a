"""Screens on a wall: numbers for a room, behind a link that nobody can guess."""

from django.db import models

from lyhord.staff.models import Brand, Team, User


class Wall(models.Model):
    """One screen. Whoever has the link sees the numbers and no words of anybody; only the digest of its token is kept."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, related_name="+"
    )  # None: the whole brand
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    shows_names = models.BooleanField(default=False)  # of colleagues, who agreed to it
    late_minutes = models.PositiveIntegerField(default=60)  # a complaint without an answer for so long counts
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
