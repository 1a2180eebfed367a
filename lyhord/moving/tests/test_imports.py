"""History comes in whole, once, quietly; what cannot come is told with its line, and the rest goes on."""

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail

from lyhord.channels.models import Account
from lyhord.customers.models import Customer, Identity
from lyhord.desk.models import (
    Conversation,
    Macro,
    Note,
    SavedReply,
    Tag,
    Turn,
)
from lyhord.intake.models import Envelope, Post
from lyhord.moving import actions, readers, reports
from lyhord.moving.models import Foreign, Guidance
from lyhord.moving.readers.files import decoded
from lyhord.moving.tests import files
from lyhord.moving.tests.bringing import bring, codes, read, story, told_of, tried
from lyhord.privacy import actions as privacy
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, Team, User
from tests.world import World

pytestmark = pytest.mark.django_db
FILES = {
    "chatwoot": ("dump.json", files.raw(files.CHATWOOT)),
    "zammad": ("dump.json", files.raw(files.ZAMMAD)),
    "helpdesk": ("dump.json", files.raw(files.HELPDESK)),
    "csv": ("dump.csv", files.CSV.encode()),
}


@pytest.mark.parametrize("system", sorted(FILES))
def test_a_dry_run_says_what_comes_and_writes_nothing_and_a_real_run_brings_just_that(
    world: World, system: str
) -> None:
    name, raw = FILES[system]
    models = (Conversation, Turn, Post, Envelope, Customer, Identity, Account, User, Team, Tag, Note, Foreign, Guidance, AuditEvent)  # fmt: skip
    before = [model.objects.count() for model in models]
    expected = tried(world, system, raw, name)
    assert [model.objects.count() for model in models] == before
    done = bring(world, system, raw, name)
    assert done.told() == expected.told()
    assert done.come["conversations"] >= 2
    rows = [model.objects.count() for model in models[:-1]]
    again = bring(world, system, raw, name)
    assert [model.objects.count() for model in models[:-1]] == rows
    assert again.come == {} and again.there["conversations"] == done.come["conversations"]
    assert tried(world, system, raw, name).come == {}


def test_chatwoot_keeps_times_authors_notes_tags_and_states(world: World) -> None:
    bring(world, "chatwoot", files.raw(files.CHATWOOT))
    assert story("Mitt tåg") == [
        ("2023-11-14T22:13:20+00:00", "her", "Var är mitt tåg?"),
        ("2023-11-14T22:21:40+00:00", "Maja Berg", "Kolla spår 4"),
        ("2023-11-14T22:30:00+00:00", "us", "Det går 12.05.\n[karta.png]"),
        ("2023-11-16T02:00:00+00:00", "", "closed"),
    ]
    row = Conversation.objects.get(subject="Mitt tåg")
    assert row.status == "closed" and sorted(tag.name for tag in row.tags.all()) == ["=evil", "delay"]
    assert row.assignee == User.objects.get(email="maja@example.com") and not row.assignee.is_active
    assert row.team == Team.objects.get(name="Kundtjänst")
    assert row.opened_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert row.customer.name == "Anna Ek" and row.customer.note == "+46701234567"
    networks = set(row.customer.identities.values_list("connector", "native"))
    assert networks == {("api", "chatwoot:41"), ("email", "mail:anna@example.com")}
    assert Post.objects.get(text="Var är mitt tåg?", account__is_history=True).is_public is False


def test_chatwoot_comes_alike_from_its_tables_as_json_lines(world: World) -> None:
    told = json.loads(files.raw(files.CHATWOOT))
    told["conversations"] = [
        {"id": 11, "display_id": 1, "inbox_id": 1, "contact_id": 41, "assignee_id": 7, "team_id": 3, "status": 1,
         "cached_label_list": "delay, late", "additional_attributes": {"mail_subject": "Mitt tåg"},
         "created_at": "2023-11-14T22:13:20", "last_activity_at": "2023-11-16 02:00:00.123 UTC"},
    ]  # fmt: skip
    for one in told["messages"]:
        one.pop("sender", None)
        one["sender_id"] = 41 if one["message_type"] == 0 else 7
    bring(world, "chatwoot", files.lines(told), "dump.jsonl")
    assert [text for _at, _who, text in story("Mitt tåg")][:2] == ["Var är mitt tåg?", "Kolla spår 4"]
    row = Conversation.objects.get(subject="Mitt tåg")
    assert {tag.name for tag in row.tags.all()} == {"delay", "late"} and row.status == "closed"


