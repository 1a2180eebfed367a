"""Our registrations with networks, and our accounts there."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from lyhord.staff.models import Brand, Team, User


class App(models.Model):
    """Our registration with a network. One app may serve many accounts (one Meta app, many pages)."""

    connector = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    endpoint = models.CharField(max_length=40, unique=True)  # random: /hooks/<connector>/<endpoint>/
    sealed = models.TextField(default="", blank=True)  # JSON of credentials and secrets, encrypted
    made_at = models.DateTimeField()
    last_hook_at = models.DateTimeField(null=True)


class State(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")  # by a person
    BROKEN = "broken", _("Needs attention")  # token dead, permission lost: a person must act
    RETIRED = "retired", _("Retired")  # no new fetches; all it brought stays readable


class Purpose(models.TextChoices):
    SERVICE = "service", _("Customer service")
    BRAND = "brand", _("Brand")
    CORPORATE = "corporate", _("Corporate")
    LOCAL = "local", _("Local")


class Account(models.Model):
    """Our page, mailbox or profile on a network."""

    app = models.ForeignKey(App, on_delete=models.PROTECT, related_name="accounts")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    teams = models.ManyToManyField(Team, related_name="+", blank=True)  # none: every team of the brand
    connector = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    native = models.CharField(max_length=200, blank=True)  # our id there
    handle = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.SERVICE)
    language = models.CharField(max_length=5, blank=True)  # what is mostly written here
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    state_why = models.TextField(default="", blank=True)
    is_rehearsal = models.BooleanField(default=False)
    # What another system held: kept to be read. Nothing is promised here, and nobody is alerted.
    is_history = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    settings = models.JSONField(default=dict, blank=True)  # what the connector's form asked, without secrets
    sealed = models.TextField(default="", blank=True)  # JSON of tokens and passwords, encrypted
    learnt = models.JSONField(default=dict, blank=True)  # what the connector was told by the network
    notes = models.JSONField(default=list, blank=True)  # deprecations, as the last test told (GO-17)
    # Who answers for it (CH-17).
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    admins = models.PositiveIntegerField(null=True)  # people who administer it there
    is_verified = models.BooleanField(null=True)
    expires_at = models.DateTimeField(null=True)  # of the token
    checked_at = models.DateTimeField(null=True)  # last test
    last_success_at = models.DateTimeField(null=True)
    last_item_at = models.DateTimeField(null=True)
    last_problem_at = models.DateTimeField(null=True)
    last_problem = models.TextField(default="", blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["app", "connector", "native"], condition=~models.Q(native=""), name="one_account_each"
            )
        ]

    @property
    def team_ids(self) -> Iterable[int]:
        return self.teams.values_list("pk", flat=True)

    def __str__(self) -> str:
        return self.name


class Heard(models.Model):
    """What an account brought within an hour. Kept for four weeks: what is usual is told from it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField()  # UTC, when it begins
    posts = models.PositiveIntegerField(default=0)  # by others
    unknown = models.PositiveIntegerField(default=0)  # news that were not understood (R10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "hour"], name="one_count_an_hour")]


class Cause(models.TextChoices):
    QUIET = "quiet", _("Nothing came in")  # the network delivers, but brings less than ever
    STOPPED = "stopped", _("Not working")  # paused by a person, or its token died
    DOWN = "down", _("lyhord was not running")


class Gap(models.Model):
    """A time in which posts may have been missed (R11, IN-16). Older ones are asked for, and what came is counted."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="gaps")
    cause = models.CharField(max_length=10, choices=Cause)
    begun_at = models.DateTimeField()  # of the last word before it
    noticed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # None: it lasts
    usual = models.PositiveIntegerField(default=0)  # posts that were due when it was noticed
    asked_at = models.DateTimeField(null=True)  # when older posts were last asked for
    filled_at = models.DateTimeField(null=True)  # when that was done; None: not yet
    found = models.PositiveIntegerField(
        null=True
    )  # posts of that time that came later; None: the network gives none
    told_at = models.DateTimeField(null=True)  # when the people who look after the account were written to

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(ended_at=None), name="one_open_gap_each"
            )
        ]
        indexes = [
            models.Index(fields=["account"], condition=models.Q(filled_at__isnull=True), name="gap_to_fill"),
            models.Index(fields=["account", "-begun_at"], name="gaps_of_account"),
        ]
