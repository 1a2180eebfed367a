"""Macros: several verbs in one stroke, kept for a brand, a team or oneself."""

from datetime import datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions, queries
from lyhord.desk.api.saved_replies import FittingShown, shown, whole
from lyhord.desk.api.shared import router
from lyhord.desk.api.writing import DraftShown, draft_shown
from lyhord.desk.models import Macro
from lyhord.staff import queries as staff
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen, form_key


class StepBoth(Given):
    verb: Literal[
        "assign", "assign_team", "tag", "untag", "set_priority", "snooze", "reopen", "close", "note", "ask"
    ]
    value: int | Words | None = Field(
        None,
        description='A person\'s id, "me" or "nobody"; a team; a tag; 0 to 100; "hours:3" or "days:2"; a note; "7:What …?" asks department 7.',
    )


class MacroGiven(Given):
    name: Words = Field(min_length=1, max_length=100)
    brand: Id
    steps: list[StepBoth] = Field(max_length=12)
    team: Id | None = None
    is_own: bool = False
    reply: Id | None = None
    on_tag: Words = Field("", max_length=60, description="A tag that runs it by itself.")
    is_on: bool = True


class MacroShown(Schema):
    id: int
    name: str
    brand_id: int
    team_id: int | None
    owner_id: int | None
    reply_id: int | None
    steps: list[dict[str, Any]]
    on_tag: str
    is_on: bool
    uses: int
    used_at: datetime | None


class MacroStepShown(Schema):
    verb: str
    value: Any
    is_allowed: bool


class MacroPreviewShown(Schema):
    macro: MacroShown
    steps: list[MacroStepShown]
    reply: FittingShown | None


class RanShown(Schema):
    done: list[str]
    refused: dict[str, str] = Field(description="Verb and reason.")
    draft: DraftShown | None = Field(description="The reply of the macro: yours to send.")
    closes: bool = Field(description="Send the draft with `close`.")


def macro_of(by: User, pk: int) -> Macro:
    return get_object_or_404(
        queries.macros_visible_to(by).select_related("brand", "team", "owner", "reply"), pk=pk
    )


def macro_given(by: User, told: MacroGiven) -> actions.GivenMacro:
    return actions.GivenMacro(
        name=told.name,
        brand=chosen(staff.brands_visible_to(by), told.brand, "brand"),
        steps=[one.model_dump() for one in told.steps],
        team=None if told.team is None else chosen(staff.teams_visible_to(by), told.team, "team"),
        is_own=told.is_own,
        reply=None
        if told.reply is None
        else chosen(queries.saved_replies_visible_to(by), told.reply, "saved reply"),
        on_tag=told.on_tag,
        is_on=told.is_on,
    )


@router.get("/macros", response=list[MacroShown])
def macros(request: StaffRequest) -> list[Macro]:
    """Those that you may use."""
    return queries.macros(request.user)


@router.post("/macros", response={201: MacroShown})
def make_macro(request: StaffRequest, given: MacroGiven) -> Macro:
    """Yours alone, or with the mandate for a team or the brand."""
    by = request.user
    return actions.save_macro(macro_given(by, given), by=by, now=timezone.now())


@router.get("/macros/{int:pk}", response=MacroShown)
def macro(request: StaffRequest, pk: int) -> Macro:
    """One macro with its steps."""
    return macro_of(request.user, pk)


@router.put("/macros/{int:pk}", response=MacroShown)
def change_macro(request: StaffRequest, pk: int, given: MacroGiven) -> Macro:
    """All of it anew."""
    by, row = request.user, macro_of(request.user, pk)
    return actions.save_macro(macro_given(by, given), by=by, now=timezone.now(), macro=row)


@router.delete("/macros/{int:pk}", response={204: None})
def delete_macro(request: StaffRequest, pk: int) -> None:
    """Gone; what it did stays."""
    actions.delete_macro(macro_of(request.user, pk), by=request.user, now=timezone.now())


@router.get("/conversations/{int:pk}/macros/{int:macro}", response=MacroPreviewShown)
def preview_macro(request: StaffRequest, pk: int, macro: int) -> MacroPreviewShown:
    """What it would do here, and which parts are not in your mandate."""
    conversation, row = whole(request, pk), macro_of(request.user, macro)
    found = queries.preview_macro(request.user, conversation, row, timezone.now())
    return MacroPreviewShown(
        macro=MacroShown.from_orm(row),
        steps=[
            MacroStepShown(verb=one.verb, value=one.value, is_allowed=one.is_allowed) for one in found.steps
        ],
        reply=shown(found.reply) if found.reply else None,
    )


@router.post("/conversations/{int:pk}/macros/{int:macro}", response=RanShown)
def run_macro(request: StaffRequest, pk: int, macro: int) -> RanShown:
    """All of it in one stroke; your undo takes it back in one step. Nothing is sent."""
    conversation, row = whole(request, pk), macro_of(request.user, macro)
    ran = actions.run_macro(
        conversation, row, by=request.user, form_key=form_key(request), now=timezone.now()
    )
    draft = draft_shown(ran.draft) if ran.draft is not None else None
    return RanShown(done=ran.done, refused=ran.refused, draft=draft, closes=ran.closes)
