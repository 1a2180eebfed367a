"""Bringing another system's history in: tried first, then wanted, then carried out by the worker."""

from datetime import datetime
from typing import Literal

import orjson
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Schema, UploadedFile
from pydantic import Field

from lyhord.moving import actions, exports, queries, readers, reports
from lyhord.moving.api.shared import router
from lyhord.moving.models import Run
from lyhord.staff import mandates
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Id, Listed, Page, Paging, Words, by_id, chosen

SystemName = Literal["chatwoot", "zammad", "helpdesk", "csv", "guidance"]


class BroughtShown(Schema):
    label: str
    come: int
    there: int = Field(description="Here already; left as they are.")
    cannot: int
    changed: int = Field(description="They come, but not as they were.")


class ProblemShown(Schema):
    label: str
    place: str = Field(description="File and line.")
    field: str
    what: str
    do: str
    is_left_out: bool


class RunShown(Schema):
    id: int
    brand: int
    system: str
    name: str
    state: str = Field(description="tried, wanted, done or ended.")
    position: int
    total: int
    lines: list[BroughtShown]
    problems: list[ProblemShown]
    more: int = Field(description="Problems beyond those that are listed.")
    made_at: datetime
    done_at: datetime | None


def shown(run: Run) -> RunShown:
    report = reports.of(run.report)
    return RunShown(
        id=run.pk,
        brand=run.brand_id,
        system=run.system,
        name=run.name,
        state=run.state,
        position=run.position,
        total=run.total,
        lines=[BroughtShown(**vars(line)) for line in reports.lines(report)],
        problems=[ProblemShown(**vars(one)) for one in reports.said(report)],
        more=report.more,
        made_at=run.made_at,
        done_at=run.done_at,
    )


def run_of(by: User, pk: int) -> Run:
    mandates.require(by, exports.VERB)
    return get_object_or_404(queries.runs_visible_to(by), pk=pk)


@router.get("/imports", response=Listed[RunShown])
def imports(request: StaffRequest, paging: Query[Paging]) -> Page:
    """Files that were tried or brought in, newest first."""
    mandates.require(request.user, exports.VERB)
    return by_id(queries.runs_visible_to(request.user), paging, shown, newest_first=True)


@router.post("/imports", response={201: RunShown})
def try_import(
    request: HttpRequest,
    file: File[UploadedFile],
    system: Form[SystemName],
    brand: Form[Id],
    columns: Form[Words] = "{}",
) -> RunShown:
    """A dry run of one file (multipart, 20 MB at most): what would come, what cannot and why. Nothing is written.

    `columns` is a JSON object for a CSV whose columns are called otherwise: {"text": "Message body"}.
    """
    by = request.user
    assert isinstance(by, User)
    mandates.require(by, exports.VERB)
    place = chosen(queries.brands_moved_by(by), brand, "brand")
    if (file.size or 0) > actions.MOST_BYTES:
        raise actions.TooBig(actions.too_big(file.size or 0))
    run = actions.try_files(
        place, system, file.name or "file", file.read(), mapping(columns), by=by, now=timezone.now()
    )
    return shown(run)


def mapping(told: str) -> dict[str, str]:
    try:
        found = orjson.loads(told or "{}")
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise readers.BadFile(_("The columns must be a JSON object of names."))
    return {str(ours).strip().lower(): theirs for ours, theirs in found.items()}


@router.get("/imports/{int:pk}", response=RunShown)
def import_run(request: StaffRequest, pk: int) -> RunShown:
    """One file: what it would bring, or how far it has come."""
    return shown(run_of(request.user, pk))


@router.post("/imports/{int:pk}/begin", response=RunShown)
def begin_import(request: StaffRequest, pk: int) -> RunShown:
    """Import now. The worker brings it in, a part at a time; the same again changes nothing."""
    actions.want(run_of(request.user, pk), by=request.user, now=timezone.now())
    return shown(run_of(request.user, pk))


@router.post("/imports/{int:pk}/stop", response=RunShown)
def stop_import(request: StaffRequest, pk: int) -> RunShown:
    """No more of it comes; what came stays."""
    actions.give_up(run_of(request.user, pk), by=request.user, now=timezone.now())
    return shown(run_of(request.user, pk))
