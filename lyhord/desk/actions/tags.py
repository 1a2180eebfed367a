"""The list of tags of a brand: fixed where leads keep it, renamed, made one (CA-06)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions import routing_rules
from lyhord.desk.actions.labelling import alike, tidied
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.actions.types import VERB, Whole
from lyhord.desk.models import CaseType, Conversation, Macro, RoutingRule, Tag
from lyhord.lib import work
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, User


@transaction.atomic
def add_tag(brand: Brand, name: str, *, by: User, now: datetime) -> Tag:
    mandates.require(by, VERB, Whole(brand.pk))
    name = tidied(name)
    known = alike(Tag.objects.filter(brand=brand), name)
    if known is not None:
        return known
    row = Tag.objects.create(brand=brand, name=name)
    audit.record("tag.added", row, by=by, now=now, name=name)
    return row


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, by: User, now: datetime) -> Tag:
    """Everywhere at once. A name that another tag has makes the two one."""
    mandates.require(by, VERB, Whole(tag.brand_id))
    name = tidied(name)
    other = alike(Tag.objects.filter(brand=tag.brand_id).exclude(pk=tag.pk), name)
    if other is not None:
        return merge_tags(tag, other, by=by, now=now)
    before = tag.name
    tag.name = name
    tag.save(update_fields=["name"])
    follow(tag.brand_id, before, name, by=by, now=now)
    audit.record("tag.renamed", tag, by=by, now=now, name=name, was=before)
    return tag


@transaction.atomic
def merge_tags(tag: Tag, into: Tag, *, by: User, now: datetime) -> Tag:
    """What had `tag` has `into` from now on."""
    mandates.require(by, VERB, Whole(tag.brand_id))
    if tag.brand_id != into.brand_id:
        raise NotPossible(_("The two belong to different brands."))
    if tag.pk == into.pk:
        return into
    links = Conversation.tags.through
    both = links._default_manager.filter(tag=into).values("conversation")
    links._default_manager.filter(tag=tag, conversation__in=both).delete()
    moved = links._default_manager.filter(tag=tag).update(tag=into)
    audit.record("tag.merged", into, by=by, now=now, name=into.name, was=tag.name, moved=moved)
    follow(tag.brand_id, tag.name, into.name, by=by, now=now)
    Tag.objects.filter(pk=tag.pk).delete()
    return into


@transaction.atomic
def remove_tag(tag: Tag, *, by: User, now: datetime) -> None:
    mandates.require(by, VERB, Whole(tag.brand_id))
    audit.record("tag.removed", tag, by=by, now=now, name=tag.name)
    Tag.objects.filter(pk=tag.pk).delete()


# What names a tag ------------------------------------------------------------------------------------------------


def follow(brand: int, was: str, name: str, *, by: User, now: datetime) -> None:
    """Case types, macros and routing rules name a tag by its words: they go on naming the same one."""
    CaseType.objects.filter(brand=brand, tag=was).update(tag=name)
    for macro in Macro.objects.select_for_update().filter(brand=brand).order_by("pk"):
        on_tag = name if is_same(macro.on_tag, was) else macro.on_tag
        steps = [step | {"value": name} if gives(step, was) else step for step in macro.steps]
        if (on_tag, steps) != (macro.on_tag, macro.steps):
            macro.on_tag, macro.steps = on_tag, steps
            macro.save(update_fields=["on_tag", "steps"])
    work.in_order(routing_rules.LOCK)
    for rule in RoutingRule.objects.filter(brand=brand, removed_at=None).order_by("pk"):
        names = rule.then.get("tags", [])
        if any(is_same(one, was) for one in names):
            told = [name if is_same(one, was) else one for one in names]
            rule.then = rule.then | {"tags": list(dict.fromkeys(told))}
            rule.save(update_fields=["then"])
            routing_rules.keep(rule, "changed", by, now)


def gives(step: dict[str, Any], name: str) -> bool:
    return step["verb"] in {"tag", "untag"} and is_same(step["value"], name)


def is_same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
