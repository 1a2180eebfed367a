"""Where people work: conversations, their turns, and who has which."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lyhord.channels.models import Account
from lyhord.customers.models import Customer, Identity
from lyhord.intake.models import Post, Thread, Ticket
from lyhord.outbox.models import Dispatch, Enclosure
from lyhord.staff.models import Brand, Team, User


class Status(models.TextChoices):
    OPEN = "open", pgettext_lazy("status", "Open")
    WAITING = "waiting", pgettext_lazy("status", "Waiting for customer")
    SNOOZED = "snoozed", pgettext_lazy("status", "Snoozed")
    CLOSED = "closed", pgettext_lazy("status", "Closed")


IN_WORK = Q(status="open", is_spam=False)


class Flow(models.TextChoices):
    """Which queue a conversation stands in; `rules.flow` decides by account, brand and what was written (CH-01, CH-08)."""

    SERVICE = "service", _("Service")
    COMMUNITY = "community", _("Community")
    CORPORATE = "corporate", _("Corporate questions")


class Use(models.TextChoices):
    """What a customer uses the channel for, and so what we are there to do (TR-06); `rules.use` decides by kind and purpose."""

    SERVICE = "service", pgettext_lazy("use", "Solve a problem")
    COMPLAINT = "complaint", pgettext_lazy("use", "Handle a complaint")
    BRAND = "brand", pgettext_lazy("use", "Build and tend the brand")
    RELATION = "relation", pgettext_lazy("use", "Look after customers")


class Conversation(models.Model):
    """One matter with one customer."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+"
    )  # where it began; decides who sees it
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
    use = models.CharField(
        max_length=9, choices=Use, default=Use.SERVICE
    )  # a word of thanks does not change it
    purpose = models.CharField(max_length=16, blank=True)  # press, influence, ...: the newest that was told
    journey = models.CharField(max_length=8, blank=True)  # before during after: the newest that was told
    is_viewpoint = models.BooleanField(default=False)  # her newest word gives a view and asks nothing (TR-04)
    sentiment = models.SmallIntegerField(default=0)
    is_urgent = models.BooleanField(default=False)
    flow = models.CharField(max_length=10, choices=Flow, default=Flow.SERVICE)
    is_spam = models.BooleanField(default=False)
    spam_set = models.BooleanField(null=True)  # by a person, and then it stays so; None: as assessed
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
    invited_at = models.DateTimeField(
        null=True
    )  # we asked her to go on in private; what she writes there joins
    continues = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+"
    )  # an earlier matter
    tags: "models.ManyToManyField[Tag, models.Model]" = models.ManyToManyField(
        "Tag", related_name="+", blank=True
    )
    due_at = models.DateTimeField(null=True)  # of the clock that ends first; None: no clock runs
    due_stage = models.SmallIntegerField(
        null=True
    )  # of its clocks, the farthest: 1 warned, 2 breached, 3 too late
    clock_points = models.PositiveSmallIntegerField(default=0)  # what that adds to the priority
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            # The hot lists, one partial index a view; what is closed or spam weighs nothing. Keyset order: last_at, id.
            models.Index(fields=["account", "-last_at", "-id"], condition=IN_WORK, name="conversation_open"),
            models.Index(fields=["assignee", "-last_at", "-id"], condition=IN_WORK, name="conversation_mine"),
            models.Index(
                fields=["account", "-last_at", "-id"],
                condition=IN_WORK & Q(assignee=None),
                name="conversation_free",
            ),
            models.Index(
                fields=["account", "flow", "waiting_since", "id"],
                condition=IN_WORK & Q(waiting_since__isnull=False),
                name="conversation_unanswered",
            ),
            models.Index(
                fields=["account", "due_at", "id"],
                condition=IN_WORK & Q(due_at__isnull=False),
                name="conversation_due",
            ),
            models.Index(
                fields=["account", "last_at", "id"],
                condition=IN_WORK & Q(due_stage=3),
                name="conversation_too_late",
            ),
            models.Index(
                fields=["account", "waiting_since", "id"],
                condition=IN_WORK & Q(waiting_since__isnull=False, kind="complaint"),
                name="conversation_complaints",
            ),
            models.Index(
                fields=["account", "status", "-last_at", "-id"],
                condition=Q(is_spam=False, status__in=["waiting", "snoozed", "closed"]),
                name="conversation_resting",
            ),
            models.Index(
                fields=["account", "-last_at", "-id"], condition=Q(is_spam=True), name="conversation_spam"
            ),
            models.Index(fields=["snoozed_until"], condition=Q(status="snoozed"), name="conversation_wakes"),
            models.Index(fields=["customer", "-last_at"], name="conversation_customer"),
            models.Index(
                fields=["account", "opened_at"], condition=Q(is_spam=False), name="conversation_began"
            ),
            models.Index(
                fields=["id"],
                condition=Q(use="complaint", is_spam=False) & ~Q(status="closed"),
                name="conversation_complains",
            ),
        ]

    @property
    def team_ids(self) -> Iterable[int]:
        return self.account.team_ids

    @property
    def current_priority(self) -> int:
        """0 to 100: what a person said, else the text's parts and the clock's."""
        return min(self.priority + self.clock_points, 100) if self.priority_set is None else self.priority_set


