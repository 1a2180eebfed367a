"""A file from the page or the API: tried at once, brought in by the worker in parts, gone within a day."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lyhord.desk.models import Conversation
from lyhord.lib.persons import Person
from lyhord.moving import actions, commands, personal_data, readers, steps
from lyhord.moving.actions import runs
from lyhord.moving.models import Foreign, Run
from lyhord.moving.reports import Report
from lyhord.moving.tests import files
from lyhord.staff.models import AuditEvent
from tests.world import World

pytestmark = pytest.mark.django_db


def many(n: int) -> bytes:
    lines = [f"c{i},m{i},2024-05-01T10:00:00Z,in,Kund {i},k{i}@example.com,Hej {i},closed" for i in range(n)]
    return "\n".join(["conversation,message_id,at,direction,customer,email,text,status", *lines]).encode()


def history() -> Any:
    return Conversation.objects.filter(account__is_history=True)


def test_the_page_tries_a_file_and_brings_it_in_when_that_is_said(world: World, client: Client) -> None:
    client.force_login(world.people["administrator_a"])
    told = {"system": "chatwoot", "brand": world.brand.pk, "columns": ""}
    file = SimpleUploadedFile("dump.json", files.raw(files.CHATWOOT))
    answer = client.post("/settings/moving/try/", {**told, "file": file})
    run = Run.objects.get()
    assert answer["Location"] == f"/settings/moving/runs/{run.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "Import now" in page and "dump.json messages:5" in page and "Would come" in page
    assert not history().exists() and (runs.folder() / run.file).exists()
    assert oct((runs.folder() / run.file).stat().st_mode & 0o777) == "0o600"
    client.post(f"/settings/moving/runs/{run.pk}/begin/")
    assert not history().exists()  # the worker brings it
    steps.carry_out(world.now)
    run.refresh_from_db()
    assert run.state == "done" and history().count() == 2 and run.file == "" and not any(runs.files())
    page = client.get(f"/settings/moving/runs/{run.pk}/").content.decode()
    assert "What it brought" in page and "Import now" not in page
    verbs = set(AuditEvent.objects.filter(object_kind="moving.run").values_list("verb", flat=True))
    assert verbs == {"import.tried", "import.wanted", "import.done"}


def test_the_worker_goes_on_where_it_was_and_begins_nothing_twice(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(runs, "AT_ONCE", 7)
    by = world.people["lead_a"]
    run = actions.try_files(world.brand, "csv", "d.csv", many(10), {}, by=by, now=world.now)
    actions.want(run, by=by, now=world.now)
    actions.want(run, by=by, now=world.now)
    reads: list[str] = []
    read = readers.read

    def noting(system: str, *given: Any) -> Any:
        reads.append(system)
        return read(system, *given)

    monkeypatch.setattr(readers, "read", noting)
    assert [steps.carry_out(world.now) for _again in range(5)] == [7, 7, 6, 0, 0]
    assert reads == ["csv"], "A part does not read the whole file."
    run.refresh_from_db()
    assert run.report["come"] == {"customers": 10, "conversations": 10, "messages": 10}
    with pytest.raises(actions.NotWanted):
        actions.want(run, by=by, now=world.now)


def test_a_part_that_was_not_noted_is_not_doubled(world: World, monkeypatch: Any) -> None:
    """Killed after the rows were written, before the position was."""
    monkeypatch.setattr(runs, "AT_ONCE", 30)
    by = world.people["lead_a"]
    run = actions.try_files(world.brand, "csv", "d.csv", many(5), {}, by=by, now=world.now)
    actions.want(run, by=by, now=world.now)
    batch = readers.read("csv", [("d.csv", many(5))], {})
    bringing = actions.Import(world.brand, "csv", by=by, now=world.now)
    bringing.expect(batch.records)
    for record in batch.ordered()[:7]:
        bringing.bring(record, Report())
    steps.carry_out(world.now)
    assert history().count() == 5 and Foreign.objects.filter(kind="conversations").count() == 5


def test_what_is_given_up_or_forbidden_meanwhile_stops(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(runs, "AT_ONCE", 15)
    by = world.people["lead_a"]
    first, second = (
        actions.try_files(world.brand, "csv", f"{n}.csv", many(n), {}, by=by, now=world.now) for n in (10, 12)
    )
    actions.want(first, by=by, now=world.now)
    steps.carry_out(world.now)
    actions.give_up(first, by=by, now=world.now)
    assert history().count() == 5 and steps.carry_out(world.now) == 0
    actions.want(second, by=by, now=world.now)
    by.memberships.all().delete()  # she is no lead any more
    steps.carry_out(world.now)
    second.refresh_from_db()
    assert second.state == "ended" and history().count() == 5 and not any(runs.files())


def test_a_file_that_nobody_wants_goes_within_a_day(world: World) -> None:
    by = world.people["lead_a"]
    run = actions.try_files(world.brand, "csv", "d.csv", many(2), {}, by=by, now=world.now)
    assert steps.forget_files(world.now + timedelta(hours=20)) == 0
    assert steps.forget_files(world.now + timedelta(hours=25)) == 1
    run.refresh_from_db()
    assert run.state == "ended" and not any(runs.files())


def test_who_stood_in_a_broken_line_is_forgotten_with_it(world: World) -> None:
    by = world.people["lead_a"]
    run = actions.try_files(world.brand, "csv", "d.csv", many(3) + b"\nc9,m9,never,in,K,anna@example.com,Hej,closed", {}, by=by, now=world.now)  # fmt: skip
    Run.objects.filter(pk=run.pk).update(
        report={**run.report, "problems": [["customers", "d.csv:5", "email", "bad_address", {"value": "anna@example.com"}, False]]}
    )  # fmt: skip
    someone = Person(customer_ids=(), identity_ids=(), native_ids=(), addresses=("anna@example.com",))
    assert personal_data.export(someone)["import_problems"][0]["line"] == "d.csv:5"
    assert personal_data.erase(someone, world.now) == 1 and personal_data.export(someone) == {}
    other = actions.try_files(
        world.brand, "csv", "e.csv", b"conversation,at,text\n1,never,x\n", {}, by=by, now=world.now
    )
    assert other.report["problems"]
    steps.forget_files(world.now + timedelta(days=31))
    other.refresh_from_db()
    assert other.report["problems"] == [] and other.report["cannot"]


def test_what_is_too_big_or_no_file_is_refused_in_words(
    world: World, client: Client, monkeypatch: Any
) -> None:
    client.force_login(world.people["lead_a"])
    told = {"system": "csv", "brand": world.brand.pk}
    monkeypatch.setattr(actions, "MOST_BYTES", 10)
    answer = client.post("/settings/moving/try/", {**told, "file": BytesIO(many(3))})
    assert answer.status_code == 422 and "lyhord import" in answer.content.decode()
    assert client.post("/settings/moving/try/", told).status_code == 422
    answer = client.post("/settings/moving/try/", {**told, "columns": "text", "file": BytesIO(b"x")})
    assert answer.status_code == 422 and not Run.objects.exists()
    other = {**told, "brand": 999, "file": BytesIO(many(1))}
    assert client.post("/settings/moving/try/", other).status_code == 422
    client.force_login(world.people["agent_a"])
    assert client.post("/settings/moving/try/", {**told, "file": BytesIO(b"x")}).status_code == 403


def test_another_brand_sees_no_run(world: World, client: Client) -> None:
    by = world.people["lead_a"]
    run = actions.try_files(world.brand, "csv", "d.csv", many(2), {}, by=by, now=world.now)
    client.force_login(world.people["lead_other"])
    assert client.get(f"/settings/moving/runs/{run.pk}/").status_code == 404
    assert client.post(f"/settings/moving/runs/{run.pk}/begin/").status_code == 404
    assert "d.csv" not in client.get("/settings/moving/").content.decode()


def test_the_api_does_the_same(world: World, client: Client) -> None:
    headers = world.headers("lead_a")
    told = {"system": "csv", "brand": world.brand.pk, "columns": '{"text": "Was"}'}
    raw = many(2).replace(b",text,", b",Was,")
    answer = client.post(
        "/api/v1/imports", {**told, "file": SimpleUploadedFile("d.csv", raw)}, headers=headers
    )
    assert answer.status_code == 201, answer.content
    pk = answer.json()["id"]
    assert {line["label"]: line["come"] for line in answer.json()["lines"]}["Conversations"] == 2
    assert client.post(f"/api/v1/imports/{pk}/begin", headers=headers).json()["state"] == "wanted"
    while steps.carry_out(world.now):
        pass
    assert client.get(f"/api/v1/imports/{pk}", headers=headers).json()["state"] == "done"
    assert client.post(f"/api/v1/imports/{pk}/begin", headers=headers).status_code == 409
    assert len(client.get("/api/v1/imports", headers=headers).json()["items"]) == 1
    agent = world.headers("agent_a")
    assert client.get("/api/v1/imports", headers=agent).status_code == 403
    bad = {**told, "columns": "[1]", "file": SimpleUploadedFile("d.csv", raw)}
    assert client.post("/api/v1/imports", bad, headers=headers).status_code == 422


def test_the_command_only_tries_unless_it_is_told_to_do_it(world: World, tmp_path: Any, capsys: Any) -> None:
    path = tmp_path / "old.json"
    path.write_bytes(files.raw(files.HELPDESK))
    words = ["helpdesk", str(path), "--brand", "Norrtåg", "--as", "administrator_a@example.com"]
    assert commands.main("import", words) == 0
    out = capsys.readouterr().out
    assert "would come" in out and "Nothing was written" in out and "old.json:13" in out
    assert not history().exists()
    assert commands.main("import", [*words, "--yes"]) == 0
    assert history().count() == 3 and "came" in capsys.readouterr().out
    with pytest.raises(commands.NotFound):
        commands.main("import", ["csv", "nowhere.csv", "--brand", "Norrtåg", "--as", "chief@example.com"])
    with pytest.raises(commands.NotFound):
        commands.main(
            "import", ["csv", str(path), "--column", "x", "--brand", "Norrtåg", "--as", "chief@example.com"]
        )
    with pytest.raises(SystemExit) as ended:
        commands.main("import", ["--help"])
    assert ended.value.code == 0 and "--yes" in capsys.readouterr().out
