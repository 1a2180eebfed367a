"""What of intake somebody may see: what came to accounts that are visible to her."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from lyhord.channels.models import Account
from lyhord.channels.queries import accounts_visible_to
from lyhord.intake.models import Attachment, Envelope, Post, Thread
from lyhord.staff.models import User


def posts_visible_to(person: User) -> QuerySet[Post]:
    return Post.objects.filter(account__in=accounts_visible_to(person))


def threads_visible_to(person: User) -> QuerySet[Thread]:
    return Thread.objects.filter(account__in=accounts_visible_to(person))


def attachments_visible_to(person: User) -> QuerySet[Attachment]:
    return Attachment.objects.filter(post__account__in=accounts_visible_to(person))


def quarantine_visible_to(person: User) -> QuerySet[Envelope]:
    """What was set aside, newest first. What came to an app is seen by those who see all its accounts."""
    envelopes = Envelope.objects.filter(state=Envelope.QUARANTINED).order_by("-pk")
    if person.is_administrator and person.is_active:
        return envelopes
    visible = accounts_visible_to(person)
    of_app = Account.objects.filter(app=OuterRef("app"))
    whole_app = Q(Exists(of_app)) & ~Q(Exists(of_app.exclude(pk__in=visible.values("pk"))))
    return envelopes.filter(Q(account__in=visible) | (Q(account=None) & whole_app))
