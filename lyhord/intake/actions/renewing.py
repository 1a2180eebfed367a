"""Asking later rooms to look at posts once more."""

from collections.abc import Sequence
from datetime import datetime

from lyhord.intake.actions.store import CHANGES
from lyhord.intake.models import PostChange
from lyhord.lib import work

JUDGE = "judge"


def judge_again(posts: Sequence[int], now: datetime) -> None:
    """Within a transaction. Nothing happened to the posts themselves: only what we think of them is to be renewed."""
    work.in_order(CHANGES)
    PostChange.objects.bulk_create(
        [PostChange(post_id=post, what=JUDGE, at=now) for post in sorted(posts)], batch_size=2000
    )


def newest() -> int:
    """The number of the newest change, within the transaction that made it."""
    return int(PostChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)
