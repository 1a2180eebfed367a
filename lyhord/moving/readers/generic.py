"""A CSV with a line for each message, whose columns are named by whoever brings it, or known by their usual names."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from lyhord.moving.readers import tables
from lyhord.moving.readers.files import File, Row, csv_rows
from lyhord.moving.readers.values import Reader, flag, ident, line
from lyhord.moving.records import Batch, Conversation, Customer, Person, Problem, Status, Word

# Ours: what such a column is often called, in our languages and in other systems.
USUAL: dict[str, tuple[str, ...]] = {
    "conversation": ("conversation", "conversation_id", "ticket", "ticket_id", "case", "case_id", "thread", "ärende", "sak", "sag"),
    "message": ("message_id", "message", "id"),
    "text": ("text", "body", "content", "comment", "meddelande", "viesti", "melding", "besked"),
    "at": ("at", "created_at", "date", "time", "timestamp", "datum", "tid", "aika", "dato"),
    "direction": ("direction", "type", "kind", "from", "riktning"),
    "author": ("author", "agent", "agent_name", "handläggare", "user"),
    "author_email": ("author_email", "agent_email"),
    "customer_id": ("customer_id", "contact_id", "user_id"),
    "customer": ("customer", "customer_name", "contact", "name", "kund", "asiakas", "kunde", "namn"),
    "email": ("email", "customer_email", "e-mail", "mail", "e-post", "sähköposti"),
    "phone": ("phone", "telephone", "telefon", "puhelin"),
    "subject": ("subject", "title", "ämne", "aihe", "emne"),
    "status": ("status", "state"),
    "tags": ("tags", "labels", "etiketter"),
    "assignee": ("assignee", "assignee_email", "owner", "tilldelad"),
    "team": ("team", "group", "queue"),
    "language": ("language", "lang", "språk", "kieli"),
    "opened_at": ("opened_at", "opened"),
    "closed_at": ("closed_at", "closed"),
}  # fmt: skip
NEEDED = ("conversation", "text", "at")
OURS = {"out", "outgoing", "agent", "ours", "us", "reply", "sent", "ut", "utgående", "staff", "1"}
NOTES = {"note", "internal", "private", "anteckning", "muistiinpano", "notat"}
STATUS: dict[str, Status] = {
    "": "closed", "closed": "closed", "resolved": "closed", "solved": "closed", "done": "closed", "stängd": "closed",
    "avslutad": "closed", "open": "open", "new": "open", "pending": "waiting", "waiting": "waiting", "öppen": "open",
    "öppet": "open", "snoozed": "open",
}  # fmt: skip


def read(files: Sequence[File], columns: Mapping[str, str]) -> Batch:
    batch = Batch()
    found: dict[str, list[Row]] = defaultdict(list)
    told = Reader("messages", batch.problems)
    for row in mapped(csv_rows(files, batch.problems), USUAL, columns, NEEDED, batch):
        if native := told.id(row, "conversation"):
            found[native].append(row)
    people: dict[str, Person] = {}
    customers: dict[str, Customer] = {}
    for native, rows in found.items():
        conversation(native, rows, people, customers, batch)
    batch.records += [*people.values(), *customers.values()]
    tables.with_customers(batch)
    return batch


def mapped(
    rows: Iterable[Row],
    usual: Mapping[str, Sequence[str]],
    columns: Mapping[str, str],
    needed: Sequence[str],
    batch: Batch,
) -> Iterable[Row]:
    """Rows by our names. Without a needed column nothing comes, and that is told once."""
    names: dict[str, str] | None = None
    for row in rows:
        if names is None:
            names = named(row.data, usual, columns)
            missing = [name for name in needed if name not in names]
            wrong = [told for told in columns.values() if told.strip().lower() not in row.data]
            if missing or wrong:
                values = {"names": ", ".join([*missing, *wrong])[:200]}
                batch.problems.append(Problem("rows", row.place, "", "no_columns", values))
                return
        yield Row(row.table, row.place, {ours: row.data.get(theirs, "") for ours, theirs in names.items()})


def named(
    header: Iterable[str], usual: Mapping[str, Sequence[str]], columns: Mapping[str, str]
) -> dict[str, str]:
    there = set(header)
    found = {ours: theirs.strip().lower() for ours, theirs in columns.items() if ours in usual}
    for ours, names in usual.items():
        known = next((name for name in names if name in there and name not in found.values()), None)
        if ours not in found and known is not None:
            found[ours] = known
    return found


def conversation(
    native: str,
    rows: Sequence[Row],
    people: dict[str, Person],
    customers: dict[str, Customer],
    batch: Batch,
) -> None:
    told, said = Reader("conversations", batch.problems), Reader("messages", batch.problems)
    words = {}
    for row in rows:
        word = word_of(said, row, native, people)
        if word is not None and word.native in words:
            said.tell(row, "message", "double", id=word.native[:80])
        elif word is not None:
            words[word.native] = word
    ordered = tuple(sorted(words.values(), key=lambda word: (word.at, word.native)))
    first = rows[0]

    def one(name: str, most: int) -> str:
        """The first that is set: some systems tell it on one line alone."""
        return next((text for row in rows if (text := line(row.data.get(name), most))), "")

    customer = customer_of(told, rows, native)
    customers.setdefault(customer.native, customer)
    state = one("status", 40).lower()
    status = STATUS.get(state)
    if status is None:
        told.tell(first, "status", "unknown_status", is_left_out=False, value=state)
    tags = [
        line(tag, 60) for row in rows for tag in str(row.data.get("tags") or "").replace("|", ";").split(";")
    ]
    tags = [tag for part in tags for tag in (line(one, 60) for one in part.split(","))]
    assignee = person_of(said, first, people, one("assignee", 254), "")
    batch.records.append(
        Conversation(
            native,
            customer.native,
            one("subject", 200),
            tables.status_after(status or "closed", ordered),
            first.place,
            ordered,
            assignee=assignee,
            team=one("team", 100),
            tags=tuple(dict.fromkeys(filter(None, tags))),
            language=one("language", 12),
            opened_at=told.moment(first, "opened_at"),
            closed_at=told.moment(first, "closed_at"),
        )
    )


def customer_of(told: Reader, rows: Sequence[Row], native: str) -> Customer:
    """By her id, else her address, else the conversation alone: two of one name are not one."""
    email = next((found for row in rows if (found := told.address(row, "email"))), "")
    name = next((found for row in rows if (found := line(row.data.get("customer"), 200))), "")
    ident_ = next((found for row in rows if (found := ident(row.data.get("customer_id")))), "")
    phone = next((found for row in rows if (found := line(row.data.get("phone"), 40))), "")
    return Customer(
        ident_ or email or f"of {native}", name, rows[0].place, email=email, phone=phone,
        language=line(rows[0].data.get("language"), 12), since=told.moment(rows[0], "at"),
    )  # fmt: skip


def word_of(said: Reader, row: Row, native: str, people: dict[str, Person]) -> Word | None:
    at = said.moment(row, "at")
    if at is None:
        said.tell(row, "at", "no_time")
        return None
    text = said.words(row, "text")
    if not text:
        return None
    direction = line(row.data.get("direction"), 40).lower()
    is_note = direction in NOTES
    is_ours = is_note or direction in OURS or (not direction and flag(row.data.get("author")))
    author = line(row.data.get("author"), 100)
    writer = person_of(said, row, people, line(row.data.get("author_email"), 254), author) if is_ours else ""
    ident_ = ident(row.data.get("message"))
    if not ident_:
        told = f"{at.isoformat()} {direction} {text}".encode("utf-8", "replace")
        ident_ = hashlib.sha256(told).hexdigest()[:24]
    return Word(ident_, at, text, is_ours, writer, author, is_note=is_note)


def person_of(said: Reader, row: Row, people: dict[str, Person], email: str, name: str) -> str:
    """Known by her address alone; without one her name stands at her words and no more."""
    found = said.address(Row(row.table, row.place, {"author_email": email}), "author_email") if email else ""
    if found:
        people.setdefault(found, Person(found, found, name or found, True, row.place))
    return found
