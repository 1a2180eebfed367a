"""Which replies a second person reads, how long she is waited for, and who decides fast (RE-12, RE-25)."""

from collections.abc import Iterable
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels.models import Account
from lyhord.desk import approving
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.actions.remedies import VERB
from lyhord.desk.models import ApprovalRule, ApprovalTerms, DeciderShift, Trust, Use
from lyhord.staff import audit, mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, Membership, User
from lyhord.triage.models import Topic

LONGEST_WAIT = 7 * 24 * 60  # minutes
PURPOSES = ("press", "influence", "recruitment", "sales-lead", "stakeholder")
What = ApprovalRule.What


@transaction.atomic
def set_trust(person: User, level: str, *, by: User, now: datetime) -> None:
    """How freely a person answers, in every brand where she works. Nobody sets her own."""
    require_over(by, person)
    if level not in Trust.Level.values:
        raise NotPossible(_("Choose how freely she answers."))
    before = Trust.objects.filter(user=person).values_list("level", flat=True).first() or Trust.Level.FREE
    if before == level:
        return
    Trust.objects.update_or_create(user=person, defaults={"level": level})
    audit.record("person.trusted", person, by=by, now=now, before=before, level=level)


def require_over(by: User, person: User) -> None:
    """Of a brand where the person works; administrators everywhere."""
    mandates.require(by, VERB)
    if by.is_administrator:
        return
    brands = Membership.objects.filter(user=person).values_list("team__brand", flat=True)
    if person.pk == by.pk or not mandates.brands_where(by, VERB) & set(brands):
        raise mandates.NotYours(_("Nobody sets her own mandate. Ask another lead or an administrator."))


@transaction.atomic
def add_approval_rule(
    brand: Brand, what: str, value: str, *, is_public_only: bool = False, by: User, now: datetime
) -> ApprovalRule:
    """From now on somebody else reads these replies first, whoever writes them."""
    mandates.require(by, VERB, brand)
    if what not in What.values or not is_known(brand, what, value):
        raise NotPossible(_("Choose what the rule is about."))
    row, made = ApprovalRule.objects.update_or_create(
        brand=brand, what=what, value=value, defaults={"is_public_only": is_public_only}
    )
    audit.record("approval.rule_added" if made else "approval.rule_changed", row, by=by, now=now, what=what, value=value)  # fmt: skip
    return row


def is_known(brand: Brand, what: str, value: str) -> bool:
    if what == What.ACCOUNT:
        return value.isdecimal() and Account.objects.filter(pk=int(value[:18]), brand=brand).exists()
    if what == What.OWN_TOPIC:
        return value.isdecimal() and Topic.objects.filter(pk=int(value[:18])).exists()
    if what == What.USE:
        return value in Use.values
    return value in PURPOSES if what == What.PURPOSE else value in approving.TOPICS


@transaction.atomic
def remove_approval_rule(rule: ApprovalRule, *, by: User, now: datetime) -> None:
    mandates.require(by, VERB, rule.brand)
    audit.record("approval.rule_removed", rule, by=by, now=now, what=rule.what, value=rule.value)
    rule.delete()


@transaction.atomic
def set_terms(brand: Brand, minutes: int, *, by: User, now: datetime) -> None:
    """How long one approver is waited for before the next is asked."""
    mandates.require(by, VERB, brand)
    if not 1 <= minutes <= LONGEST_WAIT:
        raise NotPossible(_("Write minutes from 1 to %(most)d.") % {"most": LONGEST_WAIT})
    ApprovalTerms.objects.update_or_create(brand=brand, defaults={"minutes": minutes})
    audit.record("approval.terms_set", brand, by=by, now=now, minutes=minutes)


# Fast deciders ---------------------------------------------------------------------------------------------------


@transaction.atomic
def add_shift(
    brand: Brand, person: User, weekdays: Iterable[int], begins: time, ends: time, *, by: User, now: datetime
) -> list[DeciderShift]:
    """Who decides fast on these days between these hours. One at a time."""
    mandates.require(by, VERB, brand)
    if not staff.colleagues([brand.pk]).filter(pk=person.pk).exists():
        raise NotPossible(_("%(name)s does not work for this brand.") % {"name": person})
    rows = list(
        DeciderShift.objects.select_for_update(of=("self",)).filter(brand=brand).select_related("user")
    )
    made = []
    for weekday in sorted(set(weekdays)):
        wanted = approving.Shift(weekday, begins, ends)
        if not approving.is_whole(wanted):
            raise NotPossible(_("The hours end before they begin. Write two, one on each side of midnight."))
        for row in rows:
            if approving.overlap(wanted, approving.Shift(row.weekday, row.begins, row.ends)):
                raise NotPossible(
                    _("%(name)s decides from %(begins)s to %(ends)s already. One decides at a time.")
                    % {"name": row.user, "begins": f"{row.begins:%H:%M}", "ends": f"{row.ends:%H:%M}"}
                )
        made.append(DeciderShift(brand=brand, user=person, weekday=weekday, begins=begins, ends=ends))
    if not made:
        raise NotPossible(_("Choose at least one day."))
    DeciderShift.objects.bulk_create(made)
    audit.record(
        "decider.added", brand, by=by, now=now, decider=person.pk, days=[row.weekday for row in made]
    )
    return made


@transaction.atomic
def remove_shift(shift: DeciderShift, *, by: User, now: datetime) -> None:
    mandates.require(by, VERB, shift.brand)
    audit.record("decider.removed", shift.brand, by=by, now=now, decider=shift.user_id, day=shift.weekday)
    shift.delete()
