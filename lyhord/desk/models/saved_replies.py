"""Words that are used again: saved replies, each in several languages, with what they were before."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from lyhord.staff.models import Brand, Team, User


class SavedReply(models.Model):
    """One thing that is said again and again; for a brand, one of its teams, or one person alone."""

    class Review(models.TextChoices):
        FINE = "fine", pgettext_lazy("review", "Fit for social media")
        ADAPT = "adapt", pgettext_lazy("review", "Adapt for social media")
        RETIRED = "retired", pgettext_lazy("review", "Retired")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")  # None: all teams
    owner = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")  # hers alone
    folder = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=100)
    review = models.CharField(max_length=8, choices=Review, default=Review.FINE)
    review_note = models.CharField(max_length=300, blank=True)  # what is to be adapted
    version = models.PositiveIntegerField(default=1)
    uses = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=True) | Q(owner__isnull=True), name="saved_reply_has_one_reach"
            )
        ]
        indexes = [models.Index(fields=["brand", "folder", "name"], name="saved_reply_order")]

    @property
    def team_ids(self) -> Iterable[int]:
        return [self.team_id] if self.team_id is not None else []


class SavedReplyText(models.Model):
    """The words in one language; those for a connector are taken there before those for all."""

    reply = models.ForeignKey(SavedReply, on_delete=models.CASCADE, related_name="texts")
    lang = models.CharField(max_length=12)
    connector = models.CharField(max_length=40, blank=True)  # "": every network
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reply", "lang", "connector"], name="one_saved_text_each")
        ]


class SavedReplyVersion(models.Model):
    """What a saved reply said before it was changed."""

    reply = models.ForeignKey(SavedReply, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    texts = models.JSONField()  # a list of {lang, connector, text}
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "number"], name="one_saved_version_each")]
