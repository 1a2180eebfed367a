"""Who stands for a topic: responsible, accountable, consulted, informed (CA-09)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk import approving
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.actions.remedies import VERB
from lyhord.desk.models import Responsibility
from lyhord.staff import audit, mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, Role, Team, User
from lyhord.triage.models import Topic

Parties = Mapping[str, Sequence[str]]  # letter -> "team:3", "person:7", "role:lead"


@transaction.atomic
def set_responsible(brand: Brand, topic: str, parties: Parties, *, by: User, now: datetime) -> None:
    """All that stand for one topic, instead of those before."""
    mandates.require(by, VERB, brand)
    if not is_topic(topic):
        raise NotPossible(_("There is no such topic."))
    wrong = approving.wrong_parties(parties)
    if wrong:
        raise NotPossible(WRONG[wrong]())
    made = [
        Responsibility(brand=brand, topic=topic, letter=letter, **party(brand, told))
        for letter, chosen in parties.items()
        if letter in Responsibility.Letter.values
        for told in dict.fromkeys(chosen)
    ]
    Responsibility.objects.filter(brand=brand, topic=topic).delete()
    Responsibility.objects.bulk_create(made)
    audit.record("responsibility.set", brand, by=by, now=now, topic=topic, parties={k: list(v) for k, v in parties.items()})  # fmt: skip


WRONG = {
    "many_accountable": lambda: _("One alone is accountable. Choose one."),
    "nobody_responsible": lambda: _("Somebody must be responsible, or nobody does the work."),
}


def is_topic(topic: str) -> bool:
    kind, colon, number = topic.partition(":")
    if not colon:
        return topic in approving.TOPICS
    return kind == "own" and number.isdecimal() and Topic.objects.filter(pk=int(number[:18])).exists()


def party(brand: Brand, told: str) -> dict[str, Team | User | str]:
    """Of "team:3": the columns. Only of this brand."""
    kind, _colon, key = told.partition(":")
    if kind == "role" and key in Role.values:
        return {"role": key}
    number = int(key) if key.isdecimal() and len(key) < 19 else 0
    found: Team | User | None = None
    if kind == "team":
        found = Team.objects.filter(brand=brand, pk=number).first()
    elif kind == "person":
        found = staff.colleagues([brand.pk]).filter(pk=number).first()
    if found is None:
        raise NotPossible(_("Somebody of these is not of this brand any more. Choose again."))
    return {"team": found} if isinstance(found, Team) else {"user": found}
