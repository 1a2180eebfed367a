"""What each part brings: the same posts taught with some of the parts, and asked of the put-aside ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from lyhord.triage import lexicon, reading
from lyhord.triage.evaluating import scores
from lyhord.triage.evaluating.sets import Item
from lyhord.triage.heads import abuse, kind, language, sentiment, topic, urgency
from lyhord.triage.learned import linear, teaching
from lyhord.triage.learned.examples import YES, of_post
from lyhord.triage.learned.linear import Floats
from lyhord.triage.learned.teaching import Example, Prepared

EVERY = 4  # of the posts that ship, so that it takes minutes and not half an hour; all parts are taught alike
NO_WORD = "\u0004"  # an n-gram that no text has
HEADS = {
    "kind": "kind",
    "topic": "topic",
    "sentiment": "sentiment",
    "answer": "needs_answer",
    "urgency": "urgency",
    "abusive": "abusive",
}
LOOKED_FOR = {"answer": YES, "urgency": "high", "abusive": YES}

Answers = Sequence[Mapping[str, str]]


def measure(
    items: Sequence[Item], shipped: Sequence[Example], embed: teaching.Embed | None, seen: Floats | None
) -> list[dict[str, Any]]:
    """A row for each choice of parts: macro F1 of labels, F1 of yes. `seen`: the embeddings of `items`."""
    taught = list(shipped)[::EVERY]
    prepared = teaching.prepare([one.text for one in taught], [one.lang for one in taught], embed)
    words, signals, meaning = prepared
    none: list[dict[str, float]] = [{}] * len(words)
    wordless = [[NO_WORD]] * len(words)
    choices = {
        "n-grams": Prepared(words, none, None),
        "rules as features, n-grams": Prepared(words, signals, None),
    }
    if embed is not None:
        choices |= {
            "embeddings": Prepared(wordless, none, meaning),
            "n-grams, embeddings": Prepared(words, none, meaning),
            "rules as features, n-grams, embeddings": prepared,
        }
    told = [row("rules alone", items, [ruled(item) for item in items], 0)]
    for name, some in choices.items():
        course = teaching.Course(some, [])
        course.teach_own(taught, teaching.RIDGE)
        told.append(row(name, items, answers(course.model({}), items, seen), len(taught)))
    return told


def ruled(item: Item) -> dict[str, str]:
    """What the rules alone say."""
    seen = reading.read(item["text"])
    found = lexicon.of(language.judge(seen).code).read(seen)
    of_kind = kind.judge(seen, found)
    return {
        "kind": of_kind.label,
        "topic": topic.judge(found, of_kind.label).label,
        "sentiment": str(sentiment.judge(seen, found, of_kind.label).label),
        "answer": YES if of_kind.needs_answer else "no",
        "urgency": urgency.judge(found, of_kind.label).label,
        "abusive": YES if abuse.judge(found).abusive else "no",
    }


def answers(model: linear.Model, items: Sequence[Item], embeddings: Floats | None) -> list[dict[str, str]]:
    told = []
    for place, item in enumerate(items):
        seen = reading.read(item["text"])
        found = lexicon.of(language.judge(seen).code).read(seen)
        meaning = embeddings[place] if embeddings is not None and model.sight is not None else None
        chances = model.judge(model.see(seen, found, meaning))
        told.append({head: teaching.chosen(model.heads[head], chances[head])[0] for head in HEADS})
    return told


def row(name: str, items: Sequence[Item], said: Answers, taught: int) -> dict[str, Any]:
    wanted = [of_post(item).labels for item in items]
    figures = {}
    for head, shown in HEADS.items():
        truth, answer = [one[head] for one in wanted], [one[head] for one in said]
        if head in LOOKED_FOR:
            yes = LOOKED_FOR[head]
            figures[shown] = scores.of_yes([one == yes for one in truth], [one == yes for one in answer]).f1
        else:
            figures[shown] = scores.macro_f1(truth, answer)
    return {"parts": name, "taught": taught, **{head: round(value, 3) for head, value in figures.items()}}
