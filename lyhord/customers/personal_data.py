"""What this room holds about people, told or forgotten."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lyhord.customers.models import (
    Authorship,
    Band,
    Customer,
    Identity,
    IdentityAlias,
    Merge,
    SameQuestion,
    Suggestion,
    Trace,
    Wish,
    Wording,
)
from lyhord.lib.persons import Person

DECLARED = {
    "Customer": "name, language, our note about her",
    "Identity": "native id, handle, name and profile on a network",
    "IdentityAlias": "further native ids",
    "Authorship": "which identity wrote which post; says nothing without the identity",
    "Merge": "which customers were found to be one, and by whom of us",
    "Trace": "what she told by which two accounts can be found to be hers: names, addresses, numbers, pages",
    "Suggestion": "that two accounts may be one person's, with reasons; addresses and numbers masked",
    "Wish": "how she wants to be met, and her words about it; may tell of her health",
    "Wording": "a signature of her words, from which they cannot be read",
    "Band": "parts of that signature; two weeks",
    "SameQuestion": "that two posts ask the same",
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
        "traces": list(
            Trace.objects.filter(identity__in=person.identity_ids)
            .order_by("pk")
            .values("kind", "value", "at")
        ),
        "wishes": list(
            Wish.objects.filter(customer__in=person.customer_ids)
            .order_by("pk")
            .values("kind", "value", "words", "source", "state", "made_at", "until")
        ),
        "suggested_to_be_one": list(
            suggestions(person).order_by("pk").values("state", "points", "reasons", "made_at", "decided_at")
        ),
        "same_questions": SameQuestion.objects.filter(post__in=posts(person)).count(),
        "merged": Merge.objects.filter(kept__in=person.customer_ids).count(),
    }


def suggestions(person: Person) -> QuerySet[Suggestion]:
    ids = person.identity_ids
    return Suggestion.objects.filter(Q(one__in=ids) | Q(other__in=ids))


def posts(person: Person) -> QuerySet[Authorship, int]:
    return Authorship.objects.filter(identity__in=person.identity_ids).values_list("post", flat=True)


def erase(person: Person, now: datetime) -> int:
    """Names, notes and native ids go; empty rows stay, so that what others said keeps its place.

    A new word of the same person is then a stranger's.
    """
    IdentityAlias.objects.filter(identity__in=person.identity_ids).delete()
    changed = forget_findings(person)
    for identity in Identity.objects.filter(pk__in=person.identity_ids):
        identity.native = f"{GONE}:{identity.pk}"
        identity.handle = identity.name = identity.profile = ""
        identity.followers = None
        identity.save()
        changed += 1
    return changed + Customer.objects.filter(pk__in=person.customer_ids).update(
        name="", language="", note="", erased_at=now
    )


def forget_findings(person: Person) -> int:
    """What was read out of her words and what she wished. Signatures of her posts are emptied: they stay as receipts."""
    hers = posts(person)
    gone = Trace.objects.filter(identity__in=person.identity_ids).delete()[0]
    gone += suggestions(person).delete()[0]
    gone += Wish.objects.filter(customer__in=person.customer_ids).delete()[0]
    gone += SameQuestion.objects.filter(Q(post__in=hers) | Q(earlier__in=hers)).delete()[0]
    gone += Band.objects.filter(post__in=hers).delete()[0]
    Wording.objects.filter(post__in=hers).exclude(signature=b"").update(signature=b"")
    return gone
