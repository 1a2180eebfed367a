"""The API of the operator's own topics: the same as the pages."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Query, Schema
from pydantic import Field

from lyhord.staff import mandates
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.triage.api.shared import router
from lyhord.triage.models import Topic, TopicExample, TopicModel
from lyhord.triage.topics import actions, examples, queries, stock, upload
from lyhord.triage.tuning import actions as tuning
from lyhord.triage.tuning import values
from lyhord.web.api import Given, Listed, Page, Paging, Words, by_id

MOST_TEXTS = 1_000  # in a call


class TopicShown(Schema):
    id: int
    name: str
    description: str
    position: int = Field(description="Its place among those in use, from 0 on.")
    retired_at: datetime | None = Field(description="null: in use.")
    examples: int
    posts: int = Field(description="Of the last 28 days, judged so, that you may see.")
    right: int | None = Field(
        description="How many of its examples the model named rightly when they were left out; null: not taught."
    )
    taught: int | None = Field(description="How many of its examples the model that serves was taught.")


class TopicsShown(Schema):
    topics: list[TopicShown]
    serving: int | None = Field(
        description="The model that serves; null: none, and no post has a topic of yours."
    )
    least: int = Field(description="Examples that a topic needs to take part.")
    chance: float = Field(description="From which chance on a topic is said of a post.")
    missing: str = Field(description="Why nothing can be taught yet; empty: it can.")


class TopicGiven(Given):
    name: Words = Field(min_length=1, max_length=actions.LONGEST_NAME)
    description: Words = Field("", max_length=actions.LONGEST_DESCRIPTION)


class TopicChanged(Given):
    name: Words | None = Field(None, min_length=1, max_length=actions.LONGEST_NAME)
    description: Words | None = Field(None, max_length=actions.LONGEST_DESCRIPTION)
    position: int | None = Field(
        None, ge=0, le=10_000, description="Its place among those in use, from 0 on."
    )


class ExampleShown(Schema):
    id: int
    text: str | None = Field(description="null: it is a post that you may not see.")
    lang: str
    source: str = Field(description="`written`, `upload` or `post`.")
    post: int | None = Field(description="The post whose words these are.")
    by: int
    at: datetime


class ExamplesGiven(Given):
    texts: list[Words] = Field(min_length=1, max_length=MOST_TEXTS)


class LineGiven(Given):
    text: Words = Field(max_length=100_000)
    topic: Words = Field(max_length=200, description="The name of a topic in use.")


class LinesGiven(Given):
    examples: list[LineGiven] = Field(min_length=1, max_length=MOST_TEXTS)
    make_topics: bool = Field(False, description="Make topics that are not there yet.")


class NotTaken(Schema):
    line: int = Field(description="Which of the texts that you sent, from 1 on.")
    text: str = Field(description="Its beginning.")
    why: str


class ReportShown(Schema):
    taken: int
    doubled: list[NotTaken] = Field(description="Stood there already.")
    refused: list[NotTaken] = Field(description="Among others because they stand under another topic.")
    topics: list[str] = Field(description="Names of topics that were made.")


class Chance(Given):
    chance: float = Field(ge=0.001, le=1)


class PostOf(Schema):
    post: int
    at: datetime
    chance: float
    text: str
    corrected: bool = Field(description="A person said so, or said otherwise.")


class TopicModelShown(Schema):
    id: int
    at: datetime
    ended_at: datetime | None
    state: str = Field(description="waiting, running, failed, serving, replaced or refused")
    why: str = Field(description="Why it failed, was refused or serves no more.")
    examples: int
    topics: list[int]
    share: float | None = Field(description="Of its examples, how many were named rightly when left out.")
    largest: float | None = Field(description="What always saying the largest topic would have got.")
    none_refused: float | None = Field(
        description="Of posts about other things, the share that gets no topic; null where it was taught before that was told."
    )
    none_kept: float | None = Field(description="Of the examples left out, the share that keeps a topic.")
    confused: list[list[int]] = Field(
        description="Topic, what its examples were called instead, how many; most first."
    )


class PostsJudgedAnew(Schema):
    posts: int


def listed(by: User, retired: list[Topic]) -> list[TopicShown]:
    rows = [shown(row.topic, row.examples, row.posts, row.right) for row in queries.table(by, timezone.now())]
    for place, row in enumerate(rows):
        row.position = place
    return rows + [one(row, by) for row in retired]


def one(row: Topic, by: User) -> TopicShown:
    told = queries.about(row, by, timezone.now())
    return shown(row, told["examples"], told["posts"], told["right"])


def shown(row: Topic, count: int, posts: int, right: tuple[int, int] | None) -> TopicShown:
    return TopicShown(
        id=row.pk,
        name=row.name,
        description=row.description,
        position=row.position,
        retired_at=row.retired_at,
        examples=count,
        posts=posts,
        right=right[0] if right else None,
        taught=right[1] if right else None,
    )


def model_shown(row: TopicModel) -> TopicModelShown:
    return TopicModelShown(
        id=row.pk,
        at=row.at,
        ended_at=row.ended_at,
        state=row.state,
        why=gettext(row.why) % row.values if row.why else "",
        examples=len(row.taught),
        topics=row.labels,
        share=row.figures.get("share"),
        largest=row.figures.get("largest"),
        none_refused=row.figures.get("none", {}).get("refused"),
        none_kept=row.figures.get("none", {}).get("kept"),
        confused=row.figures.get("confused", []),
    )


def report_shown(report: examples.Report) -> ReportShown:
    def told(rows: list[examples.Refused]) -> list[NotTaken]:
        return [NotTaken(line=row.line, text=row.text, why=row.why) for row in rows]

    return ReportShown(
        taken=report.taken,
        doubled=told(report.doubled),
        refused=told(report.refused),
        topics=report.topics,
    )


@router.get("/triage/topics", response=TopicsShown)
def topics(request: StaffRequest) -> TopicsShown:
    """Your own topics in their order, then the retired ones, with how many posts were judged so and how well they are known."""
    found, serving = stock.stock(), queries.serving()
    return TopicsShown(
        topics=listed(request.user, list(queries.retired())),
        serving=serving.pk if serving else None,
        least=stock.LEAST,
        chance=values.read().own_topic_from,
        missing="" if found.is_enough else stock.too_few(found),
    )


@router.post("/triage/topics", response={201: TopicShown})
def create_topic(request: StaffRequest, given: TopicGiven) -> tuple[int, TopicShown]:
    """Make one, after the others. It takes part once it has enough examples and a model was taught."""
    row = actions.create(given.name, given.description, by=request.user, now=timezone.now())
    return 201, one(row, request.user)


@router.post("/triage/topics/begin", response=list[TopicShown])
def begin_topics(request: StaffRequest) -> list[TopicShown]:
    """Make the topics to begin with, in your language and without examples. Those whose names are there are left out."""
    rows = actions.begin(by=request.user, now=timezone.now())
    return [shown(row, 0, 0, None) for row in rows]


@router.post("/triage/topics/teach", response=TopicModelShown)
def teach_topics(request: StaffRequest) -> TopicModelShown:
    """Teach now instead of at night. The worker begins within a minute; it takes some minutes."""
    return model_shown(actions.teach(by=request.user, now=timezone.now()))


@router.get("/triage/topics/models", response=list[TopicModelShown])
def topic_models(request: StaffRequest) -> list[TopicModelShown]:
    """The newest runs of teaching, newest first."""
    return [model_shown(row) for row in queries.runs()]


@router.put("/triage/topics/chance", response=Chance)
def set_own_topic_from(request: StaffRequest, given: Chance) -> Chance:
    """From which chance on a topic is said of a post. Below it, the post has none of yours."""
    actions.set_least(given.chance, by=request.user, now=timezone.now())
    return Chance(chance=values.read().own_topic_from)


@router.post("/triage/topics/apply", response=PostsJudgedAnew)
def apply_topics(request: StaffRequest) -> PostsJudgedAnew:
    """Judge the posts of the last 30 days anew. What people corrected stays."""
    return PostsJudgedAnew(posts=tuning.apply(None, by=request.user, now=timezone.now()))


@router.post("/triage/topics/examples", response=ReportShown)
def take_examples(request: StaffRequest, given: LinesGiven) -> ReportShown:
    """Many examples, each with the name of its topic. Tells of each that was not taken why not."""
    lines = [upload.Line(n, line.text, line.topic) for n, line in enumerate(given.examples, 1)]
    report = actions.take_lines(
        lines, None, make_topics=given.make_topics, by=request.user, now=timezone.now()
    )
    return report_shown(report)


@router.get("/triage/topics/{int:pk}", response=TopicShown)
def topic(request: StaffRequest, pk: int) -> TopicShown:
    """One topic, also a retired one."""
    return one(get_object_or_404(Topic, pk=pk), request.user)


@router.patch("/triage/topics/{int:pk}", response=TopicShown)
def change_topic(request: StaffRequest, pk: int, given: TopicChanged) -> TopicShown:
    """Rename, describe, move. What is not named stays."""
    row, now = actions.changeable(pk, by=request.user), timezone.now()
    name = row.name if given.name is None else given.name
    description = row.description if given.description is None else given.description
    actions.change(row, name, description, by=request.user, now=now)
    if given.position is not None:
        actions.put(row, given.position, by=request.user, now=now)
    return one(Topic.objects.get(pk=pk), request.user)


@router.post("/triage/topics/{int:pk}/retire", response=TopicShown)
def retire_topic(request: StaffRequest, pk: int) -> TopicShown:
    """No post is judged so any more; what was judged so stays, and the examples are kept."""
    row = actions.retire(actions.changeable(pk, by=request.user), by=request.user, now=timezone.now())
    return one(row, request.user)


@router.post("/triage/topics/{int:pk}/bring-back", response=TopicShown)
def bring_back_topic(request: StaffRequest, pk: int) -> TopicShown:
    """Use it again, with those of its examples that stand under no other topic since."""
    row = actions.bring_back(actions.changeable(pk, by=request.user), by=request.user, now=timezone.now())
    return one(row, request.user)


@router.get("/triage/topics/{int:pk}/examples", response=Listed[ExampleShown])
def topic_examples(request: StaffRequest, pk: int, asked: Query[Paging]) -> Page:
    """Its examples, newest first."""
    row = get_object_or_404(Topic, pk=pk)
    found = by_id(queries.examples(row), asked, lambda example: example, newest_first=True)
    hidden = queries.hidden_of(request.user, found["items"])
    return {**found, "items": [example_shown(example, hidden) for example in found["items"]]}


def example_shown(row: TopicExample, hidden: frozenset[int]) -> ExampleShown:
    return ExampleShown(
        id=row.pk,
        text=None if row.pk in hidden else row.text,
        lang=row.lang,
        source=row.source,
        post=None if row.pk in hidden else row.post_id,
        by=row.by_id,
        at=row.at,
    )


@router.post("/triage/topics/{int:pk}/examples", response=ReportShown)
def add_examples(request: StaffRequest, pk: int, given: ExamplesGiven) -> ReportShown:
    """Add some. Tells of each that was not taken why not: a text can be an example of one topic only."""
    row = actions.changeable(pk, by=request.user)
    rows = [examples.Row(n, text, row) for n, text in enumerate(given.texts, 1)]
    return report_shown(examples.add(rows, TopicExample.WRITTEN, by=request.user, now=timezone.now()))


@router.delete("/triage/topics/{int:pk}/examples/{int:example}", response={204: None})
def remove_example(request: StaffRequest, pk: int, example: int) -> None:
    """The next model is taught without it."""
    mandates.require(request.user, examples.VERB)
    row = get_object_or_404(TopicExample.objects.select_related("topic"), pk=example, topic=pk)
    examples.remove(row, by=request.user, now=timezone.now())


@router.get("/triage/topics/{int:pk}/posts", response=list[PostOf])
def topic_posts(request: StaffRequest, pk: int) -> list[PostOf]:
    """The newest posts judged so that you may see. Correct one by `/posts/{id}/assessment/correct`, head `own_topic`."""
    found = queries.lately(request.user, get_object_or_404(Topic, pk=pk), timezone.now())
    return [
        PostOf(
            post=row.told.post_id,
            at=row.told.post.at,
            chance=row.told.own_topic_confidence,
            text=row.told.post.text,
            corrected=row.correction is not None,
        )
        for row in found
    ]
