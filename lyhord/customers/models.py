"""Who the people behind the posts are."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lyhord.intake.models import Post
from lyhord.staff.models import Brand, User


class Customer(models.Model):
    """One person (or firm) who turns to one brand."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, blank=True)
    note = models.TextField(blank=True)  # by us, about her; exported and erased with her
    since = models.DateTimeField()
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    erased_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    @property
    def team_ids(self) -> Iterable[int]:
        """Of the whole brand: no team has a customer to itself."""
        return ()


class Identity(models.Model):
    """A native id on a network: the account there, not its handle."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identities")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    connector = models.CharField(max_length=40)
    native = models.CharField(max_length=300)
    handle = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    profile = models.URLField(max_length=500, blank=True)
    followers = models.PositiveIntegerField(null=True)
    is_bot = models.BooleanField(default=False)
    is_blocked = models.BooleanField(default=False)
    blocks_us = models.BooleanField(default=False)  # as the network told: nothing of ours reaches her there
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "connector", "native"], name="one_identity_each")
        ]
        indexes = [models.Index(fields=["customer"], name="identity_customer")]

    def __str__(self) -> str:
        return self.handle or self.name or self.native


class IdentityAlias(models.Model):
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    connector = models.CharField(max_length=40)
    native = models.CharField(max_length=300)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "connector", "native"], name="one_identity_alias")
        ]


class Authorship(models.Model):
    """Ties a post to who wrote it."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="authorship")
    identity = models.ForeignKey(
        Identity, on_delete=models.PROTECT, null=True, related_name="+"
    )  # None: ours


class Merge(models.Model):
    """Two customers found to be one; can be undone."""

    kept = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    gone = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    identities = models.JSONField(default=list)  # ids that moved
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")


class Trace(models.Model):
    """Something by which two accounts may be found to be one person's: a block that candidates are looked up in."""

    KINDS = ("name", "handle", "mail", "phone", "booking", "profile", "link")

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="traces")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    value = models.CharField(
        max_length=200
    )  # as `traces` and `names` make it, to be compared letter by letter
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, related_name="+"
    )  # None: of the account itself
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identity", "kind", "value"], name="one_trace_each")]
        indexes = [
            models.Index(fields=["brand", "kind", "value"], name="trace_block"),
            models.Index(fields=["post"], condition=Q(post__isnull=False), name="trace_post"),
        ]


class Suggestion(models.Model):
    """Two accounts that may be one person's, with reasons. A person decides; what was declined is never shown again."""

    OPEN, ACCEPTED, DECLINED = "open", "accepted", "declined"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    one = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")  # the older of the two
    other = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    points = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(default=list)  # [{"code", "points", "values"}], addresses and numbers masked
    state = models.CharField(max_length=8, default=OPEN)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="one_suggestion_each")]
        indexes = [
            models.Index(
                fields=["brand", "-points", "-id"], condition=Q(state="open"), name="suggestion_open"
            ),
            models.Index(fields=["other"], name="suggestion_other"),
        ]


class Wish(models.Model):
    """How a customer wants to be met: in which language, by which channel, when, and what not to do."""

    class Kind(models.TextChoices):
        LANGUAGE = "language", _("Language")
        CHANNEL = "channel", _("Channel")
        CALL = "call", pgettext_lazy("wish", "Telephone")
        TOPIC = "topic", pgettext_lazy("wish", "Not about")
        TIMES = "times", pgettext_lazy("wish", "Times")
        ACCESS = "access", pgettext_lazy("wish", "Accessibility")
        SAID = "said", pgettext_lazy("wish", "Name is said")
        PRONOUN = "pronoun", pgettext_lazy("wish", "Pronoun")

    SUGGESTED, STANDS, ENDED, DECLINED = "suggested", "stands", "ended", "declined"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="wishes")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=200)  # a code where rules read it (fi, mail, never), else words
    words = models.CharField(max_length=200, blank=True)  # hers, by which a suggestion is checked
    source = models.CharField(max_length=8)  # post: found in her words; person: a colleague was told; api
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    until = models.DateTimeField(null=True)  # UTC; None: until she says otherwise
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "value"],
                condition=Q(state__in=["suggested", "stands", "declined"]),
                name="one_wish_of_a_kind",
            )
        ]
        indexes = [models.Index(fields=["made_at"], condition=Q(state="suggested"), name="wish_suggested")]


class Wording(models.Model):
    """A post that was read for what it tells of its author, and a signature by which the same words are found again."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="wording")
    signature = models.BinaryField(default=b"")  # `lib.likeness`; b"": nothing to compare
    at = models.DateTimeField()  # of the post


class Band(models.Model):
    """A part of a signature to look up by. Forgotten after `WINDOW` of `noticing`."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    value = models.BigIntegerField()
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["brand", "value", "-post"], name="band_lookup")]


class SameQuestion(models.Model):
    """A post that asks what an earlier one asked: by the same person elsewhere, or by somebody else."""

    HERS, OTHERS = "hers", "others"

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    earlier = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6)
    share = models.FloatField()  # of the words, 0..1
    at = models.DateTimeField()
    declined_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "earlier"], name="one_same_question_each")]
