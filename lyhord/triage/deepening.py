"""Posts are judged by their words at once, in the line; their meaning is read after it, as fast as the machine can."""

from datetime import datetime, timedelta

from django.db import transaction

from lyhord.intake.actions import renewing
from lyhord.lib import work
from lyhord.triage.learned import serving
from lyhord.triage.models import Assessment
from lyhord.web import marks

MOST = 20  # a walk: a fifth of a second of one core
YOUNG = timedelta(days=2)  # what is older was answered or is no longer urgent
LOCK = 7_503  # as the judging itself
MARK = "triage.deepen"


@transaction.atomic
def deepen(now: datetime) -> int:
    """Ask that what was judged by words alone be judged again by meaning, the newest first. Nothing without embeddings."""
    newest = Assessment.objects.filter(is_shallow=True, at__gt=now - YOUNG).order_by("-at", "-post")
    posts = list(newest.filter(post__deleted_at=None).values_list("post", flat=True)[:MOST])
    if not posts or not serving.has_embeddings():
        serving.serving.let_go()
        return 0
    work.in_order(LOCK)
    # Those that were asked for and not yet taken would be asked for again.
    if marks.get("triage.reassess") < marks.get(MARK):
        return 0
    renewing.judge_again(posts, now)
    marks.put(MARK, renewing.newest())
    return len(posts)
