"""Why we do this, with goals that the page measures (CA-11). Each change is a new version, to be read anew."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions.departments import VERB
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Purpose, PurposeReading
from lyhord.desk.queries.purposes import MEASURES
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, User

LONGEST = 10_000


@transaction.atomic
def tell_purpose(brand: Brand, why: str, goals: Mapping[str, float], *, by: User, now: datetime) -> Purpose:
    """`goals`: what is wanted of each measure; those not named are not shown. The same again changes nothing."""
    mandates.require(by, VERB, brand)
    Brand.objects.select_for_update().get(pk=brand.pk)
    words = clean(why).strip()
    if not 0 < len(words) <= LONGEST:
        raise NotPossible(_("Say why you do this, in at most %(n)s characters.") % {"n": LONGEST})
    told = [{"measure": name, "target": checked(name, goals[name])} for name in MEASURES if name in goals]
    newest = Purpose.objects.filter(brand=brand).order_by("-version").first()
    if newest is not None and (newest.why, newest.goals) == (words, told):
        return newest
    version = newest.version + 1 if newest is not None else 1
    row = Purpose.objects.create(brand=brand, version=version, why=words, goals=told, by=by, at=now)
    audit.record("purpose.told", row, by=by, now=now, version=version)
    return row


def checked(name: str, target: float) -> float:
    most = MEASURES[name].most
    if not 0 <= target <= most:
        raise NotPossible(_("A goal lies between 0 and %(most)s.") % {"most": most})
    return target


@transaction.atomic
def read_purpose(purpose: Purpose, *, by: User, now: datetime) -> bool:
    """She has read this version. Whether that is new."""
    mandates.require(by, "see", purpose.brand)
    _row, is_new = PurposeReading.objects.get_or_create(purpose=purpose, user=by, defaults={"at": now})
    if is_new:
        audit.record("purpose.read", purpose, by=by, now=now, version=purpose.version)
    return is_new
