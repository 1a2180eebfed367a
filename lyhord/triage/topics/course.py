"""One run: from the examples to a model that serves, or that says why not."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from lyhord.lib.text import N_
from lyhord.triage.learned import taxonomy
from lyhord.triage.learning import teacher
from lyhord.triage.models import TopicModel
from lyhord.triage.topics import elsewhere, files, settling, steps, stock

PAIR = 28  # bytes that teaching takes for each pair of examples
SHARE = 0.6  # of the memory that is free now
FEWEST = 3_000
MOST_PAIRS = 12  # that are told of what was taken for what

NOT_BETTER = N_(
    "It is right about %(share)s of the examples when they are left out; always saying the largest topic is right"
    " about %(largest)s. Add examples that tell the topics apart."
)
TOO_FEW = N_("Fewer than two topics have enough examples by now.")


def learn(number: int) -> None:
    row = TopicModel.objects.get(pk=number, state=TopicModel.RUNNING)
    found = enough(stock.lessons(room()))
    row.taught = [lesson.pk for lesson in found]
    row.labels = sorted({lesson.topic for lesson in found})
    if len(row.labels) < stock.FEWEST:
        settling.refuse(row, TOO_FEW, {}, datetime.now(UTC))
        return
    row.save()
    row.figures = figures(found, teach(found, files.folder(number)))
    share, largest = row.figures["share"], row.figures["largest"]
    now = datetime.now(UTC)
    with transaction.atomic():
        if share > largest:
            settling.serve(row, now)
        else:
            settling.refuse(row, NOT_BETTER, {"share": f"{share:.0%}", "largest": f"{largest:.0%}"}, now)
            steps.forget(now)


def room() -> int:
    """How many examples fit into the memory that is free: a small machine learns from fewer, and goes on."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return FEWEST
    return min(max(int((SHARE * free / PAIR) ** 0.5), FEWEST), stock.MOST)


def enough(found: Sequence[stock.Lesson]) -> list[stock.Lesson]:
    """Without topics of which a small machine had to leave out so many that too few are left."""
    counts = Counter(lesson.topic for lesson in found)
    return [lesson for lesson in found if counts[lesson.topic] >= stock.LEAST]


def teach(found: Sequence[stock.Lesson], place: Path) -> taxonomy.Taxonomy:
    """Writes the files; gives the model in the form that serves here."""
    place.mkdir(parents=True, exist_ok=True)
    labelled = [lesson.as_labelled() for lesson in found]
    none = elsewhere.texts(found)
    plain = taxonomy.teach(labelled, None, none)
    taxonomy.write(plain, place / files.PLAIN)
    embed = teacher.embedder()
    if embed is None:
        return plain
    full = taxonomy.teach(labelled, embed, none)
    taxonomy.write(full, place / files.FULL)
    return full


def figures(found: Sequence[stock.Lesson], made: taxonomy.Taxonomy) -> dict[str, Any]:
    """Each example as all others called it."""
    pairs = Counter((str(lesson.topic), said) for lesson, said in zip(found, made.answers, strict=True))
    counts = Counter(str(lesson.topic) for lesson in found)
    wrong = [(is_so, said, n) for (is_so, said), n in pairs.items() if is_so != said]
    wrong.sort(key=lambda one: (-one[2], int(one[0]), int(one[1])))
    return {
        "share": round(sum(pairs[topic, topic] for topic in counts) / len(found), 4),
        "largest": round(max(counts.values()) / len(found), 4),
        "topics": {topic: [n, pairs[topic, topic]] for topic, n in counts.items()},
        "none": {"kept": round(made.kept, 4), "refused": round(made.refused, 4)},
        "confused": [[int(is_so), int(said), n] for is_so, said, n in wrong[:MOST_PAIRS]],
    }


def failed(number: int, problem: Exception) -> None:
    why = N_("It failed (%(problem)s). The next night tries again.")
    rows = TopicModel.objects.filter(pk=number, state=TopicModel.RUNNING)
    values = {"problem": type(problem).__name__}
    rows.update(state=TopicModel.FAILED, ended_at=datetime.now(UTC), why=why, values=values)
    files.remove(number)