def test_an_answer_of_the_api_is_read_as_it_came(world: World) -> None:
    rows = files.CHATWOOT["conversations"]
    raw = files.raw({"data": {"meta": {"all_count": 2}, "payload": rows}})
    report = bring(world, "chatwoot", raw, "conversations.json")
    assert (
        report.come["customers"] == 2 and report.come["conversations"] == 1
    )  # of the other the words are missing
    assert ("conversations", "no_words") in codes(report)


def test_zammad_keeps_html_as_text_and_what_is_internal_as_notes(world: World) -> None:
    report = bring(world, "zammad", files.raw(files.ZAMMAD))
    assert story("Fel faktura") == [
        ("2024-03-01T08:00:00+00:00", "her", "Fakturan är fel.\n[faktura.pdf]"),
        ("2024-03-01T09:00:00+00:00", "Maja Berg", "Kolla med ekonomi"),
        ("2024-03-01T10:00:00+00:00", "us", "Rättad nu."),
        ("2024-03-02T08:00:00+00:00", "", "closed"),
    ]
    snoozed = Conversation.objects.get(subject="Ny")
    assert snoozed.status == "snoozed" and snoozed.snoozed_until == datetime(2099, 1, 1, tzinfo=UTC)
    assert Customer.objects.get(name="Anna Ek").note == "Ek AB\n+46 8 1"
    assert ("conversations", "unknown_reference") in codes(report)
    assert {row.kind: row.values for row in Guidance.objects.all()} == {
        "reply": {},
        "target": {"first": 86400, "resolution": 259200},
        "macro": {"steps": [{"verb": "close", "value": None}], "other": ["ticket.owner_id"]},
    }


def test_helpdesk_tells_the_first_word_once_and_names_who_is_gone(world: World) -> None:
    report = bring(world, "helpdesk", files.raw(files.HELPDESK))
    assert [(who, text) for _at, who, text in story("Trasig dörr")] == [
        ("her", "Dörren är trasig."),
        ("Maja Berg", "Ring verkstaden"),
        ("us", "Lagad."),
        ("her", "Tack!\n[bild.png]"),
        ("Administrator A", "?: Borta nu"),  # of an agent who is not in the file any more
        ("", "closed"),
    ]
    assert ("conversations", "cycle") in codes(report)  # merged into each other
    assert Conversation.objects.filter(subject__in=["A", "B"], continues=None).count() == 2
    assert ("conversations", "missing") in codes(report)  # no address
    assert Guidance.objects.get(kind="faq").folder == "Biljetter"


def test_a_csv_comes_by_usual_names_and_by_those_that_were_given(world: World) -> None:
    bring(world, "csv", files.CSV.encode("utf-8-sig"), "dump.csv")
    assert [(who, text) for _at, who, text in story("Paket")] == [
        ("her", "Hej;\nvar är den?"),
        ("us", "På väg"),
        ("Maja", "=ring posten"),  # what our own export made harmless is as it was
        ("", "closed"),
    ]
    raw = b"Nr,Wann,Was\n7,2024-05-01 10:00,Guten Tag\n"
    names = {"conversation": "Nr", "at": "Wann", "text": "Was"}
    assert bring(world, "csv", raw, "other.csv", columns=names).come["conversations"] == 1
    report = bring(world, "csv", raw, "other.csv", columns={"conversation": "Nr"})
    assert codes(report) == {("rows", "no_columns")}


# Who may, and walls of sight -----------------------------------------------------------------------------------------


