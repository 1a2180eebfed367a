"""The training inbox: how far you are, and who finished. Its posts are made up, and nothing of it leaves."""

from datetime import datetime
from typing import Literal

from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Schema
from pydantic import Field

from lyhord.desk import practice as posts
from lyhord.desk.actions import practising as actions
from lyhord.desk.api.shared import router
from lyhord.desk.queries import practising as queries
from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given


class PracticePostShown(Schema):
    n: int
    author: str = Field(description="Fictional, as everything in it.")
    text: str
    hint: str
    did: list[str] = Field(description="What you did with it, the oldest first.")
    left: list[list[str]] = Field(description="What is still to be done; of each inner list one is enough.")
    is_done: bool


class PracticeShown(Schema):
    done: int
    all: int
    begun_at: datetime | None
    finished_at: datetime | None = Field(description="The first time; beginning anew keeps it.")
    posts: list[PracticePostShown]


class PracticeGiven(Given):
    did: Literal["reply", "note", "take", "assign", "tag", "snooze", "close", "spam", "hide"]


class PracticeToldShown(Schema):
    did: str
    verdict: str = Field(
        description="right; fits: does no harm; better: something else would have been better."
    )
    why: str
    left: list[list[str]]
    is_done: bool


class PracticeColleagueShown(Schema):
    person: int
    name: str
    done: int
    all: int
    finished_at: datetime | None = Field(description="The first time; null: not yet.")


def sorts(left: tuple[frozenset[str], ...]) -> list[list[str]]:
    return [sorted(group) for group in left]


@router.get("/practice", response=PracticeShown)
def practice(request: StaffRequest) -> PracticeShown:
    """The twelve made-up posts in your language, and how far you are."""
    row, found = queries.practice_of(request.user), queries.progress(request.user)
    said = posts.words(get_language() or "en")["posts"]
    shown = []
    for n, one in enumerate(posts.POSTS, 1):
        did = row.done.get(one.name, []) if row else []
        left = posts.left_of(one, did)
        shown.append(
            PracticePostShown(
                n=n, author=one.author, text=said[one.name]["text"], hint=said[one.name]["hint"], did=did,
                left=sorts(left), is_done=not left,
            )
        )  # fmt: skip
    return PracticeShown(
        done=found.done, all=found.all, begun_at=found.begun_at, finished_at=found.finished_at, posts=shown
    )


@router.post("/practice/restart", response=PracticeShown)
def restart(request: StaffRequest) -> PracticeShown:
    """All twelve anew."""
    actions.practise_again(by=request.user, now=timezone.now())
    return practice(request)


@router.post("/practice/{int:n}", response=PracticeToldShown)
def practise(request: StaffRequest, n: int, given: PracticeGiven) -> PracticeToldShown:
    """Do this with the post of that number, and hear what it was worth. No words are taken, sent or kept."""
    if not 1 <= n <= len(posts.POSTS):
        raise Http404
    told = actions.practise(posts.NAMES[n - 1], given.did, by=request.user, now=timezone.now())
    return PracticeToldShown(
        did=told.action, verdict=told.verdict, why=told.why, left=sorts(told.left), is_done=told.is_done
    )


@router.get("/team/practice", response=list[PracticeColleagueShown])
def of_team(request: StaffRequest) -> list[PracticeColleagueShown]:
    """Who of your brands finished; for who may give out conversations (`route`)."""
    mandates.require(request.user, "route")
    return [
        PracticeColleagueShown(
            person=one.user.pk, name=one.user.name, done=one.done, all=one.all, finished_at=one.finished_at
        )
        for one in queries.progress_of_team(request.user)
    ]  # fmt: skip
