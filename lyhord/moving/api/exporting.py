"""Everything of one kind as a file."""

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from lyhord.moving import exports
from lyhord.moving.api.shared import router
from lyhord.moving.views.exporting import file_of
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words

BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE = {"responses": {200: {"content": {"text/csv": BINARY, "application/x-ndjson": BINARY}}}}


class KindShown(Schema):
    name: str
    label: str
    columns: list[str] = Field(description="In the order of the CSV; names of the fields in JSON lines.")


class ExportGiven(Given):
    """Without a brand: of all in which you may move data."""

    kind: Words = Field(min_length=1, max_length=40, description="One of `GET /exports`.")
    form: exports.Form = "csv"
    brand: Id | None = None


@router.get("/exports", response=list[KindShown])
def export_kinds(request: StaffRequest) -> list[dict[str, object]]:
    """What can be taken out, by who has the mandate to move data."""
    exports.scope_of(request.user)
    return [
        {"name": one.name, "label": _(one.label), "columns": one.columns} for one in exports.KINDS.values()
    ]


@router.post("/exports", openapi_extra=FILE)
def export(request: StaffRequest, given: ExportGiven) -> StreamingHttpResponse:
    """All rows of one kind that you see, of one brand or of all, as a file: streamed, and written to the audit log.

    In CSV a cell that a spreadsheet would run begins with an apostrophe; JSON lines are exact.
    """
    return file_of(exports.scope_of(request.user, given.brand), given.kind, given.form, timezone.now())
