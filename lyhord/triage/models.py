"""What we think that a post is, and why."""

from django.db import models

from lyhord.intake.models import Post
from lyhord.staff.models import User


class Assessment(models.Model):
    """Our judgement of one post, with reasons that a person can check."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="assessment")
    post_version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    model = models.CharField(max_length=40)
    language = models.CharField(max_length=12)  # sv nb nn da fi en, another code, und
    language_confidence = models.FloatField(default=0)
    kind = models.CharField(max_length=12)
    kind_confidence = models.FloatField(default=0)
    topic = models.CharField(max_length=24)
    topic_confidence = models.FloatField(default=0)
    sentiment = models.SmallIntegerField(default=0)  # -1 0 1
    sentiment_score = models.FloatField(default=0)
    needs_answer = models.BooleanField(default=True)
    answer_score = models.FloatField(default=0)
    is_urgent = models.BooleanField(default=False)
    is_abusive = models.BooleanField(default=False)
    abuse_score = models.FloatField(default=0)
    private = models.JSONField(default=list)  # [{"type","start","end"}]
    priority = models.PositiveSmallIntegerField(default=0)  # the text's own part, 0..100
    reasons = models.JSONField(
        default=list
    )  # [{"part","points","why","values"}]; `why` is a marked English text
    situation = models.CharField(max_length=300, blank=True)  # TR-10
    entities = models.JSONField(default=dict, blank=True)  # IN-13


class Correction(models.Model):
    """A person's word against ours, with the version of the text that she read."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    head = models.CharField(max_length=16)  # kind | topic | sentiment | urgency | language | spam
    was = models.CharField(max_length=24)
    label = models.CharField(max_length=24)
    post_version = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