class Strand(models.Model):
    """One customer's part of one thread, and the conversation that it belongs to."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="strands")
    waiting_since = models.DateTimeField(null=True)  # None: the next word is theirs
    answered_at = models.DateTimeField(
        null=True
    )  # our newest word here with another tool, by the network's time
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # UTC; a later matter of the same person opens a new strand

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "identity"], condition=Q(ended_at=None), name="one_open_strand_each"
            )
        ]
        indexes = [
            models.Index(fields=["conversation"], name="strand_conversation"),
            models.Index(fields=["identity"], name="strand_identity"),
        ]


class Note(models.Model):
    """An internal note: never leaves the house."""

    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    key = models.UUIDField(unique=True)  # made when the form was drawn: a double click is one note


# What may still become of a dispatch; "refused" too, as a person may try it again.
UNSETTLED = ["queued", "sending", "handed_over", "unsure", "held", "refused"]


class Turn(models.Model):
    """One step of a conversation: a post, a dispatch, a note, or something done. Points at it and copies nothing."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="turns")
    strand = models.ForeignKey(Strand, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    post = models.OneToOneField(Post, on_delete=models.PROTECT, null=True, related_name="turn")
    dispatch = models.OneToOneField(Dispatch, on_delete=models.PROTECT, null=True, related_name="turn")
    note = models.OneToOneField(Note, on_delete=models.PROTECT, null=True, related_name="turn")
    what = models.CharField(
        max_length=20, blank=True
    )  # assigned | closed | reopened | snoozed | woke | tagged | merged | ...
    values = models.JSONField(default=dict, blank=True)  # of `what`
    taken_state = models.CharField(max_length=12, blank=True)  # the dispatch's, when we last looked
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "at", "id"], name="turn_order"),
            models.Index(
                fields=["taken_state"], condition=Q(taken_state__in=UNSETTLED), name="turn_unsettled"
            ),
            models.Index(fields=["conversation"], condition=Q(what="reopened"), name="turn_reopened"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False)
                | Q(dispatch__isnull=False)
                | Q(note__isnull=False)
                | ~Q(what=""),
                name="turn_is_something",
            )
        ]


class Filing(models.Model):
    """What desk made of a post: the receipt that it was looked at."""

    TURN, ECHO, CONTEXT = "turn", "echo", "context"
    WAITING = (
        "waiting"  # set aside: an own post whose dispatch is in flight, or a post that is not assessed yet
    )

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="filing")
    outcome = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["post"], condition=Q(outcome="waiting"), name="filing_waiting")]


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
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user", "kind"], name="one_draft_each")
        ]


class DraftFile(models.Model):
    """A file that somebody laid beside what she is writing; it leaves with her next reply, public or private."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    file = models.OneToOneField(Enclosure, on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["conversation", "user"], name="draft_file_of")]


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


class CaseAddress(models.Model):
    """An address of ours that was given to a customer for one conversation: what comes to it joins it (PR-03)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")  # the mailbox
    address = models.CharField(max_length=254)
    parent = models.CharField(max_length=500)  # what a mail to it says that it answers
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "parent"], name="one_case_address_each")]


class Referral(models.Model):
    """A customer sent on to another channel of ours or another person; ties what was told before to what comes after (IN-18)."""

    class Kind(models.TextChoices):
        ACCOUNT = "account", pgettext_lazy("referral", "Another channel of ours")
        ADDRESS = "address", pgettext_lazy("referral", "A mail address, telephone number or form")
        PERSON = "person", pgettext_lazy("referral", "A colleague")
        TEAM = "team", pgettext_lazy("referral", "A team")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="referrals")
    kind = models.CharField(max_length=8, choices=Kind)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=100)  # who takes over, as the customer is told
    address = models.CharField(max_length=500, blank=True)  # where she goes on; "": here
    why = models.CharField(max_length=1000, blank=True)  # for whoever takes over; never leaves the house
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()  # what she writes there later is a matter of its own
    receipt = models.ForeignKey(Dispatch, on_delete=models.SET_NULL, null=True, related_name="+")
    joined = models.ForeignKey(Conversation, on_delete=models.SET_NULL, null=True, related_name="referred")
    joined_at = models.DateTimeField(null=True)
    known_by = models.CharField(max_length=8, blank=True)  # customer | number: what told that it is her
    parted = models.JSONField(default=list, blank=True)  # conversations that somebody said are another matter
    undone_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)  # made when the form was drawn: a double click is one referral

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "until"], condition=Q(joined=None, undone_at=None), name="referral_waiting"
            )
        ]


class ThreadReading(models.Model):
    """How far one person has read a thread, whoever wrote in it (NX-12)."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    last_post = models.BigIntegerField(default=0)  # posts with a higher id are new to her

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="one_thread_reading_each")]


class Tally(models.Model):
    """Maintained counts of conversations: never COUNT over them. Assignee 0 is nobody."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    assignee = models.BigIntegerField(default=0)
    status = models.CharField(max_length=8)
    waits = models.BooleanField(default=False)  # for us
    is_spam = models.BooleanField(default=False)
    flow = models.CharField(max_length=10)
    n = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "assignee", "status", "waits", "is_spam", "flow"], name="one_tally_each"
            )
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
    before = (
        models.JSONField()
    )  # a list of what `actions.undo` reads: old and new fields of each conversation
    at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], condition=Q(used_at=None), name="undo_newest")]
