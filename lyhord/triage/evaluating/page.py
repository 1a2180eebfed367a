"""`docs/triage.md` and `docs/judgement.md`: the parts between the markers are made by `lyhord evaluate --write` alone.

What `docs/triage.md` tells stands in `figures.json` too, which ships.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lyhord.lib.errors import LyhordError

BEGIN, END = "<!-- figures: made by lyhord evaluate --write -->", "<!-- figures: end -->"
NAMES = {
    "kind": "Kind", "needs_answer": "Needs an answer", "topic": "Topic", "sentiment": "Sentiment", "urgency": "Urgency",
    "abusive": "Abuse", "privacy": "Personal data", "language": "Language", "purpose": "Purpose",
    "taxonomy": "An operator's own taxonomy", "reply_check": "Reply checks", "troll": "Trolls", "tone": "Tone", "all_heads": "Speed and memory",
}  # fmt: skip


JUDGEMENT = frozenset({"reply_check", "troll", "tone"})  # heads with a page of their own


class NoMarkers(LyhordError):
    """The page has no place for figures."""


def write(path: Path, told: Mapping[str, Any], command: str = "lyhord evaluate") -> None:
    """Raises NoMarkers, FileNotFoundError."""
    path.write_text(replaced(path.read_text(encoding="utf-8"), told, command), encoding="utf-8")


def replaced(text: str, told: Mapping[str, Any], command: str = "lyhord evaluate") -> str:
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise NoMarkers(f"The page has no place for figures. Put two lines into it: {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n\n{render(told, command)}\n{END}{after}"


def part(told: Mapping[str, Any], *, judgement: bool) -> dict[str, Any]:
    """What one of the two pages tells."""
    heads = {name: found for name, found in told["heads"].items() if (name in JUDGEMENT) == judgement}
    rest: dict[str, Any] = {"trust": [], "parts": []} if judgement else {}
    return {**told, "heads": heads, **rest}


def render(told: Mapping[str, Any], command: str = "lyhord evaluate") -> str:
    versions = ", ".join(f"{name} {version}" for name, version in told["versions"].items())
    lines = [f"Measured on {told['date']} by `{command}`. Versions: {versions}.", ""]
    if told["skipped"]:
        lines += [f"Not measured, since the sets were not there: {', '.join(told['skipped'])}.", ""]
    lines += [
        "## Beside what was to be reached",
        "",
        f"Simple ways, reach and beyond: {told['source']}. Where it gives a span, its better end.",
        "",
    ]
    lines += against(told["heads"])
    for head in ordered(told["heads"]):
        lines += of_head(head, told["heads"][head])
    lines += trust(told["trust"]) + parts(told["parts"])
    return "\n".join(lines).rstrip() + "\n"


def ordered(heads: Mapping[str, Any]) -> list[str]:
    return [head for head in NAMES if head in heads] + [head for head in heads if head not in NAMES]


def against(heads: Mapping[str, Any]) -> list[str]:
    rows = [
        [NAMES.get(head, head), row["set"], row["figure"], value(row["value"]), number(row["simple"]), number(row["reach"]), number(row["beyond"])]
        for head in ordered(heads) for row in heads[head]["sets"]
        if row["reach"] is not None and (not row["lang"] or row["set"] == "nlp/dkhate-da")
    ]  # fmt: skip
    return table(["part", "set", "figure", "value", "simple way", "reach", "beyond"], rows)


def of_head(head: str, told: Mapping[str, Any]) -> list[str]:
    """A line for each set and figure, the languages beside each other."""
    langs = sorted({row["lang"] for row in told["sets"]} - {""})
    together: dict[tuple[str, str], dict[str, Any]] = {}
    for row in told["sets"]:
        together.setdefault((row["set"], row["figure"]), {})[row["lang"]] = row
    rows = []
    for (name, figure), found in together.items():
        n = found[""]["n"] if "" in found else sum(row["n"] for row in found.values())
        rows.append(
            [
                name,
                figure,
                *(value(found[lang]["value"]) if lang in found else "" for lang in ("", *langs)),
                str(n),
            ]
        )
    lines = [f"## {NAMES.get(head, head)}", "", *table(["set", "figure", "all", *langs, "n"], rows)]
    if told["confusion"]["labels"]:
        labels = told["confusion"]["labels"]
        lines += ["On the put-aside posts; rows: what a post is, columns: what it was taken for.", ""]
        lines += table(
            ["", *labels],
            [[label, *map(str, row)] for label, row in zip(labels, told["confusion"]["rows"], strict=True)],
        )
    return lines


def trust(drawers: Sequence[Mapping[str, Any]]) -> list[str]:
    if not drawers:
        return []
    rows = [
        [f"{one['from']:g} to {one['to']:g}", value(one["said"]), value(one["right"]), str(one["n"])]
        for one in drawers
    ]
    return [
        "## How sure, and how often right",
        "",
        "Kinds on the put-aside posts, by the chance that the model gives.",
        "",
        *table(["chance", "said", "right", "posts"], rows),
    ]


def parts(told: Sequence[Mapping[str, Any]]) -> list[str]:
    if not told:
        return []
    heads = [head for head in told[0] if head not in {"parts", "taught"}]
    rows = [[one["parts"], str(one["taught"]), *(value(one[head]) for head in heads)] for one in told]
    about = "Taught on a part of the posts that ship, all alike, and asked of the put-aside ones: macro F1 of kind, topic and sentiment, F1 of the others. What ships is taught on all, and better than the last line."
    return [
        "## What each part brings",
        "",
        about,
        "",
        *table(["parts", "taught on", *(NAMES[head].lower() for head in heads)], rows),
    ]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [line(heads), line(["---"] * len(heads)), *map(line, rows), ""]


def line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def value(found: float) -> str:
    return f"{found:.3f}" if abs(found) < 10 else f"{found:.0f}"


def number(found: float | None) -> str:
    return "" if found is None else f"{found:g}"
