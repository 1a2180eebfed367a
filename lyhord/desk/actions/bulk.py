"""One verb over several conversations, taken back in one step."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lyhord.desk import queries
from lyhord.desk.actions import assigning, labelling, status
from lyhord.desk.actions.changing import Done, Verb, change_all
from lyhord.desk.actions.refusals import NotPossible
from lyhord.staff import mandates
from lyhord.staff.models import User

MOST = 500

# name: (what it does, the mandate it takes)
VERBS: dict[str, tuple[Verb, str]] = {
    "close": (status.closing, "close"),
    "reopen": (status.reopening, "reopen"),
    "snooze": (status.snoozing, "snooze"),
    "wake": (status.waking, "snooze"),
    "assign": (assigning.assigning, "assign"),
    "take": (assigning.taking, "assign"),
    "assign_team": (assigning.assigning_team, "assign"),
    "tag": (labelling.tagging, "tag"),
    "untag": (labelling.untagging, "tag"),
    "set_priority": (labelling.prioritising, "prioritise"),
    "mark_spam": (labelling.judging, "spam"),
    "not_spam": (labelling.judging, "spam"),
}
GIVEN: dict[str, dict[str, Any]] = {"mark_spam": {"is_spam": True}, "not_spam": {"is_spam": False}}


def bulk(ids: Iterable[int], verb: str, *, by: User, now: datetime, **values: Any) -> Done:
    """`verb` over all of `ids` that `by` may see; those that refuse it are told with their reason, the others go on."""
    asked = sorted(set(ids))
    if verb not in VERBS:
        raise NotPossible(_("There is no such verb for several conversations at once."))
    if len(asked) > MOST:
        raise NotPossible(
            _("%(n)d are chosen; at most %(most)d go at once.") % {"n": len(asked), "most": MOST}
        )
    mandates.require(by, VERBS[verb][1])  # nowhere at all: one refusal, and not one a conversation
    seen = queries.conversations_visible_to(by).filter(pk__in=asked).values_list("pk", flat=True)
    does, mandate = VERBS[verb]
    return change_all(list(seen), does, verb, mandate, by=by, now=now, **{**GIVEN.get(verb, {}), **values})
