"""The API of what the team sets: thresholds, the line of impropriety, weights, the rate of complaints."""

from datetime import datetime
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, User
from lyhord.staff.requests import StaffRequest
from lyhord.triage.api.shared import router
from lyhord.triage.models import Tuning
from lyhord.triage.tuning import actions, preview, silent, values
from lyhord.web.api import Given, Id, chosen

Threshold = Literal["answer", "urgent", "abusive"]
Line = Literal["profanity", "threats", "hate", "personal", "spam", "off_topic"]


class OfBrand(Given):
    brand: Id | None = Field(None, description="None: for all brands without values of their own.")


class Lines(Given):
    thresholds: dict[Threshold, float] = Field(
        description="From which score on a post counts as such. Not named: as the model says."
    )
    lines: dict[Line, float] = Field(
        description="From which score on a post is flagged. Not named: that line is off."
    )


class LinesShown(Schema):
    brand: int | None
    is_own: bool = Field(description="false: the values are those of the whole installation.")
    thresholds: dict[str, float]
    lines: dict[str, float]


class Asked(OfBrand):
    what: Threshold | Line
    value: float = Field(gt=0, le=1)
    days: Literal["7", "30"] = "7"


class Over(Schema):
    post: int
    at: datetime
    score: float
    text: str


class CrossingShown(Schema):
    count: int
    of: int
    nearest: list[Over] = Field(description="The 20 nearest to the value.")


class Applied(Schema):
    posts: int


class Weights(Given):
    weights: dict[str, int] = Field(description="Points of each named part, 0 to 100. Not named: as shipped.")
    influence_from: int = Field(
        1000, ge=0, description="Above so many followers an unhappy author has influence."
    )


class WeightsShown(Schema):
    weights: dict[str, int]
    influence_from: int


class Rate(Given):
    rate: float = Field(ge=0.001, le=1, description="The share of the dissatisfied who complain.")


class SilentShown(Schema):
    days: int
    rate: float
    complaints: int
    stands_for: int = Field(description="Dissatisfied customers behind each complaint.")
    dissatisfied: int
    silent: int
    at_risk: int = Field(description="People who may leave without a word.")


def brand_of(by: User, number: int | None) -> Brand | None:
    return None if number is None else chosen(staff.brands_visible_to(by), number, _("brand"))


def lines_shown(brand: Brand | None) -> LinesShown:
    number = brand.pk if brand else None
    tuned = values.read().of(number)
    return LinesShown(
        brand=number,
        is_own=Tuning.objects.filter(brand=brand).exists(),
        thresholds=dict(tuned.thresholds),
        lines=dict(tuned.lines),
    )


@router.get("/triage/lines", response=LinesShown)
def lines(request: StaffRequest, asked: Query[OfBrand]) -> LinesShown:
    """Where labels begin, and where the line of impropriety runs."""
    return lines_shown(brand_of(request.user, asked.brand))


@router.put("/triage/lines", response=LinesShown)
def set_lines(request: StaffRequest, asked: Query[OfBrand], given: Lines) -> LinesShown:
    """Set them. What is over a line is flagged, never hidden."""
    brand = brand_of(request.user, asked.brand)
    thresholds = {str(name): value for name, value in given.thresholds.items()}
    lines = {str(name): value for name, value in given.lines.items()}
    actions.set_lines(brand, thresholds, lines, by=request.user, now=timezone.now())
    return lines_shown(brand)


@router.get("/triage/lines/preview", response=CrossingShown)
def preview_lines(request: StaffRequest, asked: Query[Asked]) -> CrossingShown:
    """How many posts of the last days, and which, would be at or over a value."""
    brand = brand_of(request.user, asked.brand)
    found = preview.crossing(request.user, brand, asked.what, asked.value, int(asked.days), timezone.now())
    nearest = [
        Over(post=row.post_id, at=row.post.at, score=preview.score_of(row, asked.what), text=row.post.text)
        for row in found.rows
    ]
    return CrossingShown(count=found.count, of=found.of, nearest=nearest)


@router.post("/triage/lines/as-installation", response=LinesShown)
def as_installation(request: StaffRequest, given: OfBrand) -> LinesShown:
    """The brand has no values of its own any more."""
    brand = brand_of(request.user, given.brand)
    if brand is not None:
        actions.as_house(brand, by=request.user, now=timezone.now())
    return lines_shown(brand)


@router.post("/triage/lines/apply", response=Applied)
def apply_lines(request: StaffRequest, given: OfBrand) -> Applied:
    """Judge the posts of the last 30 days anew with the values as they are. Open conversations follow."""
    brand = brand_of(request.user, given.brand)
    return Applied(posts=actions.apply(brand, by=request.user, now=timezone.now()))


def weights_shown() -> WeightsShown:
    house = values.read().house
    return WeightsShown(weights=dict(house.weights), influence_from=house.influence_from)


@router.get("/triage/weights", response=WeightsShown)
def weights(request: StaffRequest) -> WeightsShown:
    """How many points each named part of a priority gives."""
    return weights_shown()


@router.put("/triage/weights", response=WeightsShown)
def set_weights(request: StaffRequest, given: Weights) -> WeightsShown:
    """Set them all at once."""
    actions.set_weights(given.weights, given.influence_from, by=request.user, now=timezone.now())
    return weights_shown()


def silent_shown(by: User) -> SilentShown:
    return SilentShown.from_orm(silent.estimate(by, values.read().complaint_rate, timezone.now()))


@router.get("/triage/silent", response=SilentShown)
def silent_dissatisfied(request: StaffRequest) -> SilentShown:
    """How many were probably not content in the last 30 days and never said so."""
    return silent_shown(request.user)


@router.put("/triage/silent", response=SilentShown)
def set_rate(request: StaffRequest, given: Rate) -> SilentShown:
    """Set what share of the dissatisfied complain."""
    actions.set_rate(given.rate, by=request.user, now=timezone.now())
    return silent_shown(request.user)
