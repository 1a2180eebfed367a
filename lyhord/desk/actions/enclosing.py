"""Files beside a draft: kept on the server as its words are, sent with the next reply."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import ngettext

from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, DraftFile
from lyhord.outbox import actions as outbox
from lyhord.outbox.models import Dispatch, Enclosure
from lyhord.staff import mandates
from lyhord.staff.models import User

MOST = 20  # beside one draft, whatever a network takes


@transaction.atomic
def enclose(
    conversation: Conversation, name: str, content: bytes, *, by: User, now: datetime, alt: str = ""
) -> Enclosure:
    """Lay a file beside one's draft. Raises NotYours, NotPossible, or outbox.BadFile with what the network takes."""
    mandates.require(by, "reply", conversation.account)
    if files_of(conversation, by).count() >= MOST:
        told = ngettext("At most %(n)s file can be kept.", "At most %(n)s files can be kept.", MOST)
        raise NotPossible(told % {"n": MOST})
    made = outbox.enclose(conversation.account, name, content, by=by, now=now, alt=alt)
    DraftFile.objects.create(conversation=conversation, user=by, file=made)
    return made


@transaction.atomic
def take_out(conversation: Conversation, file: int, *, by: User, now: datetime) -> None:
    """Not this one after all. A second time it changes nothing."""
    mandates.require(by, "reply", conversation.account)
    mine = [row.file for row in files_of(conversation, by).filter(file=file)]
    DraftFile.objects.filter(file__in=mine).delete()
    outbox.give_up(mine, now)


@transaction.atomic
def describe(conversation: Conversation, alts: Mapping[int, str], *, by: User) -> None:
    """What the pictures show; of files that are not hers nothing changes."""
    mandates.require(by, "reply", conversation.account)
    for row in files_of(conversation, by).filter(file__in=list(alts)):
        outbox.describe(row.file, alts[row.file_id])


def files_of(conversation: Conversation, by: User) -> QuerySet[DraftFile]:
    mine = DraftFile.objects.filter(conversation=conversation, user=by, file__is_gone=False)
    return mine.select_related("file").order_by("file")


def chosen(conversation: Conversation, files: Iterable[int], by: User) -> list[Enclosure]:
    """The files that a reply takes along, in the order given. What was removed meanwhile is refused, not left out."""
    wanted = list(dict.fromkeys(files))
    mine = {row.file_id: row.file for row in files_of(conversation, by).filter(file__in=wanted)}
    missing = [one for one in wanted if one not in mine]
    if missing:
        raise NotPossible(
            ngettext(
                "A file of this reply was removed or sent meanwhile. Look at what is left, then send again.",
                "%(n)s files of this reply were removed or sent meanwhile. Look at what is left, then send again.",
                len(missing),
            )
            % {"n": len(missing)}
        )
    return [mine[one] for one in wanted]


def sent(files: Iterable[Enclosure]) -> None:
    """They are the dispatch's now."""
    DraftFile.objects.filter(file__in=[one.pk for one in files]).delete()


def back(conversation: Conversation, dispatch: Dispatch, by: User) -> None:
    """A reply taken back: its files lie beside the draft again."""
    DraftFile.objects.bulk_create(
        DraftFile(conversation=conversation, user=by, file=one) for one in outbox.untie(dispatch)
    )


def hand_on(conversation: Conversation, former: User, by: User) -> None:
    """With the words of a colleague's draft go its files."""
    DraftFile.objects.filter(conversation=conversation, user=former).update(user=by)


def laid_aside(files: Iterable[int]) -> None:
    """They wait with a proposed reply, and leave the composer."""
    DraftFile.objects.filter(file__in=list(files)).delete()


def laid_back(conversation: Conversation, files: Iterable[int], by: User) -> None:
    """The proposal is decided: what is still there lies beside its author's draft."""
    wanted = list(files)
    if not wanted:
        return
    free = Enclosure.objects.filter(pk__in=wanted, dispatch=None, is_gone=False)
    free = free.exclude(pk__in=DraftFile.objects.filter(file__in=wanted).values("file"))
    DraftFile.objects.bulk_create(DraftFile(conversation=conversation, user=by, file=one) for one in free)
