"""Words that are used again: written, reviewed, brought back, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import regex
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lyhord.channels import registry
from lyhord.desk import filling
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Macro, SavedReply, SavedReplyText, SavedReplyVersion
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, Team, User

LONGEST = 10_000
MOST_TEXTS = 60
LANG = regex.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")


@dataclass(frozen=True)
class Wording:
    """The words in one language, for one network or ("") for all."""

    lang: str
    text: str
    connector: str = ""


@dataclass(frozen=True)
class Given:
    """What somebody writes about a saved reply. Neither team nor `is_own`: for the whole brand."""

    name: str
    brand: Brand
    texts: Sequence[Wording]
    folder: str = ""
    team: Team | None = None
    is_own: bool = False


@transaction.atomic
def save_reply(given: Given, *, by: User, now: datetime, reply: SavedReply | None = None) -> SavedReply:
    """A new one, or a new version of `reply`. Raises mandates.NotYours or NotPossible."""
    if reply is not None:
        reply = changeable(reply, by)
    row = reply or SavedReply(made_by=by)
    row.brand, row.team, row.owner = given.brand, given.team, by if given.is_own else None
    require(by, row)
    row.name, row.folder = tidied(given.name, 100), tidied(given.folder, 60, needed=False)
    texts = checked(given)
    if reply is not None and as_kept(reply) == (row.name, texts):
        pass  # the words are as they were: moving to another folder makes no version
    elif reply is not None:
        remember(reply, by, now)
        row.version = F("version") + 1
    row.changed_at = now
    row.save()
    row.refresh_from_db()
    written(row, texts)
    audit.record("saved_reply.saved", row, by=by, now=now, name=row.name, version=row.version)
    return row


@transaction.atomic
def review_reply(reply: SavedReply, state: str, note: str = "", *, by: User, now: datetime) -> SavedReply:
    """Fit, to be adapted, or retired: retired ones are offered to nobody and can be brought back."""
    row = changeable(reply, by)
    if state not in SavedReply.Review.values:
        raise NotPossible(_("A saved reply is fit for social media, to be adapted, or retired."))
    row.review, row.review_note = state, tidied(note, 300, needed=False)
    row.save(update_fields=["review", "review_note"])
    audit.record("saved_reply.reviewed", row, by=by, now=now, name=row.name, state=state)
    return row


@transaction.atomic
def restore_reply(reply: SavedReply, number: int, *, by: User, now: datetime) -> SavedReply:
    """The words of an earlier version again, as a new version."""
    row = changeable(reply, by)
    earlier = SavedReplyVersion.objects.filter(reply=row, number=number).first()
    if earlier is None:
        raise NotPossible(_("There is no version %(number)s.") % {"number": number})
    texts = [Wording(**one) for one in earlier.texts]
    given = Given(earlier.name, row.brand, texts, row.folder, row.team, row.owner_id is not None)
    return save_reply(given, by=by, now=now, reply=row)


@transaction.atomic
def delete_reply(reply: SavedReply, *, by: User, now: datetime) -> None:
    row = changeable(reply, by)
    macro = Macro.objects.filter(reply=row).first()
    if macro is not None:
        raise NotPossible(
            _("The macro %(name)s uses this reply. Change the macro first, or retire the reply.")
            % {"name": macro.name}
        )
    audit.record("saved_reply.deleted", row, by=by, now=now, name=row.name)
    row.delete()


def use_reply(reply: SavedReply, *, now: datetime) -> None:
    """Somebody put it into what she writes."""
    SavedReply.objects.filter(pk=reply.pk).update(uses=F("uses") + 1, used_at=now)


# The parts -----------------------------------------------------------------------------------------------------------


def changeable(reply: SavedReply, by: User) -> SavedReply:
    row = (
        SavedReply.objects.select_related("brand", "team", "owner")
        .select_for_update(of=("self",))
        .get(pk=reply.pk)
    )
    require(by, row)
    return row


def require(by: User, row: SavedReply | Macro) -> None:
    """One's own is a writer's to change; what others use, a lead's."""
    if row.owner_id is not None and row.owner_id != by.pk:
        raise mandates.NotYours(_("This belongs to somebody else."))
    mandates.require(by, "reply" if row.owner_id is not None else "manage_replies", row)
    if row.team is not None and row.team.brand_id != row.brand_id:
        raise NotPossible(_("The team belongs to another brand."))


def tidied(text: str, most: int, *, needed: bool = True) -> str:
    text = " ".join(clean(text).split())
    if (needed and not text) or len(text) > most:
        raise NotPossible(
            _("A name has 1 to %(most)d characters; this has %(n)d.") % {"most": most, "n": len(text)}
        )
    return text


def checked(given: Given) -> list[Wording]:
    found: dict[tuple[str, str], Wording] = {}
    for one in given.texts:
        text = clean(one.text).strip()
        if not text:
            continue
        if not LANG.fullmatch(one.lang):
            raise NotPossible(_("Say in which language each text is."))
        if one.connector and one.connector not in registry.connectors():
            raise NotPossible(_("There is no network %(name)s.") % {"name": one.connector})
        if (one.lang, one.connector) in found:
            raise NotPossible(_("Two texts are for the same language and network. Keep one of them."))
        found[one.lang, one.connector] = Wording(one.lang, readable(text), one.connector)
    if not found or len(found) > MOST_TEXTS:
        raise NotPossible(_("Write the reply in at least one language."))
    return [found[key] for key in sorted(found)]


def readable(text: str) -> str:
    if len(text) > LONGEST:
        raise NotPossible(
            _("The text has %(n)d characters; at most %(most)d are kept.") % {"n": len(text), "most": LONGEST}
        )
    if strange := filling.unknown(text):
        raise NotPossible(
            _("There is no variable {%(name)s}. Choose one of the list below the text.")
            % {"name": strange[0]}
        )
    return text


def as_kept(reply: SavedReply) -> tuple[str, list[Wording]]:
    name = SavedReply.objects.values_list("name", flat=True).get(pk=reply.pk)
    rows = SavedReplyText.objects.filter(reply=reply).order_by("lang", "connector")
    return name, [Wording(row.lang, row.text, row.connector) for row in rows]


def remember(reply: SavedReply, by: User, now: datetime) -> None:
    name, texts = as_kept(reply)
    told = [{"lang": one.lang, "connector": one.connector, "text": one.text} for one in texts]
    kept = SavedReply.objects.get(pk=reply.pk)
    SavedReplyVersion.objects.create(reply=reply, number=kept.version, name=name, texts=told, by=by, at=now)


def written(row: SavedReply, texts: Sequence[Wording]) -> None:
    SavedReplyText.objects.filter(reply=row).delete()
    SavedReplyText.objects.bulk_create(
        SavedReplyText(reply=row, lang=one.lang, connector=one.connector, text=one.text) for one in texts
    )
