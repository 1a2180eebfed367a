"""The mail address of a single case, where a mailbox of the brand gives such addresses (PR-03)."""

from lyhord.channels import contract, registry
from lyhord.channels import queries as channels
from lyhord.channels.actions import side_of
from lyhord.channels.models import Account, State
from lyhord.desk.models import Conversation
from lyhord.staff.models import User


def case_address(user: User, conversation: Conversation) -> tuple[Account, contract.CaseAddress] | None:
    """The mailbox and its address for this conversation; None: no mailbox that she sees has such addresses."""
    hers = [one.pk for one in channels.accounts_seen_by(user) if one.brand_id == conversation.brand_id]
    others = [pk for pk in hers if pk != conversation.account_id]
    boxes = Account.objects.filter(pk__in=others, state=State.ACTIVE).select_related("app").order_by("pk")
    for account in boxes.filter(is_rehearsal=conversation.account.is_rehearsal):
        found = registry.get(account.connector).case_address(
            side_of(account), f"conversation:{conversation.pk}"
        )
        if found is not None:
            return account, found
    return None
