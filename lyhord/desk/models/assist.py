"""Endpoints that the operator names for drafts and translations; off until somebody switches one on."""

from django.db import models
from django.utils.translation import pgettext_lazy

from lyhord.staff.models import Brand, User


class AssistEndpoint(models.Model):
    """A server that helps with words. What it says is a draft and never sent by itself."""

    class Protocol(models.TextChoices):
        OPENAI = "openai", pgettext_lazy("protocol", "OpenAI-compatible (/v1/chat/completions)")
        LIBRETRANSLATE = "libretranslate", pgettext_lazy("protocol", "LibreTranslate-compatible (/translate)")

    name = models.CharField(max_length=60)
    protocol = models.CharField(max_length=16, choices=Protocol)
    url = models.CharField(max_length=300)  # https://words.example, the only host that is spoken with
    model = models.CharField(max_length=100, blank=True)
    sealed = models.TextField(blank=True)  # the key, encrypted; "": none
    is_on = models.BooleanField(default=False)
    brands = models.ManyToManyField(Brand, related_name="+", blank=True)  # for whose conversations
    per_day = models.PositiveIntegerField(default=500)  # calls, over all brands
    seconds = models.PositiveSmallIntegerField(default=15)  # that one call may take
    made_at = models.DateTimeField()


class AssistCall(models.Model):
    """That an endpoint was asked, and how it went. Never the words."""

    endpoint = models.ForeignKey(AssistEndpoint, on_delete=models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, related_name="+")  # None: a test
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=12)  # draft | shorten | tone | translate | test
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(null=True)  # None: not answered yet
    outcome = models.CharField(max_length=12, blank=True)  # done | late | failed | nonsense; "": under way
    masked = models.PositiveIntegerField(default=0)  # stretches of private data taken out before it left

    class Meta:
        indexes = [models.Index(fields=["endpoint", "at"], name="assist_call_day")]
