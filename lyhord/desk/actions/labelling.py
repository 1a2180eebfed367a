"""What a conversation is called, how urgent it is, and whether it is spam."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lyhord.desk.actions import endings, giving_back
from lyhord.desk.actions.changing import Change, change
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Case, CaseSettings, CaseType, Conversation, Tag, Turn
from lyhord.lib.text import clean
from lyhord.staff import mandates
from lyhord.staff.models import User

LONGEST_TAG = 60
MOST_TAGS = 30


def tag(conversation: Conversation, name: str, *, by: User, now: datetime) -> Conversation:
    """Put the tag on; one that the brand does not have yet is made."""
    return change(conversation, tagging, "tag", "tag", by=by, now=now, name=name)


def untag(conversation: Conversation, name: str, *, by: User, now: datetime) -> Conversation:
    return change(conversation, untagging, "untag", "tag", by=by, now=now, name=name)


def set_priority(
    conversation: Conversation, priority: int | None, *, by: User, now: datetime
) -> Conversation:
    """0 to 100; None: computed again."""
    return change(conversation, prioritising, "set_priority", "prioritise", by=by, now=now, priority=priority)


def set_subject(conversation: Conversation, subject: str, *, by: User, now: datetime) -> Conversation:
    return change(conversation, naming, "set_subject", "note", by=by, now=now, subject=subject)


def mark_spam(conversation: Conversation, *, by: User, now: datetime) -> Conversation:
    """A person's word: it stays so, whatever is assessed later."""
    return change(conversation, judging, "mark_spam", "spam", by=by, now=now, is_spam=True)


def not_spam(conversation: Conversation, *, by: User, now: datetime) -> Conversation:
    return change(conversation, judging, "not_spam", "spam", by=by, now=now, is_spam=False)


def tagging(step: Change, *, name: str) -> None:
    row, name = step.conversation, tidied(name)
    if alike(row.tags.all(), name) is not None:
        return
    if row.tags.count() >= MOST_TAGS:
        raise NotPossible(_("A conversation takes %(most)d tags. Remove one first.") % {"most": MOST_TAGS})
    label = alike(Tag.objects.filter(brand=row.brand_id), name)
    if label is None:
        require_new_tag(row, name, step.by)
        label, _made = Tag.objects.get_or_create(brand_id=row.brand_id, name=name)
    row.tags.add(label)
    step.undo = {"added": [label.pk], **begin_case(step, label)}
    step.tell("tagged", name=label.name)


def begin_case(step: Change, label: Tag) -> dict[str, Any]:
    """A tag that a type of case names begins such a case, with its process (CA-06); gives what undo puts back."""
    row = step.conversation
    kind = CaseType.objects.filter(brand=row.brand_id, tag=label.name, retired_at=None).order_by("pk").first()
    if kind is None:
        return {}
    is_new = not Case.objects.filter(conversation=row).exists()
    case = endings.opened(row, "person" if step.by is not None else "rule", step.now, type=kind)
    was_untyped = case.type_id is None
    if was_untyped:
        Case.objects.filter(pk=case.pk).update(type=kind)
    Turn.objects.create(conversation=row, at=step.now, what="case", values={"name": kind.name}, by=step.by)
    if is_new:
        return {"made": [case.pk, None]}
    return {"made": [case.pk, {"type_id": None}]} if was_untyped else {}


def require_new_tag(row: Conversation, name: str, by: User | None) -> None:
    """Where the list of tags is fixed, only those who keep it add to it (CA-06)."""
    if not CaseSettings.objects.filter(brand=row.brand_id, has_fixed_tags=True).exists():
        return
    if by is None or not mandates.allows(by, "manage_cases", row.account):
        raise NotPossible(
            _("%(name)s is not in the list of tags. Choose one of the list, or ask a lead to add it.")
            % {"name": name}
        )


def untagging(step: Change, *, name: str) -> None:
    label = alike(step.conversation.tags.all(), tidied(name))
    if label is None:
        return
    step.conversation.tags.remove(label)
    step.undo = {"removed": [label.pk]}
    step.tell("untagged", name=label.name)


def alike(tags: Iterable[Tag], name: str) -> Tag | None:
    """The tag of this name in any case. Compared here: SQLite folds the case of ASCII alone."""
    return next((label for label in tags if label.name.casefold() == name.casefold()), None)


def tidied(name: str) -> str:
    name = " ".join(clean(name).split())
    if not name or len(name) > LONGEST_TAG:
        raise NotPossible(
            _("A tag has 1 to %(most)d characters; this has %(n)d.") % {"most": LONGEST_TAG, "n": len(name)}
        )
    return name


def prioritising(step: Change, *, priority: int | None) -> None:
    row = step.conversation
    if row.priority_set == priority:
        return
    if priority is not None and not 0 <= priority <= 100:
        raise NotPossible(_("A priority is a number from 0 to 100."))
    row.priority_set = priority
    step.tell("prioritised", priority=priority)


def naming(step: Change, *, subject: str) -> None:
    subject = " ".join(clean(subject).split())[:200]
    if subject == step.conversation.subject:
        return
    step.conversation.subject = subject
    step.tell("named")


def judging(step: Change, *, is_spam: bool) -> None:
    row = step.conversation
    if row.is_spam == is_spam and row.spam_set == is_spam:
        return
    row.is_spam = row.spam_set = is_spam
    if not is_spam:
        giving_back.queue_again([row], step.now)
    step.tell("spam" if is_spam else "not_spam")
