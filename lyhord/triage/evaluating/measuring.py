"""Each head on each set: what `judge` says against what people said."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from lyhord.triage import reading
from lyhord.triage.evaluating import conduct, replies, scores, sets
from lyhord.triage.evaluating.rows import Measured, Row
from lyhord.triage.evaluating.sets import Item
from lyhord.triage.heads import language
from lyhord.triage.judge import Judgement, judge
from lyhord.triage.learned import serving, taxonomy

ONE_NORWEGIAN = {"nn": "nb", "no": "nb"}
OWN, OWN_FLOOD = "put-aside", "put-aside flood"
FEWEST = 5  # of the label that is looked for, below which a figure of one language means nothing

Pairs = Sequence[tuple[Item, Judgement]]


def judged(items: Sequence[Item]) -> list[tuple[Item, Judgement]]:
    return [(item, judge(item["text"], deep=True)) for item in items]


class Measuring:
    def __init__(self, data: Path, own: Path = sets.OWN) -> None:
        self.data, self.own, self.told = data, own, Measured()

    def all(self) -> Measured:
        """Minutes: what is under way is told on standard error."""
        sys.stderr.write(f"{OWN} ...\n")
        self.triage(OWN, sets.put_aside(self.own), confuse=True)
        self.flood(OWN_FLOOD, self.own / "flood.jsonl")
        self.told.rows += conduct.own_rows()
        for name in OTHERS:
            self.beside(name)
        return self.told

    def judgement(self) -> Measured:
        """Replies, trolls and tone alone: a minute."""
        self.told.rows += replies.rows(self.data) + conduct.own_rows()
        for name in ("troll", "tone"):
            self.beside(name)
        return self.told

    def beside(self, name: str) -> None:
        sys.stderr.write(f"{name} ...\n")
        try:
            OTHERS[name](self, name, self.data / name)
        except FileNotFoundError as problem:
            self.told.skipped.append(name)
            sys.stderr.write(f"Skipped {name}: {Path(problem.filename or str(problem)).name} is not there.\n")

    def enter(self, head: str, name: str, figure: str, value: float, n: int, lang: str = "") -> None:
        self.told.rows.append(Row(head, name, lang, figure, float(value), n))

    def dev(self, name: str, folder: Path) -> None:
        self.triage(name, sets.read(folder / "posts.jsonl"))

    def triage(self, name: str, items: Sequence[Item], confuse: bool = False) -> None:
        pairs = judged(items)
        self.of_posts(name, pairs, "")
        for lang in sets.LANGUAGES:
            here = [pair for pair in pairs if pair[0]["lang"] == lang]
            if here:
                self.of_posts(name, here, lang)
        if confuse:
            for head, (wanted, got) in LABELS.items():
                self.told.confusions[head] = scores.confusion(
                    [wanted(item) for item, _ in pairs], [got(told) for _, told in pairs]
                )

    def of_posts(self, name: str, pairs: Pairs, lang: str) -> None:
        for head, (wanted, got) in LABELS.items():
            rated = [(wanted(item), got(told)) for item, told in pairs if head in item]
            if rated:
                self.enter(
                    head, name, "macro F1", scores.macro_f1(*zip(*rated, strict=True)), len(rated), lang
                )
        corporate = scores.of_yes(
            [item["kind"] == "corporate" for item, _ in pairs],
            [told.kind.label == "corporate" for _, told in pairs],
        )
        self.enter("kind", name, "corporate recall", corporate.recall, len(pairs), lang)
        self.enter("kind", name, "corporate precision", corporate.precision, len(pairs), lang)
        for head, (is_so, says) in YES.items():
            truth = [is_so(item) for item, _ in pairs]
            if sum(truth) >= (FEWEST if lang else 1):
                found = scores.of_yes(truth, [says(told) for _, told in pairs])
                self.enter(head, name, "F1", found.f1, len(pairs), lang)
        right = [item["lang"] == code(told) for item, told in pairs]
        self.enter("language", name, "accuracy", sum(right) / len(right), len(right), lang)

    def flood(self, name: str, path: Path) -> None:
        pairs = judged(sets.read(path))
        self.of_flood(name, pairs, "")
        for lang in sorted({item["lang"] for item, _ in pairs}):
            self.of_flood(name, [pair for pair in pairs if pair[0]["lang"] == lang], lang)

    def of_flood(self, name: str, pairs: Pairs, lang: str) -> None:
        truth = [item["is_service"] for item, _ in pairs]
        points = [told.kind.answer_score for _, told in pairs]
        found = scores.of_yes(truth, [told.kind.needs_answer for _, told in pairs])
        self.enter("needs_answer", name, "recall", found.recall, len(pairs), lang)
        self.enter("needs_answer", name, "precision", found.precision, len(pairs), lang)
        self.enter(
            "needs_answer",
            name,
            "recall at precision 0.5",
            scores.recall_at_half(truth, points),
            len(pairs),
            lang,
        )
        if not lang:
            read = scores.read_per_question(truth, points)
            self.enter("needs_answer", name, "read per question until 95 % are found", read, len(pairs))

    def event_flood(self, name: str, folder: Path) -> None:
        self.flood(name, folder / "comments.jsonl")

    def personal(self, name: str, folder: Path) -> None:
        hits = said = so = clean = alarms = 0
        sorts: dict[str, list[bool]] = {}
        items = sets.read(folder / "posts.jsonl")
        for item, told in judged(items):
            want = {(span["type"], span["start"], span["end"]) for span in item["spans"]}
            got = {
                (span["type"], span["start"], span["end"]) for span in (one.as_line() for one in told.private)
            }
            hits, said, so = hits + len(want & got), said + len(got), so + len(want)
            clean, alarms = clean + (not want), alarms + (not want and bool(got))
            for span in want:
                sorts.setdefault(str(span[0]), []).append(span in got)
        self.enter("privacy", name, "exact spans micro F1", 2 * hits / (said + so) if hits else 0.0, so)
        self.enter("privacy", name, "false alarms on clean posts", alarms / clean if clean else 0.0, clean)
        for sort, found in sorted(sorts.items()):
            self.enter("privacy", name, f"recall {sort}", sum(found) / len(found), len(found))

    def polarity(self, name: str, folder: Path) -> None:
        items = [item for item in sets.part(folder, "test") if item["polarity"] in {"positive", "negative"}]
        rated = [
            (item, "positive" if told.sentiment.score > 0 else "negative") for item, told in judged(items)
        ]
        for lang in ("", *sorted({item["lang"] for item in items})):
            here = [(item["polarity"], said) for item, said in rated if lang in {"", item["lang"]}]
            self.enter(
                "sentiment",
                name,
                "polarity macro F1",
                scores.macro_f1(*zip(*here, strict=True)),
                len(here),
                lang,
            )

    def languages(self, name: str, folder: Path) -> None:
        items = sets.part(folder, "test")
        for figure, cut in (("macro recall, sentences", None), ("macro recall, first five words", 5)):
            recalls = []
            for lang in sets.LANGUAGES:
                here = [
                    item
                    for item in items
                    if ONE_NORWEGIAN.get(item["lang"], item["lang"]) == lang and item["lang"] != "nn"
                ]
                said = [
                    language.judge(reading.read(" ".join(item["text"].split()[:cut]))).code for item in here
                ]
                if here:
                    recalls.append(sum(ONE_NORWEGIAN.get(one, one) == lang for one in said) / len(here))
                    self.enter("language", name, figure.replace("macro ", ""), recalls[-1], len(here), lang)
            self.enter("language", name, figure, sum(recalls) / len(recalls), len(items))

    def offensive(self, name: str, folder: Path) -> None:
        pairs = judged(sets.part(folder, "test"))
        truth = [item["label"] == "OFF" for item, _ in pairs]
        found = scores.macro_f1(truth, [told.abuse.score >= 0.5 for _, told in pairs])
        self.enter("abusive", name, "macro F1 of abuse_score at 0.5", found, len(pairs), "da")

    def authors(self, _: str, folder: Path) -> None:
        told = conduct.judged(sets.read(folder / "authors.jsonl"))
        self.told.rows += conduct.by_language("troll", told, conduct.troll_rows)

    def contacts(self, _: str, folder: Path) -> None:
        told = conduct.toned(sets.read(folder / "sequences.jsonl"))
        self.told.rows += conduct.by_language("tone", told, conduct.tone_rows)

    def taught(self, name: str, folder: Path) -> None:
        """Rows without an intent have no label, and are left out."""
        taught, asked = (
            [
                (item["text"], item["lang"], item["intent"])
                for item in sets.part(folder, one)
                if item["intent"]
            ]
            for one in ("train", "test")
        )
        embed = serving.serving.embed if serving.has_embeddings() else None
        head = taxonomy.teach(taught, embed)
        said = [label for label, _ in head.label_all([text for text, _, _ in asked])]
        wanted = [label for _, _, label in asked]
        short = folder.name
        self.enter("taxonomy", short, "accuracy", scores.accuracy(wanted, said), len(asked))
        self.enter("taxonomy", short, "macro F1", scores.macro_f1(wanted, said), len(asked))
        langs = sorted({lang for _, lang, _ in asked})
        for lang in langs if len(langs) > 1 else ():
            here = [(w, s) for (_, spoken, w), s in zip(asked, said, strict=True) if spoken == lang]
            self.enter(
                "taxonomy", short, "accuracy", scores.accuracy(*zip(*here, strict=True)), len(here), lang
            )


def code(told: Judgement) -> str:
    return ONE_NORWEGIAN.get(told.language.code, told.language.code)


LABELS: dict[str, tuple[Callable[[Item], str], Callable[[Judgement], str]]] = {
    "kind": (lambda item: item["kind"], lambda told: told.kind.label),
    "topic": (lambda item: item["topic"], lambda told: told.topic.label),
    "sentiment": (lambda item: str(item["sentiment"]), lambda told: str(told.sentiment.label)),
}
YES: dict[str, tuple[Callable[[Item], bool], Callable[[Judgement], bool]]] = {
    "needs_answer": (lambda item: item["needs_answer"], lambda told: told.kind.needs_answer),
    "urgency": (lambda item: item["urgency"] == "high", lambda told: told.urgency.label == "high"),
    "abusive": (lambda item: item["abusive"], lambda told: told.abuse.abusive),
    "privacy": (lambda item: item["private"], lambda told: bool(told.private)),
    "purpose": (
        lambda item: item.get("purpose", "none") != "none",
        lambda told: told.purpose.label != "none",
    ),
}
OTHERS: dict[str, Callable[[Measuring, str, Path], None]] = {
    "triage": Measuring.dev,
    "event-flood": Measuring.event_flood,
    "personal-data": Measuring.personal,
    "troll": Measuring.authors,
    "tone": Measuring.contacts,
    "nlp/xed-emotion": Measuring.polarity,
    "nlp/ud-lid": Measuring.languages,
    "nlp/dkhate-da": Measuring.offensive,
    "nlp/home-assistant-intents": Measuring.taught,
    "nlp/banking77-en": Measuring.taught,
}