def test_only_who_may_move_data_brings_anything(world: World) -> None:
    for name in ("agent_a", "senior_a", "lead_other"):
        with pytest.raises(NotYours):
            bring(world, "csv", files.CSV.encode(), "d.csv", by=world.people[name])
    assert not Account.objects.filter(is_history=True).exists()


def test_a_lead_brings_conversations_and_is_told_that_people_and_teams_are_not_hers_to_make(
    world: World,
) -> None:
    report = bring(world, "chatwoot", files.raw(files.CHATWOOT), by=world.people["lead_a"])
    assert {("people", "no_mandate"), ("teams", "no_mandate")} <= codes(report)
    assert (
        report.come["conversations"] == 2 and report.changed["conversations"] == 2
    )  # nobody to give it to, no team
    assert [who for _at, who, _text in story("Mitt tåg")][1] == "Lead A"
    assert Note.objects.get().text == "Maja Berg: Kolla spår 4"


def test_a_file_of_one_brand_is_not_there_for_another(world: World) -> None:
    bring(world, "csv", files.CSV.encode(), "d.csv")
    other = Brand.objects.get(name="Södertåg")
    batch = read("csv", files.CSV.encode(), "d.csv")
    report = actions.bring_all(batch, other, "csv", by=world.people["chief"], now=world.now)
    assert report.come["conversations"] == 2
    assert set(Customer.objects.filter(name="Anna", brand=other).values_list("brand", flat=True)) == {
        other.pk
    }


def test_people_come_inactive_or_invited_and_never_with_a_way_in(world: World) -> None:
    bring(world, "chatwoot", files.raw(files.CHATWOOT))
    maja = User.objects.get(email="maja@example.com")
    assert not maja.is_active and not maja.has_usable_password()
    bring(world, "csv", files.CSV.replace("maja@", "vera@").encode(), "d.csv", is_inviting=True)
    vera = User.objects.get(email="vera@example.com")
    assert vera.is_active and not vera.has_usable_password() and mail.outbox == []


def test_who_was_erased_does_not_come_back(world: World) -> None:
    bring(world, "chatwoot", files.raw(files.CHATWOOT))
    someone = privacy.person("anna@example.com")
    privacy.erase(someone, by=None, now=world.now)
    told = json.loads(files.raw(files.CHATWOOT))
    told["conversations"][0]["id"] = 77  # a newer file with another matter of hers
    for one in told["messages"]:
        one["conversation_id"], one["id"] = 77, one["id"] + 500
    report = bring(world, "chatwoot", files.raw(told))
    assert ("conversations", "erased") in codes(report)
    assert not Post.objects.filter(
        text="Var är mitt tåg?", deleted_at=None, account__is_history=True
    ).exists()


def test_a_word_of_somebody_erased_in_anothers_conversation_does_not_come(world: World) -> None:
    told = json.loads(files.raw(files.CHATWOOT))
    bring(world, "chatwoot", files.raw(told))
    privacy.erase(privacy.person("anna@example.com"), by=None, now=world.now)
    known = Identity.objects.filter(customer__erased_at=None).count()
    told["conversations"][1] |= {"id": 78}
    told["conversations"][1]["messages"] = [
        {"id": 901, "content": "Hej", "message_type": 0, "created_at": 1700200000, "sender": {"id": 42}},
        {"id": 902, "content": "Jag med", "message_type": 0, "created_at": 1700200001, "sender": {"id": 41, "name": "Anna Ek"}},
    ]  # fmt: skip
    report = bring(world, "chatwoot", files.raw(told))
    assert ("messages", "erased") in codes(report)
    assert not Post.objects.filter(text="Jag med").exists()
    assert Post.objects.filter(text="Hej", account__is_history=True).exists()
    assert Identity.objects.filter(customer__erased_at=None).count() == known


def test_a_customer_known_by_her_address_is_that_customer(world: World) -> None:
    known = Customer.objects.create(brand=world.brand, name="Fru Ek", since=world.now)
    Identity.objects.create(
        customer=known, brand=world.brand, connector="email", native="mail:anna@example.com", first_at=world.now, last_at=world.now
    )  # fmt: skip
    bring(world, "chatwoot", files.raw(files.CHATWOOT))
    row = Conversation.objects.get(subject="Mitt tåg")
    assert row.customer == known and row.customer.name == "Fru Ek"


