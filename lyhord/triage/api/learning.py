"""The API of what each head knows, and of the models that were learned from corrections."""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Schema
from pydantic import Field

from lyhord.staff.requests import StaffRequest
from lyhord.triage import figures
from lyhord.triage.api.shared import router
from lyhord.triage.learning import actions, lessons, queries
from lyhord.triage.models import LearnedModel
from lyhord.web.api import Given, Words


class ModelShown(Schema):
    id: int
    at: datetime
    ended_at: datetime | None
    adopted_at: datetime | None
    state: str = Field(description="waiting, running, failed, refused, adopted, rolled_back or removed")
    is_serving: bool
    why: str
    reason: str = Field(description="Of a person who adopted it though it was not better.")
    examples: int = Field(description="Corrected posts that it was taught.")
    put_aside: int = Field(description="Corrected posts that it was measured on.")
    figures: dict[str, Any]


class ModelsShown(Schema):
    serving: int | None = Field(description="null: the model that ships.")
    taught: int
    put_aside: int
    least: int = Field(description="Posts that must be put aside before anything is learned.")
    missing: int = Field(description="About how many more posts people must correct.")
    models: list[ModelShown]


class HeadsShown(Schema):
    serving: str = Field(description="Which model serves here.")
    shipped: dict[str, Any] = Field(
        description="As measured with this version, by head; empty: not measured."
    )
    team: dict[str, Any] = Field(description="On the team's own put-aside corrections, by head.")


class Reasoned(Given):
    reason: Words = Field(min_length=1, max_length=300)


def shown(row: LearnedModel) -> ModelShown:
    same = [name for name in ModelShown.model_fields if name not in {"id", "why"}]
    told = gettext(row.why) % row.values if row.why else ""
    return ModelShown(id=row.pk, why=told, **{name: getattr(row, name) for name in same})


@router.get("/triage/heads", response=HeadsShown)
def heads(request: StaffRequest) -> HeadsShown:
    """What each head knows: its figures on labelled posts by language, and on your own corrections."""
    told = figures.read()
    serving = queries.serving()
    return HeadsShown(serving=serving.name, shipped=told or {}, team=queries.team_figures())


@router.get("/triage/models", response=ModelsShown)
def models(request: StaffRequest) -> ModelsShown:
    """The models that were learned from corrections, newest first, with the figures of each: the learning curve."""
    stock = lessons.stock(lessons.lessons())
    serving = LearnedModel.objects.filter(is_serving=True).values_list("pk", flat=True).first()
    return ModelsShown(
        serving=serving,
        taught=stock.taught,
        put_aside=stock.put_aside,
        least=lessons.LEAST,
        missing=stock.missing,
        models=[shown(row) for row in queries.runs()],
    )


@router.post("/triage/models/teach", response=ModelShown)
def teach(request: StaffRequest) -> ModelShown:
    """Teach one now instead of at night. The worker begins within a minute; it takes some minutes."""
    return shown(actions.teach(by=request.user, now=timezone.now()))


@router.post("/triage/models/{int:pk}/adopt", response=ModelShown)
def adopt(request: StaffRequest, pk: int, given: Reasoned) -> ModelShown:
    """Let a model serve that was not better, with a reason."""
    row = get_object_or_404(LearnedModel, pk=pk)
    actions.adopt_anyway(row, given.reason, by=request.user, now=timezone.now())
    return shown(LearnedModel.objects.get(pk=pk))


@router.post("/triage/models/{int:pk}/serve", response=ModelShown)
def serve(request: StaffRequest, pk: int) -> ModelShown:
    """Go back to a model that served before."""
    row = get_object_or_404(LearnedModel, pk=pk)
    actions.roll_back(row, by=request.user, now=timezone.now())
    return shown(LearnedModel.objects.get(pk=pk))


@router.post("/triage/models/shipped/serve", response=ModelsShown)
def serve_shipped(request: StaffRequest) -> ModelsShown:
    """Go back to the model that ships."""
    actions.roll_back(None, by=request.user, now=timezone.now())
    return models(request)
