"""Who gets a conversation: rules, skills, slots, and what became of each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from lyhord.desk.models.conversation import Conversation
from lyhord.staff.models import Brand, Team, User
from lyhord.triage.models import Topic


class RoutingPolicy(models.Model):
    """How a brand gives its conversations to people. None of a brand: by hand."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="+")
    is_on = models.BooleanField(default=False)  # give to people on duty; rules act without it too
    after = models.BigIntegerField(default=0)  # conversations up to this id were there before
    slots = models.PositiveSmallIntegerField(default=8)  # of who has no number of her own
    sticky_days = models.PositiveSmallIntegerField(
        default=30
    )  # so long she comes back to who had her; 0: never
    keep_hours = models.PositiveSmallIntegerField(default=1)  # so long an absent person keeps what waits
    accept_minutes = models.PositiveSmallIntegerField(default=60)  # a hand-over not accepted by then returns
    fallback_team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+")
    fallback_person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    owner_minutes = models.PositiveSmallIntegerField(default=15)  # the goal of IN-03
    nightmare_hours = models.PositiveSmallIntegerField(default=24)  # of waiting; 0: never for that
    nightmare_transfers = models.PositiveSmallIntegerField(default=2)  # more than that; 0: never for that
    nightmare_share = models.PositiveSmallIntegerField(
        default=60
    )  # per cent of our answers in words sent before

    team_ids: ClassVar[tuple[int, ...]] = ()


class RoutingRule(models.Model):
    """When this, then that. Asked in the order of `position`; removed ones stay for what they did."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0)
    when = models.JSONField(default=dict, blank=True)  # as `matching.Rule.when`
    then = models.JSONField(default=dict, blank=True)  # as `matching.Rule.then`
    goes_on = models.BooleanField(default=False)
    is_on = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)  # of name, when, then and goes_on
    tried_version = models.PositiveIntegerField(default=0)  # only what was tried can be switched on
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    team_ids: ClassVar[tuple[int, ...]] = ()

    class Meta:
        indexes = [
            models.Index(
                fields=["brand", "position", "id"], condition=Q(removed_at=None), name="routing_rules_in_use"
            )
        ]

    @property
    def is_tried(self) -> bool:
        return self.tried_version == self.version

    def __str__(self) -> str:
        return self.name


class RoutingRuleVersion(models.Model):
    """One change of a rule, and the rule as it then stood."""

    rule = models.ForeignKey(RoutingRule, on_delete=models.CASCADE, related_name="versions")
    what = models.CharField(max_length=10)  # made | changed | tried | on | off | moved | removed
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    when = models.JSONField(default=dict, blank=True)
    then = models.JSONField(default=dict, blank=True)
    goes_on = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class Skill(models.Model):
    """What somebody knows well enough to answer for it."""

    class Kind(models.TextChoices):
        TOPIC = "topic", pgettext_lazy("skill", "Topic")
        OWN = "own", pgettext_lazy("skill", "Own topic")
        LANGUAGE = "language", pgettext_lazy("skill", "Language")

    class Level(models.IntegerChoices):
        BASIC = 1, pgettext_lazy("skill", "Basic")
        GOOD = 2, pgettext_lazy("skill", "Good")
        EXPERT = 3, pgettext_lazy("skill", "Expert")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    code = models.CharField(max_length=24, blank=True)  # of a topic or a language; "": an own topic
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.GOOD)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "code"], condition=Q(topic=None), name="one_skill_each"),
            models.UniqueConstraint(fields=["user", "topic"], name="one_skill_a_topic"),
        ]  # fmt: skip

    @property
    def key(self) -> str:
        """As `matching.Hand.skills` has it."""
        return f"own:{self.topic_id}" if self.kind == self.Kind.OWN else f"{self.kind}:{self.code}"


class Capacity(models.Model):
    """How much a person takes at a time, when she last got something, and since when she is away with it."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    slots = models.PositiveSmallIntegerField(null=True)  # None: as the brand has it; 0: gets nothing
    last_given_at = models.DateTimeField(null=True)
    away_since = models.DateTimeField(null=True)  # first seen off duty with customers who wait; None: here


