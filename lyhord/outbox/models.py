"""What we want done on networks, and the proof that it was."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lyhord.channels.models import Account
from lyhord.intake.models import Post, Thread
from lyhord.lib.work import Work
from lyhord.staff.models import User


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    HANDED_OVER = "handed_over", _("Handed over")
    UNSURE = "unsure", _("Unsure whether it was sent")
    REFUSED = "refused", _("Refused by the network")
    HELD = "held", _("Held")
    UNDONE = "undone", _("Undone")
    DROPPED = "dropped", _("Not sent")  # a person settled it so


OPEN = (State.QUEUED, State.SENDING, State.UNSURE, State.HELD)


class Dispatch(Work):
    """One thing that we want done on a network."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, null=True, related_name="+")
    lane = models.CharField(max_length=60)  # order is kept within it: "t12i7", "t12", "d99"
    verb = models.CharField(max_length=10)
    answers = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, related_name="+"
    )  # or hides, deletes, likes
    newest = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, related_name="+"
    )  # her newest when it was written
    person = models.CharField(max_length=300, blank=True)  # native id of whom we address
    person_handle = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    lang = models.CharField(max_length=12, blank=True)
    is_public = models.BooleanField(default=True)
    tag = models.CharField(max_length=40, default="", blank=True)  # under which the network takes it late
    # {name, language, values}: an approved template, whose words `text` shows with its values. Empty: words of our own.
    template = models.JSONField(default=dict, blank=True)
    is_automatic = models.BooleanField(default=False)  # no person wrote these words
    key = models.UUIDField(unique=True)  # the same at each attempt; made when the form was drawn
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # None: a rule
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    state_at = models.DateTimeField()
    hold_reason = models.TextField(default="", blank=True)
    # Lifting it lets this go.
    hold = models.ForeignKey("Hold", on_delete=models.SET_NULL, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)  # a person saw why it was held, and said to send it
    reason = models.TextField(default="", blank=True)  # of a moderation, by us
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            # SQLite 3.53 takes no partial index whose condition is a list (state IN ...) of bound values; that a
            # column which is compared is not NULL it can prove. Only what is still to be done has a `due_at`.
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="dispatch_due"),
            models.Index(fields=["lane", "state", "id"], name="dispatch_lane"),
            models.Index(fields=["state", "id"], name="dispatch_state"),
        ]

    @property
    def brand_id(self) -> int:
        return self.account.brand_id

    @property
    def team_ids(self) -> Iterable[int]:
        return self.account.team_ids


class Receipt(models.Model):
    """Proof that a dispatch stands on the network. An own post with this native id is its echo."""

    dispatch = models.OneToOneField(
        Dispatch, on_delete=models.PROTECT, primary_key=True, related_name="receipt"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    native = models.CharField(max_length=500, blank=True)  # "": the network gives none (a like)
    link = models.URLField(max_length=1000, blank=True)
    evidence = models.CharField(max_length=12)  # answer | read_back | webhook | echo | person
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "native"], condition=~Q(native=""), name="one_receipt_each"
            )
        ]
        indexes = [models.Index(fields=["account", "native"], name="receipt_native")]


class Bounce(models.Model):
    """A network reported that what we sent did not arrive; many of them are shown as one finding (R81)."""

    dispatch = models.OneToOneField(
        Dispatch, on_delete=models.CASCADE, primary_key=True, related_name="bounce"
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    domain = models.CharField(max_length=253, blank=True)  # of the address; "": the network has none
    is_soft = models.BooleanField(default=False)  # it may succeed another day: a full mailbox, a server down
    at = models.DateTimeField()


class ReceiptAlias(models.Model):
    """A further native id of what we sent (`Sent.aliases`): an own post that comes under it is the echo too."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="aliases")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    native = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "native"], name="one_receipt_alias_each")]


class Enclosure(models.Model):
    """A file that goes out with our words: first with a draft, then with the dispatch that took it."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+"
    )  # whose limits it was checked by
    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, null=True, related_name="enclosures")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=120)
    alt = models.CharField(max_length=1500, blank=True)  # what a picture shows, for those who cannot see it
    content_type = models.CharField(max_length=80)  # as the bytes say, not as their sender did
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=200)  # under the media folder; random
    token = models.CharField(max_length=40, unique=True)  # 128 bits, in the address of our copy
    made_at = models.DateTimeField()
    is_gone = models.BooleanField(default=False)  # the file is to be removed, then the row

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(is_gone=True), name="enclosure_gone")]

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


class Hold(models.Model):
    """Why something waits: "*" everything, "b3" all of brand 3, "a12" all of account 12, else what was queued in a lane before it.

    A reply written after a lane was held is meant to go: its writer saw the hold. So goes the reply that closes.
    """

    lane = models.CharField(max_length=60)
    reason = models.TextField()
    source = models.CharField(max_length=60)  # "person:7", "desk:closed", "network"
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["lane"], condition=Q(lifted_at=None), name="hold_open")]
