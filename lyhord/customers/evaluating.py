"""How well names are told apart, on pairs written for it, beside the simple way (the same letters or not)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lyhord.customers import names

PAIRS = Path(__file__).parent / "fixtures" / "name_pairs.tsv"


@dataclass(frozen=True)
class Pair:
    language: str
    is_one: bool  # names that one person goes by; False: of two people
    one: str
    other: str


@dataclass(frozen=True)
class Figures:
    precision: float
    recall: float
    wrong: list[Pair]


def pairs() -> list[Pair]:
    lines = PAIRS.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line]
    return [Pair(language, which == "one", one, other) for language, which, one, other in rows]


def ours(pair: Pair) -> bool:
    return names.compare(pair.one, pair.other) in names.VARIANTS


def simple(pair: Pair) -> bool:
    return pair.one.casefold() == pair.other.casefold()


def figures(judge: Callable[[Pair], bool], over: list[Pair]) -> Figures:
    said = [pair for pair in over if judge(pair)]
    right = sum(pair.is_one for pair in said)
    wanted = sum(pair.is_one for pair in over)
    wrong = [pair for pair in over if judge(pair) != pair.is_one]
    return Figures(right / len(said) if said else 1.0, right / wanted if wanted else 1.0, wrong)
