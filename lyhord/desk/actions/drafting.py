"""What somebody is writing, kept on the server; colleagues may read it and take it over."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions import enclosing
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Draft
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.web import changes

KINDS = ("public", "private", "note")
LONGEST = 50_000


@transaction.atomic
def save_draft(conversation: Conversation, kind: str, text: str, *, by: User, now: datetime) -> Draft | None:
    """Keep the words as they are; none of them deletes the draft."""
    mandates.require(by, "note" if kind == "note" else "reply", conversation.account)
    if kind not in KINDS:
        raise NotPossible(_("A draft is public, private or a note."))
    text = clean(text)
    if len(text) > LONGEST:
        raise NotPossible(
            _("The draft has %(n)d characters; at most %(most)d are kept.")
            % {"n": len(text), "most": LONGEST}
        )
    mine = Draft.objects.filter(conversation=conversation, user=by, kind=kind)
    if not text.strip():
        if mine.delete()[0]:
            tell(conversation, now)
        return None
    draft, made = Draft.objects.update_or_create(
        conversation=conversation, user=by, kind=kind, defaults={"text": text, "saved_at": now}
    )
    if made:
        tell(conversation, now)
    return draft


def give_back(conversation: Conversation, kind: str, text: str, *, to: User, now: datetime) -> Draft:
    """Words that did not leave stand in her composer again, before what she has begun since.

    Her own words come back to her whatever she may do now: nobody's mandate is asked.
    """
    begun = Draft.objects.filter(conversation=conversation, user=to, kind=kind).first()
    if begun is not None and begun.text.strip():
        text = f"{text.rstrip()}\n\n{begun.text.lstrip()}"
    draft, _made = Draft.objects.update_or_create(
        conversation=conversation, user=to, kind=kind, defaults={"text": text, "saved_at": now}
    )
    tell(conversation, now)
    return draft


@transaction.atomic
def take_over_draft(draft: Draft, *, by: User, now: datetime) -> Draft:
    """A colleague's words become one's own, after what one has written already."""
    conversation = draft.conversation
    mandates.require(by, "note" if draft.kind == "note" else "reply", conversation.account)
    if draft.user_id == by.pk:
        return draft
    mine = Draft.objects.filter(conversation=conversation, user=by, kind=draft.kind).first()
    text = f"{mine.text.rstrip()}\n\n{draft.text}" if mine is not None else draft.text
    taken, _made = Draft.objects.update_or_create(
        conversation=conversation, user=by, kind=draft.kind, defaults={"text": text, "saved_at": now}
    )
    former = draft.user_id
    if draft.kind != "note":
        enclosing.hand_on(conversation, draft.user, by)
    Draft.objects.filter(pk=draft.pk).delete()
    audit.record("conversation.draft_taken", conversation, by=by, now=now, former=former, kind=draft.kind)
    tell(conversation, now)
    return taken


def tell(conversation: Conversation, now: datetime) -> None:
    changes.note(
        "presence",
        conversation.pk,
        int(now.timestamp() * 1000),
        audience=f"a{conversation.account_id}",
        now=now,
    )
