"""Case types with their process, a brand's own fields, and its list of tags: what leads look after."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lyhord.desk.actions.labelling import alike
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import CaseSettings, CaseType, Field, ProcessStep, Tag
from lyhord.desk.words import TOPICS
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, User
from lyhord.staff.rules import MAY

VERB = "manage_cases"
MOST_TYPES, MOST_STEPS, MOST_FIELDS, MOST_CHOICES = 60, 30, 40, 100


class Whole:
    """A brand as the subject of a mandate."""

    team_ids: tuple[int, ...] = ()

    def __init__(self, brand: int) -> None:
        self.brand_id = brand


def line(text: str, longest: int, empty: str) -> str:
    text = " ".join(clean(text).split())
    if not text or len(text) > longest:
        raise NotPossible(empty)
    return text


# Types and their steps -------------------------------------------------------------------------------------------


@transaction.atomic
def save_type(
    brand: Brand, name: str, *, by: User, now: datetime, topic: str = "", tag: str = "", hours: int | None = None, remedies: str = "",
    known: CaseType | None = None,
) -> CaseType:  # fmt: skip
    """A new type, or `known` as it is from now on. Raises NotPossible."""
    mandates.require(by, VERB, Whole(brand.pk))
    name = line(name, 80, _("A type has a name of 1 to 80 characters."))
    in_use = CaseType.objects.filter(brand=brand, retired_at=None).exclude(pk=known.pk if known else 0)
    if in_use.filter(name__iexact=name).exists():
        raise NotPossible(_("There is a type of this name already."))
    if known is None and in_use.count() >= MOST_TYPES:
        raise NotPossible(_("There are %(most)d types already. Retire one first.") % {"most": MOST_TYPES})
    if topic and topic not in TOPICS:
        raise NotPossible(_("There is no such topic."))
    row = known or CaseType(brand=brand)
    row.name, row.topic, row.hours, row.remedies = name, topic, hours, clean(remedies).strip()[:4000]
    row.tag = named(brand, tag)
    row.save()
    audit.record("case_type.saved", row, by=by, now=now, name=name, topic=topic, hours=hours)
    return row


def named(brand: Brand, tag: str) -> str:
    """The tag as the brand writes it; a new one is made, so that it can be chosen."""
    tag = " ".join(clean(tag).split())[:60]
    if not tag:
        return ""
    known = alike(Tag.objects.filter(brand=brand), tag)
    return (known or Tag.objects.create(brand=brand, name=tag)).name


@transaction.atomic
def retire_type(row: CaseType, *, by: User, now: datetime) -> None:
    """It is offered no more; cases that have it keep it."""
    mandates.require(by, VERB, Whole(row.brand_id))
    if CaseType.objects.filter(pk=row.pk, retired_at=None).update(retired_at=now):
        audit.record("case_type.retired", row, by=by, now=now, name=row.name)


@transaction.atomic
def save_step(
    kind: CaseType, name: str, *, by: User, now: datetime, role: str = "", hours: int | None = None,
    known: ProcessStep | None = None,
) -> ProcessStep:  # fmt: skip
    mandates.require(by, VERB, Whole(kind.brand_id))
    name = line(name, 120, _("A step has a name of 1 to 120 characters."))
    if role and role not in MAY:
        raise NotPossible(_("There is no such role."))
    steps = ProcessStep.objects.filter(type=kind, retired_at=None)
    if known is None and steps.count() >= MOST_STEPS:
        raise NotPossible(_("There are %(most)d steps already. Take one out first.") % {"most": MOST_STEPS})
    last = ProcessStep.objects.filter(type=kind).aggregate(last=Max("position"))["last"] or 0
    row = known or ProcessStep(type=kind, position=last + 1)
    row.name, row.role, row.hours = name, role, hours
    row.save()
    audit.record("case_type.step_saved", kind, by=by, now=now, step=row.pk, name=name)
    return row


@transaction.atomic
def retire_step(step: ProcessStep, *, by: User, now: datetime) -> None:
    mandates.require(by, VERB, Whole(step.type.brand_id))
    if ProcessStep.objects.filter(pk=step.pk, retired_at=None).update(retired_at=now):
        audit.record("case_type.step_retired", step.type, by=by, now=now, step=step.pk, name=step.name)


@transaction.atomic
def move_step(step: ProcessStep, way: str, *, by: User, now: datetime) -> None:
    """One up or down among those in use."""
    mandates.require(by, VERB, Whole(step.type.brand_id))
    rows = list(ProcessStep.objects.filter(type=step.type, retired_at=None).order_by("position", "pk"))
    place = next((n for n, one in enumerate(rows) if one.pk == step.pk), None)
    other = None if place is None else place + (-1 if way == "up" else 1)
    if place is None or other is None or not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, one in enumerate(rows, 1):
        ProcessStep.objects.filter(pk=one.pk).update(position=position)
    audit.record("case_type.step_moved", step.type, by=by, now=now, step=step.pk, way=way)


@transaction.atomic
def set_case_settings(
    brand: Brand,
    *,
    by: User,
    now: datetime,
    look_share: int | None = None,
    has_fixed_tags: bool | None = None,
) -> CaseSettings:
    mandates.require(by, VERB, Whole(brand.pk))
    row, _new = CaseSettings.objects.select_for_update().get_or_create(brand=brand)
    if look_share is not None:
        if not 0 <= look_share <= 100:
            raise NotPossible(_("A share is a number from 0 to 100."))
        row.look_share = look_share
    if has_fixed_tags is not None:
        row.has_fixed_tags = has_fixed_tags
    row.save()
    audit.record(
        "cases.set", row, by=by, now=now, look_share=row.look_share, has_fixed_tags=row.has_fixed_tags
    )
    return row


# Fields of one's own ---------------------------------------------------------------------------------------------


@transaction.atomic
def save_field(
    brand: Brand, name: str, kind: str, *, by: User, now: datetime, of: str = "conversation", choices: Sequence[str] = (),
    is_required: bool = False, known: Field | None = None,
) -> Field:  # fmt: skip
    """A new field, or `known` with another name or other choices; its kind and place stay. Raises NotPossible."""
    mandates.require(by, VERB, Whole(brand.pk))
    name = line(name, 60, _("A field has a name of 1 to 60 characters."))
    in_use = Field.objects.filter(brand=brand, retired_at=None).exclude(pk=known.pk if known else 0)
    kind, of = (known.kind, known.of) if known else (kind, of)
    if kind not in Field.Kind.values or of not in Field.Of.values:
        raise NotPossible(_("There is no such kind of field."))
    if in_use.filter(of=of, name__iexact=name).exists():
        raise NotPossible(_("There is a field of this name already."))
    if known is None and in_use.count() >= MOST_FIELDS:
        raise NotPossible(_("There are %(most)d fields already. Retire one first.") % {"most": MOST_FIELDS})
    row = known or Field(brand=brand, kind=kind, of=of, position=in_use.count() + 1)
    row.name, row.choices, row.is_required = name, choices_of(kind, choices), is_required
    row.save()
    audit.record("field.saved", row, by=by, now=now, name=name, kind=kind, required=is_required)
    return row


def choices_of(kind: str, choices: Sequence[str]) -> list[str]:
    if kind != Field.Kind.CHOICE:
        return []
    tidy = list(dict.fromkeys(" ".join(clean(one).split())[:300] for one in choices if one.strip()))
    if not 1 <= len(tidy) <= MOST_CHOICES:
        raise NotPossible(_("Give what may be chosen: 1 to %(most)d lines.") % {"most": MOST_CHOICES})
    return tidy


@transaction.atomic
def retire_field(row: Field, *, by: User, now: datetime) -> None:
    """It is shown and asked for no more; what stands in it is kept."""
    mandates.require(by, VERB, Whole(row.brand_id))
    if Field.objects.filter(pk=row.pk, retired_at=None).update(retired_at=now):
        audit.record("field.retired", row, by=by, now=now, name=row.name)
