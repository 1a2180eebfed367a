"""Examples: added, refused with a reason, removed. A text stands under one topic only."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.intake.models import Post
from lyhord.lib import work
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean, shorten
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.triage import queries, reading
from lyhord.triage.heads import language
from lyhord.triage.models import Assessment, Correction, Topic, TopicExample
from lyhord.triage.topics.stock import MOST

VERB = "tune_triage"
LOCK = 7_531
LONGEST = 2_000  # characters; a matter is told by then, and no more is learned
NONE = "none"  # the label of a correction: none of our topics fits
SHOWN = 80  # of a text in a report


class TopicRetired(LyhordError):
    """Nothing is learned for it any more."""


@dataclass(frozen=True)
class Row:
    """One text that somebody wants as an example."""

    line: int  # where it stood, for the report
    text: str
    topic: Topic


@dataclass(frozen=True)
class Refused:
    line: int
    text: str  # its beginning
    why: str


@dataclass
class Report:
    """What became of the texts."""

    taken: int = 0
    doubled: list[Refused] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)  # names of topics that were made for them

    def refuse(self, line: int, text: str, why: str) -> None:
        self.refused.append(Refused(line, shorten(" ".join(text.split()), SHOWN), why))

    def double(self, line: int, text: str, why: str) -> None:
        self.doubled.append(Refused(line, shorten(" ".join(text.split()), SHOWN), why))


def key_of(text: str) -> str:
    """The same for the same words, whatever their case, width and spaces."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return blake2b(plain.encode(), digest_size=16).hexdigest()


@transaction.atomic
def add(rows: Sequence[Row], source: str, *, by: User, now: datetime, report: Report | None = None) -> Report:
    """Take what can be taken, and say of the rest why not. Raises NotYours, TopicRetired."""
    mandates.require(by, VERB)
    if any(row.topic.retired_at for row in rows):
        raise TopicRetired(_("This topic is retired. Bring it back to give it examples."))
    work.in_order(LOCK)
    report = report or Report()
    standing = owners()
    made = []
    for row in rows:
        text = clean(row.text).strip()
        key = key_of(text)
        if why := unfit(text, len(standing)):
            report.refuse(row.line, text, why)
        elif key not in standing:
            standing[key] = (row.topic.pk, row.topic.name)
            made.append(example(row.topic, text, source, by, now))
        elif standing[key][0] == row.topic.pk:
            report.double(row.line, text, _("Stands there already."))
        else:
            told = _("Stands under “%(topic)s”. A text can be an example of one topic only.")
            report.refuse(row.line, text, told % {"topic": standing[key][1]})
    TopicExample.objects.bulk_create(made, batch_size=500)
    report.taken += len(made)
    if made:
        topics = sorted({one.topic_id for one in made})
        audit.record(
            "triage.examples_added", None, by=by, now=now, topics=topics, examples=len(made), source=source
        )
    return report


def unfit(text: str, standing: int) -> str:
    """Why a text is no example; empty: it is one."""
    if not any(map(str.isalpha, text)):
        return _("Has no words to learn from.")
    if len(text) > LONGEST:
        told = _("Has %(n)d characters; an example has at most %(most)d. Keep the part that tells the topic.")
        return told % {"n": len(text), "most": LONGEST}
    if standing >= MOST:
        return _("There are %(most)d examples already; more cannot be learned. Remove some first.") % {
            "most": MOST
        }
    return ""


def owners() -> dict[str, tuple[int, str]]:
    """Digest of each example to its topic, of all topics in use."""
    rows = TopicExample.objects.filter(topic__retired_at=None)
    return {key: (topic, name) for key, topic, name in rows.values_list("key", "topic", "topic__name")}


def example(topic: Topic, text: str, source: str, by: User, now: datetime) -> TopicExample:
    spoken = language.judge(reading.read(text)).code[:12]
    return TopicExample(topic=topic, text=text, key=key_of(text), lang=spoken, source=source, by=by, at=now)


@transaction.atomic
def remove(example: TopicExample, *, by: User, now: datetime) -> None:
    """The next model is taught without it. Twice is once."""
    mandates.require(by, VERB)
    if TopicExample.objects.filter(pk=example.pk).delete()[0]:
        audit.record("triage.example_removed", example.topic, by=by, now=now, example=example.pk)


# Posts that people sorted ------------------------------------------------------------------------------------------


def is_label(label: str) -> bool:
    """Whether a correction may say so: the number of a topic in use, or that none fits."""
    if label == NONE:
        return True
    is_number = label.isascii() and label.isdecimal() and len(label) < 19
    return is_number and Topic.objects.filter(pk=int(label), retired_at=None).exists()


def follow(post: Post) -> None:
    """The post is an example of the topic that people last said it has, and of no other. Within a transaction."""
    work.in_order(LOCK)
    said = Correction.objects.filter(post=post, head="own_topic", undone_at=None).exclude(text="")
    last = said.select_related("by").order_by("-pk").first()
    topic = None if last is None or last.label == NONE else Topic.objects.filter(pk=int(last.label)).first()
    text = "" if last is None else last.text[:LONGEST].strip()
    mine = TopicExample.objects.filter(post=post)
    if topic is None or last is None or topic.retired_at or not any(map(str.isalpha, text)):
        mine.delete()
        return
    key = key_of(text)
    mine.exclude(topic=topic, key=key).delete()
    standing = owners()
    if key in standing or len(standing) >= MOST:
        return  # these very words are learned already, maybe as another topic's: then they tell nothing
    spoken = Assessment.objects.filter(post=post).values_list("language", flat=True).first() or "und"
    TopicExample.objects.create(
        topic=topic,
        text=text,
        key=key,
        lang=spoken,
        source=TopicExample.POST,
        post=post,
        by=last.by,
        at=last.at,
    )


def stands(post: Post, label: str) -> bool:
    """Whether a person's newest word is that the post has this topic."""
    said = queries.corrections(post).filter(head="own_topic").values_list("label", flat=True)
    return said.last() == label


def forget(posts: Collection[int]) -> int:
    """These posts were deleted: what they taught goes."""
    return TopicExample.objects.filter(post__in=posts).delete()[0] if posts else 0
