"""Saved replies: kept for a brand, a team or oneself, and used in conversations."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions, queries
from lyhord.desk.api.shared import router, visible
from lyhord.desk.models import Conversation, SavedReply
from lyhord.staff import queries as staff
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen


class WordingBoth(Given):
    """The words in one language, for one network or ("") for all."""

    lang: Words = Field(min_length=2, max_length=12)
    text: Words = Field(min_length=1, max_length=10_000)
    connector: Words = Field("", max_length=40)


class ReplySavedGiven(Given):
    """`team` and `is_own` both left out: for everybody of the brand."""

    name: Words = Field(min_length=1, max_length=100)
    brand: Id
    texts: list[WordingBoth] = Field(min_length=1, max_length=60)
    folder: Words = Field("", max_length=60)
    team: Id | None = None
    is_own: bool = False


class ReviewGiven(Given):
    review: Literal["fine", "adapt", "retired"]
    note: Words = Field("", max_length=300)


class RestoreGiven(Given):
    version: int = Field(ge=1, le=2**31)


class SavedReplyShown(Schema):
    id: int
    name: str
    folder: str
    brand_id: int
    team_id: int | None
    owner_id: int | None = Field(description="Hers alone; null: shared.")
    review: str = Field(description="fine, adapt or retired.")
    review_note: str
    version: int
    uses: int
    used_at: datetime | None
    changed_at: datetime
    texts: list[WordingBoth]

    @staticmethod
    def resolve_texts(row: SavedReply) -> list[dict[str, str]]:
        return [{"lang": one.lang, "text": one.text, "connector": one.connector} for one in row.texts.all()]


class SavedVersionShown(Schema):
    number: int
    name: str
    texts: list[WordingBoth]
    by_id: int
    at: datetime


class FittingShown(Schema):
    """A saved reply as it would stand in this conversation."""

    id: int
    name: str
    lang: str
    text: str
    missing: list[str] = Field(
        description="Variables without a value here: a text that holds them is refused."
    )
    used: int = Field(description="As the network counts it, signature included.")
    limit: int | None


# Saved replies -------------------------------------------------------------------------------------------------------


def given_of(by: User, told: ReplySavedGiven) -> actions.Given:
    team = None if told.team is None else chosen(staff.teams_visible_to(by), told.team, "team")
    brand = chosen(staff.brands_visible_to(by), told.brand, "brand")
    texts = [actions.Wording(one.lang, one.text, one.connector) for one in told.texts]
    return actions.Given(told.name, brand, texts, told.folder, team, told.is_own)


def reply_of(by: User, pk: int) -> SavedReply:
    rows = queries.saved_replies_visible_to(by).prefetch_related("texts")
    return get_object_or_404(rows.select_related("brand", "team", "owner"), pk=pk)


@router.get("/saved-replies", response=list[SavedReplyShown])
def saved_replies(
    request: StaffRequest, q: str = "", review: Literal["", "fine", "adapt", "retired"] = ""
) -> list[SavedReply]:
    """Those that you may use, at most 1000."""
    return queries.saved_replies(request.user, words=q[:100], review=review)


@router.post("/saved-replies", response={201: SavedReplyShown})
def make_saved_reply(request: StaffRequest, given: ReplySavedGiven) -> SavedReply:
    """Yours alone, or with the mandate for a team or the brand."""
    by = request.user
    return reply_of(by, actions.save_reply(given_of(by, given), by=by, now=timezone.now()).pk)


@router.get("/saved-replies/{int:pk}", response=SavedReplyShown)
def saved_reply(request: StaffRequest, pk: int) -> SavedReply:
    """One saved reply with its words in all languages."""
    return reply_of(request.user, pk)


@router.put("/saved-replies/{int:pk}", response=SavedReplyShown)
def change_saved_reply(request: StaffRequest, pk: int, given: ReplySavedGiven) -> SavedReply:
    """All of it anew; what it said before is kept as a version."""
    by, row = request.user, reply_of(request.user, pk)
    actions.save_reply(given_of(by, given), by=by, now=timezone.now(), reply=row)
    return reply_of(by, pk)


@router.put("/saved-replies/{int:pk}/review", response=SavedReplyShown)
def review_saved_reply(request: StaffRequest, pk: int, given: ReviewGiven) -> SavedReply:
    """Fit for social media, to be adapted, or retired."""
    row = reply_of(request.user, pk)
    actions.review_reply(row, given.review, given.note, by=request.user, now=timezone.now())
    return reply_of(request.user, pk)


@router.get("/saved-replies/{int:pk}/versions", response=list[SavedVersionShown])
def saved_reply_versions(request: StaffRequest, pk: int) -> Any:
    """What it said before, the newest first."""
    return reply_of(request.user, pk).versions.order_by("-number")


@router.post("/saved-replies/{int:pk}/restore", response=SavedReplyShown)
def restore_saved_reply(request: StaffRequest, pk: int, given: RestoreGiven) -> SavedReply:
    """An earlier version again, as a new one."""
    actions.restore_reply(reply_of(request.user, pk), given.version, by=request.user, now=timezone.now())
    return reply_of(request.user, pk)


@router.delete("/saved-replies/{int:pk}", response={204: None})
def delete_saved_reply(request: StaffRequest, pk: int) -> None:
    """Gone with its versions; refused while a macro uses it."""
    actions.delete_reply(reply_of(request.user, pk), by=request.user, now=timezone.now())


def shown(found: queries.Fitting) -> FittingShown:
    return FittingShown(
        id=found.reply.pk, name=found.reply.name, lang=found.lang, text=found.text, missing=list(found.missing),
        used=found.used, limit=found.limit,
    )  # fmt: skip


def whole(request: StaffRequest, pk: int) -> Conversation:
    visible(request, pk)
    rows = queries.conversations_visible_to(request.user)
    return rows.select_related("account__app", "brand", "customer", "ticket").get(pk=pk)


@router.get("/conversations/{int:pk}/saved-replies", response=list[FittingShown])
def fitting(request: StaffRequest, pk: int, q: str = "") -> list[FittingShown]:
    """Those for this conversation, filled in, the best first; at most 30."""
    return [shown(one) for one in queries.fitting(request.user, whole(request, pk), q[:100])]


@router.post("/conversations/{int:pk}/saved-replies/{int:reply}/use", response=FittingShown)
def use_saved_reply(request: StaffRequest, pk: int, reply: int) -> FittingShown:
    """The words, filled in and counted as used. Nothing is sent."""
    conversation = whole(request, pk)
    rows = queries.saved_replies_visible_to(request.user).filter(brand=conversation.brand_id)
    row = get_object_or_404(rows, pk=reply)
    found = queries.fitting_one(request.user, conversation, row)
    if found is None:
        raise Http404
    actions.use_reply(row, now=timezone.now())
    return shown(found)
