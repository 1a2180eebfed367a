"""The one gate for reading: a conversation is seen by whoever sees the account where it began."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from lyhord.channels import queries as channels
from lyhord.desk.models import Conversation, Draft, SavedView, Strand, Tag, Turn
from lyhord.intake.models import Post
from lyhord.staff.models import User


def conversations_visible_to(user: User) -> QuerySet[Conversation]:
    return Conversation.objects.filter(account__in=channels.account_ids_visible_to(user))


def strands_visible_to(user: User) -> QuerySet[Strand]:
    return Strand.objects.filter(conversation__account__in=channels.account_ids_visible_to(user))


def drafts_visible_to(user: User) -> QuerySet[Draft]:
    return Draft.objects.filter(conversation__account__in=channels.account_ids_visible_to(user))


def posts_visible_to(user: User) -> QuerySet[Post]:
    return Post.objects.filter(account__in=channels.account_ids_visible_to(user))


def saved_views(user: User) -> list[SavedView]:
    """Her own first, then those of her teams."""
    teams = user.memberships.values("team")
    shown = SavedView.objects.filter(Q(user=user) | Q(team__in=teams))
    mine = sorted((view for view in shown if view.user_id == user.pk), key=lambda v: (v.position, v.pk))
    others = (view for view in shown if view.user_id != user.pk)
    return [*mine, *sorted(others, key=lambda v: (v.team_id, v.position, v.pk))]


def tags(user: User, brands: Collection[int] | None = None) -> list[str]:
    """Names of the tags that she may choose from. `brands`: hers, where the caller has them at hand."""
    if brands is None:
        brands = set(channels.accounts_visible_to(user).values_list("brand", flat=True))
    names = Tag.objects.filter(brand__in=brands).order_by("name")
    return list(names.values_list("name", flat=True).distinct())


def drafts(conversation: int) -> list[Draft]:
    return list(Draft.objects.filter(conversation=conversation).select_related("user").order_by("-saved_at"))


def newest_turn(conversation: int) -> int | None:
    """The id of the newest turn: the `seen` of a form that is drawn now."""
    return Turn.objects.filter(conversation=conversation).order_by("-pk").values_list("pk", flat=True).first()
