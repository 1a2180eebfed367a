"""Which replies need approval, how freely a colleague answers, and who decides fast."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions
from lyhord.desk.api.mandates import brand_of, setting
from lyhord.desk.api.shared import router
from lyhord.desk.models import ApprovalRule, DeciderShift
from lyhord.desk.queries import approvals, approvers
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Hour, Id, Words, chosen


class ApprovalRuleGiven(Given):
    what: Words = Field(max_length=9, description="account, topic, own_topic, use or purpose")
    value: Words = Field(max_length=24, description="A code, or the id of an account or an own topic.")
    is_public_only: bool = False


class ApprovalRuleShown(Schema):
    id: int
    what: str
    value: str
    is_public_only: bool


class DeciderShiftShown(Schema):
    id: int
    person: int = Field(alias="user_id")
    weekday: int = Field(description="0: Monday")
    begins: Hour
    ends: Hour


class ApprovalPolicyShown(Schema):
    brand: int
    minutes: int = Field(description="One approver is waited for so long; then the next in line is asked.")
    rules: list[ApprovalRuleShown]
    shifts: list[DeciderShiftShown]
    fast_decider: int | None = Field(description="Who decides fast at this hour.")


class TermsGiven(Given):
    minutes: int = Field(ge=1, le=10080)


class TrustGiven(Given):
    level: Words = Field(max_length=6, description="free, public or all: which replies are approved.")


class TrustShown(Schema):
    person: int
    level: str


class DeciderShiftGiven(Given):
    person: Id
    weekdays: list[int] = Field(min_length=1, max_length=7)
    begins: Hour
    ends: Hour = Field(description="00:00: midnight at the end of the day.")


def policy_shown(brand: Brand) -> ApprovalPolicyShown:
    now = timezone.now()
    fast = approvers.fast_decider(brand.pk, now)
    return ApprovalPolicyShown.model_validate(
        {
            "brand": brand.pk,
            "minutes": int(approvers.terms(brand.pk).total_seconds() // 60),
            "rules": list(ApprovalRule.objects.filter(brand=brand).order_by("pk")),
            "shifts": approvers.shifts(brand.pk),
            "fast_decider": fast.pk if fast else None,
        }
    )


@router.get("/brands/{int:pk}/approvals", response=ApprovalPolicyShown)
def approval_policy(request: StaffRequest, pk: int) -> ApprovalPolicyShown:
    """Which replies a second person reads, how long she is waited for, and who decides fast."""
    return policy_shown(get_object_or_404(staff.brands_visible_to(request.user), pk=pk))


@router.put("/brands/{int:pk}/approvals/minutes", response=ApprovalPolicyShown)
def set_terms(request: StaffRequest, pk: int, given: TermsGiven) -> ApprovalPolicyShown:
    """How long one approver is waited for."""
    brand = brand_of(request, pk)
    actions.set_terms(brand, given.minutes, by=request.user, now=timezone.now())
    return policy_shown(brand)


@router.post("/brands/{int:pk}/approvals/rules", response={201: ApprovalRuleShown})
def add_approval_rule(request: StaffRequest, pk: int, given: ApprovalRuleGiven) -> ApprovalRule:
    """From now on somebody else reads these replies first."""
    brand = brand_of(request, pk)
    return actions.add_approval_rule(brand, **given.dict(), by=request.user, now=timezone.now())


@router.delete("/brands/{int:pk}/approvals/rules/{int:rule}", response={204: None})
def remove_approval_rule(request: StaffRequest, pk: int, rule: int) -> HttpResponse:
    """No longer."""
    rows = ApprovalRule.objects.filter(brand=brand_of(request, pk)).select_related("brand")
    actions.remove_approval_rule(get_object_or_404(rows, pk=rule), by=request.user, now=timezone.now())
    return HttpResponse(status=204)


@router.post("/brands/{int:pk}/approvals/shifts", response={201: list[DeciderShiftShown]})
def add_decider_shift(request: StaffRequest, pk: int, given: DeciderShiftGiven) -> list[DeciderShift]:
    """Who decides fast on these days between these hours; one at a time."""
    brand = brand_of(request, pk)
    person = chosen(staff.users_visible_to(request.user), given.person, "person")
    return actions.add_shift(
        brand, person, given.weekdays, given.begins, given.ends, by=request.user, now=timezone.now()
    )


@router.delete("/brands/{int:pk}/approvals/shifts/{int:shift}", response={204: None})
def remove_decider_shift(request: StaffRequest, pk: int, shift: int) -> HttpResponse:
    """Nobody decides fast in these hours."""
    rows = DeciderShift.objects.filter(brand=brand_of(request, pk)).select_related("brand")
    actions.remove_shift(get_object_or_404(rows, pk=shift), by=request.user, now=timezone.now())
    return HttpResponse(status=204)


@router.put("/people/{int:pk}/trust", response=TrustShown)
def set_trust(request: StaffRequest, pk: int, given: TrustGiven) -> TrustShown:
    """How freely a colleague answers."""
    person = get_object_or_404(staff.users_visible_to(setting(request)), pk=pk)
    actions.set_trust(person, given.level, by=request.user, now=timezone.now())
    return TrustShown(person=person.pk, level=approvals.level_of(person))
