"""What a person sees of runs and of guidance: of the brands whose data she may move."""

from collections.abc import Iterable

from django.db.models import QuerySet

from lyhord.channels import registry
from lyhord.desk.queries.saved_replies import Network, networks
from lyhord.moving import adapting
from lyhord.moving.adapting import Limit, Reason
from lyhord.moving.exports.streams import VERB
from lyhord.moving.models import Guidance, Run
from lyhord.staff import mandates
from lyhord.staff.models import Brand, User

MOST = 500  # items of a list


def brands_moved_by(person: User) -> QuerySet[Brand]:
    if not person.is_active:
        return Brand.objects.none()
    if person.is_administrator:
        return Brand.objects.all()
    return Brand.objects.filter(pk__in=mandates.brands_where(person, VERB))


def runs_visible_to(person: User) -> QuerySet[Run]:
    return Run.objects.filter(brand__in=brands_moved_by(person)).select_related("brand", "by")


def guidance_visible_to(person: User) -> QuerySet[Guidance]:
    return Guidance.objects.filter(brand__in=brands_moved_by(person)).select_related("brand", "decided_by")


def to_adapt(person: User) -> QuerySet[Guidance]:
    return guidance_visible_to(person).filter(state=Guidance.State.ADAPT)


def networks_of(person: User) -> list[Network]:
    """The networks in use, the tightest first."""
    return networks(person)


def reasons_of(row: Guidance, used: Iterable[Network]) -> list[Reason]:
    """Why it is to be adapted, as it now stands."""
    limits = [
        Limit(one.label, one.length.limit, registry.get(one.name).measure(row.text, one.length))
        for one in used
    ]
    return list(adapting.reasons(row.kind, row.text, row.values, limits))
