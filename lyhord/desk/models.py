"""Where people work: conversations, their turns, and who has which."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from lyhord.channels.models import Account
from lyhord.customers.models import Customer, Identity
from lyhord.intake.models import Post, Thread, Ticket
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import Brand, Team, User


class Status(models.TextChoices):
    OPEN = "open", pgettext_lazy("status", "Open")
    WAITING = "waiting", pgettext_lazy("status", "Waiting for customer")
    SNOOZED = "snoozed", pgettext_lazy("status", "Snoozed")
    CLOSED = "closed", pgettext_lazy("status", "Closed")


class Conversation(models.Model):
    """One matter with one customer."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")  # where it began; decides who sees it
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField(unique=True)  # shown to people; shares the counter of tickets
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=200, blank=True)
    snippet = models.CharField(max_length=200, blank=True)  # of the newest words
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    lang = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=12, blank=True)  # of the newest assessed word of hers
    topic = models.CharField(max_length=24, blank=True)
    sentiment = models.SmallIntegerField(default=0)
    is_urgent = models.BooleanField(default=False)
    is_spam = models.BooleanField(default=False)
    needs_answer = models.BooleanField(default=True)
    is_public = models.BooleanField(default=True)  # has a public strand that is open
    priority = models.PositiveSmallIntegerField(default=0)
    priority_set = models.PositiveSmallIntegerField(null=True)  # by a person; None: computed
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()  # of the newest turn
    waiting_since = models.DateTimeField(null=True)  # None: the next word is theirs
    first_answer_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    snoozed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    continues = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")  # an earlier matter
    tags: "models.ManyToManyField[Tag, models.Model]" = models.ManyToManyField("Tag", related_name="+", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            # The hot lists. Keyset order: last_at, id. One partial index a view; closed rows weigh nothing.
            models.Index(fields=["account", "-last_at", "-id"], condition=~Q(status="closed"), name="conversation_open"),
            models.Index(fields=["-last_at", "-id"], condition=~Q(status="closed"), name="conversation_newest"),
            models.Index(fields=["assignee", "-last_at", "-id"], condition=~Q(status="closed"), name="conversation_mine"),
            models.Index(fields=["snoozed_until"], condition=Q(status="snoozed"), name="conversation_wakes"),
            models.Index(fields=["customer", "-last_at"], name="conversation_customer"),
            models.Index(fields=["account", "-closed_at", "-id"], condition=Q(status="closed"), name="conversation_closed"),
        ]

    @property
    def team_ids(self) -> Iterable[int]:
        return self.account.team_ids


class Strand(models.Model):
    """One customer's part of one thread, and the conversation that it belongs to."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="strands")
    waiting_since = models.DateTimeField(null=True)  # None: the next word is theirs
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # UTC; a later matter of the same person opens a new strand

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "identity"], condition=Q(ended_at=None), name="one_open_strand_each")
        ]
        indexes = [models.Index(fields=["conversation"], name="strand_conversation")]


class Note(models.Model):
    """An internal note: never leaves the house."""

    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Turn(models.Model):
    """One step of a conversation: a post, a dispatch, a note, or something done. Points at it and copies nothing."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="turns")
    strand = models.ForeignKey(Strand, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    post = models.OneToOneField(Post, on_delete=models.PROTECT, null=True, related_name="turn")
    dispatch = models.OneToOneField(Dispatch, on_delete=models.PROTECT, null=True, related_name="turn")
    note = models.OneToOneField(Note, on_delete=models.PROTECT, null=True, related_name="turn")
    what = models.CharField(max_length=20, blank=True)  # assigned | closed | reopened | snoozed | woke | tagged | merged | ...
    values = models.JSONField(default=dict, blank=True)  # of `what`
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["conversation", "at", "id"], name="turn_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False) | Q(dispatch__isnull=False) | Q(note__isnull=False) | ~Q(what=""),
                name="turn_is_something",
            )
        ]


class Filing(models.Model):
    """What desk made of a post: the receipt that it was looked at."""

    TURN, ECHO, CONTEXT = "turn", "echo", "context"

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="+")
    outcome = models.CharField(max_length=8)
    at = models.DateTimeField()


class Tag(models.Model):
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="one_tag_of_a_name")]


class Draft(models.Model):
    """What somebody is writing, kept on the server; colleagues may read it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, default="public")  # public | private | note
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user", "kind"], name="one_draft_each")]


class Presence(models.Model):
    """Who has a conversation open right now; a lease."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    doing = models.CharField(max_length=8)  # viewing | writing | away
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="one_presence_each")]


class Reading(models.Model):
    """How far one person has read: bold or not is hers alone."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    last_turn = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="one_reading_each")]


class Tally(models.Model):
    """Maintained counts of conversations: never COUNT over them. Assignee 0 is nobody."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    assignee = models.BigIntegerField(default=0)
    status = models.CharField(max_length=8)
    waits = models.BooleanField(default=False)  # for us
    is_spam = models.BooleanField(default=False)
    n = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "assignee", "status", "waits", "is_spam"], name="one_tally_each")
        ]


class SavedView(models.Model):
    """A view is a query string; it can be linked."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    position = models.PositiveIntegerField(default=0)


class Undo(models.Model):
    """What takes back a change that was just made: one step, for its maker."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=20)
    before = models.JSONField()  # [{"conversation": id, "field": old value}]
    at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
