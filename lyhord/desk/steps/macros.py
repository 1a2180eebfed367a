"""Macros that a tag runs (CA-06): found from the turns that tell of tags, each once."""

from datetime import datetime, timedelta

from lyhord.desk.actions import macro_runs
from lyhord.desk.models import Macro, Turn

MOST = 200  # turns of one macro in one walk
MOST_MACROS = 200
# PostgreSQL gives ids before commit: a turn with a lower id may still come into sight so long after a higher one.
SETTLED = timedelta(seconds=5)


def run_tag_macros(now: datetime) -> int:
    """What people tagged since the last walk; tags that a rule gave run nothing, so that no two rules chase each other."""
    listening = Macro.objects.filter(is_on=True).exclude(on_tag="").select_related("made_by").order_by("pk")
    return sum(run_for(macro, now) for macro in listening[:MOST_MACROS])


def run_for(macro: Macro, now: datetime) -> int:
    settled = (
        Turn.objects.filter(at__lte=now - SETTLED).order_by("-pk").values_list("pk", flat=True).first() or 0
    )
    if settled <= macro.after:
        return 0
    rows = Turn.objects.filter(pk__gt=macro.after, pk__lte=settled, what="tagged", by__isnull=False)
    found = list(rows.filter(conversation__brand=macro.brand_id).order_by("pk")[:MOST])
    wanted = macro.on_tag.casefold()
    ran = [
        macro_runs.run_by_tag(macro, turn, now)
        for turn in found
        if str(turn.values.get("name", "")).casefold() == wanted
    ]
    after = found[-1].pk if len(found) == MOST else settled
    Macro.objects.filter(pk=macro.pk).update(after=after)
    return sum(one is not None for one in ran)
