"""Answers, notes, drafts, and what is done to posts."""

from datetime import datetime, timedelta
from typing import Literal, Self

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field, model_validator
from pydantic_core import PydanticKnownError

from lyhord.channels.contract import Template
from lyhord.desk import actions, queries
from lyhord.desk.api.endings import EndingGiven
from lyhord.desk.api.shared import TurnShown, router, visible
from lyhord.desk.models import Draft, Turn
from lyhord.desk.queries import templating
from lyhord.intake import queries as intake
from lyhord.outbox import actions as outbox
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, NoSuch, Words, chosen, form_key

LONGEST = 100_000
Seen = Id | None


class TemplateGiven(Given):
    name: Words = Field(min_length=1, max_length=512)
    language: Words = Field(
        min_length=1, max_length=20, description="The network's code, such as sv or en_US."
    )
    values: list[Words] = Field(default_factory=list, max_length=50, description="In the order of its holes.")


class ReplyGiven(Given):
    text: Words = Field("", max_length=LONGEST, description="Empty only with `template`.")
    template: TemplateGiven | None = Field(
        None, description="An approved template, where the window is closed or at any time; without files."
    )
    is_public: bool = Field(
        description="Whether you mean everybody to read it; a strand of the other kind refuses it."
    )
    seen: Seen = Field(
        description="`newest_turn` of the conversation as you read it; a newer one refuses the answer."
    )
    strand: Id | None = Field(None, description="Where it goes; null: where the customer waits.")
    close: bool = False
    ending: EndingGiven | None = Field(None, description="Of close: what became of it, where it is a case.")
    files: list[Id] = Field(
        default_factory=list, max_length=20, description="Ids of files that you added before."
    )
    delay_seconds: int | None = Field(
        None, ge=0, le=3600, description="Time to undo; null: as your profile says."
    )
    is_automatic: bool = Field(
        False,
        description="A program made these words: they never go under a tag that is for people's answers.",
    )

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not self.text.strip() and self.template is None:
            raise PydanticKnownError("string_too_short", {"min_length": 1})
        return self


class PrivateGiven(Given):
    text: Words = Field(min_length=1, max_length=LONGEST)
    seen: Seen
    files: list[Id] = Field(default_factory=list, max_length=20)
    delay_seconds: int | None = Field(None, ge=0, le=3600)


class CaseAddressShown(Schema):
    address: str


class NoteGiven(Given):
    text: Words = Field(min_length=1, max_length=LONGEST)
    guests: list[Id] = Field(
        default_factory=list,
        max_length=20,
        description="People named in it who do not see the conversation; they read this note alone.",
    )
    answers: Id | None = Field(None, description="The turn of the note that this one answers.")


class ModerateGiven(Given):
    verb: Literal["hide", "unhide", "delete", "like", "unlike", "block", "unblock", "report"]
    post: Id
    reason: Words = Field("", max_length=500)


class DraftGiven(Given):
    text: Words = Field(max_length=LONGEST, description="Empty: the draft is deleted.")


class DraftShown(Schema):
    id: int
    user: int
    name: str
    kind: str
    text: str
    saved_at: datetime


def turn_row(turn: Turn) -> queries.TurnRow:
    return queries.turns(turn.conversation_id, only=[turn.pk])[0]


