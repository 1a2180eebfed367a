"""By what other ways we reach a customer, where a channel is gone (CH-44)."""

from dataclasses import dataclass

from lyhord.channels import queries as channels
from lyhord.channels.models import State
from lyhord.customers import queries as customers
from lyhord.customers.models import Identity
from lyhord.desk.models import Conversation, Strand
from lyhord.staff.models import User


@dataclass(frozen=True)
class Way:
    """An account of hers on a network where ours still lives."""

    identity: Identity
    conversation: Conversation | None  # the newest one there, in which an answer can be written


def other_ways(user: User, conversation: Conversation) -> list[Way]:
    """Her accounts on networks that this reader's accounts still serve, the newest used first."""
    living = channels.accounts_visible_to(user).exclude(state=State.RETIRED)
    served = set(living.filter(brand=conversation.brand_id).values_list("connector", flat=True))
    identities = [
        identity
        for identity in customers.identities_of(conversation.customer).order_by("-last_at", "pk")
        if identity.connector in served and not identity.blocks_us
    ]
    strands = Strand.objects.filter(identity__in=identities, ended_at=None, thread__account__in=living)
    newest = {
        strand.identity_id: strand.conversation
        for strand in strands.exclude(conversation=conversation)
        .select_related("conversation")
        .order_by("conversation__last_at", "pk")
    }
    return [Way(identity, newest.get(identity.pk)) for identity in identities]
