"""The API of posts as the networks told them, and of what could not be read."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from lyhord.intake import actions, files, originals, queries
from lyhord.intake.models import Attachment, Envelope, Post
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Id, Listed, Page, Paging, by_id

router = Router(tags=["intake"])
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE = {"responses": {200: {"content": {"application/octet-stream": BINARY}}}}


class AttachmentShown(Schema):
    id: int
    kind: str
    name: str
    alt: str
    state: str = Field(description="waiting, kept, refused or gone")
    content_type: str
    size: int
    width: int
    height: int


class PostShown(Schema):
    id: int
    account: int
    thread: int
    native: str = Field(description="Its id on the network.")
    parent: str
    author: str
    handle: str
    name: str
    text: str
    title: str
    lang: str
    at: datetime
    version: int
    is_own: bool
    is_public: bool
    is_hidden: bool
    is_deleted: bool
    link: str
    mentions: list[dict[str, Any]]
    attachments: list[AttachmentShown]


class PostVersionShown(Schema):
    text: str
    at: datetime


class PostsAsked(Paging):
    account: Id | None = None
    thread: Id | None = None


class RefusalShown(Schema):
    position: int
    kind: str = Field(description="unsupported or unreadable")
    item: str
    why: str
    at: datetime


class EnvelopeShown(Schema):
    id: int
    connector: str
    account: int | None = Field(description="null: the hook of an app that serves several.")
    received_at: datetime
    size: int
    attempts: int
    problem: str
    refusals: list[RefusalShown]


class Retried(Schema):
    retried: int


def shown(post: Post) -> PostShown:
    same = (
        "native", "parent", "author", "handle", "name", "text", "title", "lang", "at", "version", "is_own", "is_public", "link",
        "mentions",
    )  # fmt: skip
    return PostShown(
        **{name: getattr(post, name) for name in same},
        id=post.pk,
        account=post.account_id,
        thread=post.thread_id,
        is_hidden=post.hidden_at is not None,
        is_deleted=post.deleted_at is not None,
        attachments=[
            AttachmentShown.from_orm(row) for row in post.attachments.all() if row.state != Attachment.GONE
        ],
    )


class OriginalShown(Schema):
    html: str | None = Field(description="null: it came as plain words, or what came is not kept any more.")


def posts_of(request: StaffRequest) -> QuerySet[Post]:
    return queries.posts_visible_to(request.user).filter(is_placeholder=False).prefetch_related("attachments")


@router.get("/posts", response=Listed[PostShown])
def posts(request: StaffRequest, asked: Query[PostsAsked]) -> Page:
    """Posts in the order in which they came to us."""
    wanted = {"account": asked.account, "thread": asked.thread}
    rows = posts_of(request).filter(**{name: value for name, value in wanted.items() if value})
    return by_id(rows, asked, shown, newest_first=False)


@router.get("/posts/{int:pk}", response=PostShown)
def post(request: StaffRequest, pk: int) -> PostShown:
    """One post."""
    return shown(get_object_or_404(posts_of(request), pk=pk))


@router.get("/posts/{int:pk}/versions", response=list[PostVersionShown])
def post_versions(request: StaffRequest, pk: int) -> list[PostVersionShown]:
    """Earlier texts of a post that was edited, oldest first."""
    row = get_object_or_404(queries.posts_visible_to(request.user), pk=pk)
    return [PostVersionShown(text=one.text, at=one.at) for one in row.versions.order_by("at", "pk")]


@router.get("/posts/{int:pk}/original", response=OriginalShown)
def original(request: StaffRequest, pk: int) -> OriginalShown:
    """The markup that a mail came with, cleaned: no script, no style, no picture, no form."""
    row = get_object_or_404(posts_of(request).filter(deleted_at=None), pk=pk)
    return OriginalShown(html=originals.original(row))


@router.get("/posts/{int:pk}/attachments/{int:number}", response={200: None}, openapi_extra=FILE)
def attachment(request: StaffRequest, pk: int, number: int) -> FileResponse:
    """Our copy of a file, for download. 404 until it is kept."""
    kept = queries.attachments_visible_to(request.user).filter(state=Attachment.KEPT, post=pk)
    row = get_object_or_404(kept, pk=number)
    path = files.folder() / row.path
    if not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type=row.content_type
    )


# What was set aside ------------------------------------------------------------------------------------------------


def envelope_shown(envelope: Envelope) -> EnvelopeShown:
    return EnvelopeShown(
        id=envelope.pk,
        connector=envelope.connector,
        account=envelope.account_id,
        received_at=envelope.received_at,
        size=len(envelope.raw),
        attempts=envelope.attempts,
        problem=envelope.problem,
        refusals=[RefusalShown.from_orm(row) for row in envelope.refusals.all()],
    )


def quarantined(request: StaffRequest) -> QuerySet[Envelope]:
    return queries.quarantine_visible_to(request.user).prefetch_related("refusals")


@router.get("/quarantine", response=Listed[EnvelopeShown])
def quarantine(request: StaffRequest, paging: Query[Paging]) -> Page:
    """What came in and could not be read, newest first."""
    return by_id(quarantined(request), paging, envelope_shown, newest_first=True)


@router.get("/quarantine/{int:pk}", response=EnvelopeShown)
def quarantined_envelope(request: StaffRequest, pk: int) -> EnvelopeShown:
    """One envelope, with what was wrong in it."""
    return envelope_shown(get_object_or_404(quarantined(request), pk=pk))


@router.post("/quarantine/{int:pk}/retry", response=Retried)
def retry(request: StaffRequest, pk: int) -> Retried:
    """Read it anew, once its connector was mended. Nothing that it already gave is doubled."""
    row = get_object_or_404(quarantined(request), pk=pk)
    return Retried(retried=int(actions.retry(row, request.user, timezone.now())))


@router.post("/quarantine/retry-all", response=Retried)
def retry_all(request: StaffRequest) -> Retried:
    """Read everything anew that you may, at most 1000."""
    return Retried(retried=actions.retry_all(request.user, timezone.now()))
