"""How far somebody has read a thread."""

from datetime import datetime

from django.db import transaction

from lyhord.desk.models import ThreadReading
from lyhord.intake.models import Thread
from lyhord.staff import mandates
from lyhord.staff.models import User


@transaction.atomic
def mark_thread_read(thread: Thread, upto: int, *, by: User, now: datetime) -> ThreadReading:
    """All posts up to that id are known to her. Never back: two open pages may say it in any order."""
    mandates.require(by, "see", thread.account)
    row, _new = ThreadReading.objects.get_or_create(thread=thread, user=by)
    ThreadReading.objects.filter(pk=row.pk, last_post__lt=upto).update(last_post=upto)
    row.refresh_from_db()
    return row
