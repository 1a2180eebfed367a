"""What people do with their own topics, each on the record."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from lyhord.lib import work
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.triage.models import Topic, TopicExample, TopicModel, Tuning
from lyhord.triage.topics import examples, starter, stock, upload
from lyhord.triage.topics.examples import LOCK, VERB, Report
from lyhord.triage.tuning import actions as tuning

LONGEST_NAME, LONGEST_DESCRIPTION = 60, 300
MOST = 100  # topics in use; with more nobody finds the right one
UNDER_WAY = (TopicModel.WAITING, TopicModel.RUNNING)


class BadTopic(LyhordError):
    """A name or a description that cannot be."""

    status = 422


class NameTaken(LyhordError):
    """Two topics in use cannot share a name."""


class TooMany(LyhordError):
    pass


class TooFew(LyhordError):
    """There is not enough to learn from."""


class UnderWay(LyhordError):
    """One run at a time."""


def changeable(pk: int, *, by: User) -> Topic:
    """The mandate is asked for first: who may not change topics does not learn which are there. Raises NotYours, Http404."""
    mandates.require(by, VERB)
    return get_object_or_404(Topic, pk=pk)


@transaction.atomic
def create(name: str, description: str = "", *, by: User, now: datetime) -> Topic:
    """Raises NotYours, BadTopic, NameTaken, TooMany."""
    mandates.require(by, VERB)
    work.in_order(LOCK)
    return made(*fit(name, description), by, now)


def made(name: str, description: str, by: User, now: datetime) -> Topic:
    require_free(name)
    rows = Topic.objects.filter(retired_at=None)
    if rows.count() >= MOST:
        raise TooMany(_("There are %(most)d topics already. Retire some first.") % {"most": MOST})
    last = rows.order_by("-position").values_list("position", flat=True).first()
    place = 0 if last is None else last + 1
    row = Topic.objects.create(name=name, description=description, position=place, by=by, at=now)
    audit.record("triage.topic_made", row, by=by, now=now, name=name)
    return row


def fit(name: str, description: str) -> tuple[str, str]:
    """Both on one line each. Raises BadTopic."""
    name, description = (" ".join(clean(text).split()) for text in (name, description))
    if not name:
        raise BadTopic(_("Give the topic a name."))
    if len(name) > LONGEST_NAME or len(description) > LONGEST_DESCRIPTION:
        told = _("A name has at most %(name)d characters, a description at most %(description)d.")
        raise BadTopic(told % {"name": LONGEST_NAME, "description": LONGEST_DESCRIPTION})
    return name, description


def require_free(name: str, but: int = 0) -> None:
    # By hand: SQLite folds the case of ASCII alone, and "Ärende" must not stand beside "ärende".
    names = Topic.objects.filter(retired_at=None).exclude(pk=but).values_list("name", flat=True)
    if any(one.casefold() == name.casefold() for one in names):
        raise NameTaken(_("There is a topic “%(name)s” already. Choose another name.") % {"name": name})


@transaction.atomic
def change(topic: Topic, name: str, description: str, *, by: User, now: datetime) -> Topic:
    """Rename and describe. The same again changes nothing. Raises NotYours, BadTopic, NameTaken."""
    mandates.require(by, VERB)
    work.in_order(LOCK)
    name, description = fit(name, description)
    row = Topic.objects.select_for_update().get(pk=topic.pk)
    was = {"name": row.name, "description": row.description}
    if (name, description) == (row.name, row.description):
        return row
    if row.retired_at is None:
        require_free(name, but=row.pk)
    row.name, row.description = name, description
    row.save(update_fields=["name", "description"])
    audit.record("triage.topic_changed", row, by=by, now=now, was=was, name=name, description=description)
    return row


@transaction.atomic
def put(topic: Topic, place: int, *, by: User, now: datetime) -> None:
    """Let it stand at this place among the topics in use, from 0 on; beyond the end: last."""
    mandates.require(by, VERB)
    work.in_order(LOCK)
    rows = list(stock.in_use().select_for_update())
    if topic.pk not in {row.pk for row in rows}:
        return
    moved = next(row for row in rows if row.pk == topic.pk)
    was = rows.index(moved)
    rows.remove(moved)
    rows.insert(max(place, 0), moved)
    if rows.index(moved) == was:
        return
    for number, row in enumerate(rows):
        row.position = number
    Topic.objects.bulk_update(rows, ["position"])
    audit.record("triage.topic_moved", moved, by=by, now=now, was=was, place=rows.index(moved))


def move(topic: Topic, by_places: int, *, by: User, now: datetime) -> None:
    """Up (less than 0) or down in the order."""
    order = list(stock.in_use().values_list("pk", flat=True))
    if topic.pk in order:
        put(topic, order.index(topic.pk) + by_places, by=by, now=now)
    else:
        mandates.require(by, VERB)


@transaction.atomic
def retire(topic: Topic, *, by: User, now: datetime) -> Topic:
    """Nobody is judged so any more; what was judged so stays, and the examples are kept. Twice is once."""
    mandates.require(by, VERB)
    work.in_order(LOCK)
    row = Topic.objects.select_for_update().get(pk=topic.pk)
    if row.retired_at is None:
        row.retired_at = now
        row.save(update_fields=["retired_at"])
        audit.record("triage.topic_retired", row, by=by, now=now, name=row.name)
    return row


@transaction.atomic
def bring_back(topic: Topic, *, by: User, now: datetime) -> Topic:
    """Use it again, with the examples that stand under no other topic since. Raises NotYours, NameTaken, TooMany."""
    mandates.require(by, VERB)
    work.in_order(LOCK)
    row = Topic.objects.select_for_update().get(pk=topic.pk)
    if row.retired_at is None:
        return row
    require_free(row.name)
    rows = Topic.objects.filter(retired_at=None)
    if rows.count() >= MOST:
        raise TooMany(_("There are %(most)d topics already. Retire some first.") % {"most": MOST})
    taken = set(examples.owners())
    mine = list(TopicExample.objects.filter(topic=row).values_list("pk", "key"))
    gone = [pk for pk, key in mine if key in taken]
    room = max(stock.MOST - len(taken), 0)
    gone += [pk for pk, key in mine if key not in taken][room:]
    TopicExample.objects.filter(pk__in=gone).delete()
    last = rows.order_by("-position").values_list("position", flat=True).first()
    row.retired_at, row.position = None, 0 if last is None else last + 1
    row.save(update_fields=["retired_at", "position"])
    audit.record("triage.topic_brought_back", row, by=by, now=now, name=row.name, examples_gone=len(gone))
    return row


@transaction.atomic
def begin(*, by: User, now: datetime) -> list[Topic]:
    """The topics to begin with, in the language of who asks. Those whose names are there already are left out."""
    mandates.require(by, VERB)
    work.in_order(LOCK)
    names = {name.casefold() for name in stock.in_use().values_list("name", flat=True)}
    found = [(str(name), str(description)) for name, description in starter.TOPICS]
    return [made(*fit(name, told), by, now) for name, told in found if name.casefold() not in names]


@transaction.atomic
def take_file(
    content: bytes, topic: Topic | None, *, make_topics: bool = False, by: User, now: datetime
) -> Report:
    """Examples from a file. `topic`: whose they are where a line names none. Raises NotYours, upload.BadFile."""
    mandates.require(by, VERB)
    return take_lines(upload.read(content), topic, make_topics=make_topics, by=by, now=now)


@transaction.atomic
def take_lines(
    lines: Sequence[upload.Line], topic: Topic | None, *, make_topics: bool, by: User, now: datetime
) -> Report:
    """Each text to the topic that its line names. `make_topics`: also to topics that are not there yet."""
    mandates.require(by, VERB)
    work.in_order(LOCK)
    report = Report()
    known = {row.name.casefold(): row for row in stock.in_use()}
    rows = []
    for line in lines:
        to = named(line, topic, known, report, by if make_topics else None, now)
        if to is not None:
            rows.append(examples.Row(line.number, line.text, to))
    return examples.add(rows, TopicExample.UPLOAD, by=by, now=now, report=report)


def named(
    line: upload.Line,
    usual: Topic | None,
    known: dict[str, Topic],
    report: Report,
    maker: User | None,
    now: datetime,
) -> Topic | None:
    """The topic of a line, made by `maker` where it is not there; None: the line is refused, and the report says why."""
    name = " ".join(clean(line.topic).split())
    if not name:
        if usual is None:
            report.refuse(line.number, line.text, _("Names no topic. Write it in the second column."))
        return usual
    if name.casefold() not in known:
        if maker is None:
            told = _("There is no topic “%(topic)s”. Make it first, or let the file make topics.")
            report.refuse(line.number, line.text, told % {"topic": name[:LONGEST_NAME]})
            return None
        try:
            known[name.casefold()] = made(*fit(name, ""), maker, now)
        except (BadTopic, TooMany) as problem:
            report.refuse(line.number, line.text, str(problem))
            return None
        report.topics.append(name)
    return known[name.casefold()]


@transaction.atomic
def teach(*, by: User, now: datetime) -> TopicModel:
    """Ask for a run now instead of at night. Raises NotYours, TooFew, UnderWay."""
    mandates.require(by, VERB)
    work.in_order(LOCK)
    found = stock.stock()
    if not found.is_enough:
        raise TooFew(stock.too_few(found))
    if TopicModel.objects.filter(state__in=UNDER_WAY).exists():
        raise UnderWay(_("Your topics are being taught already. It takes some minutes."))
    row = TopicModel.objects.create(at=now, by=by)
    audit.record("triage.topics_asked", row, by=by, now=now)
    return row


@transaction.atomic
def set_least(chance: float, *, by: User, now: datetime) -> None:
    """From which chance on an own topic is said of a post. Raises NotYours, tuning.BadValue."""
    mandates.require(by, VERB)
    if not 0.001 <= chance <= 1:  # kept with three places
        raise tuning.BadValue(_("A threshold is a number over 0 and up to 1, such as 0.5."))
    row: Tuning = tuning.of(None)
    was, row.own_topic_from = row.own_topic_from, round(chance, 3)
    if was != row.own_topic_from:
        row.save()
        audit.record("triage.own_topic_from_set", row, by=by, now=now, was=was, least=row.own_topic_from)
