"""What a brand can do for customers, and up to how much each role or person grants (RE-01)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Remedy, RemedyKind, RemedyLevel
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, Role, User

VERB = "set_mandates"
LENGTHS = {"name": 60, "unit": 12, "meaning": 500, "instruction": 1000}


@transaction.atomic
def save_remedy(
    brand: Brand, told: Mapping[str, Any], *, by: User, now: datetime, remedy: Remedy | None = None
) -> Remedy:
    """A new one, or other words for an old one. `told`: name, kind, unit, needs_amount, meaning, instruction."""
    mandates.require(by, VERB, brand)
    row = remedy or Remedy(brand=brand)
    for name, most in LENGTHS.items():
        setattr(row, name, words(told.get(name, getattr(row, name)), most))
    row.kind = told.get("kind", row.kind)
    row.needs_amount = bool(told.get("needs_amount", row.needs_amount))
    if not row.name:
        raise NotPossible(_("Give it a name."))
    if row.kind not in RemedyKind.values:
        raise NotPossible(_("Choose what kind of remedy it is."))
    if row.needs_amount and not row.unit:
        raise NotPossible(_("Say what is counted, such as SEK, EUR or points."))
    others = Remedy.objects.filter(brand=brand, name=row.name, retired_at=None).exclude(pk=row.pk)
    if others.exists():
        raise NotPossible(_("There is a remedy called %(name)s already.") % {"name": row.name})
    row.save()
    audit.record("remedy.saved", row, by=by, now=now, name=row.name, unit=row.unit)
    return row


def words(given: Any, most: int) -> str:
    text: str = clean(str(given)).strip()
    if len(text) > most:
        raise NotPossible(
            _("“%(start)s…” has %(n)d characters; at most %(most)d are kept.")
            % {"start": text[:20], "n": len(text), "most": most}
        )
    return text


@transaction.atomic
def retire_remedy(remedy: Remedy, *, by: User, now: datetime) -> Remedy:
    """Not granted any more; what was granted stays, and what is asked for can still be decided."""
    mandates.require(by, VERB, remedy.brand)
    if remedy.retired_at is None:
        remedy.retired_at = now
        remedy.save(update_fields=["retired_at"])
        audit.record("remedy.retired", remedy, by=by, now=now)
    return remedy


@transaction.atomic
def bring_back_remedy(remedy: Remedy, *, by: User, now: datetime) -> Remedy:
    mandates.require(by, VERB, remedy.brand)
    others = Remedy.objects.filter(brand=remedy.brand_id, name=remedy.name, retired_at=None)
    if others.exclude(pk=remedy.pk).exists():
        raise NotPossible(_("There is a remedy called %(name)s already.") % {"name": remedy.name})
    if remedy.retired_at is not None:
        remedy.retired_at = None
        remedy.save(update_fields=["retired_at"])
        audit.record("remedy.brought_back", remedy, by=by, now=now)
    return remedy


@transaction.atomic
def set_level(
    remedy: Remedy,
    whose: str | User,
    most: Decimal | None,
    *,
    is_allowed: bool = True,
    by: User,
    now: datetime,
) -> None:
    """Up to how much a role (its code) or a person grants at once; `most` None: no limit. Not allowed: not at all.

    Nobody widens what she herself may do: a lead of one brand does not set her own level.
    """
    mandates.require(by, VERB, remedy.brand)
    if isinstance(whose, User) and whose.pk == by.pk and not by.is_administrator:
        raise mandates.NotYours(_("Nobody sets her own mandate. Ask another lead or an administrator."))
    if isinstance(whose, str) and whose not in Role.values:
        raise NotPossible(_("There is no such role."))
    of = {"role": "", "user": whose} if isinstance(whose, User) else {"role": whose, "user": None}
    if not is_allowed:
        gone = RemedyLevel.objects.filter(remedy=remedy, **of).delete()[0]
        if not gone:
            return
    else:
        if RemedyLevel.objects.filter(remedy=remedy, most=most, **of).exists():
            return
        RemedyLevel.objects.update_or_create(remedy=remedy, **of, defaults={"most": most})
    audit.record(
        "remedy.level_set", remedy, by=by, now=now, whose=str(whose), most=most if is_allowed else "no"
    )
