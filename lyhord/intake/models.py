"""What came in: raw and durable first, then told alike for all networks."""

from django.db import models
from django.db.models import Q

from lyhord.channels.models import Account, App
from lyhord.lib.work import Work


class Envelope(Work):
    """Raw bytes as a network sent them. Written before we answer; read by a step."""

    WAITING, DONE, QUARANTINED = "waiting", "done", "quarantined"

    # Every index costs the hook door a page of log for each commit; these two have only what is asked for.
    app = models.ForeignKey(App, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )  # None: a hook of the app
    connector = models.CharField(max_length=40)
    method = models.CharField(max_length=8)
    url = models.TextField(default="", blank=True)
    headers = models.TextField(default="{}")  # JSON, keys in lower case
    raw = models.BinaryField()
    digest = models.CharField(max_length=64)  # of account, url and raw; outlives raw
    is_blank = models.BooleanField(default=False)  # raw was taken out because of a deletion or an erasure
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=WAITING)

    class Meta:
        indexes = [
            # Of what was read. A random digest dirties a page of its own, so it is entered by the reader, not at the door
            # (docs/decisions/0005).
            models.Index(fields=["digest"], condition=Q(due_at=None), name="envelope_read"),
            models.Index(fields=["account"], condition=Q(account__isnull=False), name="envelope_account"),
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="envelope_waiting"),
            models.Index(fields=["id"], condition=Q(state="quarantined"), name="envelope_quarantined"),
        ]


class Refusal(models.Model):
    """One item of an envelope that we could not take, with its reason."""

    UNSUPPORTED, UNREADABLE = "unsupported", "unreadable"

    envelope = models.ForeignKey(Envelope, on_delete=models.CASCADE, related_name="refusals")
    position = models.PositiveIntegerField()  # in the batch; 0 for the whole
    kind = models.CharField(max_length=12)
    item = models.CharField(max_length=500, blank=True)
    why = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["envelope"], condition=Q(kind="unreadable"), name="refusal_unreadable")
        ]


class Seen(models.Model):
    """An event that was taken, by the digest of its key. Outlives everything else: the defence against replays."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=32)  # first half of the SHA-256
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="seen_once")]


class Source(Work):
    """One way in which an account is read, and how far it has come. The cursor is saved with the items."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sources")
    way = models.CharField(max_length=10)  # poll | stream | backfill
    cursor = models.TextField(default="", blank=True)
    is_on = models.BooleanField(default=True)
    last_at = models.DateTimeField(null=True)  # last word from the network, news or not
    held_by = models.CharField(max_length=60, blank=True)  # the worker that holds the stream
    since = models.DateTimeField(null=True)  # of a backfill: how far back

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "way"], name="one_source_a_way")]


class Thread(models.Model):
    """A place on a network: a page post with its comments, a direct message, a mail thread, a topic."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    native = models.CharField(max_length=500)
    is_public = models.BooleanField()
    title = models.CharField(max_length=300, blank=True)
    link = models.URLField(max_length=1000, blank=True)
    begun_at = models.DateTimeField()
    joined = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")  # into this one

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "native"], name="one_thread_each")]
        indexes = [models.Index(fields=["joined"], condition=Q(joined__isnull=False), name="thread_joined")]


class Wanted(Work):
    """An item whose surroundings we do not know: its parent is missing, or it was told of before it came.

    A step asks the network for it. Kept without `due_at` where the network could not tell, so that a parent that
    comes later still finds its child.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    item = models.CharField(max_length=500)
    parent = models.CharField(max_length=500, blank=True)  # "": the item itself is missing

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "item"], name="one_wish_each")]
        indexes = [
            models.Index(fields=["account", "parent"], name="wanted_parent"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="wanted_due"),
        ]


class Look(Work):
    """A post that is open before somebody, on a network that tells of no edits: looked at again, at most once a minute."""

    post = models.OneToOneField("Post", on_delete=models.CASCADE, primary_key=True, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    looked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="look_due")]


