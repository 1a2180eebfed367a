"""Files beside what you are writing. They leave with the reply that names them."""

from typing import Any

from django.utils import timezone
from ninja import File, Form, Schema, UploadedFile
from pydantic import Field

from lyhord.desk import actions, queries
from lyhord.desk.api.shared import router, visible
from lyhord.outbox.models import Enclosure
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Words, chosen


class EnclosedShown(Schema):
    id: int
    name: str
    alt: str = Field(description="What the picture shows.")
    content_type: str = Field(description="As the bytes say.")
    size: int
    width: int
    height: int
    address: str = Field(description="Where our copy is read.")

    @staticmethod
    def resolve_address(one: Enclosure) -> str:
        return f"/outbox/files/{one.token}/"


class AltGiven(Given):
    alt: Words = Field(max_length=1500)


@router.get("/conversations/{int:pk}/files", response=list[EnclosedShown])
def files(request: StaffRequest, pk: int) -> list[Enclosure]:
    """What lies beside your draft."""
    return queries.draft_files(visible(request, pk).pk, request.user)


@router.post("/conversations/{int:pk}/files", response={201: EnclosedShown})
def enclose(
    request: StaffRequest,
    pk: int,
    file: File[UploadedFile],
    alt: Form[str] = "",
) -> Enclosure:
    """Add one file; 422 says what the network takes. Pictures are drawn anew: places and notes in them stay here."""
    conversation = visible(request, pk)
    detail = queries.conversation(request.user, pk)
    most = max(detail.accepts.values(), default=0) if detail else 0
    content: Any = file.read(most + 1)
    return actions.enclose(
        conversation, file.name or "file", content, by=request.user, now=timezone.now(), alt=alt
    )


@router.patch("/conversations/{int:pk}/files/{int:file}", response=EnclosedShown)
def describe(request: StaffRequest, pk: int, file: int, given: AltGiven) -> Enclosure:
    """Say what the picture shows."""
    conversation = visible(request, pk)
    one = chosen_file(request, pk, file)
    actions.describe(conversation, {one.pk: given.alt}, by=request.user)
    return chosen_file(request, pk, file)


@router.delete("/conversations/{int:pk}/files/{int:file}", response={204: None})
def take_out(request: StaffRequest, pk: int, file: int) -> tuple[int, None]:
    """Remove it for good; a second time changes nothing."""
    actions.take_out(visible(request, pk), file, by=request.user, now=timezone.now())
    return 204, None


def chosen_file(request: StaffRequest, pk: int, file: int) -> Enclosure:
    mine = [one.pk for one in queries.draft_files(pk, request.user)]
    return chosen(Enclosure.objects.filter(pk__in=mine), file, "file")
