"""What lies beside the composer: whom to name, where to send her, who is on duty."""

from dataclasses import dataclass

from lyhord.channels import queries as channels
from lyhord.channels.models import Account, State
from lyhord.desk.models import Conversation
from lyhord.desk.queries.people import colleagues
from lyhord.desk.queries.saved_replies import case_link
from lyhord.intake.models import Post
from lyhord.staff.models import User

HANDLES = 50
LOOKED_AT = 400  # posts of a thread


@dataclass(frozen=True)
class Handle:
    handle: str
    name: str


def handles(conversation: Conversation) -> list[Handle]:
    """Who wrote in the threads of this conversation, the newest first: whom a reply can name."""
    threads = conversation.strands.values_list("thread", flat=True)
    rows = Post.objects.filter(thread__in=list(threads), is_own=False, deleted_at=None).exclude(handle="")
    found: dict[str, Handle] = {}
    for handle, name in rows.order_by("-at", "-pk").values_list("handle", "name")[:LOOKED_AT]:
        found.setdefault(handle, Handle(handle, name))
    return list(found.values())[:HANDLES]


@dataclass(frozen=True)
class Routes:
    """Where she can be sent, as words for the composer."""

    accounts: list[Account]  # of ours, that have an address people can go to
    case_link: str  # the page of her own case; "": none
    on_duty: list[User]


def routes(user: User, conversation: Conversation) -> Routes:
    living = channels.accounts_visible_to(user).filter(
        brand=conversation.brand_id, is_rehearsal=conversation.account.is_rehearsal
    )
    accounts = living.exclude(state=State.RETIRED).exclude(pk=conversation.account_id).order_by("name", "pk")
    return Routes(
        accounts=[one for one in accounts if one.link or one.handle],
        case_link=case_link(conversation),
        on_duty=[one for one in colleagues(conversation.account_id) if one.is_on_duty and one.pk != user.pk],
    )
