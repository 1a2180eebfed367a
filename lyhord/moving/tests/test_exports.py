"""Everything comes out: exact, harmless to a spreadsheet, only what its reader sees, and on the record."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lyhord.customers.models import Customer
from lyhord.desk import actions as desk
from lyhord.desk.models import Case, Conversation, Tag, Turn
from lyhord.moving import commands, exports
from lyhord.moving.exports import cells, streams
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, User
from tests import world as worlds
from tests.world import World

pytestmark = pytest.mark.django_db


def taken(by: User | None, kind: str, form: str, now: datetime, brand: int | None = None) -> bytes:
    return b"".join(exports.export(exports.scope_of(by, brand), kind, form, now=now))


def lines(raw: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in raw.splitlines()]


def table(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+46 8 12",
        "-2",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\n=x",
        "＝1",
        '=HYPERLINK("https://evil.example","x")',
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text: str) -> None:
    assert cells.safe(text) == f"'{text}"
    (row,) = csv.reader(io.StringIO(cells.csv_lines([[text, "b"]]).decode(), newline=""))
    assert row == [f"'{text}", "b"]
    assert json.loads(cells.json_lines([{"text": text}])) == {"text": text}


def test_values_are_written_alike_in_both_forms(now: datetime) -> None:
    told = {"at": now, "none": None, "yes": True, "tags": ["a", "=b"], "bad": "\ud800", "zero": "a\x00b"}
    assert [cells.safe(value) for value in told.values()] == [
        "2026-11-20T12:00:00+00:00",
        "",
        "true",
        "a; =b",
        "?",
        "ab",
    ]
    (line,) = lines(cells.json_lines([told]))
    assert line["tags"] == ["a", "=b"] and line["at"] == "2026-11-20T12:00:00+00:00" and line["none"] is None


@pytest.mark.parametrize("kind", sorted(exports.KINDS))
def test_every_kind_has_the_same_fields_in_both_forms(world: World, kind: str, now: datetime) -> None:
    worlds.furnish(world)
    chief = world.people["chief"]
    told, rows = lines(taken(chief, kind, "jsonl", now)), table(taken(chief, kind, "csv", now))
    columns = exports.KINDS[kind].columns
    assert len(rows) - len(told) == 2 * (kind == "audit")  # which tells of the first file too, in both brands
    assert all(tuple(row) == columns for row in rows)
    assert all(set(line) == set(columns) for line in told)
    assert rows or kind == "lessons"


def test_words_come_out_whole_and_in_order(world: World, now: datetime) -> None:
    lead = world.people["lead_a"]
    world.said("Anna", "=cmd|' /C calc'!A0\nsecond line, “quoted”")
    told = [
        line["text"]
        for line in lines(taken(lead, "messages", "jsonl", now))
        if line["customer_id"] is not None
    ]
    assert told == ["Var är mitt tåg?", "=cmd|' /C calc'!A0\nsecond line, “quoted”"]
    cell = [row["text"] for row in table(taken(lead, "messages", "csv", now))][-1]
    assert cell == "'=cmd|' /C calc'!A0\nsecond line, “quoted”"


def test_conversations_carry_their_tags_and_lessons_what_was_learned(world: World, now: datetime) -> None:
    lead, row = world.people["lead_a"], world.conversation
    desk.tag(row, "=late", by=lead, now=now)
    Case.objects.create(
        conversation=row,
        source="person",
        opened_at=now,
        lesson="Tell sooner",
        lesson_at=now,
        outcome="solved",
    )
    (told,) = lines(taken(lead, "conversations", "jsonl", now))
    assert told["tags"] == ["=late"] and told["number"] == row.number
    (learned,) = lines(taken(lead, "lessons", "jsonl", now))
    assert learned["lesson"] == "Tell sooner" and learned["conversation"] == row.number
    (case,) = lines(taken(lead, "cases", "jsonl", now))
    assert case["outcome"] == "solved"


@pytest.mark.parametrize("role", ["agent_a", "senior_a", "expert_a", "listener_a", "communications_a"])
def test_only_who_may_move_data_takes_anything_out(world: World, role: str) -> None:
    with pytest.raises(NotYours):
        exports.scope_of(world.people[role])


def test_a_lead_of_another_brand_takes_out_nothing_of_this_one(world: World, now: datetime) -> None:
    worlds.furnish(world)
    other = world.people["lead_other"]
    for kind in sorted(set(exports.KINDS) - {"teams", "people", "audit"}):
        assert lines(taken(other, kind, "jsonl", now)) == [], kind
    assert {line["name"] for line in lines(taken(other, "teams", "jsonl", now))} == {"C"}
    emails = {line["email"] for line in lines(taken(other, "people", "jsonl", now))}
    assert emails == {"lead_other@example.com", "agent_other@example.com"}
    with pytest.raises(NotYours):
        exports.scope_of(other, world.brand.pk)


def test_a_lead_of_a_team_without_the_account_sees_none_of_its_conversations(
    world: World, now: datetime
) -> None:
    team_b = world.people["agent_b"].memberships.get().team
    lead_b = world.user("lead_b", "lead", team_b)
    assert lines(taken(lead_b, "conversations", "jsonl", now)) == []
    assert lines(taken(lead_b, "messages", "jsonl", now)) == []


def test_who_works_for_two_brands_is_told_with_her_teams_here_alone(world: World, now: datetime) -> None:
    agent = world.people["agent_other"]
    agent.memberships.create(team=world.team, role="agent")
    told = lines(taken(world.people["lead_other"], "people", "jsonl", now))
    assert [line["teams"] for line in told if line["email"] == agent.email] == [["Södertåg/C: agent"]]


def test_what_is_taken_out_is_on_the_record_before_its_first_byte(world: World, now: datetime) -> None:
    lead = world.people["lead_a"]
    exports.export(exports.scope_of(lead), "customers", "csv", now=now)
    event = AuditEvent.objects.get(verb="data.exported")
    assert event.actor == lead and event.brand_id == world.brand.pk
    assert event.detail.plain == {"kind": "customers", "form": "csv"}


def test_a_kind_that_is_not_there_is_refused_and_nothing_is_recorded(world: World, now: datetime) -> None:
    for kind, form in [("secrets", "csv"), ("customers", "xlsx")]:
        with pytest.raises(exports.NoSuchKind):
            exports.export(exports.scope_of(None), kind, form, now=now)
    assert not AuditEvent.objects.filter(verb="data.exported").exists()


def test_memory_does_not_grow_with_the_rows(world: World, now: datetime, monkeypatch: Any) -> None:
    """By keyset: one more row is never one more statement, and no statement brings more than a batch."""
    monkeypatch.setattr(streams, "AT_ONCE", 10)
    Customer.objects.bulk_create(Customer(brand=world.brand, name=f"C{n}", since=now) for n in range(35))
    seen: list[int] = []
    tell = exports.KINDS["customers"].tell

    def counted(rows: list[Customer]) -> Iterator[dict[str, Any]]:
        seen.append(len(rows))
        yield from tell(rows)

    kind = exports.Kind(
        "c", "c", exports.KINDS["customers"].columns, exports.KINDS["customers"].rows, counted
    )
    with CaptureQueriesContext(connection) as asked:
        assert len(b"".join(streams.pieces(kind, exports.scope_of(None), "jsonl")).splitlines()) == 36
    assert max(seen) == 10
    assert len(asked) < 10


def test_a_row_that_comes_while_the_file_leaves_disturbs_nothing(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(streams, "AT_ONCE", 1)
    for n in range(3):
        Tag.objects.create(brand=world.brand, name=f"t{n}")
    pieces = streams.pieces(exports.KINDS["tags"], exports.scope_of(None), "jsonl")
    first = next(pieces)
    Tag.objects.filter(name="t0").delete()
    Tag.objects.create(brand=world.brand, name="t3")
    names = [line["name"] for line in lines(first + b"".join(pieces))]
    assert names == ["t0", "t1", "t2", "t3"]


# The doors -----------------------------------------------------------------------------------------------------------


def test_the_page_gives_a_file_and_others_no_page(world: World, client: Client) -> None:
    client.force_login(world.people["lead_a"])
    page = client.get("/settings/moving/").content.decode()
    assert "Conversations" in page
    answer = client.post("/settings/moving/export/", {"kind": "conversations", "form": "csv"})
    assert answer.streaming and answer["Content-Disposition"].endswith('.csv"')
    assert answer["Content-Type"].startswith("text/csv") and answer["X-Content-Type-Options"] == "nosniff"
    (row,) = table(answer.getvalue())
    assert row["number"] == str(Conversation.objects.get().number)
    assert client.post("/settings/moving/export/", {"kind": "x", "form": "csv"}).status_code == 302
    client.force_login(world.people["agent_a"])
    assert client.get("/settings/moving/").status_code == 403
    assert client.post("/settings/moving/export/", {"kind": "tags", "form": "csv"}).status_code == 403


def test_the_api_gives_the_same_file(world: World, client: Client) -> None:
    headers = world.headers("lead_a")
    kinds = client.get("/api/v1/exports", headers=headers).json()
    assert {kind["name"] for kind in kinds} == set(exports.KINDS)
    asked = {"kind": "messages", "form": "jsonl"}
    kind = "application/json"
    answer = client.post("/api/v1/exports", asked, kind, headers={**headers, "Idempotency-Key": "a"})
    assert answer["Content-Type"] == "application/x-ndjson"
    turns = Turn.objects.filter(what="").count()
    assert len(lines(answer.getvalue())) == turns > 0
    assert client.post("/api/v1/exports", {"kind": "x"}, kind, headers=headers).status_code == 422
    assert client.post("/api/v1/exports", asked, kind, headers=world.headers("agent_a")).status_code == 403


def test_the_command_writes_and_never_over_a_file(world: World, tmp_path: Any, capfdbinary: Any) -> None:
    assert commands.main("export", []) == 0
    assert b"saved_replies" in capfdbinary.readouterr().out
    assert commands.main("export", ["tags", "--form", "jsonl", "--brand", "Norrtåg"]) == 0
    assert capfdbinary.readouterr().out == b""
    out = tmp_path / "c.csv"
    words = ["customers", "--out", str(out), "--as", "lead_a@example.com"]
    assert commands.main("export", words) == 0
    assert out.read_bytes().startswith(b"id,brand,name")
    with pytest.raises(FileExistsError):
        commands.main("export", words)
    with pytest.raises(commands.NotFound):
        commands.main("export", ["tags", "--brand", "Nowhere"])


def test_an_export_long_after_is_still_in_utc(world: World, now: datetime) -> None:
    Customer.objects.update(since=now - timedelta(days=400))
    told = lines(taken(None, "customers", "jsonl", now))
    assert {line["since"][-6:] for line in told} == {"+00:00"}
