"""Zammad: JSON of its REST API (read 2026-11): tickets, ticket_articles, users, organizations, groups, and what helps to answer.

With `expand=true` names stand beside the ids; without it ids alone, and then the tables of states, roles and groups help.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from lyhord.moving.readers import tables
from lyhord.moving.readers.files import File, Row
from lyhord.moving.readers.values import Reader, flag, ident, line, listed, part
from lyhord.moving.records import Batch, Conversation, Customer, Guide, Person, Status, Tag, Team, Word

NAMES = {
    "tickets": "tickets", "ticket": "tickets", "ticket_articles": "articles", "articles": "articles",
    "ticket_article": "articles", "users": "users", "user": "users", "organizations": "organizations",
    "organization": "organizations", "groups": "groups", "group": "groups", "ticket_states": "states", "states": "states",
    "roles": "roles", "tags": "tags", "text_modules": "modules", "text_module": "modules", "slas": "slas", "sla": "slas",
    "macros": "macros", "macro": "macros",
}  # fmt: skip
# As Zammad ships them (db/seeds/ticket_states.rb); a table of states in the file counts before.
STATES = {
    "1": "new",
    "2": "open",
    "3": "pending reminder",
    "4": "closed",
    "5": "merged",
    "7": "pending close",
}
ROLES = {"1": "Admin", "2": "Agent", "3": "Customer"}
STAFF = {"Admin", "Agent"}
NOBODY = "1"  # the system user, who owns what nobody has


def guess(row: Row) -> str:
    data = row.data
    if "ticket_id" in data and ("body" in data or "sender" in data or "sender_id" in data):
        return "articles"
    if "title" in data and ("customer_id" in data or "customer" in data):
        return "tickets"
    if "login" in data or ("firstname" in data and "lastname" in data):
        return "users"
    if "keywords" in data and "content" in data:
        return "modules"
    if "first_response_time" in data or "solution_time" in data:
        return "slas"
    return ""


def read(files: Sequence[File], columns: Mapping[str, str]) -> Batch:
    batch = Batch()
    rows = tables.sorted_rows(files, NAMES, guess, batch)
    told = Reader("teams", batch.problems)
    for row in rows["groups"]:
        if native := told.id(row):
            batch.records.append(Team(native, line(row.data.get("name"), 100) or native, row.place))
    users(rows, batch)
    for row in rows["tags"]:
        if (name := line(row.data.get("name") or row.data.get("value"), 60)) and "ticket_id" not in row.data:
            batch.records.append(Tag(name.lower(), name, row.place))
    tickets(rows, batch)
    guides(rows, batch)
    tables.with_customers(batch)
    return batch


def named(rows: Sequence[Row], usual: Mapping[str, str]) -> dict[str, str]:
    return {
        **usual,
        **{
            ident(row.data.get("id")): line(row.data.get("name"), 100) for row in rows if row.data.get("name")
        },
    }


def users(rows: Mapping[str, Sequence[Row]], batch: Batch) -> None:
    """Who works there, and everybody else as a customer; an agent who asked something is both."""
    told, roles = Reader("people", batch.problems), named(rows["roles"], ROLES)
    firms = named(rows["organizations"], {})
    asking = {ident(row.data.get("customer_id")) for row in rows["tickets"]}
    for row in rows["users"]:
        native, data = told.id(row), row.data
        if not native or (native == NOBODY and not data.get("email")):
            continue
        hers = {line(one, 40) for one in listed(data.get("roles"))}
        hers |= {roles.get(ident(one), "") for one in listed(data.get("role_ids"))}
        email = told.address(row, "email")
        name = " ".join(filter(None, (line(data.get(part), 100) for part in ("firstname", "lastname"))))[:100]
        if hers & STAFF and email:
            batch.records.append(
                Person(native, email, name or email, flag(data.get("active"), True), row.place)
            )
        elif hers & STAFF:
            told.tell(row, "email", "missing")
        if not hers & STAFF or native in asking:
            firm = line(data.get("organization"), 100) or firms.get(ident(data.get("organization_id")), "")
            note = "\n".join(
                filter(None, (firm, Reader("customers", batch.problems).words(row, "note", is_html=True)))
            )
            batch.records.append(
                Customer(
                    native, name or line(data.get("login"), 200), row.place, email=email,
                    phone=line(data.get("mobile") or data.get("phone"), 40), note=note,
                    since=told.moment(row, "created_at"),
                )
            )  # fmt: skip


def tickets(rows: Mapping[str, Sequence[Row]], batch: Batch) -> None:
    told, said = Reader("conversations", batch.problems), Reader("messages", batch.problems)
    by_login = logins(rows["users"])
    states = named(rows["states"], STATES)
    groups = {line(row.data.get("name"), 100): ident(row.data.get("id")) for row in rows["groups"]}
    tags = tags_of(rows["tags"])
    words: dict[str, dict[str, Word]] = defaultdict(dict)
    known = {ident(row.data.get("id")) for row in rows["tickets"]}
    inside = [
        Row("articles", row.place, {"ticket_id": row.data.get("id"), **article})
        for row in rows["tickets"]
        for article in listed(row.data.get("articles"))
        if isinstance(article, Mapping)
    ]
    for row in [*rows["articles"], *inside]:
        place = ident(row.data.get("ticket_id"))
        if place not in known:
            said.tell(row, "ticket_id", "unknown_reference", what="ticket", id=place[:80])
        elif (word := article_of(said, row, by_login)) is not None:
            words[place].setdefault(word.native, word)
    for row in rows["tickets"]:
        if not (native := told.id(row)):
            continue
        data = row.data
        state = line(data.get("state"), 60) or states.get(ident(data.get("state_id")), "")
        ordered = tuple(sorted(words[native].values(), key=lambda word: (word.at, word.native)))
        status = tables.status_after(status_of(told, row, state.lower()), ordered)
        owner = ident(data.get("owner_id")) or by_login.get(line(data.get("owner"), 200).lower(), "")
        labels = [line(one, 60) for one in listed(data.get("tags"))] + tags[native]
        batch.records.append(
            Conversation(
                native,
                ident(data.get("customer_id")) or by_login.get(line(data.get("customer"), 200).lower(), ""),
                line(data.get("title"), 200),
                status,
                row.place,
                ordered,
                assignee="" if owner == NOBODY else owner,
                team=ident(data.get("group_id")) or groups.get(line(data.get("group"), 100), ""),
                tags=tuple(dict.fromkeys(filter(None, labels))),
                opened_at=told.moment(row, "created_at"),
                closed_at=told.moment(row, "close_at", "updated_at") if status == "closed" else None,
                until=told.moment(row, "pending_time") if status == "snoozed" else None,
            )
        )


def logins(rows: Sequence[Row]) -> dict[str, str]:
    return {
        line(row.data.get(name), 200).lower(): ident(row.data.get("id"))
        for row in rows
        for name in ("email", "login")
        if row.data.get(name)
    }


def tags_of(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Of `/tags?object=Ticket&o_id=…`, kept with the id of its ticket."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        ticket = ident(row.data.get("ticket_id") or row.data.get("o_id"))
        names = listed(row.data.get("tags")) or [row.data.get("name")]
        found[ticket] += [name for name in (line(one, 60) for one in names) if name]
    return found


def status_of(told: Reader, row: Row, state: str) -> Status:
    if state.startswith("pending reminder"):
        return "snoozed" if row.data.get("pending_time") else "open"
    if state.startswith("pending"):
        return "waiting"
    if state in {"closed", "merged", "removed", "solved"}:
        return "closed"
    if state in {"new", "open"}:
        return "open"
    told.tell(row, "state", "unknown_status", is_left_out=False, value=state[:40])
    return "closed"


def article_of(said: Reader, row: Row, by_login: Mapping[str, str]) -> Word | None:
    data = row.data
    native, at = said.id(row), said.moment(row, "created_at")
    if not native:
        return None
    if at is None:
        said.tell(row, "created_at", "no_time")
        return None
    sender = line(data.get("sender"), 20) or {"1": "Agent", "2": "Customer", "3": "System"}.get(
        ident(data.get("sender_id")), ""
    )
    if sender == "System":
        return None
    is_html = "html" in line(data.get("content_type"), 60)
    names = [line(part(one, "filename") or "file", 120) for one in listed(data.get("attachments"))]
    text = "\n".join(
        filter(None, [said.words(row, "body", is_html=is_html), *(f"[{name}]" for name in names)])
    )
    if not text:
        return None
    is_ours = sender == "Agent"
    author = ident(data.get("origin_by_id") or data.get("created_by_id"))
    author = author or by_login.get(line(data.get("created_by"), 200).lower(), "")
    name = line(data.get("from"), 200).partition("<")[0].strip(' "')
    return Word(native, at, text, is_ours, author, name, is_note=is_ours and flag(data.get("internal")))


def guides(rows: Mapping[str, Sequence[Row]], batch: Batch) -> None:
    told = Reader("guidance", batch.problems)
    for row in rows["modules"]:
        if native := told.id(row):
            name = line(row.data.get("name"), 100) or native
            text = told.words(row, "content", is_html=True)
            batch.records.append(Guide(f"module:{native}", "reply", name, text, row.place))
    for row in rows["slas"]:
        if native := told.id(row):
            name = line(row.data.get("name"), 100) or native
            times = {
                "first": minutes(row.data.get("first_response_time")),
                "resolution": minutes(row.data.get("solution_time")),
            }
            batch.records.append(Guide(f"sla:{native}", "target", name, "", row.place, values=times))
    for row in rows["macros"]:
        if native := told.id(row):
            name = line(row.data.get("name"), 100) or native
            batch.records.append(
                Guide(f"macro:{native}", "macro", name, "", row.place, values=steps(row.data.get("perform")))
            )


def minutes(value: Any) -> int | None:
    told = ident(value)
    return int(told) * 60 if told.isascii() and told.isdigit() and 0 < int(told) < 10**6 else None


def steps(perform: Any) -> dict[str, Any]:
    """`{"ticket.state_id": {"value": "4"}, "ticket.tags": {"operator": "add", "value": "a,b"}}`"""
    found, other = list[dict[str, Any]](), list[str]()
    for name, told in perform.items() if isinstance(perform, Mapping) else ():
        value = line(part(told, "value") if isinstance(told, Mapping) else told, 2000)
        if name == "ticket.tags":
            verb = "untag" if part(told, "operator") == "remove" else "tag"
            found += [{"verb": verb, "value": line(one, 60)} for one in value.split(",") if one.strip()]
        elif name == "ticket.state_id" and value == "4":
            found.append({"verb": "close", "value": None})
        elif name == "article.note":
            note = line(part(told, "body") or "", 4000)
            found += [{"verb": "note", "value": note}] if note else []
        else:
            other.append(line(name, 60))
    return {"steps": found, "other": other}
