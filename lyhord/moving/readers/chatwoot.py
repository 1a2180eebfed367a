"""Chatwoot: answers of its API (v1, read 2026-11), or its tables as JSON lines.

An API conversation carries `meta.sender`, `meta.assignee`, `labels` and a status in words; a row of the table has
`contact_id`, `assignee_id`, `cached_label_list` and a number. Messages: 0 incoming, 1 outgoing, 2 activity, 3 template.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from lyhord.moving.readers import tables
from lyhord.moving.readers.files import File, Row
from lyhord.moving.readers.values import Reader, flag, ident, line, listed, part
from lyhord.moving.records import Batch, Conversation, Customer, Guide, Person, Status, Tag, Team, Word

NAMES = {
    "conversations": "conversations", "conversation": "conversations", "messages": "messages", "message": "messages",
    "contacts": "contacts", "contact": "contacts", "agents": "agents", "users": "agents", "user": "agents",
    "teams": "teams", "team": "teams", "labels": "labels", "label": "labels", "tags": "labels",
    "canned_responses": "canned", "canned_response": "canned", "macros": "macros", "macro": "macros",
}  # fmt: skip
STATUS: dict[str, Status] = {
    "0": "open", "open": "open", "1": "closed", "resolved": "closed", "2": "open", "pending": "open", "3": "snoozed",
    "snoozed": "snoozed",
}  # fmt: skip
INCOMING, OUTGOING = {"0", "incoming"}, {"1", "outgoing", "3", "template"}


def guess(row: Row) -> str:
    data = row.data
    marks = {
        "messages": "message_type",
        "canned": "short_code",
        "macros": "actions",
        "agents": "availability_status",
        "contacts": "phone_number",
        "labels": "title",
    }
    if "message_type" in data and "meta" not in data:
        return "messages"
    if "status" in data and ("inbox_id" in data or "meta" in data):
        return "conversations"
    return next((table for table, mark in marks.items() if mark in data), "")


def read(files: Sequence[File], columns: Mapping[str, str]) -> Batch:
    batch = Batch()
    rows = tables.sorted_rows(files, NAMES, guess, batch)
    people(rows["agents"], batch)
    for row in rows["teams"]:
        told = Reader("teams", batch.problems)
        if native := told.id(row):
            batch.records.append(
                Team(native, line(row.data.get("name"), 100) or f"Chatwoot {native}", row.place)
            )
    for row in rows["labels"]:
        if name := line(row.data.get("title") or row.data.get("name"), 60):
            batch.records.append(Tag(name.lower(), name, row.place))
    contacts(rows, batch)
    conversations(rows, batch)
    guides(rows, batch)
    tables.with_customers(batch)
    return batch


def people(rows: Sequence[Row], batch: Batch) -> None:
    told = Reader("people", batch.problems)
    for row in rows:
        native, email = told.id(row), told.address(row, "email")
        if not native:
            continue
        if not email:
            told.tell(row, "email", "missing")
            continue
        name = line(row.data.get("name") or row.data.get("available_name"), 100)
        is_active = flag(row.data.get("confirmed"), True)
        batch.records.append(Person(native, email, name or email, is_active, row.place))


def contacts(rows: Mapping[str, Sequence[Row]], batch: Batch) -> None:
    """Of the table, and those whom only a conversation names."""
    told, seen = Reader("customers", batch.problems), set[str]()
    for row in rows["contacts"]:
        if native := told.id(row):
            seen.add(native)
            batch.records.append(contact(told, row, native))
    for row in rows["conversations"]:
        sender = part(row.data, "meta", "sender")
        native = ident(sender.get("id")) if isinstance(sender, Mapping) else ""
        if native and native not in seen:
            seen.add(native)
            batch.records.append(contact(told, Row("contacts", row.place, sender), native))


def contact(told: Reader, row: Row, native: str) -> Customer:
    data = row.data
    language = part(data, "additional_attributes", "language") or part(data, "custom_attributes", "language")
    return Customer(
        native,
        line(data.get("name"), 200),
        row.place,
        email=told.address(row, "email"),
        phone=line(data.get("phone_number"), 40),
        language=line(language, 12),
        note=line(data.get("identifier"), 200) if not data.get("email") else "",
        since=told.moment(row, "created_at"),
    )


def conversations(rows: Mapping[str, Sequence[Row]], batch: Batch) -> None:
    told, said = Reader("conversations", batch.problems), Reader("messages", batch.problems)
    words: dict[str, dict[str, Word]] = defaultdict(dict)
    known = {ident(row.data.get("id")) for row in rows["conversations"]}
    inside = [
        Row("messages", row.place, {"conversation_id": row.data.get("id"), **message})
        for row in rows["conversations"]
        for message in listed(row.data.get("messages"))
        if isinstance(message, Mapping)
    ]
    for row in [*rows["messages"], *inside]:
        place = ident(row.data.get("conversation_id"))
        if place not in known:
            said.tell(row, "conversation_id", "unknown_reference", what="conversation", id=place[:80])
        elif (word := message_of(said, row)) is not None:
            words[place].setdefault(word.native, word)
    for row in rows["conversations"]:
        if native := told.id(row):
            batch.records.append(conversation(told, row, native, words[native]))


def message_of(said: Reader, row: Row) -> Word | None:
    """None: what the system wrote about itself, or nothing at all."""
    data, kind = row.data, ident(row.data.get("message_type")).lower()
    if kind not in INCOMING | OUTGOING:
        return None
    native, at = said.id(row), said.moment(row, "created_at")
    if not native:
        return None
    if at is None:
        said.tell(row, "created_at", "no_time")
        return None
    text = with_files(said.words(row, "content"), data)
    if not text:
        return None
    sender = data.get("sender") if isinstance(data.get("sender"), Mapping) else {}
    author = ident(data.get("sender_id")) or ident(part(data, "sender", "id"))
    is_ours = kind in OUTGOING
    name = line((sender or {}).get("name"), 100)
    return Word(native, at, text, is_ours, author, name, is_note=is_ours and flag(data.get("private")))


def with_files(text: str, data: Mapping[str, Any]) -> str:
    """Files stay with the other system; that they were there is told, with their names."""
    names = []
    for one in listed(data.get("attachments")):
        address = line(part(one, "data_url") or "", 500).partition("?")[0]
        names.append(address.rpartition("/")[2] or line(part(one, "file_type") or "file", 40))
    return "\n".join([text, *(f"[{name}]" for name in names)]).strip()


def conversation(told: Reader, row: Row, native: str, words: Mapping[str, Word]) -> Conversation:
    data = row.data
    status = STATUS.get(ident(data.get("status")).lower())
    if status is None:
        told.tell(row, "status", "unknown_status", is_left_out=False, value=line(data.get("status"), 40))
    ordered = tuple(sorted(words.values(), key=lambda word: (word.at, word.native)))
    labels = data.get("labels")
    tags = labels if isinstance(labels, list) else line(data.get("cached_label_list"), 2000).split(",")
    subject = part(data, "additional_attributes", "mail_subject") or part(
        data, "custom_attributes", "subject"
    )
    return Conversation(
        native,
        ident(data.get("contact_id")) or ident(part(data, "meta", "sender", "id")),
        line(subject, 200),
        tables.status_after(status or "closed", ordered),
        row.place,
        ordered,
        assignee=ident(data.get("assignee_id")) or ident(part(data, "meta", "assignee", "id")),
        team=ident(data.get("team_id")) or ident(part(data, "meta", "team", "id")),
        tags=tuple(dict.fromkeys(tag for tag in (line(one, 60) for one in tags) if tag)),
        opened_at=told.moment(row, "created_at"),
        closed_at=told.moment(row, "last_activity_at", "updated_at") if status == "closed" else None,
        until=told.moment(row, "snoozed_until") if status == "snoozed" else None,
    )


def guides(rows: Mapping[str, Sequence[Row]], batch: Batch) -> None:
    told = Reader("guidance", batch.problems)
    for row in rows["canned"]:
        if native := told.id(row):
            name = line(row.data.get("short_code"), 100) or native
            batch.records.append(
                Guide(f"canned:{native}", "reply", name, told.words(row, "content"), row.place)
            )
    for row in rows["macros"]:
        if native := told.id(row):
            name = line(row.data.get("name"), 100) or native
            batch.records.append(
                Guide(
                    f"macro:{native}",
                    "macro",
                    name,
                    "",
                    row.place,
                    values=steps(listed(row.data.get("actions"))),
                )
            )


def steps(actions: Sequence[Any]) -> dict[str, Any]:
    """What a macro of ours can do too; the rest is told to who adapts it."""
    found, other = list[dict[str, Any]](), list[str]()
    for action in actions:
        name, values = line(part(action, "action_name") or "", 40), listed(part(action, "action_params"))
        if name == "add_label":
            found += [{"verb": "tag", "value": line(value, 60)} for value in values]
        elif name == "remove_label":
            found += [{"verb": "untag", "value": line(value, 60)} for value in values]
        elif name == "resolve_conversation":
            found.append({"verb": "close", "value": None})
        elif name == "add_private_note" and values:
            found.append({"verb": "note", "value": line(values[0], 4000)})
        else:
            other.append(name)
    return {"steps": found, "other": other}
