"""Several things done in one stroke: a saved reply as draft, and verbs on the conversation."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from lyhord.desk.models.conversation import Conversation, Turn
from lyhord.desk.models.saved_replies import SavedReply
from lyhord.staff.models import Brand, Team, User


class Macro(models.Model):
    """A saved reply and what is done beside it; shown before it runs, taken back in one step."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")  # None: all teams
    owner = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")  # hers alone
    name = models.CharField(max_length=100)
    reply = models.ForeignKey(SavedReply, on_delete=models.PROTECT, null=True, related_name="+")
    steps = models.JSONField(default=list)  # a list of {verb, value}, in the order in which they run
    on_tag = models.CharField(max_length=60, blank=True)  # a tag that runs it by itself; "": people alone
    after = models.BigIntegerField(default=0)  # turns up to this one were looked at for `on_tag`
    is_on = models.BooleanField(default=True)
    uses = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=True) | Q(owner__isnull=True), name="macro_has_one_reach"
            )
        ]

    @property
    def team_ids(self) -> Iterable[int]:
        return [self.team_id] if self.team_id is not None else []


class MacroRun(models.Model):
    """That a macro ran over a conversation: by a person, or by a tag."""

    macro = models.ForeignKey(Macro, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # None: a tag
    at = models.DateTimeField()
    key = models.UUIDField(unique=True)  # made when the form was drawn: a double click is one run
    tagged = models.ForeignKey(Turn, on_delete=models.CASCADE, null=True, related_name="+")
    done = models.JSONField(default=list)  # verbs that were done
    refused = models.JSONField(default=dict)  # verb: why not

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["macro", "tagged"], condition=Q(tagged__isnull=False), name="one_macro_run_a_tag"
            )
        ]
