"""What this room holds about people, told or forgotten."""

from datetime import datetime
from typing import Any

from lyhord.customers.models import Customer, Identity, IdentityAlias, Merge
from lyhord.lib.persons import Person

DECLARED = {
    "Customer": "name, language, our note about her",
    "Identity": "native id, handle, name and profile on a network",
    "IdentityAlias": "further native ids",
    "Authorship": "which identity wrote which post; says nothing without the identity",
    "Merge": "which customers were found to be one, and by whom of us",
}
GONE = "erased"


def export(person: Person) -> dict[str, Any]:
    return {
        "customers": list(
            Customer.objects.filter(pk__in=person.customer_ids)
            .order_by("pk")
            .values("id", "name", "language", "note", "since")
        ),
        "identities": list(
            Identity.objects.filter(pk__in=person.identity_ids)
            .order_by("pk")
            .values("connector", "native", "handle", "name", "profile", "followers", "first_at", "last_at")
        ),
        "aliases": list(
            IdentityAlias.objects.filter(identity__in=person.identity_ids)
            .order_by("pk")
            .values("connector", "native")
        ),
        "merged": Merge.objects.filter(kept__in=person.customer_ids).count(),
    }


def erase(person: Person, now: datetime) -> int:
    """Names, notes and native ids go; empty rows stay, so that what others said keeps its place.

    A new word of the same person is then a stranger's.
    """
    IdentityAlias.objects.filter(identity__in=person.identity_ids).delete()
    changed = 0
    for identity in Identity.objects.filter(pk__in=person.identity_ids):
        identity.native = f"{GONE}:{identity.pk}"
        identity.handle = identity.name = identity.profile = ""
        identity.followers = None
        identity.save()
        changed += 1
    return changed + Customer.objects.filter(pk__in=person.customer_ids).update(
        name="", language="", note="", erased_at=now
    )
