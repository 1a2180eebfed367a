"""Help with words by a server that the operator named, and previews of links. Off by default; never sent by itself."""

from datetime import datetime
from typing import Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import queries
from lyhord.desk.actions import assist as helping
from lyhord.desk.actions import previews
from lyhord.desk.api.shared import router, visible
from lyhord.desk.models import AssistEndpoint, Conversation, LinkPreview
from lyhord.desk.queries import assist, toolbox
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen


class EndpointGiven(Given):
    name: Words = Field(min_length=1, max_length=60)
    protocol: Literal["openai", "libretranslate"]
    url: Words = Field(
        max_length=300, description="https://words.example: the only host that is spoken with."
    )
    model: Words = Field("", max_length=100)
    key: Words | None = Field(
        None, max_length=500, description="Kept encrypted. null: as it was; empty: none."
    )
    is_on: bool = False
    brands: list[Id] = Field(default_factory=list, max_length=500)
    per_day: int = Field(500, ge=1, le=100_000)
    seconds: int = Field(15, ge=2, le=30)


class EndpointShown(Schema):
    id: int
    name: str
    protocol: str
    url: str
    model: str
    has_key: bool
    is_on: bool
    brands: list[int]
    per_day: int
    seconds: int
    made_at: datetime

    @staticmethod
    def resolve_has_key(row: AssistEndpoint) -> bool:
        return bool(row.sealed)

    @staticmethod
    def resolve_brands(row: AssistEndpoint) -> list[int]:
        return sorted(row.brands.values_list("pk", flat=True))


class TestShown(Schema):
    words: str


class HelpGiven(Given):
    what: Literal["draft", "shorten", "friendlier", "plainer", "formal", "translate"]
    text: Words = Field("", max_length=20_000, description="Your draft; of `draft` nothing.")
    to: Words = Field("", max_length=12, description="Of translate: the language.")


class TranslateGiven(Given):
    to: Words = Field(min_length=2, max_length=12)


class HelpShown(Schema):
    """Words of a machine: a draft that a person reads, changes and sends."""

    text: str
    endpoint: str
    masked: int = Field(description="Private details that were kept back.")


class PreviewGiven(Given):
    url: Words = Field(max_length=2000)


class PreviewShown(Schema):
    title: str
    site: str
    description: str
    picture: str = Field(description="Where our copy is read; empty: none.")
    problem: str

    @staticmethod
    def resolve_picture(row: LinkPreview) -> str:
        return f"/previews/{row.digest}/" if row.picture else ""


class HandleShown(Schema):
    handle: str
    name: str


def given_of(request: StaffRequest, given: EndpointGiven) -> helping.GivenEndpoint:
    told = given.model_dump()
    told["brands"] = [chosen(staff.brands_visible_to(request.user), pk, "brand") for pk in given.brands]
    return helping.GivenEndpoint(**told)


def endpoint_of(request: StaffRequest, pk: int) -> AssistEndpoint:
    mandates.require_administrator(request.user)
    return get_object_or_404(AssistEndpoint, pk=pk)


@router.get("/assist/endpoints", response=list[EndpointShown])
def endpoints(request: StaffRequest) -> list[AssistEndpoint]:
    """For administrators of the installation. Keys are never given."""
    mandates.require_administrator(request.user)
    return assist.endpoints()


@router.post("/assist/endpoints", response={201: EndpointShown})
def make_endpoint(request: StaffRequest, given: EndpointGiven) -> AssistEndpoint:
    """Name a server. It is off unless you say otherwise."""
    mandates.require_administrator(request.user)
    return helping.save_endpoint(given_of(request, given), by=request.user, now=timezone.now())


@router.put("/assist/endpoints/{int:pk}", response=EndpointShown)
def change_endpoint(request: StaffRequest, pk: int, given: EndpointGiven) -> AssistEndpoint:
    """All of it anew, but for the key."""
    row = endpoint_of(request, pk)
    return helping.save_endpoint(given_of(request, given), by=request.user, now=timezone.now(), endpoint=row)


@router.post("/assist/endpoints/{int:pk}/test", response=TestShown)
def try_endpoint(request: StaffRequest, pk: int) -> TestShown:
    """Ask it for a few words."""
    return TestShown(
        words=helping.test_endpoint(endpoint_of(request, pk), by=request.user, now=timezone.now())
    )


@router.delete("/assist/endpoints/{int:pk}", response={204: None})
def delete_endpoint(request: StaffRequest, pk: int) -> None:
    """Forget it, its key, and that it was asked; the audit stays."""
    helping.delete_endpoint(endpoint_of(request, pk), by=request.user, now=timezone.now())


def whole(request: StaffRequest, pk: int) -> Conversation:
    visible(request, pk)
    return queries.conversations_visible_to(request.user).select_related("account__app", "brand").get(pk=pk)


@router.post("/conversations/{int:pk}/help", response=HelpShown)
def help_with(request: StaffRequest, pk: int, given: HelpGiven) -> helping.Suggestion:
    """A draft of an answer; or your text, shorter, in another tone or language. Nothing is kept or sent."""
    row, by, now = whole(request, pk), request.user, timezone.now()
    if given.what == "draft":
        return helping.suggest(row, by=by, now=now)
    if given.what == "translate":
        return helping.translate_draft(row, given.text, given.to, by=by, now=now)
    return helping.rework(row, given.text, given.what, by=by, now=now)


@router.post("/conversations/{int:pk}/posts/{int:post}/translate", response=HelpShown)
def translate(request: StaffRequest, pk: int, post: int, given: TranslateGiven) -> helping.Suggestion:
    """A post of the conversation's threads in another language, for you; kept nowhere."""
    row = whole(request, pk)
    rows = queries.posts_visible_to(request.user).filter(thread__in=row.strands.values("thread"))
    found = get_object_or_404(rows, pk=post)
    return helping.translate_post(row, found, given.to, by=request.user, now=timezone.now())


@router.post("/conversations/{int:pk}/preview", response=PreviewShown)
def preview_link(request: StaffRequest, pk: int, given: PreviewGiven) -> LinkPreview:
    """What lies behind a link: fetched once, safely, and kept for a week."""
    return previews.preview(whole(request, pk), given.url, by=request.user, now=timezone.now())


@router.get("/conversations/{int:pk}/handles", response=list[HandleShown])
def handles(request: StaffRequest, pk: int) -> list[toolbox.Handle]:
    """Who takes part in its threads, the newest first."""
    return toolbox.handles(whole(request, pk))
