"""Who the people behind the posts are."""

from collections.abc import Iterable

from django.db import models

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
