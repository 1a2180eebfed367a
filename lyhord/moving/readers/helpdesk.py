"""django-helpdesk: what `manage.py dumpdata` writes of `helpdesk` and the users (models read 2026-11).

Ticket status: 1 open, 2 reopened, 3 resolved, 4 closed, 5 duplicate, 6 new. The description is the first word; a follow-up that
repeats it is that word. A public follow-up of a user is ours, one without a user hers; one that is not public is a note.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from lyhord.moving.readers import tables
from lyhord.moving.readers.files import File, Row
from lyhord.moving.readers.values import Reader, flag, ident, line, listed
from lyhord.moving.records import Batch, Conversation, Customer, Guide, Person, Status, Team, Word

NAMES = {
    "helpdesk.ticket": "tickets", "helpdesk.followup": "followups", "helpdesk.queue": "queues", "auth.user": "users",
    "helpdesk.presetreply": "replies", "helpdesk.kbitem": "faq", "helpdesk.kbcategory": "categories",
    "helpdesk.followupattachment": "files", "helpdesk.attachment": "files", "helpdesk.ticketcc": "left out",
}  # fmt: skip
STATUS: dict[str, Status] = {
    "1": "open", "2": "open", "3": "closed", "4": "closed", "5": "closed", "6": "open",
}  # fmt: skip


def guess(row: Row) -> str:
    """Users may be of a model of their own."""
    if row.table.endswith((".user", ".customuser")) and "email" in row.data:
        return "users"
    return "left out" if "." in row.table else ""


def read(files: Sequence[File], columns: Mapping[str, str]) -> Batch:
    batch = Batch()
    rows = tables.sorted_rows(files, NAMES, guess, batch)
    told = Reader("teams", batch.problems)
    for row in rows["queues"]:
        if native := told.id(row):
            batch.records.append(Team(native, line(row.data.get("title"), 100) or native, row.place))
    users(rows["users"], batch)
    tickets(rows, batch)
    guides(rows, batch)
    tables.with_customers(batch, needed_by="submitter_email")
    tables.without_cycles(batch)
    return batch


def users(rows: Sequence[Row], batch: Batch) -> None:
    told = Reader("people", batch.problems)
    for row in rows:
        data = row.data
        if not flag(data.get("is_staff"), True):
            continue  # who only asks is known by her address
        native, email = told.id(row), told.address(row, "email")
        name = " ".join(filter(None, (line(data.get(one), 60) for one in ("first_name", "last_name"))))
        if native and email:
            is_active = flag(data.get("is_active"), True)
            batch.records.append(
                Person(native, email, name or line(data.get("username"), 100) or email, is_active, row.place)
            )
        elif native:
            told.tell(row, "email", "missing")


def tickets(rows: Mapping[str, Sequence[Row]], batch: Batch) -> None:
    told, said = Reader("conversations", batch.problems), Reader("messages", batch.problems)
    known = {ident(row.data.get("id")) for row in rows["tickets"]}
    staff = {person.native: person for person in batch.of(Person)}
    addresses = {ident(row.data.get("id")): line(row.data.get("email"), 254).lower() for row in rows["users"]}
    names = defaultdict[str, list[str]](list)
    for row in rows["files"]:
        names[ident(row.data.get("followup"))].append(line(row.data.get("filename"), 120) or "file")
    followups = defaultdict[str, list[Row]](list)
    for row in rows["followups"]:
        place = ident(row.data.get("ticket"))
        if place not in known:
            said.tell(row, "ticket", "unknown_reference", what="ticket", id=place[:80])
        else:
            followups[place].append(row)
    customers: dict[str, Customer] = {}
    for row in rows["tickets"]:
        if not (native := told.id(row)):
            continue
        email = told.address(row, "submitter_email")
        opened = told.moment(row, "created", "modified")
        if email and email not in customers:
            customers[email] = Customer(email, "", row.place, email=email, since=opened)
        spoken = [first_word(told, row, native)]
        for one in followups[native]:
            user = ident(one.data.get("user"))
            # Who is not in the file was an agent that is gone: customers are named by their address alone.
            is_hers = not user or (user in addresses and (user not in staff or addresses[user] == email))
            spoken.append(followup(said, one, names, is_hers=is_hers, email=email))
        batch.records.append(ticket(told, row, native, [word for word in spoken if word is not None]))
    batch.records += customers.values()


def first_word(told: Reader, row: Row, native: str) -> Word | None:
    text, at = told.words(row, "description"), told.moment(row, "created", "modified")
    if not text or at is None:
        return None
    return Word(f"ticket:{native}", at, text, False, line(row.data.get("submitter_email"), 254).lower())


def followup(
    said: Reader, row: Row, files: Mapping[str, Sequence[str]], *, is_hers: bool, email: str
) -> Word | None:
    native, at = said.id(row), said.moment(row, "date")
    if native and at is None:
        said.tell(row, "date", "no_time")
    names = [f"[{name}]" for name in files.get(native, ())]
    text = "\n".join(filter(None, [said.words(row, "comment"), *names]))
    if not native or at is None or not text:
        return None
    is_note = not flag(row.data.get("public"))
    is_ours = is_note or not is_hers
    author = ident(row.data.get("user")) if is_ours else email
    return Word(f"followup:{native}", at, text, is_ours, author, is_note=is_note)


def ticket(told: Reader, row: Row, native: str, spoken: Sequence[Word]) -> Conversation:
    data, words = row.data, list[Word]()
    for word in sorted(spoken, key=lambda word: (word.at, word.native != f"ticket:{native}")):
        repeats = word.native != f"ticket:{native}" and any(
            word.text == one.text and one.native.startswith("ticket:") for one in words
        )
        if not repeats:
            words.append(word)
    status = STATUS.get(ident(data.get("status")))
    if status is None:
        told.tell(row, "status", "unknown_status", is_left_out=False, value=line(data.get("status"), 40))
    status = "waiting" if status == "open" and flag(data.get("on_hold")) else status
    tags = [line(one, 60) for one in listed(data.get("tags"))]
    return Conversation(
        native,
        told.address(row, "submitter_email"),
        line(data.get("title"), 200),
        tables.status_after(status or "closed", words),
        row.place,
        tuple(words),
        assignee=ident(data.get("assigned_to")),
        team=ident(data.get("queue")),
        tags=tuple(tag for tag in tags if tag),
        opened_at=told.moment(row, "created"),
        closed_at=told.moment(row, "modified") if status == "closed" else None,
        continues=ident(data.get("merged_to")),
    )


def guides(rows: Mapping[str, Sequence[Row]], batch: Batch) -> None:
    told = Reader("guidance", batch.problems)
    titles = {ident(row.data.get("id")): line(row.data.get("title"), 60) for row in rows["categories"]}
    for row in rows["replies"]:
        if native := told.id(row):
            name = line(row.data.get("name"), 100) or native
            batch.records.append(Guide(f"reply:{native}", "reply", name, told.words(row, "body"), row.place))
    for row in rows["faq"]:
        if native := told.id(row):
            name = line(row.data.get("question") or row.data.get("title"), 100) or native
            folder = titles.get(ident(row.data.get("category")), "")
            text = told.words(row, "answer")
            batch.records.append(Guide(f"faq:{native}", "faq", name, text, row.place, folder=folder))
