"""What this room holds about a person who asks: the sealed details of the audit log, and a colleague's own profile.

People who work here are kept while the log names them: who did what must stay answerable. Their access is ended, not erased.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from lyhord.lib.persons import Person
from lyhord.staff import audit
from lyhord.staff.models import AuditDetail, LogIn, ProviderIdentity, ResetWish, User

DECLARED = {
    "User": "people who work here: name, address, settings",
    "Membership": "in which teams a colleague is, and as what",
    "LogIn": "a colleague's sessions: browser and network address, gone when the session is",
    "ProviderIdentity": "a colleague's account at the organisation's identity provider",
    "AccessLink": "when a colleague was invited or asked for a new password",
    "ResetWish": "the address that somebody typed on the page for a forgotten password, for two hours at most",
    "ApiKey": "a colleague's keys: name, when made and last used",
    "Kept": "answers to a colleague's API calls, for a day",
    "AuditEvent": "what a colleague did and when; of customers only row numbers",
    "AuditDetail": "what an event was about; a customer's data is encrypted under a key of her own",
    "PersonKey": "the key under which one person's audit details lie",
    "AuditHead": "the end of the audit chain; no personal data",
    "Bucket": "how often something was tried, under a digest; no personal data",
    "Brand": "no personal data",
    "Team": "no personal data",
    "Mandate": "no personal data",
}
PROFILE = ("email", "name", "signature", "speaks", "language", "time_zone", "joined_at")


def names(person: Person) -> list[str]:
    """How the audit log calls her."""
    customers = [f"customer:{pk}" for pk in person.customer_ids]
    return customers + [f"identity:{pk}" for pk in person.identity_ids]


def export(person: Person) -> dict[str, Any]:
    addresses = [address.lower() for address in person.addresses]
    details = AuditDetail.objects.filter(person__in=names(person)).select_related("event").order_by("pk")
    colleagues = User.objects.filter(email__in=addresses)
    return {
        "audit": [
            {"at": detail.event.at, "what": detail.event.verb, "of_her": audit.private_of(detail)}
            for detail in details
        ],
        "colleague": list(colleagues.values(*PROFILE)),
        "log_ins": list(LogIn.objects.filter(user__in=colleagues).values("began_at", "browser", "address")),
        "identity_provider": list(
            ProviderIdentity.objects.filter(user__in=colleagues).values(
                "issuer", "subject", "email", "linked_at", "last_used_at"
            )
        ),
        "asked_for_a_password": list(
            ResetWish.objects.filter(email__in=addresses).values("email", "asked_at")
        ),
    }


@transaction.atomic
def erase(person: Person, now: datetime) -> int:
    """Her key is destroyed, so that the log's details of her are unreadable; the chain stays whole."""
    gone = sum(audit.destroy(name) for name in names(person))
    addresses = [address.lower() for address in person.addresses]
    return gone + ResetWish.objects.filter(email__in=addresses).delete()[0]
