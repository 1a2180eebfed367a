"""Rows sorted into the tables of their system, and the words of its conversations."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from lyhord.moving.readers.files import File, Row, json_rows
from lyhord.moving.records import Batch, Conversation, Customer, Problem, Status, Word

Guess = Callable[[Row], str]


def sorted_rows(
    files: Sequence[File], names: Mapping[str, str], guess: Guess, batch: Batch
) -> dict[str, list[Row]]:
    """By the table that the row or its file names, else by what the row looks like. The rest is told once a table."""
    found: dict[str, list[Row]] = defaultdict(list)
    unknown: set[str] = set()
    for row in json_rows(files, batch.problems):
        if "" in row.data:
            batch.problems.append(Problem("rows", row.place, "", "not_object"))
            continue
        table = names.get(row.table) or guess(row)
        if table:
            found[table].append(row)
        elif row.table not in unknown and row.table not in names:
            unknown.add(row.table)
            batch.problems.append(
                Problem("rows", row.place, "", "unknown_table", {"name": row.table[:60]}, is_left_out=False)
            )
    return found


def status_after(status: Status, words: Iterable[Word]) -> Status:
    """What is open and was answered waits for the customer."""
    said = [word for word in words if not word.is_note]
    return "waiting" if status == "open" and said and said[-1].is_ours else status


def with_customers(batch: Batch, *, needed_by: str = "customer") -> None:
    """Conversations whose customer did not come cannot come; those without a word neither."""
    known = {record.native for record in batch.of(Customer)}
    kept = []
    for record in batch.records:
        if isinstance(record, Conversation) and record.customer not in known:
            values = {"what": needed_by, "id": record.customer[:80]}
            code = "unknown_reference" if record.customer else "missing"
            batch.problems.append(Problem("conversations", record.place, needed_by, code, values))
        elif isinstance(record, Conversation) and not any(not word.is_note for word in record.words):
            batch.problems.append(Problem("conversations", record.place, "", "no_words"))
        else:
            kept.append(record)
    batch.records = kept


def without_cycles(batch: Batch) -> None:
    """A conversation that goes on from itself, by whatever way, stands alone."""
    onward = {one.native: one.continues for one in batch.of(Conversation) if one.continues}
    bad = {native for native in onward if comes_back(native, onward)}
    if bad:
        batch.records = [alone(record, batch) if record.native in bad else record for record in batch.records]


def comes_back(native: str, onward: Mapping[str, str]) -> bool:
    seen, here = set[str](), native
    while here in onward and here not in seen:
        seen.add(here)
        here = onward[here]
    return here == native


def alone(record: object, batch: Batch) -> Conversation:
    assert isinstance(record, Conversation)
    batch.problems.append(Problem("conversations", record.place, "continues", "cycle", is_left_out=False))
    plain = {name: getattr(record, name) for name in record.__slots__}
    return Conversation(**plain | {"continues": ""})
