"""Guidance of another time waits with its reasons, is adapted by a person, and is of use only then (GO-06)."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from lyhord.desk import actions as desk
from lyhord.desk import queries as desk_queries
from lyhord.desk.models import Macro, SavedReply, Target
from lyhord.moving import actions, adapting, queries, readers, words
from lyhord.moving.actions.guidance import Adapted
from lyhord.moving.adapting import Limit
from lyhord.moving.models import Guidance
from lyhord.moving.readers.guidance import seconds
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent
from tests.world import World

CSV = """kind,name,text,lang,tags,closes,first,resolution,note
reply,Faktura,"Bästa kund,

Tack för ditt mejl. Se bifogad fil: https://example.com/f.pdf

Med vänlig hälsning
Kundtjänst",sv,,,,,
faq,Hur avbokar jag?,Under Mina resor väljer du Avboka.,,,,,,
macro,Sen,,sv,sen;tåg,ja,,,Ring föraren
sla,Brons,,,,,24 h,3 d,
song,Visa,la la,sv,,,,,
reply,,text utan namn,sv,,,,,
"""


def codes(kind: str, text: str, values: Any = None, limits: Any = ()) -> set[str]:
    return {reason.code for reason in adapting.reasons(kind, text, values or {}, limits)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hej {customer.first_name}!", {"look"}),
        ("Hej!", {"no_variables"}),
        ("Hej {customer.first_name}!\nMed vänliga hälsningar\nOlle", {"letter"}),
        ("Hei {customer.first_name}.\nYstävällisin terveisin", {"letter"}),
        ("Hei {customer.first_name}.\nMed vennlig hilsen", {"letter"}),
        ("Hej {customer.first_name}.\nVenlig hilsen", {"letter"}),
        ("Hi {customer.first_name}.\nKind regards", {"letter"}),
        ("Bästa kund,\n{customer.first_name}", {"formal"}),
        ("Hyvä asiakas {customer.first_name}", {"formal"}),
        ("Dear Sir or Madam {customer.name}", {"formal"}),
        ("{customer.first_name}, se bifogad fil", {"attachment"}),
        ("{customer.first_name}, please find attached", {"attachment"}),
        ("{customer.first_name}: https://example.com/a", {"link"}),
        ("Hej {{contact.name}}", {"foreign_variables", "no_variables"}),
        ("Tack #{ticket.customer.firstname}", {"foreign_variables", "no_variables"}),
        ("<p>{customer.first_name}</p>", {"html"}),
    ],
)
def test_what_does_not_suit_is_found_in_five_languages(text: str, expected: set[str]) -> None:
    assert codes("reply", text) == expected


def test_lengths_promises_and_steps_have_reasons_of_their_own() -> None:
    short, long = Limit("Net", 500, 20), Limit("Tight", 10, 20)
    assert codes("faq", "Some words.", limits=(short, long)) == {"long"}
    assert codes("target", "", {"first": 86400}) == {"slow"}
    assert codes("target", "", {"first": 3600}) == {"look"}
    assert codes("macro", "", {"steps": [], "other": ["mute"]}) == {"steps_left"}


def test_a_text_made_to_be_slow_is_read_fast() -> None:
    for text in ("{{" * 50_000, "<p" * 50_000, "tack för ditt " * 20_000, "a" * 100_000 + "https://"):
        assert adapting.reasons("reply", text, {}, ())


def test_reasons_and_problems_have_words_in_every_language() -> None:
    for lang in ("en", "sv", "fi", "nb", "da"):
        with translation.override(lang):
            for code in words.REASONS:
                told = {"n": 1, "network": "N", "most": 2, "words": "w", "hours": 24}
                assert "%(" not in words.reason(code, told), (lang, code)
            for code in words.PROBLEMS:
                told = {
                    "n": 1,
                    "most": 2,
                    "why": "w",
                    "name": "n",
                    "names": "n",
                    "id": "i",
                    "what": "w",
                    "value": "v",
                }
                assert not any("%(" in part for part in words.problem(code, told)), (lang, code)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("90", 5400),
        ("2 h", 7200),
        ("1 d", 86400),
        ("1:30", 5400),
        ("1,5 tim", 5400),
        ("", None),
        ("soon", None),
        ("0", None),
    ],
)
def test_times_are_read_as_people_write_them(told: str, expected: int | None) -> None:
    assert seconds(told) == expected


# In the database -----------------------------------------------------------------------------------------------------


@pytest.fixture
def brought(world: World) -> World:
    batch = readers.read("guidance", [("old.csv", CSV.encode())], {})
    report = actions.bring_all(batch, world.brand, "guidance", by=world.people["lead_a"], now=world.now)
    assert report.come == {"guidance": 4}
    assert {problem.code for problem in report.problems} == {"unknown_kind", "missing"}
    return world


def item(kind: str) -> Guidance:
    return Guidance.objects.get(kind=kind)


@pytest.mark.django_db
def test_nothing_is_in_the_composer_before_it_is_approved(brought: World) -> None:
    lead = brought.people["lead_a"]
    assert item("faq").lang == "sv"  # as it reads, where the file did not say
    assert SavedReply.objects.count() == 0 and Macro.objects.count() == 0 and Target.objects.count() == 0
    row = item("reply")
    told = {reason.code for reason in queries.reasons_of(row, queries.networks_of(lead))}
    assert {"letter", "formal", "attachment", "link", "no_variables"} <= told
    given = Adapted("Faktura", "Hej {customer.first_name}, fakturan kommer i appen.", "sv")
    actions.change_guidance(row, given, by=lead, now=brought.now)
    row.refresh_from_db()
    assert row.state == "adapt" and row.before.startswith("Bästa kund")
    assert {reason.code for reason in queries.reasons_of(row, [])} == {"look"}
    assert desk_queries.fitting(brought.people["agent_a"], brought.conversation) == []
    actions.approve(row, by=lead, now=brought.now)
    (found,) = desk_queries.fitting(brought.people["agent_a"], brought.conversation)
    assert found.text.startswith("Hej Anna, fakturan")
    assert AuditEvent.objects.filter(verb="guidance.approved").count() == 1


@pytest.mark.django_db
def test_macros_targets_and_faq_become_what_they_are(brought: World) -> None:
    lead = brought.people["lead_a"]
    for kind in ("macro", "target", "faq"):
        actions.approve(item(kind), by=lead, now=brought.now)
    macro = Macro.objects.get(name="Sen")
    assert [step["verb"] for step in macro.steps] == ["tag", "tag", "note", "close"]
    assert Target.objects.get().first == 86400 and Target.objects.get().resolution == 3 * 86400
    reply = SavedReply.objects.get(folder="FAQ")
    assert reply.name == "Hur avbokar jag?" and reply.pk == item("faq").row


@pytest.mark.django_db
def test_what_was_decided_stays_and_what_cannot_be_is_refused(brought: World) -> None:
    lead, row = brought.people["lead_a"], item("reply")
    bad = Adapted("Faktura", "Hej {contact.name}", "sv")
    actions.change_guidance(row, bad, by=lead, now=brought.now)
    with pytest.raises(desk.NotPossible):
        actions.approve(row, by=lead, now=brought.now)
    row.refresh_from_db()
    assert row.state == "adapt" and SavedReply.objects.count() == 0
    actions.change_guidance(row, Adapted("Faktura", "Hej", ""), by=lead, now=brought.now)
    with pytest.raises(actions.NeedsWords):
        actions.approve(row, by=lead, now=brought.now)
    actions.drop(row, by=lead, now=brought.now)
    for again in (actions.approve, actions.drop):
        with pytest.raises(actions.NeedsWords):
            again(row, by=lead, now=brought.now)
    for name in ("agent_a", "lead_other"):
        with pytest.raises(NotYours):
            actions.approve(item("faq"), by=brought.people[name], now=brought.now)


@pytest.mark.django_db
def test_the_same_file_twice_asks_nothing_twice(brought: World) -> None:
    actions.drop(item("reply"), by=brought.people["lead_a"], now=brought.now)
    batch = readers.read("guidance", [("old.csv", CSV.encode())], {})
    report = actions.bring_all(batch, brought.brand, "guidance", by=brought.people["lead_a"], now=brought.now)
    assert report.come == {} and Guidance.objects.count() == 4


@pytest.mark.django_db
def test_the_page_and_the_api_adapt_approve_and_drop(brought: World, client: Client) -> None:
    client.force_login(brought.people["lead_a"])
    page = client.get("/settings/moving/guidance/").content.decode()
    assert "Med vänlig hälsning" in page and "It reads like a letter" in page
    row = item("reply")
    told = {
        f"g{row.pk}-name": "Faktura",
        f"g{row.pk}-lang": "sv",
        f"g{row.pk}-text": "Hej {customer.first_name}!",
    }
    address = f"/settings/moving/guidance/{row.pk}/"
    assert client.post(address, {**told, "what": "approve"}).status_code == 302
    assert SavedReply.objects.get().name == "Faktura"
    target = item("target")
    told = {f"g{target.pk}-name": "Brons", f"g{target.pk}-first": "60", "what": "approve"}
    client.post(f"/settings/moving/guidance/{target.pk}/", told)
    assert Target.objects.get().first == 3600 and Target.objects.get().resolution is None
    headers = brought.headers("lead_a")
    waiting = client.get("/api/v1/guidance", headers=headers).json()["items"]
    assert [one["kind"] for one in waiting] == ["faq", "macro"] and all(one["reasons"] for one in waiting)
    faq = waiting[0]["id"]
    given = {"name": "Avboka", "text": "Välj Avboka, {customer.first_name}.", "lang": "sv"}
    assert (
        client.put(f"/api/v1/guidance/{faq}", given, "application/json", headers=headers).status_code == 200
    )
    assert client.post(f"/api/v1/guidance/{faq}/approve", headers=headers).json()["state"] == "approved"
    dropped = client.post(f"/api/v1/guidance/{waiting[1]['id']}/drop", headers=headers)
    assert dropped.json()["state"] == "dropped"
    assert client.get("/api/v1/guidance", headers=brought.headers("agent_a")).status_code == 403
