"""What people know and how much they take at a time."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk import words
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Capacity, Skill
from lyhord.staff import audit, mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import User
from lyhord.triage.models import Topic
from lyhord.triage.topics.stock import in_use

VERB = "route"
MOST_SLOTS = 200


def require_over(by: User, person: User) -> None:
    """Whoever routes in a brand may say what its people know."""
    mandates.require(by, VERB)
    if by.is_administrator:
        return
    brands = mandates.brands_where(by, VERB)
    if not staff.colleagues(brands).filter(pk=person.pk).exists():
        raise mandates.NotYours(_("This person works for another brand."))


@transaction.atomic
def set_skill(person: User, kind: str, code: str, level: int, *, by: User, now: datetime) -> Skill | None:
    """`code`: of a topic or a language, or the id of an own topic. Level 0: she does not have it."""
    require_over(by, person)
    topic = own_topic(code) if kind == Skill.Kind.OWN else None
    code = "" if topic is not None else checked(kind, code)
    if level not in {0, *Skill.Level.values}:
        raise NotPossible(_("A level is 1, 2 or 3; 0 takes the skill away."))
    rows = Skill.objects.filter(user=person, kind=kind, code=code, topic=topic)
    if not level:
        if rows.delete()[0]:
            record(person, kind, topic.name if topic else code, 0, by, now)
        return None
    row = rows.first() or Skill(user=person, kind=kind, code=code, topic=topic)
    if row.pk and row.level == level:
        return row
    row.level, row.by, row.at = level, by, now
    row.save()
    record(person, kind, topic.name if topic else code, level, by, now)
    return row


def own_topic(pk: str) -> Topic:
    is_number = pk.isascii() and pk.isdecimal() and len(pk) < 19
    found = in_use().filter(pk=int(pk)).first() if is_number else None
    if found is None:
        raise NotPossible(_("There is no topic of your own with this number."))
    return found


def checked(kind: str, code: str) -> str:
    if kind == Skill.Kind.TOPIC and code in words.TOPICS:
        return code
    if kind == Skill.Kind.LANGUAGE and code.isascii() and code.isalpha() and 2 <= len(code) <= 3:
        return code.lower()
    raise NotPossible(_("Give a topic, one of your own topics, or a language as a code such as fi."))


def record(person: User, kind: str, name: str, level: int, by: User, now: datetime) -> None:
    audit.record("person.skill", person, by=by, now=now, kind=kind, skill=name, level=level)


@transaction.atomic
def set_slots(person: User, slots: int | None, *, by: User, now: datetime) -> Capacity:
    """How many conversations that wait she has at a time; None: as the brand says; 0: she is given none."""
    require_over(by, person)
    if slots is not None and not 0 <= slots <= MOST_SLOTS:
        raise NotPossible(_("Give a number from 0 to %(most)d.") % {"most": MOST_SLOTS})
    row = Capacity.objects.get_or_create(user=person)[0]
    if row.slots != slots:
        row.slots = slots
        row.save(update_fields=["slots"])
        audit.record("person.slots", person, by=by, now=now, slots=slots)
    return row
