"""Notes from one shift to the next, each read or not (TE-10)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import ShiftNote, ShiftReading
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import Team, User

LONGEST = 5000


@transaction.atomic
def write_shift_note(team: Team, text: str, *, by: User, form_key: UUID, now: datetime) -> ShiftNote:
    """For whoever of the team comes next. Its writer has read it."""
    mandates.require(by, "note", team)
    again = ShiftNote.objects.filter(key=form_key, by=by).first()
    if again is not None:
        return again
    words = clean(text).strip()
    if not words:
        raise NotPossible(_("Write something first."))
    if len(words) > LONGEST:
        told = _("The text has %(n)d characters; at most %(most)d are kept.")
        raise NotPossible(told % {"n": len(words), "most": LONGEST})
    try:
        with transaction.atomic():
            row = ShiftNote.objects.create(team=team, text=words, by=by, at=now, key=form_key)
    except IntegrityError:  # the other click of a double one was first
        return ShiftNote.objects.get(key=form_key, by=by)
    ShiftReading.objects.create(note=row, user=by, at=now)
    audit.record("shift.noted", team, by=by, now=now, note=row.pk)
    return row


@transaction.atomic
def read_shift_notes(team: Team, *, upto: int, by: User, now: datetime) -> int:
    """She has read the team's notes up to this one; gives how many were new to her."""
    mandates.require(by, "see", team)
    new = ShiftNote.objects.filter(team=team, pk__lte=upto).exclude(readings__user=by)
    ids = list(new.order_by("-pk").values_list("pk", flat=True)[:200])
    ShiftReading.objects.bulk_create(
        (ShiftReading(note_id=pk, user=by, at=now) for pk in ids), ignore_conflicts=True
    )
    if ids:
        audit.record("shift.read", team, by=by, now=now, n=len(ids), upto=upto)
    return len(ids)
