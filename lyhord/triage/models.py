"""What we think that a post is, and why; what people said instead; and what was learned from it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower

from lyhord.intake.models import Post
from lyhord.staff.models import Brand, User


class Topic(models.Model):
    """One of the operator's own topics. Retired: nobody is judged so any more, and what was judged so stays."""

    name = models.CharField(max_length=60)
    description = models.CharField(max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(retired_at=None), name="one_topic_in_use_of_a_name"
            )
        ]


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
    kind_second = models.CharField(max_length=12, blank=True)  # what it may be instead (CO-02)
    kind_second_confidence = models.FloatField(default=0)
    topic = models.CharField(max_length=24)
    topic_confidence = models.FloatField(default=0)
    own_topic = models.ForeignKey(
        Topic, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )  # None: none of the operator's own fits, or there are none
    own_topic_confidence = models.FloatField(default=0)
    sentiment = models.SmallIntegerField(default=0)  # -1 0 1
    sentiment_score = models.FloatField(default=0)
    needs_answer = models.BooleanField(default=True)
    answer_score = models.FloatField(default=0)
    is_urgent = models.BooleanField(default=False)
    urgency_score = models.FloatField(default=0)  # 0..1
    is_abusive = models.BooleanField(default=False)
    abuse_score = models.FloatField(default=0)
    private = models.JSONField(default=list)  # [{"type","start","end"}]
    sensitive = models.JSONField(
        default=list, blank=True
    )  # health money minors harassment legal: somebody's own (PR-04)
    is_asking = models.BooleanField(default=True)  # something is asked of us; True too where nobody looked
    priority = models.PositiveSmallIntegerField(default=0)  # the text's own part, 0..100
    reasons = models.JSONField(
        default=list
    )  # [{"part","points","why","values"}]; `why` is a marked English text
    purpose = models.CharField(
        max_length=16, blank=True
    )  # press recruitment sales-lead influence ...; "": none of them
    journey = models.CharField(max_length=8, blank=True)  # before during after (TR-08)
    is_shallow = models.BooleanField(default=False)  # judged by words alone so far; its meaning is to be read
    situation = models.CharField(max_length=300, blank=True)  # TR-10
    entities = models.JSONField(default=dict, blank=True)  # IN-13
    scores = models.JSONField(default=dict, blank=True)  # of the line of impropriety: its name -> 0..1
    flags = models.JSONField(default=list, blank=True)  # over which lines it is, and "influence"

    class Meta:
        indexes = [
            models.Index(fields=["-at"], condition=Q(is_shallow=True), name="judged_by_words_alone"),
            models.Index(
                fields=["own_topic", "-at"], condition=Q(own_topic__isnull=False), name="judged_of_own_topic"
            ),
        ]


class Correction(models.Model):
    """A person's word against ours, with the version of the text that she read."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    head = models.CharField(max_length=16)  # kind | topic | own_topic | sentiment | urgency | language | spam
    was = models.CharField(max_length=24)
    label = models.CharField(max_length=24)
    post_version = models.PositiveIntegerField()
    text = models.TextField(blank=True)  # as it was judged, to learn from; goes with the post's own text
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)


class Tuning(models.Model):
    """What the team set by hand: of one brand, or of the whole installation (no brand). Empty: as shipped."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, related_name="+")
    thresholds = models.JSONField(default=dict, blank=True)  # answer, urgent, abusive -> 0..1
    lines = models.JSONField(default=dict, blank=True)  # of impropriety: name -> 0..1; not named: off
    weights = models.JSONField(default=dict, blank=True)  # named parts of the priority -> points; no brand's
    influence_from = models.PositiveIntegerField(default=1000)  # followers; above it the author has influence
    complaint_rate = models.FloatField(default=0.05)  # share of the dissatisfied who say so (ME-10)
    own_topic_from = models.FloatField(default=0.5)  # from which chance on an own topic is said; no brand's

    class Meta:
        constraints = [models.UniqueConstraint(Coalesce(F("brand"), 0), name="one_tuning_a_brand")]


class LearnedModel(models.Model):
    """One run of learning from the team's corrections, and the model that it made.

    Its files lie in LYHORD_DATA/models/<id>/. None that serves: the model that ships does.
    """

    WAITING, RUNNING, FAILED = "waiting", "running", "failed"
    REFUSED, ADOPTED, ROLLED_BACK, REMOVED = "refused", "adopted", "rolled_back", "removed"

    at = models.DateTimeField()
    night = models.DateField(null=True, unique=True)  # None: somebody asked for it
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    adopted_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, default=WAITING)
    is_serving = models.BooleanField(default=False)
    why = models.CharField(max_length=300, blank=True)  # a marked English text: why it was not adopted
    values = models.JSONField(default=dict, blank=True)  # of `why`
    reason = models.CharField(max_length=300, blank=True)  # a person's, who adopted it all the same
    examples = models.PositiveIntegerField(default=0)  # corrected posts that it was taught
    put_aside = models.PositiveIntegerField(default=0)  # corrected posts that it was measured on
    corrections = models.JSONField(default=list, blank=True)  # ids of those taught
    figures = models.JSONField(
        default=dict, blank=True
    )  # {"team": {"old", "new"}, "shipped": {"old", "new"}}
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # None: the night

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_serving"], condition=Q(is_serving=True), name="one_model_serves"
            )
        ]


class TopicExample(models.Model):
    """A text that belongs to a topic, as it is learned."""

    WRITTEN, UPLOAD, POST = "written", "upload", "post"

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="examples")
    text = models.TextField()
    key = models.CharField(max_length=32)  # digest of the normalised text: the same words are one example
    lang = models.CharField(max_length=12)
    source = models.CharField(max_length=8)
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, related_name="+"
    )  # whose words these are; it goes with them
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "key"], name="one_example_of_a_text")]
        indexes = [models.Index(fields=["key"], name="example_by_text")]


class TopicModel(models.Model):
    """One run of learning the topics, and the model that it made. Its file lies in LYHORD_DATA/models/topics-<id>/."""

    WAITING, RUNNING, FAILED = "waiting", "running", "failed"
    SERVING, REPLACED, REFUSED = "serving", "replaced", "refused"

    at = models.DateTimeField()
    night = models.DateField(null=True, unique=True)  # None: somebody asked for it
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, default=WAITING)
    why = models.CharField(max_length=300, blank=True)  # a marked English text: why it failed or was refused
    values = models.JSONField(default=dict, blank=True)  # of `why`
    taught = models.JSONField(default=list, blank=True)  # ids of the examples, as the file has them
    labels = models.JSONField(default=list, blank=True)  # ids of the topics
    figures = models.JSONField(
        default=dict, blank=True
    )  # {"share", "largest", "topics": {id: [texts, right]}, "confused": [[is, said, texts]]}
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # None: the night

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="serving"), name="one_topic_model_serves"
            )
        ]