class Routing(models.Model):
    """The receipt that a conversation was routed: to whom, by which rule, and why."""

    DONE, QUEUED = "done", "queued"

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, primary_key=True, related_name="routing"
    )
    state = models.CharField(max_length=6, default=DONE)  # queued: waits for somebody who can take it
    needs_owner = models.BooleanField(
        default=False
    )  # nobody is declared for it: a person must find out whose it is
    why = models.CharField(
        max_length=10, blank=True
    )  # asked former turn; nobody team language skill slot topic rule
    rule = models.ForeignKey(RoutingRule, on_delete=models.SET_NULL, null=True, related_name="+")
    rule_version = models.PositiveIntegerField(default=0)
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    wanted = models.JSONField(default=dict, blank=True)  # what the rules said of team, person and so on
    at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True)  # of what is queued

    class Meta:
        indexes = [
            models.Index(fields=["retry_at"], condition=Q(state="queued"), name="routing_queued"),
            models.Index(fields=["conversation"], condition=Q(needs_owner=True), name="routing_needs_owner"),
        ]


class Ownership(models.Model):
    """Who had a conversation, from when to when: the first tells how fast it found an owner, their number how often it moved."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)  # None: has it now
    is_first = models.BooleanField(default=False)
    seconds = models.BigIntegerField(null=True)  # of the first: since the conversation began

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation"], condition=Q(until=None), name="one_owner_at_a_time"),
            models.UniqueConstraint(fields=["conversation"], condition=Q(is_first=True), name="one_first_owner"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["conversation", "since"], name="ownership_of")]


class HandOver(models.Model):
    """A conversation offered to a colleague or a team. The giver has it until somebody accepts."""

    OPEN, ACCEPTED, DECLINED, WITHDRAWN, LAPSED = "open", "accepted", "declined", "withdrawn", "lapsed"

    class Reason(models.TextChoices):
        SHIFT = "shift", pgettext_lazy("hand-over", "My shift ends")
        SKILL = "skill", pgettext_lazy("hand-over", "Somebody knows this better")
        MANDATE = "mandate", pgettext_lazy("hand-over", "It takes a mandate that I do not have")
        LOAD = "load", pgettext_lazy("hand-over", "I have too much")
        OTHER = "other", pgettext_lazy("hand-over", "Something else")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="hand_overs")
    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")  # has it meanwhile
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    to_team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=8, choices=Reason)
    note = models.CharField(max_length=1000, blank=True)  # for who takes over; never leaves the house
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()  # then it returns to the giver alone
    state = models.CharField(max_length=9, default=OPEN)
    answer = models.CharField(max_length=300, blank=True)  # why it was declined
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    key = models.UUIDField()  # made when the form was drawn: a double click is one hand-over of each

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation"], condition=Q(state="open"), name="one_hand_over_open"),
            models.UniqueConstraint(fields=["key", "conversation"], name="one_hand_over_a_form"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["until"], condition=Q(state="open"), name="hand_over_open"),
            models.Index(fields=["to_user"], condition=Q(state="open"), name="hand_over_to"),
        ]

    @property
    def to_name(self) -> str:
        return str(self.to_user) if self.to_user is not None else self.to_team.name if self.to_team else ""


class Decision(models.Model):
    """Somebody decided that a conversation needs no owner for now, and why. Her next word ends it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["conversation", "-at"], name="decision_of")]


class Nightmare(models.Model):
    """A case that went badly for the customer: long waits, passed around, answers off the shelf (TR-07)."""

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, primary_key=True, related_name="nightmare"
    )
    reasons = models.JSONField(default=dict)  # wait, transfers, share -> the figure that is over its limit
    at = models.DateTimeField()
    seen_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)  # a lead took note


class DayKept(models.Model):
    """How a day ended: what came in, and whether anything was left without owner and decision (IN-02, IN-03)."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()  # in the installation's zone
    came_in = models.PositiveIntegerField(default=0)  # conversations that began, or that she went on with
    with_owner = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)  # closed, answered, spam, or let be with a reason
    left = models.PositiveIntegerField(default=0)  # the goal is 0
    left_before = models.PositiveIntegerField(default=0)  # from earlier days
    not_filed = models.PositiveIntegerField(default=0)
    owner_median = models.PositiveIntegerField(null=True)  # seconds from coming in to the first owner
    owner_p90 = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()  # when it was counted
    is_final = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "day"], name="one_day_a_brand")]
