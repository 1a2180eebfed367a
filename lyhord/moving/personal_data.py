"""What moving holds about a person: next to nothing, and for a while what was wrong with the lines that she stood in."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lyhord.lib.persons import Person
from lyhord.moving.models import Run

DECLARED = {
    "Foreign": "digests of ids in other systems; nothing can be read from them",
    "Run": "the name of a file, counts, and for a month what was wrong with its lines, where an address may stand; the file goes within a day",
    "Guidance": "texts of the organisation, and which colleague decided about them",
}


def names_of(person: Person) -> list[str]:
    natives = (native.partition(":")[2] or native for _network, native in person.native_ids)
    return sorted({name.casefold() for name in (*person.addresses, *natives) if len(name) > 5})


def about(problem: Any, names: Iterable[str]) -> bool:
    told = json.dumps(problem, ensure_ascii=False).casefold()
    return any(name in told for name in names)


def export(person: Person) -> dict[str, Any]:
    names = names_of(person)
    rows = Run.objects.order_by("pk").values_list("name", "report") if names else ()
    found = [
        {"file": name, "line": problem[1], "values": problem[4]}
        for name, report in rows
        for problem in report.get("problems", ())
        if about(problem, names)
    ]
    return {"import_problems": found} if found else {}


def erase(person: Person, now: datetime) -> int:
    """The digest of her id stays, so that the next file does not bring her back."""
    names, changed = names_of(person), 0
    for run in Run.objects.order_by("pk") if names else ():
        problems = run.report.get("problems", [])
        kept = [problem for problem in problems if not about(problem, names)]
        if len(kept) < len(problems):
            run.report = {**run.report, "problems": kept}
            run.save(update_fields=["report"])
            changed += 1
    return changed
