"""Whole threads: every post of everybody, nested, with how far you have read."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk import actions, queries
from lyhord.desk.api.shared import router
from lyhord.desk.queries.threads import Said
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import BadCursor, Given, Id, Words


class SaidShown(Schema):
    post: int | None = Field(description="null: an answer of ours that the network did not show us again.")
    dispatch: int | None
    depth: int = Field(description="0: answers nothing on this page. At most 6.")
    is_new: bool = Field(description="Not read by you.")
    is_ours: bool
    is_deleted: bool
    author: str
    handle: str
    text: str
    title: str
    at: datetime
    link: str
    answers: int | None = Field(description="The post of an earlier page that it answers.")
    conversation: int | None


class ThreadShown(Schema):
    items: list[SaidShown]
    next: str | None
    upto: int = Field(description="What `read` may be told once these were read.")


class ThreadAsked(Given):
    after: Words = Field("", description="`next` of the page before; empty for the first page.")


class ThreadReadGiven(Given):
    upto: Id


class ThreadReadShown(Schema):
    last_post: int


def said(one: Said) -> SaidShown:
    post, dispatch = one.post, one.dispatch
    return SaidShown(
        post=post.pk if post else None,
        dispatch=dispatch.pk if dispatch else None,
        depth=one.depth,
        is_new=one.is_new,
        is_ours=post.is_own if post else True,
        is_deleted=bool(post and post.deleted_at),
        author=post.name if post else str((dispatch and dispatch.by) or ""),
        handle=post.handle if post else "",
        text=post.text if post else dispatch.text if dispatch else "",
        title=post.title if post else "",
        at=one.at,
        link=post.link if post else "",
        answers=one.answers.pk if one.answers else None,
        conversation=one.conversation,
    )


@router.get("/threads/{int:pk}/posts", response=ThreadShown)
def thread_posts(request: StaffRequest, pk: int, asked: Query[ThreadAsked]) -> ThreadShown:
    """A page of the thread, in the order of time, each word under the one it answers."""
    row = get_object_or_404(queries.threads_visible_to(request.user), pk=pk)
    try:
        page = queries.reader(request.user, row, asked.after)
    except queries.BadCursor as problem:
        raise BadCursor(str(problem)) from problem
    return ThreadShown(items=[said(one) for one in page.said], next=page.next, upto=page.upto)


@router.post("/threads/{int:pk}/read", response=ThreadReadShown)
def thread_read(request: StaffRequest, pk: int, given: ThreadReadGiven) -> ThreadReadShown:
    """You have read the thread up to this post; never back."""
    row = get_object_or_404(queries.threads_visible_to(request.user).select_related("account"), pk=pk)
    read = actions.mark_thread_read(row, given.upto, by=request.user, now=timezone.now())
    return ThreadReadShown(last_post=read.last_post)
