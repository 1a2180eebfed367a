"""A customer who is sent on: her receipt, where she arrives, and what she does not need to tell again."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.channels.models import Account, State
from lyhord.conftest import MakeUser
from lyhord.customers import noticing
from lyhord.customers.models import Customer
from lyhord.desk import actions, queries, rules, steps
from lyhord.desk.models import Conversation, Draft, Referral, Tally, Turn
from lyhord.desk.tests.conftest import World, make_account
from lyhord.outbox.models import Dispatch
from lyhord.outbox.models import State as Sending
from lyhord.staff import actions as staff
from lyhord.staff.models import Brand, Team, User

pytestmark = pytest.mark.django_db
STORY = "När får jag tillbaka väskan som jag glömde på tåg 42 till Malmö?"


@pytest.fixture
def mail(brand: Brand, world: World) -> Account:
    return make_account(brand, world.now, name="Kundtjänst", handle="hjalp@norr.example")


@pytest.fixture
def case(world: World) -> Conversation:
    return world.says("Aino", STORY)


def refer(case: Conversation, to: actions.To, by: User, world: World, why: str = "") -> actions.Referred:
    return actions.refer(case, to, why=why, by=by, form_key=uuid4(), now=world.now)


def arrives(world: World, text: str, at: Account, name: str = "Aino", thread: str = "there") -> Conversation:
    world.later(minutes=5)
    found = world.says(name, text, thread=thread, account=at, is_public=False)
    noticing.notice(world.later(minutes=5))
    return found


def open_ones() -> int:
    return sum(row.n for row in Tally.objects.filter(status__in=["open", "waiting"]))


# Sending on -------------------------------------------------------------------------------------------------------


def test_a_referral_drafts_the_receipt_in_her_language_and_sends_nothing(
    world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    done = refer(case, mail, linnea, world, "Leta i hittegodset")
    assert done.draft is not None and done.draft.text == done.receipt
    assert "Kundtjänst" in done.receipt and "hjalp@norr.example" in done.receipt
    assert f"#{case.number}" in done.receipt
    assert not Dispatch.objects.exists()
    (row,) = queries.referrals(case)
    assert (row.is_here, row.receipt, row.joined, row.why) == (False, "", None, "Leta i hittegodset")


def test_the_receipt_stands_behind_what_was_written_already(
    world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    actions.save_draft(case, "public", "Hej Aino!", by=linnea, now=world.now)
    done = refer(case, mail, linnea, world)
    assert Draft.objects.get().text == f"Hej Aino!\n\n{done.receipt}"


def test_a_reply_with_the_number_is_the_receipt_and_one_without_is_not(
    world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    refer(case, mail, linnea, world)
    world.answer(case, linnea, "Ett ögonblick.")
    assert queries.referrals(case)[0].receipt == ""
    turn = world.answer(case, linnea, f"Skriv till oss där, ärende #{case.number}.")
    (row,) = queries.referrals(case)
    assert str(case.number) in row.receipt and row.receipt_state == "queued"
    world.becomes(turn.dispatch, Sending.UNDONE)
    assert queries.referrals(case)[0].receipt == ""  # it never reached her
    again = world.answer(case, linnea, f"Nytt försök, ärende #{case.number}.", seen=turn.pk)
    assert Referral.objects.get().receipt == again.dispatch


def test_a_colleague_or_a_team_gets_the_conversation_itself(
    world: World, case: Conversation, linnea: User, petri: User, brand: Brand
) -> None:
    done = refer(case, petri, linnea, world)
    case.refresh_from_db()
    assert case.assignee == petri and str(petri) in done.receipt and "@" not in done.receipt
    team = Team.objects.create(brand=brand, name="Hittegods")
    refer(case, team, linnea, world)
    case.refresh_from_db()
    assert case.assignee_id is None and case.team == team
    assert [row.name for row in queries.referrals(case)] == ["Hittegods", "Petri Aalto"]


def test_a_double_click_is_one_referral(
    world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    key = uuid4()
    for _click in range(2):
        actions.refer(case, mail, by=linnea, form_key=key, now=world.now)
    assert Referral.objects.count() == 1
    assert Turn.objects.filter(what="referred").count() == 1


def test_where_nobody_would_take_over_it_is_refused(
    world: World, case: Conversation, linnea: User, make_user: MakeUser, brand: Brand
) -> None:
    other = Brand.objects.create(name="Annat")
    gone = make_account(brand, world.now, name="Gammal", state=State.RETIRED)
    stranger = User.objects.create(email="x@example.com", name="X")
    places: list[tuple[actions.To, type[Exception]]] = [
        (world.account, actions.NotPossible),
        (make_account(other, world.now), actions.NotPossible),
        (gone, actions.NotPossible),
        (stranger, actions.CannotSee),
        (Team.objects.create(brand=other, name="Annat lag"), actions.CannotSee),
        (actions.Elsewhere("Hittegods", " "), actions.NotPossible),
    ]
    for to, refusal in places:
        with pytest.raises(refusal):
            refer(case, to, linnea, world)
    actions.close(case, by=linnea, now=world.now)
    with pytest.raises(actions.Closed):
        refer(case, actions.Elsewhere("Hittegods", "0771-1"), linnea, world)
    assert not Referral.objects.exists()


def test_undo_takes_the_referral_and_its_receipt_back(
    world: World, case: Conversation, linnea: User, petri: User
) -> None:
    actions.save_draft(case, "public", "Hej Aino!", by=linnea, now=world.now)
    refer(case, petri, linnea, world)
    assert actions.undo(by=linnea, now=world.now).verb == "refer"
    case.refresh_from_db()
    assert case.assignee is None and queries.referrals(case) == []
    assert Draft.objects.get().text == "Hej Aino!"


def test_a_referral_that_was_followed_cannot_be_taken_back(
    world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    refer(case, mail, linnea, world)
    arrives(world, f"Ärende {case.number}", mail)
    with pytest.raises(actions.ChangedSince):
        actions.undo(by=linnea, now=world.now)


# Arriving ---------------------------------------------------------------------------------------------------------


def test_she_arrives_as_herself_with_her_history_and_nothing_counts_as_new(
    world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    refer(case, mail, linnea, world)
    world.answer(case, linnea, f"Skriv dit, ärende #{case.number}.")
    before = open_ones()
    there = arrives(world, "Hej, här är jag nu.", mail)
    case.refresh_from_db()
    assert (there.continues, case.status, open_ones()) == (case, "closed", before)
    detail = queries.conversation(linnea, there.pk)
    assert detail is not None and detail.told_again == 0
    (row,) = detail.referrals
    assert (row.is_here, row.number, row.by, row.known_by) == (True, case.number, "Linnea Nord", "customer")
    assert "Skriv dit" in row.receipt
    (told,) = queries.history(Referral.objects.get())
    assert STORY in [turn.text for turn in told.turns]
    assert set(Turn.objects.exclude(what="").values_list("conversation", "what")) == {
        (case.pk, "referred"), (case.pk, "referral_arrived"), (there.pk, "referred_here"),
    }  # fmt: skip
    arrived = Turn.objects.get(what="referral_arrived")
    assert arrived.values == {"number": there.number}


def test_who_has_to_tell_it_again_is_counted(
    world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    noticing.notice(world.later(minutes=5))
    refer(case, mail, linnea, world)
    there = arrives(world, f"Hej! {STORY}", mail)
    assert queries.told_again(there.pk) == 1 and queries.told_again(case.pk) == 0


def test_the_number_joins_somebody_whom_we_do_not_know_and_says_so(
    world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    noticing.notice(world.later(minutes=5))
    refer(case, actions.Elsewhere("Hittegods", "0771-1"), linnea, world)
    there = arrives(world, f"Ärende #{case.number}. {STORY}", mail, name="Okänd")
    (row,) = queries.referrals(there)
    assert (row.known_by, row.is_same_customer) == ("number", False)
    assert queries.told_again(there.pk) == 1  # somebody else to us, but the same story


@pytest.mark.parametrize("how", ["late", "another", "undone", "brand", "other_account", "price"])
def test_what_is_no_arrival_opens_a_matter_of_its_own(
    world: World, case: Conversation, mail: Account, linnea: User, brand: Brand, how: str
) -> None:
    refer(case, mail, linnea, world)
    text, name, at = f"Ärende #{case.number}", "Aino", mail
    if how == "late":
        world.later(days=rules.REFERRED.days + 1)
    elif how == "another":
        text, name = "Hej", "Berit"
    elif how == "undone":
        actions.undo(by=linnea, now=world.now)
    elif how == "brand":
        at, name = make_account(Brand.objects.create(name="Annat"), world.now), "Berit"
    elif how == "other_account":
        text, at = "Hej", make_account(brand, world.now, name="Forum")
    else:
        text, name = f"Jag betalade {case.number} kronor", "Berit"
    there = arrives(world, text, at, name)
    assert there != case and there.continues is None
    assert queries.referrals(there) == []


def test_in_the_middle_of_another_matter_only_the_number_joins(
    world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    other = arrives(world, "Kan jag ta med hund?", mail)
    refer(case, mail, linnea, world)
    arrives(world, "Alltså en stor hund", mail)
    assert queries.referrals(other) == []
    assert arrives(world, f"Och ärende {case.number}?", mail) == other
    (row,) = queries.referrals(other)
    assert row.is_here
    other.refresh_from_db()
    assert other.continues is None  # it was there before


def test_what_was_joined_wrongly_is_parted_and_the_referral_waits_on(
    world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    refer(case, mail, linnea, world)
    world.answer(case, linnea, f"Skriv dit, ärende #{case.number}.")
    wrong = arrives(world, f"Ärende #{case.number}", mail, name="Berit")
    for _twice in range(2):
        actions.part_referral(Referral.objects.get(), by=linnea, now=world.now)
    wrong.refresh_from_db()
    case.refresh_from_db()
    assert (wrong.continues, case.status, queries.referrals(wrong)) == (None, "waiting", [])
    arrives(world, f"Jo, ärende #{case.number}", mail, name="Berit")
    assert queries.referrals(wrong) == []  # somebody said that it is not
    right = arrives(world, "Hej", mail, thread="hers")
    assert queries.referrals(right)[0].is_here


def test_the_history_goes_back_over_several_referrals_and_over_walls_of_teams(
    world: World, case: Conversation, mail: Account, linnea: User, brand: Brand, make_user: MakeUser
) -> None:
    refer(case, mail, linnea, world)
    second = arrives(world, "Hej igen", mail)
    hidden = make_account(brand, world.now, name="Ledningen")
    team = Team.objects.create(brand=brand, name="Ledning")
    hidden.teams.add(team)
    boss = User.objects.create(email="boss@example.com", name="Boss")
    staff_member(boss, team)
    world.account.teams.add(Team.objects.create(brand=brand, name="Service"))
    mail.teams.add(Team.objects.get(name="Service"))
    done = actions.refer(second, hidden, by=administrator(), form_key=uuid4(), now=world.now)
    third = arrives(world, "Och här", hidden)
    assert list(queries.referrals_visible_to(boss)) == [done.referral]
    assert not queries.conversations_visible_to(boss).filter(pk=case.pk).exists()
    assert [told.referral.conversation_id for told in queries.history(done.referral)] == [case.pk, second.pk]
    assert third.continues == second


def staff_member(user: User, team: Team) -> None:
    from lyhord.staff.models import Membership

    Membership.objects.create(user=user, team=team, role="agent")


def administrator() -> User:
    return User.objects.create(email="admin@example.com", name="Admin", is_administrator=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#1042", {1042}),
        ("Hej! Mitt ärende: 1042", {1042}),
        ("ärendenummer är 1042, tack", {1042}),
        ("my case number is 1042", {1042}),
        ("1042\nHej", {1042}),
        ("saksnummer 1042 og sag 1043", {1042, 1043}),
        ("Asianumeroni on 1042", set()),
        ("asianumero 1042", {1042}),
        ("Tåg 1042 till Malmö 2026", set()),
        ("det kostade 1042 kr", set()),
        ("#12", set()),
        ("casino 1042", set()),
        ("#" + "9" * 40, set()),
    ],
)
def test_a_number_counts_only_where_it_is_given_as_one(text: str, found: set[int]) -> None:
    assert rules.case_numbers(text) == found


# Page and API -----------------------------------------------------------------------------------------------------


@pytest.fixture
def web(linnea: User) -> Client:
    client = Client()
    client.force_login(linnea)
    return client


def test_the_page_refers_and_puts_the_receipt_into_the_composer(
    web: Client, world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    address = f"/conversation/{case.pk}/refer/"
    form = web.get(address).content.decode()
    assert f"account:{mail.pk}" in form and f"account:{world.account.pk}" not in form
    given = {"to": f"account:{mail.pk}", "why": "Leta", "form_key": str(uuid4())}
    done = web.post(address, given)
    assert done.status_code == 200 and "desk:draft" in done.headers["HX-Trigger"]
    shown = web.get(f"/inbox/{case.pk}/").content.decode()
    assert "Referred to Kundtjänst" in shown and "has got no receipt yet" in shown
    world.now = timezone.now()  # the clock of pages
    there = arrives(world, "Hej", mail)
    shown = web.get(f"/inbox/{there.pk}/").content.decode()
    assert f"Referred from #{case.number}" in shown and "Nothing told again" in shown
    row = Referral.objects.get()
    told = web.get(f"/conversation/{there.pk}/referrals/{row.pk}/history/").content.decode()
    assert STORY in told
    parted = web.post(f"/conversation/{there.pk}/referrals/{row.pk}/part/")
    assert parted.status_code == 200
    assert web.get(f"/conversation/{there.pk}/referrals/{row.pk}/history/").status_code == 404


@pytest.mark.parametrize("given", [{}, {"to": "moon"}, {"to": "account:99999"}, {"to": "address"}])
def test_the_page_says_what_is_missing(web: Client, case: Conversation, given: dict[str, str]) -> None:
    answer = web.post(f"/conversation/{case.pk}/refer/", given | {"form_key": str(uuid4())})
    assert answer.status_code == 422 and not Referral.objects.exists()


def test_an_undone_referral_leaves_the_composer(web: Client, case: Conversation, mail: Account) -> None:
    web.post(f"/conversation/{case.pk}/refer/", {"to": f"account:{mail.pk}", "form_key": str(uuid4())})
    answer = web.post("/inbox/undo/")
    assert '"desk:draft"' in answer.headers["HX-Trigger"] and not Draft.objects.exists()


@pytest.fixture
def api(make_user: MakeUser) -> Client:
    by = make_user("lead", email="lead@example.com")
    now = timezone.now()
    _key, plain = staff.make_api_key(by=by, name="x", scopes=["read", "write"], expires_at=None, now=now)
    return Client(headers={"Authorization": f"Bearer {plain}"})


def test_the_api_can_all_of_it(api: Client, world: World, case: Conversation, mail: Account) -> None:
    base = f"/api/v1/conversations/{case.pk}"
    assert [one["id"] for one in api.get(f"{base}/places").json()["accounts"]] == [mail.pk]
    for wrong in ({}, {"account": mail.pk, "name": "x"}, {"account": 99999}, {"name": "x"}):
        answer = api.post(f"{base}/referrals", wrong, "application/json")
        assert answer.status_code in {404, 409, 422}, answer.content
    done = api.post(f"{base}/referrals", {"account": mail.pk, "why": "Leta"}, "application/json")
    assert done.status_code == 201 and done.json()["draft"] and f"#{case.number}" in done.json()["receipt"]
    world.now = timezone.now()  # the clock of the API
    there = arrives(world, "Hej", mail)
    told = api.get(f"/api/v1/conversations/{there.pk}").json()
    assert told["told_again"] == 0 and told["referrals"][0]["number"] == case.number
    row = told["referrals"][0]["id"]
    (before,) = api.get(f"/api/v1/conversations/{there.pk}/referrals/{row}/history").json()
    assert STORY in [turn["text"] for turn in before["turns"]]
    left = api.post(f"/api/v1/conversations/{there.pk}/referrals/{row}/part", {}, "application/json")
    assert left.json() == [] and api.get(f"{base}/referrals").json()[0]["joined"] is None


def test_a_referral_of_another_conversation_is_not_there(
    api: Client, world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    other = world.says("Berit", "Hej", thread="x")
    row = refer(case, mail, linnea, world).referral
    assert api.get(f"/api/v1/conversations/{other.pk}/referrals/{row.pk}/history").status_code == 404


def test_merged_customers_are_one_who_arrives(
    world: World, case: Conversation, mail: Account, linnea: User
) -> None:
    from lyhord.customers import actions as customers

    refer(case, mail, linnea, world)
    world.person("AinoMail")
    customers.merge(case.customer, Customer.objects.get(name="AinoMail"), linnea, world.now)
    there = arrives(world, "Hej", mail, name="AinoMail")
    assert queries.referrals(there)[0].known_by == "customer"
    steps.follow_merges(world.now)
    assert queries.referrals(there)[0].is_same_customer