def test_one_record_that_fails_leaves_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from lyhord.customers import actions as customers

    bring_customer = customers.bring

    def failing(*args: Any, **told: Any) -> Any:
        if told["name"] == "Anna Ek":
            raise RuntimeError("no room")
        return bring_customer(*args, **told)

    monkeypatch.setattr(customers, "bring", failing)
    report = bring(world, "chatwoot", files.raw(files.CHATWOOT))
    assert ("customers", "not_kept") in codes(report)
    assert ("conversations", "unknown_reference") in codes(report)  # hers
    assert report.come["conversations"] == 1 and report.come["customers"] == 1
    monkeypatch.undo()
    assert bring(world, "chatwoot", files.raw(files.CHATWOOT)).come["conversations"] == 1


def test_a_colleague_of_another_brand_is_given_nothing(world: World) -> None:
    raw = files.raw(files.CHATWOOT).replace(b"Maja@Example.com", b"agent_other@example.com")
    bring(world, "chatwoot", raw)
    assert Conversation.objects.get(subject="Mitt t\u00e5g").assignee is None


# Hostile -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_encoding_is_read(encoding: str) -> None:
    assert decoded("Ärende;Åäö\r\n".encode(encoding)).strip("\ufeff") == "Ärende;Åäö\r\n"


def test_broken_lines_are_told_and_the_rest_comes(world: World) -> None:
    good = files.lines({name: files.CHATWOOT[name] for name in ("contacts", "conversations", "messages")})
    raw = b"{not json\n" + good + b'\n"a word"\n{"table": "nothing", "row": {"id": 1}}\n[1, 2]\n\x00\n'
    report = bring(world, "chatwoot", raw, "dump.jsonl")
    assert report.come["conversations"] == 2
    assert {("rows", "not_json"), ("rows", "not_object"), ("rows", "unknown_table")} <= codes(report)
    assert next(one.place for one in report.problems if one.code == "not_json") == "dump.jsonl:1"


def test_a_cell_of_a_megabyte_is_cut_and_told(world: World) -> None:
    raw = f'conversation,at,text\n1,2024-01-01T00:00:00Z,"{"x" * 1_000_000}"\n'.encode()
    report = bring(world, "csv", raw, "d.csv")
    assert ("messages", "too_long") in codes(report)
    assert len(Post.objects.get(account__is_history=True).text) == 100_000


def test_doubles_formulas_zero_bytes_and_missing_references(world: World) -> None:
    told = json.loads(files.raw(files.CHATWOOT))
    told["contacts"].append({"id": 41, "name": "Other", "email": "other@example.com", "phone_number": None})
    told["conversations"].append({**told["conversations"][0]})
    told["messages"][0]["content"] = "=1+1\u0000 \ud83d\ude00"
    told["conversations"].append({"id": 13, "inbox_id": 1, "status": 9, "contact_id": 12345})
    report = bring(world, "chatwoot", files.raw(told))
    assert {
        ("customers", "double"),
        ("conversations", "double"),
        ("conversations", "unknown_reference"),
    } <= codes(report)
    assert {("messages", "unknown_reference"), ("conversations", "unknown_status")} <= codes(report)
    assert story("Mitt tåg")[0][2] == "=1+1 😀"
    assert Customer.objects.filter(name="Other").count() == 0


def test_ids_are_the_same_as_numbers_and_as_text(world: World) -> None:
    bring(world, "chatwoot", files.raw(files.CHATWOOT))
    told = json.loads(files.raw(files.CHATWOOT))
    for one in (*told["conversations"], *told["contacts"], *told["agents"]):
        one["id"] = str(one["id"])
    assert bring(world, "chatwoot", files.raw(told)).come == {}


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, raw in members.items():
            made.writestr(f"dump/{name}.json", raw)
    return out.getvalue()


