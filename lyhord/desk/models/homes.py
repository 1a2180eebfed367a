"""Which view somebody begins with."""

from django.db import models
from django.db.models import Q

from lyhord.staff.models import Role, Team, User


class HomeView(models.Model):
    """The view that the inbox opens with: of one person, or of a role in a team. Her own goes before her roles'."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=16, choices=Role, blank=True)
    query = models.CharField(max_length=500)  # as of a saved view

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "role"], name="one_home_a_role"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, team=None) | Q(user=None, team__isnull=False),
                name="home_is_of_one",
            ),
        ]
