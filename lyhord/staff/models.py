"""People who work here, what they may do, and what was done."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lyhord.lib.work import Work


class Brand(models.Model):
    """A face towards customers. Brands are walls of sight: who works for one sees nothing of another."""

    name = models.CharField(max_length=100, unique=True)
    # separated | integrated | mixed: how accounts share service and chatter (CH-01)
    channel_model = models.CharField(max_length=12, default="integrated")
    must_sign = models.BooleanField(default=True)  # a reply without a person's name is signed for her (RE-18)

    # A mandate is asked about anything with brand_id and team_ids; a brand is its own.
    team_ids: ClassVar[tuple[int, ...]] = ()

    @property
    def brand_id(self) -> int:
        return self.pk

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="one_team_of_a_name")]

    @property
    def team_ids(self) -> tuple[int, ...]:
        return (self.pk,)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_administrator=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who works here. Customers are never users."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    signature = models.CharField(max_length=60, blank=True)  # "": made from the name ("/Linnea")
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)  # of the whole installation
    is_demo = models.BooleanField(default=False)  # fiction: no second factor asked, loopback only
    is_on_duty = models.BooleanField(default=False)
    on_duty_since = models.DateTimeField(null=True)
    language = models.CharField(max_length=5, blank=True)  # of the pages; "": by the browser
    speaks = models.CharField(max_length=60, blank=True)  # language codes with spaces between: "sv fi en"
    time_zone = models.CharField(max_length=60, blank=True)  # "": the installation's
    theme = models.CharField(max_length=8, default="auto")  # auto | light | dark
    density = models.CharField(max_length=12, default="comfortable")  # comfortable | normal | compact
    undo_seconds = models.PositiveSmallIntegerField(default=10)  # 0 5 10 30
    sends_with_enter = models.BooleanField(default=False)
    has_keys = models.BooleanField(default=True)  # single-key shortcuts (WCAG 2.1.4)
    keys = models.JSONField(default=dict, blank=True)  # command -> key, where it differs from the map
    joined_at = models.DateTimeField(auto_now_add=True)
    # One more ends every session begun before: log out everywhere, a new second factor, deactivation.
    session_round = models.PositiveIntegerField(default=0)
    # From then on no page opens without a second factor; None: the rule has not met this person yet.
    factor_due_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    @property
    def is_staff(self) -> bool:  # the admin's door
        return self.is_administrator

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.strip() else ""

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django compares this at each request, and ends sessions for which it changed."""
        told = f"{self.password}:{self.session_round}"
        return salted_hmac("lyhord.staff.session", told, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.name or self.email


class Role(models.TextChoices):
    AGENT = "agent", _("Agent")
    SENIOR = "senior", _("Senior agent")
    LEAD = "lead", _("Team lead")
    MODERATOR = "moderator", _("Moderator")
    EXPERT = "expert", _("Expert")
    COMMUNICATIONS = "communications", _("Communications")
    LISTENER = "listener", _("Listener")
    ADMINISTRATOR = "administrator", _("Administrator")


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role, default=Role.AGENT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team", "role"], name="one_role_once")]


class Mandate(models.Model):
    """What a role may do, where it differs from `rules.MAY`: role x verb x team x amount."""

    role = models.CharField(max_length=16, choices=Role)
    verb = models.CharField(max_length=40)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")  # None: every team
    is_allowed = models.BooleanField(default=True)
    most = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # None: no limit

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "verb", "team"], name="one_mandate_a_team"),
            models.UniqueConstraint(
                fields=["role", "verb"], condition=Q(team=None), name="one_mandate_for_all"
            ),
        ]


class AccessLink(models.Model):
    """A link that lets one person in once: an invitation, or a new password. Only its digest is kept."""

    INVITATION, RESET = "invitation", "reset"

    kind = models.CharField(max_length=12)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ResetWish(Work):
    """Somebody asked for a new password on the public page. Kept alike for known and unknown addresses.

    A step sends the mail, so that the page answers in the same time whether the address is known or not.
    """

    email = models.EmailField()
    asked_at = models.DateTimeField()


class ProviderIdentity(models.Model):
    """Who a person is at the organisation's identity provider. Issuer and subject say who; the address only helps to read."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    email = models.EmailField(blank=True)
    linked_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_person_a_subject"),
            models.UniqueConstraint(fields=["user", "issuer"], name="one_subject_a_person"),
        ]


class LogIn(models.Model):
    """One session of a person, for the list on her profile. Gone when the session is."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)  # within some minutes; None: not since it began
    browser = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)  # of the network, such as 192.0.2.0/24


class Bucket(models.Model):
    """How often something may still be tried: a token bucket in the database, so that it holds for all processes."""

    key = models.CharField(
        max_length=120, unique=True
    )  # "login account <digest>", "login network 192.0.2.0/24"
    # When it will be full again, in microseconds since 1970; in the past: full. A number, so that one UPSERT can reckon
    # with it alike on both databases.
    full_at = models.BigIntegerField(db_index=True)


class ApiKey(models.Model):
    """A key to the API that does what its owner may, within its scopes. Only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)  # "read", "write", "admin"
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Kept(models.Model):
    """The stored answer to an API call with an Idempotency-Key; the same key again gets it back."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request = models.CharField(max_length=64)  # digest of method, path and body
    status = models.PositiveSmallIntegerField(null=True)  # None: still at work
    body = models.TextField(default="")
    kind = models.CharField(max_length=100, default="")  # content type of the body
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_a_key")]


class AuditEvent(models.Model):
    """One thing that was done. A step seals it: then it has its number and hash, and never changes.

    The chain covers `digest`, never the details themselves, so that erasure leaves it whole.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )  # None: lyhord itself
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    sequence = models.BigIntegerField(null=True, unique=True)
    previous = models.CharField(max_length=80, default="")
    hash = models.CharField(
        max_length=80, default=""
    )  # "name of the key:mac", so that nobody without keys.json can chain

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(sequence=None), name="audit_unsealed"),
            models.Index(fields=["object_kind", "object_id"], name="audit_object"),
        ]


class AuditDetail(models.Model):
    """What an event was about, under a key that erasure destroys.

    The event's digest covers `plain` and `sealed_digest`, so a changed detail is found; erasure empties `sealed` alone.
    """

    event = models.OneToOneField(
        AuditEvent, on_delete=models.PROTECT, primary_key=True, related_name="detail"
    )
    person = models.CharField(max_length=60, default="", db_index=True)  # "customer:17"; "": nobody's data
    sealed = models.TextField(default="")  # JSON, encrypted under the person's key; "": destroyed
    sealed_digest = models.CharField(max_length=64, default="")  # stays after erasure
    plain = models.JSONField(default=dict)  # what is nobody's personal data


class AuditHead(models.Model):
    """The end of the chain, signed: rows cut off at its end would otherwise not be missed."""

    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=80)
    signature = models.CharField(max_length=80)


class PersonKey(models.Model):
    """The key under which one person's audit details lie; itself encrypted. Destroyed: they are unreadable."""

    person = models.CharField(max_length=60, unique=True)
    sealed = models.TextField()
