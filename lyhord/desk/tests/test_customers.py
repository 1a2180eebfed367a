"""Pages of customers: one timeline, wishes, merging, the same question elsewhere, and words that were sent before."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from lyhord.customers import actions as customers
from lyhord.customers import noticing
from lyhord.customers.models import Customer, SameQuestion, Suggestion, Wish
from lyhord.desk import queries
from lyhord.desk.models import Conversation, Draft
from lyhord.desk.queries.asked import asked_elsewhere
from lyhord.desk.queries.timeline import timeline
from lyhord.desk.tests.conftest import World, make_account
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import Brand, Team, User

pytestmark = pytest.mark.django_db
ASKED = "När får jag tillbaka väskan som jag glömde på tåg 42 till Malmö?"


@pytest.fixture
def web(linnea: User) -> Client:
    client = Client()
    client.force_login(linnea)
    return client


def page(web: Client, address: str, **more: object) -> str:
    answer = web.get(address, **more)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.content.decode()


def asks_twice(world: World) -> tuple[Conversation, Conversation]:
    """The same person, the same question, on two networks."""
    first = world.says("Aino", ASKED, thread="here")
    world.later(minutes=5)
    there = make_account(world.account.brand, world.now, name="Fediverse")
    second = world.says("Aino", f"@norrtag {ASKED}", thread="there", account=there)
    noticing.notice(world.now)
    return first, second


# The timeline -----------------------------------------------------------------------------------------------------


def test_the_timeline_holds_all_channels_newest_first_and_pages_by_key(world: World, linnea: User) -> None:
    first, second = asks_twice(world)
    world.answer(first, linnea, "Vi letar.")
    world.later(minutes=1)
    customer = first.customer
    whole = timeline(linnea, customer)
    assert [moment.at for moment in whole.moments] == sorted(
        (moment.at for moment in whole.moments), reverse=True
    )
    assert {moment.conversation for moment in whole.moments} == {first.pk, second.pk}
    assert {"post", "reply", "event"} >= {moment.kind for moment in whole.moments} >= {"post", "reply"}
    places, after = [], ""
    for _page in range(20):
        part = timeline(linnea, customer, after=after, most=1)
        places += [moment.place for moment in part.moments]
        after = part.next or ""
        if not after:
            break
    assert places == [moment.place for moment in whole.moments]


def test_the_timeline_is_filtered_by_kind_and_by_channel(world: World, linnea: User) -> None:
    first, _second = asks_twice(world)
    world.answer(first, linnea, "Vi letar.")
    assert {moment.kind for moment in timeline(linnea, first.customer, kind="reply").moments} == {"reply"}
    assert {moment.kind for moment in timeline(linnea, first.customer, kind="post").moments} == {"post"}
    assert timeline(linnea, first.customer, channel="nowhere").moments == []


def test_her_words_that_belong_to_no_conversation_stand_in_the_timeline_too(
    world: World, linnea: User
) -> None:
    conversation = world.says("Aino", "Hej")
    world.later(minutes=1)
    world.post("Aino", "Sagt till andra", thread="others")
    (newest, *_rest) = timeline(linnea, conversation.customer).moments
    assert (newest.text, newest.conversation) == ("Sagt till andra", None)


def test_the_timeline_shows_nothing_of_accounts_that_she_does_not_see(
    world: World, linnea: User, brand: Brand
) -> None:
    conversation = world.says("Aino", "Synligt")
    hidden = make_account(brand, world.now, name="Ledningen")
    hidden.teams.add(Team.objects.create(brand=brand, name="Ledning"))
    world.says("Aino", "Hemligt", thread="x", account=hidden)
    world.post("Aino", "Hemligt två", thread="y", account=hidden)
    assert [moment.text for moment in timeline(linnea, conversation.customer).moments if moment.text] == [
        "Synligt"
    ]


@pytest.mark.parametrize("after", ["x", "W10", "bm90aGluZw", "WyIyMDI2LTAxLTAxIiwgInQiLCAxXQ"])
def test_a_place_that_was_made_up_begins_anew(web: Client, world: World, after: str) -> None:
    conversation = world.says("Aino", "Hej du")
    assert "Hej du" in page(web, f"/customers/{conversation.customer_id}/?after={after}")


def test_a_long_text_is_folded_and_whole(web: Client, world: World) -> None:
    text = "Det här är en lång berättelse. " * 30
    conversation = world.says("Aino", text)
    shown = page(web, f"/customers/{conversation.customer_id}/timeline/", headers={"HX-Request": "true"})
    assert "<details" in shown and text.strip() in shown
    assert "<html" not in shown


# Pages and brand walls --------------------------------------------------------------------------------------------


def test_a_customer_of_another_brand_is_not_there(web: Client, world: World, now: datetime) -> None:
    stranger = Customer.objects.create(brand=Brand.objects.create(name="Other"), name="X", since=now)
    mine = world.says("Aino").customer_id
    assert "Aino" in page(web, "/customers/")
    for address in (
        f"/customers/{stranger.pk}/",
        f"/customers/{stranger.pk}/timeline/",
        f"/customers/{stranger.pk}/others/?q=a",
    ):
        assert web.get(address).status_code == 404
    for verb in ("change", "wishes", "merge"):
        assert (
            web.post(
                f"/customers/{stranger.pk}/{verb}/",
                {"other": mine, "what": "topic:", "value": "x", "name": "x"},
            ).status_code
            == 404
        )
    assert web.post(f"/customers/{mine}/merge/", {"other": stranger.pk}).status_code == 404
    assert not Customer.objects.exclude(merged_into=None).exists()


def test_a_merge_is_made_and_undone_on_the_page(web: Client, world: World) -> None:
    one, other = world.says("Aino").customer, world.says("Berit", thread="t2").customer
    assert "Berit" in page(web, f"/customers/{one.pk}/others/?q=ber")
    assert web.post(f"/customers/{one.pk}/merge/", {"other": other.pk}).status_code == 302
    shown = page(web, f"/customers/{one.pk}/")
    assert "Merged here" in shown and "berit@net" in shown
    assert web.get(f"/customers/{other.pk}/").headers["Location"] == f"/customers/{one.pk}/"
    number = shown.split("/undo/")[0].rsplit("/", 1)[1]
    web.post(f"/customers/{one.pk}/merge/{number}/undo/")
    other.refresh_from_db()
    assert other.merged_into is None


def test_a_suggestion_is_shown_with_reasons_and_decided_in_the_queue(web: Client, world: World) -> None:
    world.says("Aino", "Mejla aino@example.com")
    there = make_account(world.account.brand, world.now, name="Fediverse")
    world.says("Berit", "Jag nås på aino@example.com", thread="t2", account=there)
    noticing.notice(world.now)
    row = Suggestion.objects.create(
        brand=world.account.brand, one=world.person("Aino"), other=world.person("Berit"), points=60, made_at=world.now,
        reasons=[{"code": "mail", "points": 60, "values": {"value": "a…@example.com"}}],
    )  # fmt: skip
    shown = page(web, "/customers/suggestions/")
    assert "Both gave the mail address a…@example.com" in shown and "+60" in shown
    assert "1 pair may be one" in page(web, "/customers/")
    web.post(f"/customers/suggestions/{row.pk}/decline/")
    assert "Nobody waits to be looked at." in page(web, "/customers/suggestions/")
    assert web.post(f"/customers/suggestions/{row.pk}/accept/").status_code == 404
    assert not Customer.objects.exclude(merged_into=None).exists()


def test_a_wish_is_noted_confirmed_and_ended_on_the_page(web: Client, world: World) -> None:
    customer = world.says("Aino", "Ring mig inte!").customer
    noticing.notice(world.now)
    (wish,) = Wish.objects.all()
    assert "Yes, so it is" in page(web, f"/customers/{customer.pk}/")
    web.post(f"/customers/{customer.pk}/wishes/{wish.pk}/accept/")
    web.post(f"/customers/{customer.pk}/wishes/", {"what": "language:fi", "until": ""})
    web.post(f"/customers/{customer.pk}/wishes/", {"what": "pronoun:", "value": "hen"})
    assert set(Wish.objects.filter(state="stands").values_list("kind", "value")) == {
        ("call", "never"),
        ("language", "fi"),
        ("pronoun", "hen"),
    }
    web.post(f"/customers/{customer.pk}/wishes/{wish.pk}/end/")
    wish.refresh_from_db()
    assert wish.state == "ended"
    web.post(f"/customers/{customer.pk}/wishes/", {"what": "language:mail"})
    assert Wish.objects.filter(state="stands").count() == 2


def test_the_card_shows_wishes_and_who_may_be_the_same(web: Client, world: World, linnea: User) -> None:
    conversation = world.says("Aino", "Hej")
    customers.wish(conversation.customer, "pronoun", "hen", by=linnea, now=world.now)
    shown = page(web, f"/inbox/{conversation.pk}/")
    assert "Pronoun" in shown and "hen" in shown
    assert f"/customers/{conversation.customer_id}/" in shown


# Before a reply leaves --------------------------------------------------------------------------------------------


def send(web: Client, world: World, conversation: Conversation, text: str, **more: str) -> int:
    told = {
        "strand": str(world.strand(conversation).pk), "kind": "public", "text": text, "seen": str(queries.newest_turn(conversation.pk) or ""),
        "form_key": str(uuid4()), **more,
    }  # fmt: skip
    return web.post(f"/conversation/{conversation.pk}/reply/", told).status_code


def test_the_same_words_to_the_same_person_leave_only_after_they_were_shown(
    web: Client, world: World, linnea: User
) -> None:
    first = world.says("Aino", "När går tåget?")
    assert send(web, world, first, "Klockan tolv.") == 200
    second = world.says("Aino", "Och bussen?", thread="t2")
    assert send(web, world, second, "Klockan tolv.") == 422
    assert Dispatch.objects.count() == 1
    warned = web.post(
        f"/conversation/{second.pk}/before/", {"text": "klockan  tolv.", "kind": "public"}
    ).content.decode()
    assert "This person was sent these very words before" in warned
    shown = warned.split('name="shown" value="')[1].split('"')[0]
    assert send(web, world, second, "Klockan ett.", shown=shown) == 200
    assert send(web, world, second, "Klockan tolv.", shown=shown) == 200
    assert Dispatch.objects.count() == 3


def test_another_person_and_a_note_are_not_held_up(web: Client, world: World) -> None:
    first, other = world.says("Aino", "När går tåget?"), world.says("Berit", "När går tåget?", thread="t2")
    assert send(web, world, first, "Klockan tolv.") == 200
    assert send(web, world, other, "Klockan tolv.") == 200
    assert send(web, world, first, "Klockan tolv.", kind="note") == 200


def test_a_wish_that_is_not_met_is_told_while_she_writes(web: Client, world: World, linnea: User) -> None:
    conversation = world.says("Aino", "Hej")
    customers.wish(conversation.customer, "call", "never", by=linnea, now=world.now)
    customers.wish(conversation.customer, "said", "Eye-no", by=linnea, now=world.now)
    address = f"/conversation/{conversation.pk}/before/"
    told = web.post(address, {"text": "Vi ringer dig i morgon", "kind": "public"}).content.decode()
    assert "does not want to be called" in told and "Eye-no" in told
    assert (
        "does not want to be called"
        not in web.post(address, {"text": "Vi skriver", "kind": "public"}).content.decode()
    )
    assert web.post(address, {"text": "Vi ringer dig", "kind": "note"}).content.decode().strip() == ""


# The same question elsewhere --------------------------------------------------------------------------------------


def test_the_same_question_elsewhere_is_shown_with_both_answers(
    web: Client, world: World, linnea: User
) -> None:
    first, second = asks_twice(world)
    assert SameQuestion.objects.get().kind == SameQuestion.HERS
    world.answer(first, linnea, "Väskan kommer om 14 dagar.")
    found = asked_elsewhere(linnea, second)
    assert found.is_hers and found.found[0].conversation == first and found.mine is None
    shown = page(web, f"/inbox/{second.pk}/")
    assert "The customer asked the same elsewhere" in shown and "Väskan kommer om 14 dagar." in shown
    web.post(f"/conversation/{second.pk}/like/{found.found[0].link}/")
    draft = Draft.objects.get(conversation=second)
    assert draft.text.startswith("Väskan kommer om 14 dagar.")
    world.answer(second, linnea, "Väskan kommer om 30 dagar.")
    assert asked_elsewhere(linnea, second).is_contradicting
    assert "The answers differ" in page(web, f"/inbox/{second.pk}/")


def test_what_is_not_the_same_question_is_shown_no_more(web: Client, world: World, linnea: User) -> None:
    _first, second = asks_twice(world)
    link = asked_elsewhere(linnea, second).found[0].link
    assert web.post(f"/conversation/{second.pk}/like/{link}/").status_code == 422  # nobody has answered there
    web.post(f"/conversation/{second.pk}/like/{link}/decline/")
    assert asked_elsewhere(linnea, second).found == []
    assert web.post(f"/conversation/{second.pk}/like/{link}/").status_code == 404


def test_a_question_in_an_account_that_she_does_not_see_is_not_told_of(
    world: World, linnea: User, brand: Brand
) -> None:
    first = world.says("Aino", ASKED)
    hidden = make_account(brand, world.now, name="Ledningen")
    hidden.teams.add(Team.objects.create(brand=brand, name="Ledning"))
    world.says("Aino", ASKED, thread="x", account=hidden)
    noticing.notice(world.now + timedelta(minutes=5))
    assert SameQuestion.objects.count() == 1
    assert asked_elsewhere(linnea, first).found == []