class Post(models.Model):
    """One utterance by one author, kept as the network told it."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="posts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    native = models.CharField(max_length=500)
    parent = models.CharField(max_length=500, blank=True)  # native id
    author = models.CharField(max_length=300, blank=True)  # native id
    handle = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    author_facts = models.JSONField(default=dict, blank=True)  # aliases, avatar, followers, profile, is_bot
    text = models.TextField(blank=True)
    title = models.CharField(max_length=300, blank=True)
    lang = models.CharField(max_length=12, blank=True)  # as the network says
    at = models.DateTimeField()  # the network's time; ours where it gives none
    stored_at = models.DateTimeField()
    text_at = models.DateTimeField()  # of the version shown; rules.NEVER: no text was told yet
    version = models.PositiveIntegerField(default=1)
    is_own = models.BooleanField(default=False)
    is_public = models.BooleanField()
    is_spoken_to = models.BooleanField(default=True)  # False: context only
    is_placeholder = models.BooleanField(default=False)  # told of by an edit or reaction before itself came
    hidden_at = models.DateTimeField(null=True)
    hiding_at = models.DateTimeField(null=True)  # of the newest word about hiding or showing
    deleted_at = models.DateTimeField(null=True)  # a tombstone: text and files are gone
    link = models.URLField(max_length=1000, blank=True)
    mentions = models.JSONField(default=list, blank=True)  # [{"native", "handle", "name", "is_us"}] (IN-20)
    # What the connector kept for itself (`Event.extra`), handed back with an answer; `roles`: native id -> role.
    extra = models.JSONField(default=dict, blank=True)
    envelope = models.ForeignKey(
        Envelope, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # the first

    @property
    def is_told(self) -> bool:
        """Whether the post itself came, and not only news about it."""
        return not self.is_placeholder

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "native"], name="one_post_each")]
        indexes = [
            models.Index(fields=["thread", "at", "id"], name="post_in_thread"),
            models.Index(fields=["account", "author"], name="post_author"),
        ]


class PostAlias(models.Model):
    """A further native id of a post."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    native = models.CharField(max_length=500)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "native"], name="one_alias_each")]


class Carrier(models.Model):
    """A further envelope that spoke of a post; a deletion takes the raw bytes out of these too."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    envelope = models.ForeignKey(Envelope, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "envelope"], name="one_carrier_each")]


class PostVersion(models.Model):
    """An earlier text of a post, kept under retention."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    text = models.TextField()
    at = models.DateTimeField()


class PostChange(models.Model):
    """Something that happened to a post after it was stored; later rooms walk these by id."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(
        max_length=10
    )  # edited | deleted | hidden | shown | reaction | joined | filled | judge
    at = models.DateTimeField()


class Reaction(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reactions")
    author = models.CharField(max_length=300)  # native id
    sign = models.CharField(max_length=40)  # "" was taken back; the row keeps the time of that
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "author"], name="one_reaction_each")]


class Report(models.Model):
    """What a network told of a dispatch of ours or of our account: delivered, read, failed, token revoked."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)  # read | delivered | account | erasure | author
    item = models.CharField(max_length=500, blank=True)
    person = models.CharField(max_length=300, blank=True)
    ok = models.BooleanField(default=True)
    text = models.TextField(blank=True)  # of an author: JSON of handle, name, profile
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(taken_at=None), name="report_untaken")]


class Attachment(Work):
    """A file of a post, fetched by us and shown as our own copy."""

    WAITING, KEPT, REFUSED, GONE = (
        "waiting",
        "kept",
        "refused",
        "gone",
    )  # gone: the file is to be removed, then the row

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="attachments")
    url = models.TextField()
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200, blank=True)
    alt = models.TextField(blank=True)
    state = models.CharField(max_length=10, default=WAITING)
    path = models.CharField(max_length=200, blank=True)  # under the media folder; random
    content_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    token = models.CharField(max_length=40, blank=True)  # 128 bits, in the address of our copy

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "url"], name="one_attachment_each")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="attachment_waiting"),
            models.Index(fields=["id"], condition=Q(state="gone"), name="attachment_gone"),
            models.Index(fields=["token"], condition=~Q(token=""), name="attachment_token"),
        ]


class Ticket(models.Model):
    """A number and a token given when a form is sent; desk ties it to the conversation."""

    number = models.PositiveBigIntegerField(unique=True)
    token = models.CharField(max_length=40, unique=True)  # 128 bits
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    thread = models.CharField(max_length=500)  # native reference of the thread that it opens
    at = models.DateTimeField()


class Counter(models.Model):
    name = models.CharField(max_length=40, unique=True)
    value = models.PositiveBigIntegerField(default=0)