def test_a_zip_of_files_is_one_import_and_one_that_swells_is_refused(world: World) -> None:
    raw = packed(**{name: files.raw(rows) for name, rows in files.ZAMMAD.items()})
    report = bring(world, "zammad", raw, "dump.zip")
    assert report.come["conversations"] == 2
    assert next(one.place for one in report.problems if one.kind == "conversations") == "dump/tickets.json:3"
    with pytest.raises(readers.BadFile):
        readers.read("zammad", [("bomb.zip", packed(a=b" " * 2_000_000))], {}, 1_000_000)


def test_names_with_zero_bytes_are_no_trouble(world: World) -> None:
    raw = b'{"table": "x\\u0000y", "id": 1}\n{"table": "contacts", "row": {"id": "a\\u0000b", "email": "\\u0000"}}\n'
    by = world.people["lead_a"]
    run = actions.try_files(world.brand, "chatwoot", "d\x00.jsonl", raw, {}, by=by, now=world.now)
    assert run.name == "d.jsonl" and "\\u0000" not in json.dumps(run.report)


def test_zero_bytes_in_a_time_or_a_table_are_no_trouble(world: World) -> None:
    raw = (
        b'{"conv\\u0000": [{"id": 1}], "conversations": [{"id": 2, "created_at": "\\u0000soon", "meta": {}}]}'
    )
    by = world.people["lead_a"]
    run = actions.try_files(world.brand, "chatwoot", "d.json", raw, {}, by=by, now=world.now)
    assert "bad_time" in json.dumps(run.report) and "\\u0000" not in json.dumps(run.report)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_zip_with_broken_bytes_is_refused(method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr("a.json", b"[1, 2, 3]" * 500)
    raw = bytearray(out.getvalue())
    raw[50:60] = b"\xff" * 10
    with pytest.raises(readers.BadFile):
        read("chatwoot", bytes(raw))


@pytest.mark.parametrize("raw", [b"", b"   \n", b"PK\x03\x04broken"])
def test_a_file_that_cannot_be_read_is_refused(raw: bytes) -> None:
    with pytest.raises(readers.BadFile):
        read("chatwoot", raw)


@pytest.mark.parametrize("system", sorted(readers.SYSTEMS))
@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b"[]",
        b"null",
        b"[[[[[]]]]]",
        b'{"conversations": [{"id": {}, "meta": 5, "messages": 7, "labels": 3}]}',
        b'{"tickets": [{"id": true, "tags": "x"}], "users": [{"id": 2, "role_ids": 5}], "ticket_articles": [{}]}',
        b'[{"model": "helpdesk.ticket", "pk": null, "fields": {"status": [1]}}, {"model": 5, "fields": 7}]',
        b"a,b,c\n1,2\n1,2,3,4\n",
        b'"unclosed',
        "\ud83d".encode("utf-16-le", "surrogatepass"),
    ],
)
def test_nothing_that_is_read_raises(system: str, raw: bytes) -> None:
    batch = read(system, raw)
    assert all(reports.said(told_of(batch.problems)))


def test_a_report_of_a_thousand_problems_stays_small() -> None:
    raw = b"\n".join([b'{"x": 1}', *[b"{"] * 1000])
    report = told_of(read("zammad", raw, "d.jsonl").problems)
    assert len(report.problems) == reports.MOST and report.more == 1001 - reports.MOST
    assert reports.of(json.loads(json.dumps(report.told()))).told() == report.told()
    assert "d.jsonl:2" in reports.text(report, is_dry=True)


# Guidance ------------------------------------------------------------------------------------------------------------


def test_what_helped_to_answer_waits_and_is_used_by_nobody(world: World) -> None:
    replies, macros = SavedReply.objects.count(), Macro.objects.count()
    bring(world, "chatwoot", files.raw(files.CHATWOOT))
    assert sorted(Guidance.objects.values_list("kind", "state")) == [("macro", "adapt"), ("reply", "adapt")]
    assert (SavedReply.objects.count(), Macro.objects.count()) == (replies, macros)