def delay_of(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


@router.post("/conversations/{int:pk}/replies", response={201: TurnShown})
def reply(request: StaffRequest, pk: int, given: ReplyGiven) -> queries.TurnRow:
    """Answer the customer. 409 with the newer turns if something was said after `seen`; nothing is sent then."""
    visible(request, pk)
    template = given.template
    strands = queries.strands_visible_to(request.user).filter(conversation=pk)
    detail = queries.conversation(request.user, pk)
    number = given.strand or (detail.answer_strand if detail else None)
    if number is None:
        raise NoSuch(_("There is nothing here that could be answered."))
    turn = actions.reply(
        chosen(strands.select_related("thread__account", "identity"), number, "strand"),
        given.text,
        seen=given.seen,
        is_public=given.is_public,
        by=request.user,
        form_key=form_key(request),
        now=timezone.now(),
        delay=delay_of(given.delay_seconds),
        close=given.close,
        ending=given.ending.ending() if given.ending is not None else None,
        files=given.files,
        is_automatic=given.is_automatic,
        template=outbox.Chosen(template.name, template.language, tuple(template.values))
        if template
        else None,
    )
    return turn_row(turn)


class TemplateShown(Schema):
    name: str
    language: str
    category: str
    body: str = Field(description="All that the customer sees, with {{hole}} where a value goes.")
    holes: list[str] = Field(description="In the order in which `values` are given.")


@router.get("/conversations/{int:pk}/templates", response=list[TemplateShown])
def templates(request: StaffRequest, pk: int, q: str = "") -> list[Template]:
    """The approved templates of the account where the next answer goes; hers first."""
    visible(request, pk)
    detail = queries.conversation(request.user, pk)
    if detail is None or detail.answered is None:
        return []
    rows = templating.offered(request.user, detail.conversation, detail.answered, q[:100])
    return [row.template for row in rows]


@router.post("/conversations/{int:pk}/move-to-private", response={201: TurnShown})
def move_to_private(request: StaffRequest, pk: int, given: PrivateGiven) -> queries.TurnRow:
    """Answer a public word in private; what she then writes there joins this conversation."""
    turn = actions.move_to_private(
        visible(request, pk),
        given.text,
        seen=given.seen,
        by=request.user,
        form_key=form_key(request),
        now=timezone.now(),
        delay=delay_of(given.delay_seconds),
        files=given.files,
    )
    return turn_row(turn)


@router.post("/conversations/{int:pk}/case-address", response=CaseAddressShown)
def case_address(request: StaffRequest, pk: int) -> CaseAddressShown:
    """A mail address for this conversation alone: what is sent to it joins it. The same one each time."""
    return CaseAddressShown(
        address=actions.give_address(visible(request, pk), by=request.user, now=timezone.now())
    )


@router.post("/conversations/{int:pk}/notes", response={201: TurnShown})
def note(request: StaffRequest, pk: int, given: NoteGiven) -> queries.TurnRow:
    """Words for colleagues; they never leave the house."""
    one, now = visible(request, pk), timezone.now()
    return turn_row(
        actions.note(
            one,
            given.text,
            by=request.user,
            form_key=form_key(request),
            now=now,
            guests=given.guests,
            answers=given.answers,
        )
    )


@router.post("/conversations/{int:pk}/moderate", response={201: TurnShown})
def moderate(request: StaffRequest, pk: int, given: ModerateGiven) -> queries.TurnRow:
    """Hide, like, delete or report a post of the conversation's threads, or block its author."""
    one = visible(request, pk)
    post = chosen(intake.posts_visible_to(request.user), given.post, "post")
    turn = actions.moderate(
        one,
        given.verb,
        post,
        by=request.user,
        form_key=form_key(request),
        now=timezone.now(),
        reason=given.reason,
    )
    return turn_row(turn)


# Drafts -------------------------------------------------------------------------------------------------------------


def draft_shown(draft: Draft) -> DraftShown:
    same = ("id", "kind", "text", "saved_at")
    return DraftShown(
        **{name: getattr(draft, name) for name in same}, user=draft.user_id, name=draft.user.name
    )


@router.get("/conversations/{int:pk}/drafts", response=list[DraftShown])
def drafts(request: StaffRequest, pk: int) -> list[DraftShown]:
    """What you and colleagues are writing here, the newest first."""
    visible(request, pk)
    return [draft_shown(draft) for draft in queries.drafts(pk)]


@router.put("/conversations/{int:pk}/drafts/{kind}", response=DraftShown | None)
def save_draft(
    request: StaffRequest, pk: int, kind: Literal["public", "private", "note"], given: DraftGiven
) -> DraftShown | None:
    """Keep what you are writing. Empty deletes it, and gives null."""
    draft = actions.save_draft(visible(request, pk), kind, given.text, by=request.user, now=timezone.now())
    return draft_shown(draft) if draft is not None else None


@router.post("/conversations/{int:pk}/thank", response=DraftShown)
def thank(request: StaffRequest, pk: int) -> DraftShown:
    """Thanks for a view that she gave, in her language, as your draft. Nothing is sent; refer it to who decides."""
    return draft_shown(actions.thank(visible(request, pk), by=request.user, now=timezone.now()))


@router.post("/conversations/{int:pk}/drafts/{int:draft}/take", response=DraftShown)
def take_draft(request: StaffRequest, pk: int, draft: int) -> DraftShown:
    """A colleague's draft becomes yours, after what you have written already."""
    visible(request, pk)
    theirs = get_object_or_404(queries.drafts_visible_to(request.user), pk=draft, conversation=pk)
    return draft_shown(actions.take_over_draft(theirs, by=request.user, now=timezone.now()))
