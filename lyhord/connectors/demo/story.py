"""The scenes of the demo: who says what, read from fixtures/story-*.txt. All people, places and trains are invented.

A scene is a block of lines. Its first says where it plays: `page: <our post>`, `wall` (a customer's own post that
names us) or `dm`. Then, line by line: `a: <words>` (the person in role a), `a edit: <new words>`, `a delete:`,
`a like:`, `us: <our answer>` (only in the past), `then a: <words>` (what a says once we have answered).
"""

import functools
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Told = dict[str, Any]  # an event in the making, as network.py takes it
COMPANY = "Nordbanan"
PAGE = "nordbanan"
LANGUAGES = ("sv", "fi", "nb", "da", "en")
FOLDER = Path(__file__).parent / "fixtures"

PEOPLE = {
    "sv": "Elin Granström, Bosse Tallberg, Amira Holmdahl, Nils-Erik Forsmyr, Lovisa Kvarnström, Jonatan Edhammar, "
    "Siv Almlöv, Petra Norrsken, Hamid Rosenäng, Tuva Björkslätt, Gunnar Hedmyr, Miriam Östanå, Kalle Vintersjö, "
    "Ines Ljungfors",
    "fi": "Aino Lumikorpi, Veikko Tammiranta, Sanna Koivusuo, Mikko Hallavaara, Leena Suvirinne, Jari Petäjämaa, "
    "Noora Ahvenlampi, Eero Kuusivirta, Helmi Rantakytö, Omar Niemelänjoki, Tuula Kirsikorpi, Ville Harjulampi",
    "nb": "Ingrid Fjellvang, Torstein Bjørkeli, Maren Solhavn, Odd Steinvåg, Yasmin Lyngset, Eirik Nordnes, Gro Myrland",
    "da": "Freja Strandbæk, Mads Egelund-Holt, Karen Lyngby-Sø, Jonas Vesterklit, Birthe Havgaard, Ali Engdal",
    "en": "Harriet Moorfield, Tomas Whitlock, Priya Lakewood, Ewan Birchall, Joan Northey, Felix Ashdown, Mei Harrow",
}
THANKS = {
    "sv": ["Tack för snabbt svar!", "Okej, då vet jag. Tack!", "Schyst, det uppskattas."],
    "fi": ["Kiitos nopeasta vastauksesta!", "Selvä, kiitos.", "Hienoa, tämä auttoi."],
    "nb": ["Takk for raskt svar!", "Da vet jeg det, takk.", "Supert, tusen takk."],
    "da": ["Tak for det hurtige svar!", "Okay, så ved jeg det. Tak.", "Dejligt, tusind tak."],
    "en": ["Thanks for the quick answer!", "All right, thank you.", "Great, that helps."],
}


@dataclass(frozen=True)
class Line:
    role: str  # "us", or a letter
    what: Literal["say", "edit", "delete", "like"]
    text: str = ""


@dataclass
class Scene:
    number: int
    lang: str
    kind: Literal["page", "wall", "dm"]
    lines: list[Line] = field(default_factory=list)
    then: dict[str, list[str]] = field(default_factory=dict)  # by role, what comes after our answers

    @property
    def roles(self) -> list[str]:
        return sorted({line.role for line in self.lines} - {"us"})

    def cast(self, seed: int | str) -> dict[str, dict[str, Any]]:
        """Who plays each role: the same for the same seed."""
        names = dice(seed, f"cast:{self.number}").sample(PEOPLE[self.lang].split(", "), len(self.roles))
        return {role: person(name, self.lang) for role, name in zip(self.roles, names, strict=True)}


def person(name: str, lang: str) -> dict[str, Any]:
    handle = name.lower().replace(" ", ".")
    followers = random.Random(name).choice([12, 48, 96, 150, 210, 380, 540, 1200, 8400])  # noqa: S311
    return {"id": f"person:{handle}", "handle": handle, "name": name, "lang": lang, "followers": followers}


@functools.cache
def scenes() -> tuple[Scene, ...]:
    found: list[Scene] = []
    for lang in LANGUAGES:
        text = (FOLDER / f"story-{lang}.txt").read_text(encoding="utf-8")
        blocks = [
            [line for line in block.split("\n") if line and not line.startswith("#")]
            for block in text.split("\n\n")
        ]
        found += [scene(len(found) + at, lang, block) for at, block in enumerate(filter(None, blocks))]
    return tuple(found)


def scene(number: int, lang: str, block: list[str]) -> Scene:
    kind, _colon, opening = block[0].partition(":")
    made = Scene(number, lang, "page" if kind == "page" else "dm" if kind == "dm" else "wall")
    if made.kind == "page":
        made.lines.append(Line("us", "say", opening.strip()))
    for told in block[1:]:
        head, _colon, text = told.partition(":")
        role, _blank, what = head.partition(" ")
        if role == "then":
            made.then.setdefault(what, []).append(text.strip())
        else:
            made.lines.append(line(role, what, text.strip()))
    return made


def line(role: str, what: str, text: str) -> Line:
    if what == "edit":
        return Line(role, "edit", text)
    if what == "delete":
        return Line(role, "delete")
    return Line(role, "like" if what == "like" else "say", text)


def dice(seed: int | str, what: str) -> random.Random:
    return random.Random(f"{seed}:{what}")  # noqa: S311 - a play, no secret
