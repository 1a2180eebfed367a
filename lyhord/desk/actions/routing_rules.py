"""Rules of routing: made, changed, tried on what came last week, and only then switched on. Each change is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lyhord.desk import rule_choices
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, RoutingPolicy, RoutingRule, RoutingRuleVersion
from lyhord.desk.queries import rule_trial
from lyhord.lib import work
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, Team, User

VERB = "route"
LOCK = 7_542
MOST = 200  # rules of a brand
LONGEST = 80


@transaction.atomic
def make_rule(
    brand: Brand,
    name: str,
    when: Mapping[str, Any],
    then: Mapping[str, Any],
    *,
    goes_on: bool = False,
    by: User,
    now: datetime,
) -> RoutingRule:
    """A new rule at the end, switched off."""
    mandates.require(by, VERB, brand)
    work.in_order(LOCK)
    known = rule_choices.choices(brand)
    rows = RoutingRule.objects.filter(brand=brand, removed_at=None)
    if rows.count() >= MOST:
        raise NotPossible(_("A brand has at most %(most)d rules. Remove one first.") % {"most": MOST})
    last = rows.aggregate(last=Max("position"))["last"]
    rule = RoutingRule.objects.create(
        brand=brand,
        name=named(name),
        position=0 if last is None else last + 1,
        when=rule_choices.checked_when(when, known),
        then=rule_choices.checked_then(then, known),
        goes_on=goes_on,
        at=now,
        by=by,
    )
    keep(rule, "made", by, now)
    return rule


@transaction.atomic
def change_rule(
    rule: RoutingRule,
    name: str,
    when: Mapping[str, Any],
    then: Mapping[str, Any],
    *,
    goes_on: bool = False,
    by: User,
    now: datetime,
) -> RoutingRule:
    """What changes is a new version, switched off until it was tried; a new name alone changes nothing else."""
    row = locked(rule, by)
    known = rule_choices.choices(row.brand)
    before = (row.when, row.then, row.goes_on)
    row.when, row.then = rule_choices.checked_when(when, known), rule_choices.checked_then(then, known)
    row.goes_on = goes_on
    is_other = before != (row.when, row.then, row.goes_on)
    if not is_other and row.name == named(name):
        return row
    row.name, row.at, row.by = named(name), now, by
    if is_other:
        row.version += 1
        row.is_on = False
    row.save()
    keep(row, "changed", by, now)
    return row


@transaction.atomic
def try_rule(rule: RoutingRule, *, by: User, now: datetime) -> rule_trial.Trial:
    """What it would have done to the conversations of the last seven days, among the rules that are on."""
    row = locked(rule, by)
    found = rule_trial.tried(row, by, now)
    if row.tried_version != row.version:
        row.tried_version = row.version
        row.save(update_fields=["tried_version"])
    keep(row, "tried", by, now)
    return found


@transaction.atomic
def switch_rule(rule: RoutingRule, is_on: bool, *, by: User, now: datetime) -> RoutingRule:
    row = locked(rule, by)
    if row.is_on == is_on:
        return row
    if is_on and not row.is_tried:
        raise NotPossible(_("Try the rule on last week's conversations first; then it can be switched on."))
    if is_on:
        begin(row.brand)
    row.is_on = is_on
    row.save(update_fields=["is_on"])
    keep(row, "on" if is_on else "off", by, now)
    return row


@transaction.atomic
def move_rule(rule: RoutingRule, position: int, *, by: User, now: datetime) -> RoutingRule:
    """To this place among the brand's rules, from 0 on."""
    row = locked(rule, by)
    rows = list(RoutingRule.objects.filter(brand=row.brand_id, removed_at=None).order_by("position", "pk"))
    was = next(place for place, one in enumerate(rows) if one.pk == row.pk)
    position = max(0, min(position, len(rows) - 1))
    if was == position:
        return row
    rows.insert(position, rows.pop(was))
    for place, one in enumerate(rows):
        one.position = place
    RoutingRule.objects.bulk_update(rows, ["position"])
    row.position = position
    keep(row, "moved", by, now, place=position + 1)
    return row


@transaction.atomic
def remove_rule(rule: RoutingRule, *, by: User, now: datetime) -> None:
    """It stays where it explains what it did."""
    row = locked(rule, by)
    row.removed_at, row.is_on = now, False
    row.save(update_fields=["removed_at", "is_on"])
    keep(row, "removed", by, now)


def locked(rule: RoutingRule, by: User) -> RoutingRule:
    work.in_order(LOCK)
    mandates.require(by, VERB, rule.brand)
    row = RoutingRule.objects.select_related("brand").filter(pk=rule.pk, removed_at=None).first()
    if row is None:
        raise NotPossible(_("This rule was removed."))
    return row


def named(name: str) -> str:
    name = " ".join(clean(name).split())
    if not 0 < len(name) <= LONGEST:
        raise NotPossible(_("A rule has a name of 1 to %(most)d characters.") % {"most": LONGEST})
    return name


def keep(row: RoutingRule, what: str, by: User, now: datetime, **more: Any) -> None:
    RoutingRuleVersion.objects.create(
        rule=row, what=what, version=row.version, name=row.name, when=row.when, then=row.then, goes_on=row.goes_on,
        at=now, by=by,
    )  # fmt: skip
    audit.record(f"routing.rule_{what}", row, by=by, now=now, version=row.version, **more)


# How a brand gives ------------------------------------------------------------------------------------------------

NUMBERS = {
    "slots": (0, 200), "sticky_days": (0, 3650), "keep_hours": (0, 240), "accept_minutes": (1, 10_080),
    "owner_minutes": (1, 10_080), "nightmare_hours": (0, 1_000), "nightmare_transfers": (0, 100),
    "nightmare_share": (0, 100),
}  # fmt: skip


@transaction.atomic
def set_policy(
    brand: Brand,
    *,
    is_on: bool | None = None,
    fallback_team: Team | None = None,
    fallback_person: User | None = None,
    by: User,
    now: datetime,
    **numbers: int,
) -> RoutingPolicy:
    """How a brand gives: both fallbacks are set as told here. Raises NotPossible for numbers out of range."""
    mandates.require(by, VERB, brand)
    work.in_order(LOCK)
    row = begin(brand)
    for name, value in numbers.items():
        least, most = NUMBERS[name]
        if not least <= value <= most:
            raise NotPossible(
                _("%(value)s is out of range: from %(least)s to %(most)s.")
                % {"value": value, "least": least, "most": most}
            )
        setattr(row, name, value)
    known = rule_choices.choices(brand)
    if fallback_team is not None and fallback_team.pk not in known.teams:
        raise NotPossible(_("That team is not one of this brand."))
    if fallback_person is not None and fallback_person.pk not in known.people:
        raise NotPossible(_("That person does not work for this brand."))
    row.fallback_team, row.fallback_person = fallback_team, fallback_person
    if is_on is not None and is_on != row.is_on:
        row.is_on = is_on
    row.save()
    told: dict[str, Any] = {"team": row.fallback_team_id, "to": row.fallback_person_id, "is_on": row.is_on}
    audit.record("routing.policy", brand, by=by, now=now, **(told | numbers))
    return row


def begin(brand: Brand) -> RoutingPolicy:
    """The brand's policy. While nothing was routed by itself, what is there already is not taken up."""
    row = RoutingPolicy.objects.get_or_create(brand=brand)[0]
    is_idle = not row.is_on and not RoutingRule.objects.filter(brand=brand, is_on=True).exists()
    if is_idle:
        row.after = Conversation.objects.aggregate(last=Max("pk"))["last"] or 0
        row.save(update_fields=["after"])
    return row
