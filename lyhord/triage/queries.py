"""Which posts wait for a judgement."""

from django.db.models import F, QuerySet

from lyhord.intake.models import Post
from lyhord.staff.models import User
from lyhord.triage.models import Assessment, Correction


def to_assess() -> QuerySet[Post]:
    """Posts of others that speak to us. Our own, and what was only seen on the way, are judged by nobody."""
    return Post.objects.filter(is_own=False, is_spoken_to=True, is_placeholder=False, deleted_at=None)


def text_of(title: str, text: str) -> str:
    """A post as it is judged and learned: with its subject, where the words do not repeat it."""
    return f"{title}\n\n{text}" if title and title not in text else text


def outdated() -> QuerySet[Assessment]:
    """Judgements of a text that was edited since."""
    return Assessment.objects.exclude(post_version=F("post__version")).filter(post__deleted_at=None)


def corrections(post: Post) -> QuerySet[Correction]:
    return Correction.objects.filter(post=post, undone_at=None).order_by("pk")


def corrections_by(user: User) -> QuerySet[Correction]:
    return Correction.objects.filter(by=user)
