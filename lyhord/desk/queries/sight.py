"""The one gate for reading: a conversation is seen by whoever sees the account where it began."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from lyhord.channels import queries as channels
from lyhord.desk.models import Conversation, Draft, DraftFile, SavedView, Strand, Tag, Turn
from lyhord.intake.models import Post, Thread
from lyhord.outbox.models import Enclosure
from lyhord.staff.models import Membership, User
from lyhord.web.statements import Kept


def conversations_visible_to(user: User) -> QuerySet[Conversation]:
    return Conversation.objects.filter(account__in=channels.account_ids_visible_to(user))


def strands_visible_to(user: User) -> QuerySet[Strand]:
    return Strand.objects.filter(conversation__account__in=channels.account_ids_visible_to(user))


def drafts_visible_to(user: User) -> QuerySet[Draft]:
    return Draft.objects.filter(conversation__account__in=channels.account_ids_visible_to(user))


def posts_visible_to(user: User) -> QuerySet[Post]:
    return Post.objects.filter(account__in=channels.account_ids_visible_to(user))


def threads_visible_to(user: User) -> QuerySet[Thread]:
    return Thread.objects.filter(account__in=channels.account_ids_visible_to(user))


def of_her_and_teams(user: int) -> QuerySet[SavedView]:
    teams = Membership.objects.filter(user=user).values("team")
    return SavedView.objects.filter(Q(user=user) | Q(team__in=teams))


views_of = Kept[SavedView](of_her_and_teams)
tags_of = Kept[str](
    lambda brands: (
        Tag.objects.filter(brand__in=brands).order_by("name").values_list("name", flat=True).distinct()
    )
)


def saved_views(user: User) -> list[SavedView]:
    """Her own first, then those of her teams."""
    shown = views_of(user.pk)
    mine = sorted((view for view in shown if view.user_id == user.pk), key=lambda v: (v.position, v.pk))
    others = (view for view in shown if view.user_id != user.pk)
    return [*mine, *sorted(others, key=lambda v: (v.team_id, v.position, v.pk))]


def tags(user: User, brands: Collection[int] | None = None) -> list[str]:
    """Names of the tags that she may choose from. `brands`: hers, where the caller has them at hand."""
    if brands is None:
        brands = {account.brand_id for account in channels.accounts_seen_by(user)}
    return tags_of(sorted(brands))


def draft_files(pk: int, user: User) -> list[Enclosure]:
    """What lies beside her own draft, in the order of its coming."""
    rows = DraftFile.objects.filter(conversation=pk, user=user, file__is_gone=False).select_related("file")
    return [row.file for row in rows.order_by("file")]


def drafts(conversation: int) -> list[Draft]:
    return list(Draft.objects.filter(conversation=conversation).select_related("user").order_by("-saved_at"))


def newest_turn(conversation: int) -> int | None:
    """The id of the newest turn: the `seen` of a form that is drawn now."""
    return Turn.objects.filter(conversation=conversation).order_by("-pk").values_list("pk", flat=True).first()
