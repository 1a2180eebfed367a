"""Questions to departments: asked from a case, answered by a link, by mail or inside, and reminded."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from lyhord.conftest import ClientOf
from lyhord.desk import actions, links, queries, steps
from lyhord.desk.models import Conversation, Department, Notification, Request, RequestMail, RequestTurn, Turn
from lyhord.desk.queries import department_report, request_page
from lyhord.desk.queries.departments import requests_of_case, requests_visible_to
from lyhord.desk.queries.notifications import notices, unread
from lyhord.desk.steps.notices import line
from lyhord.desk.tests.conftest import World
from lyhord.staff import mandates
from lyhord.staff.models import AuditEvent, Brand, Team, User

pytestmark = pytest.mark.django_db
SMTP = "smtp://localhost:2525"


@pytest.fixture
def lead(make_user: Callable[..., User]) -> User:
    return make_user(role="lead", name="Lea Lead", email="lea@example.com")


@pytest.fixture
def expert(make_user: Callable[..., User]) -> User:
    """Of finance, and of no team: she sees no case."""
    return make_user(role="expert", name="Fia Finance", email="fia@example.com")


@pytest.fixture
def finance(brand: Brand, lead: User, expert: User, now: datetime) -> Department:
    given = actions.DepartmentGiven(
        "Finance", "Invoices", "sv", 60, people=[expert.pk], addresses=["Kassa@Example.com "],
        reminders=[actions.Reminding(-30), actions.Reminding(0), actions.Reminding(60, lead.pk)],
    )  # fmt: skip
    return actions.make_department(brand, given, by=lead, now=now)


@pytest.fixture
def case(world: World) -> Conversation:
    return world.says("Aino", "Fakturan är fel")


def ask(case: Conversation, department: Department, by: User, world: World, **given: object) -> Request:
    usual: dict[str, object] = {"form_key": uuid4(), "now": world.now}
    return actions.ask(case, department, "Stämmer beloppet?", by=by, **(usual | given))  # type: ignore[arg-type]


def answer(row: Request, world: World, text: str = "Ja, 40 euro.", **given: object) -> RequestTurn:
    usual: dict[str, object] = {"via": "page", "name": "Kassa", "form_key": uuid4(), "now": world.now}
    return actions.answer_request(row, text, **(usual | given))  # type: ignore[arg-type]


# Departments -----------------------------------------------------------------------------------------------------------


def test_a_department_is_made_changed_and_retired_by_a_lead(
    finance: Department, lead: User, now: datetime
) -> None:
    assert list(finance.addresses.values_list("address", flat=True)) == ["kassa@example.com"]
    assert [one.minutes for one in finance.reminders.order_by("minutes")] == [-30, 0, 60]
    actions.change_department(
        finance, actions.DepartmentGiven("Economy", addresses=["a@x.se"]), by=lead, now=now
    )
    finance.refresh_from_db()
    assert (finance.name, finance.members.count(), finance.addresses.get().address) == (
        "Economy",
        0,
        "a@x.se",
    )
    actions.retire_department(finance, by=lead, now=now)
    assert Department.objects.get().retired_at == now
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"department.made", "department.changed", "department.retired"} <= verbs


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""}, {"name": "x" * 81}, {"name": "F", "addresses": ["no address"]}, {"name": "F", "target_minutes": 0},
        {"name": "F", "language": "xx"}, {"name": "F", "people": [10**9]}, {"name": "F", "addresses": ["a@b.se\nBcc: c@d.se"]},
        {"name": "F", "reminders": [actions.Reminding(10**9)]},
    ],
)  # fmt: skip
def test_what_makes_no_department_is_refused(
    given: dict[str, object], brand: Brand, lead: User, now: datetime
) -> None:
    with pytest.raises(actions.NotPossible):
        actions.make_department(brand, actions.DepartmentGiven(**given), by=lead, now=now)  # type: ignore[arg-type]
    assert not Department.objects.exists()


def test_an_agent_does_not_look_after_departments(brand: Brand, linnea: User, now: datetime) -> None:
    with pytest.raises(mandates.NotYours):
        actions.make_department(brand, actions.DepartmentGiven("Finance"), by=linnea, now=now)


# Asking ----------------------------------------------------------------------------------------------------------------


def test_asking_shows_what_was_ticked_is_told_in_the_case_and_happens_once(
    case: Conversation, finance: Department, linnea: User, world: World
) -> None:
    turn = Turn.objects.get(conversation=case, post__isnull=False)
    key = uuid4()
    row = ask(case, finance, linnea, world, shown=[turn.pk], form_key=key)
    assert ask(case, finance, linnea, world, shown=[turn.pk], form_key=key).pk == row.pk
    assert (row.state, row.answer_by) == ("open", world.now + timedelta(minutes=60))
    assert [one.text for one in request_page.shown_of(row)] == ["Fakturan är fel"]
    told = Turn.objects.filter(conversation=case, what="department_asked")
    assert [one.values["name"] for one in told] == ["Finance"]
    assert requests_of_case(case.pk) == [row]


def test_only_words_of_this_case_can_be_ticked(
    case: Conversation, finance: Department, linnea: User, world: World
) -> None:
    other = world.says("Maja", "Hemligt", thread="m")
    actions.note(case, "Internt", by=linnea, form_key=uuid4(), now=world.now)
    note = Turn.objects.get(conversation=case, note__isnull=False)
    for turn in (Turn.objects.filter(conversation=other).first(), note):
        assert turn is not None
        with pytest.raises(actions.NotPossible):
            ask(case, finance, linnea, world, shown=[turn.pk])
    assert not Request.objects.exists()


def test_another_brands_department_a_retired_and_an_empty_one_are_not_asked(
    case: Conversation, finance: Department, linnea: User, lead: User, administrator: User, world: World
) -> None:
    other = Brand.objects.create(name="Söder")
    theirs = actions.make_department(
        other, actions.DepartmentGiven("HR", addresses=["a@x.se"]), by=administrator, now=world.now
    )
    empty = actions.make_department(case.brand, actions.DepartmentGiven("Nobody"), by=lead, now=world.now)
    actions.retire_department(finance, by=lead, now=world.now)
    for department in (theirs, empty, finance):
        with pytest.raises(actions.NotPossible):
            ask(case, department, linnea, world)


def test_who_may_not_ask_does_not(
    case: Conversation, finance: Department, expert: User, world: World
) -> None:
    with pytest.raises(mandates.NotYours):
        ask(case, finance, expert, world)


# Answering -------------------------------------------------------------------------------------------------------------


def test_an_answer_settles_the_question_and_can_become_a_draft(
    case: Conversation, finance: Department, linnea: User, world: World
) -> None:
    row = ask(case, finance, linnea, world)
    turn = answer(row, world)
    row.refresh_from_db()
    assert (row.state, row.remind_at, row.first_answer_at) == ("answered", None, world.now)
    assert Turn.objects.filter(conversation=case, what="department_answered").count() == 1
    draft = actions.draft_answer(row, turn, by=linnea, now=world.now)
    assert draft.text == "Ja, 40 euro."
    assert actions.draft_answer(row, turn, by=linnea, now=world.now).text == "Ja, 40 euro."


def test_a_further_question_opens_it_again_with_its_own_time(
    case: Conversation, finance: Department, linnea: User, world: World
) -> None:
    row = ask(case, finance, linnea, world)
    answer(row, world)
    world.later(hours=5)
    actions.ask_further(row, "Och momsen?", by=linnea, form_key=uuid4(), now=world.now)
    row.refresh_from_db()
    assert (row.state, row.answer_by) == ("open", world.now + timedelta(minutes=60))
    assert [turn.kind for turn in row.turns.order_by("pk")] == ["question", "answer", "further"]


def test_a_withdrawn_question_shows_nothing_and_takes_no_answer(
    case: Conversation, finance: Department, linnea: User, world: World
) -> None:
    turn = Turn.objects.get(conversation=case, post__isnull=False)
    row = ask(case, finance, linnea, world, shown=[turn.pk])
    actions.withdraw_request(row, by=linnea, now=world.now)
    row.refresh_from_db()
    shown = request_page.asked(row, world.now)
    assert (shown.turns, shown.shown, shown.waits_since, shown.can_answer) == ([], [], None, False)
    with pytest.raises(actions.NotPossible):
        answer(row, world)


def test_only_the_department_answers_inside(
    case: Conversation, finance: Department, linnea: User, expert: User, world: World
) -> None:
    row = ask(case, finance, linnea, world)
    with pytest.raises(mandates.NotYours):
        answer(row, world, via="inside", by=linnea)
    assert answer(row, world, via="inside", by=expert).by == expert


def test_who_answers_for_a_department_sees_its_questions_and_no_case(
    case: Conversation,
    finance: Department,
    linnea: User,
    brand: Brand,
    lead: User,
    make_user: Callable[..., User],
    world: World,
) -> None:
    other_team = Team.objects.create(brand=brand, name="Ekonomi")
    insider = make_user(role="listener", team=other_team)
    case.account.teams.set([Team.objects.get(name="Kundtjänst")])
    given = actions.DepartmentGiven("Finance", people=[insider.pk])
    actions.change_department(finance, given, by=lead, now=world.now)
    row = ask(case, finance, linnea, world)
    assert list(requests_visible_to(insider)) == [row]
    assert not queries.conversations_visible_to(insider).exists()
    stranger = make_user(role="listener", team=other_team)
    assert not requests_visible_to(stranger).exists()


# Reminders and mails ---------------------------------------------------------------------------------------------------


def test_the_chain_is_gone_through_link_by_link_on_the_record(
    case: Conversation, finance: Department, linnea: User, world: World, settings: Settings
) -> None:
    settings.LYHORD_SMTP_URL = SMTP
    row = ask(case, finance, linnea, world)
    RequestMail.objects.all().delete()
    seen = []
    for minutes in (29, 30, 60, 61, 120, 999):
        at = row.at + timedelta(minutes=minutes)
        while steps.remind_departments(at):
            pass
        seen.append(RequestTurn.objects.filter(request=row, kind="reminder").count())
    assert seen == [0, 1, 2, 2, 3, 3]
    to = list(RequestMail.objects.order_by("pk").values_list("address", flat=True))
    assert to == [
        "fia@example.com",
        "kassa@example.com",
        "fia@example.com",
        "kassa@example.com",
        "lea@example.com",
    ]
    assert Turn.objects.filter(conversation=case, what="department_reminded").count() == 3
    row.refresh_from_db()
    assert (row.reminders, row.remind_at) == (3, None)


def test_nobody_is_reminded_of_what_is_answered(
    case: Conversation, finance: Department, linnea: User, world: World
) -> None:
    row = ask(case, finance, linnea, world)
    answer(row, world)
    assert steps.remind_departments(world.now + timedelta(days=9)) == 0


def sent(now: datetime) -> int:
    for _account, pk in steps.due_request_mails(now):
        steps.send_request_mail(pk, now)
    return len(mail.outbox)


def test_mails_bear_the_question_and_the_ticked_words_and_no_head_that_a_stranger_wrote(
    case: Conversation, finance: Department, linnea: User, world: World, settings: Settings, lead: User
) -> None:
    settings.LYHORD_SMTP_URL = SMTP
    Department.objects.filter(pk=finance.pk).update(name="Finance\r\nBcc: evil@example.com")
    finance.refresh_from_db()
    world.says("Aino", "HEMLIGT")
    turn = Turn.objects.filter(conversation=case, post__isnull=False).order_by("pk")[0]
    row = ask(case, finance, linnea, world, shown=[turn.pk])
    assert sent(world.now) == 2
    inside, outside = mail.outbox
    assert (inside.to, outside.to) == (["fia@example.com"], ["kassa@example.com"])
    for letter in mail.outbox:
        assert "\n" not in letter.subject and letter.bcc == [] and letter.recipients() == letter.to
        assert "Stämmer beloppet?" in letter.body and "> Fakturan är fel" in letter.body
        assert "HEMLIGT" not in letter.body and "Aino" not in letter.body
        assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert links.secret(row) in outside.body and links.secret(row) not in inside.body
    answer(row, world)
    assert sent(world.now) == 3
    assert mail.outbox[-1].to == [linnea.email] and "Ja, 40 euro." in mail.outbox[-1].body


def test_a_mail_that_is_not_taken_is_tried_again_five_times(
    case: Conversation,
    finance: Department,
    linnea: User,
    world: World,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.LYHORD_SMTP_URL = SMTP
    ask(case, finance, linnea, world)

    def refused(*args: object, **kwargs: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refused)
    tries = 0
    at = world.now
    while due := steps.due_request_mails(at):
        tries += len(due)
        for _account, pk in due:
            steps.send_request_mail(pk, at)
        at += timedelta(days=1)
    assert tries == 10  # two mails
    assert set(RequestMail.objects.values_list("problem", "due_at")) == {("ConnectionRefusedError", None)}


def test_without_a_mail_server_nothing_is_queued(
    case: Conversation, finance: Department, linnea: User, world: World
) -> None:
    ask(case, finance, linnea, world)
    assert not RequestMail.objects.exists()


# Report ----------------------------------------------------------------------------------------------------------------


def test_the_report_tells_how_soon_they_answer(
    case: Conversation, finance: Department, linnea: User, lead: User, world: World
) -> None:
    start = world.now
    rows = [ask(case, finance, linnea, world) for _ in range(4)]
    for row, minutes in zip(rows[:3], (10, 30, 90), strict=True):
        world.now = start + timedelta(minutes=minutes)
        answer(row, world, declines=minutes == 30)
    (line,) = department_report.report(lead, days=28, now=start + timedelta(hours=3))
    assert (line.asked, line.answered, line.declined, line.waiting, line.overdue) == (4, 2, 1, 1, 1)
    assert (line.minutes, line.in_time) == (30, 2)
    assert department_report.report(linnea, days=28, now=start) == []


# Pages -----------------------------------------------------------------------------------------------------------------


def test_asking_and_using_the_answer_in_the_case(
    case: Conversation, finance: Department, linnea: User, client_of: ClientOf, world: World
) -> None:
    client = client_of(linnea)
    turn = Turn.objects.get(conversation=case, post__isnull=False)
    form = client.get(f"/conversation/{case.pk}/ask/")
    assert f'value="{turn.pk}"' in form.content.decode() and "Finance" in form.content.decode()
    given = {"department": finance.pk, "question": "Stämmer det?", "shown": turn.pk, "form_key": str(uuid4())}
    assert (
        client.post(f"/conversation/{case.pk}/ask/", given, headers={"HX-Request": "true"}).status_code == 200
    )
    row = Request.objects.get()
    page = client.get(f"/conversation/{case.pk}/").content.decode()
    assert "Stämmer det?" in page and 'id="requests"' in page
    said = answer(row, world)
    used = client.post(f"/requests/{row.pk}/use/{said.pk}/", headers={"HX-Request": "true"})
    assert used.status_code == 200 and "Ja, 40 euro." in used.headers["HX-Trigger"]
    inside = client.get(f"/requests/{row.pk}/").content.decode()
    assert links.link(row) in inside and "Ja, 40 euro." in inside
    assert client.get("/requests/?of=mine").status_code == 200


def test_the_settings_of_departments(
    finance: Department, lead: User, linnea: User, expert: User, client_of: ClientOf, world: World
) -> None:
    client = client_of(lead)
    assert "Finance" in client.get("/settings/departments/").content.decode()
    page = client.get(f"/settings/departments/{finance.pk}/").content.decode()
    assert "kassa@example.com" in page and "Fia Finance" in page
    given = {
        "name": "Economy", "target": "2", "target_unit": "hours", "people": [expert.pk], "addresses": "a@x.se\nb@x.se",
        "reminder_amount": ["1", ""], "reminder_unit": ["hours", "hours"], "reminder_side": ["before", "after"],
        "reminder_to": ["department", "department"], "reminder_address": ["", ""], "pauses_clock": "on",
    }  # fmt: skip
    assert client.post(f"/settings/departments/{finance.pk}/", given).status_code == 302
    finance.refresh_from_db()
    assert (finance.name, finance.target_minutes, finance.pauses_clock) == ("Economy", 120, True)
    assert [one.minutes for one in finance.reminders.all()] == [-60]
    made = client.post("/settings/departments/create/", {"brand": finance.brand_id, "name": "HR"})
    assert made.status_code == 302 and Department.objects.filter(name="HR").exists()
    assert client.get("/settings/departments/report/?days=7").status_code == 200
    assert client_of(linnea).get("/settings/departments/").status_code == 403


def test_a_department_member_answers_inside_and_sees_no_case(
    case: Conversation, finance: Department, linnea: User, expert: User, client_of: ClientOf, world: World
) -> None:
    case.account.teams.set([Team.objects.create(brand=case.brand, name="Andra")])
    row = Request.objects.get(pk=ask(case, finance, case_agent(case, linnea), world).pk)
    client = client_of(expert)
    page = client.get(f"/requests/{row.pk}/").content.decode()
    assert "Stämmer beloppet?" in page and links.secret(row) not in page and "Fakturan" not in page
    assert (
        client.get(f"/inbox/{case.pk}/").status_code == 404
        or "Fakturan" not in client.get(f"/inbox/{case.pk}/").content.decode()
    )
    for verb in ("further", "withdraw", "link"):
        assert client.post(f"/requests/{row.pk}/{verb}/", {"text": "x"}).status_code == 404
    done = client.post(f"/requests/{row.pk}/answer/", {"text": "Ja.", "form_key": str(uuid4())})
    assert done.status_code == 302
    row.refresh_from_db()
    assert row.state == "answered"
    assert "Stämmer" in client.get("/requests/?of=&state=all").content.decode()


def case_agent(case: Conversation, linnea: User) -> User:
    """An agent of the team that now has the account."""
    linnea.memberships.all().delete()
    team = case.account.teams.get()
    linnea.memberships.create(team=team, role="agent")
    return linnea


# The light page --------------------------------------------------------------------------------------------------------


def test_the_bell_of_who_answers_rings_leads_to_the_question_and_is_still_once_it_is_answered(
    case: Conversation, finance: Department, linnea: User, expert: User, world: World, client_of: ClientOf
) -> None:
    case.account.teams.set([Team.objects.create(brand=case.brand, name="Andra")])
    linnea = case_agent(case, linnea)
    row = ask(case, finance, linnea, world)
    actions.ask_further(row, "Och momsen?", by=linnea, form_key=uuid4(), now=world.now)
    [notice] = notices(expert)
    assert (notice.what, notice.times, notice.conversation, notice.subject) == (
        "department_asked",
        2,
        None,
        "",
    )
    assert "/requests/" in line(Notification.objects.get(user=expert))
    client = client_of(expert)
    page = client.get("/notifications/").content.decode()
    assert 'href="/requests/"' in page and f"#{case.number}" not in page
    assert client.get(f"/notifications/{notice.id}/").headers["Location"] == "/requests/"
    assert client.get(f"/requests/{row.pk}/").status_code == 200 and unread(expert) == 1
    answer(row, world)
    assert unread(expert) == 0
    assert not Notification.objects.filter(user=linnea, what="department_asked").exists()


def test_the_light_page_shows_the_question_in_its_language_and_takes_the_answer(
    case: Conversation, finance: Department, linnea: User, world: World
) -> None:
    row = asked_now(case, finance, linnea)
    client = Client(enforce_csrf_checks=True)
    address = f"/answer/{links.secret(row)}/"
    page = client.get(address)
    text = page.content.decode()
    assert 'lang="sv"' in text and "Stämmer beloppet?" in text and "Fakturan är fel" in text
    assert page["Cache-Control"] == "no-store, private" and "noindex" in page["X-Robots-Tag"]
    assert page["Referrer-Policy"] == "same-origin"
    token = text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    given = {"text": "Ja.", "name": "Kassa", "form_key": str(uuid4()), "csrfmiddlewaretoken": token}
    for _ in range(2):  # a double click is one answer
        done = client.post(address, given)
        assert done.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.turns.filter(kind="answer").count()) == ("answered", 1)
    assert row.opened_at is not None
    assert (
        client.post(address, {"text": "", "form_key": str(uuid4()), "csrfmiddlewaretoken": token}).status_code
        == 422
    )


def asked_now(case: Conversation, finance: Department, linnea: User) -> Request:
    """Pages read the clock."""
    from django.utils import timezone

    turn = Turn.objects.filter(conversation=case, post__isnull=False)[0]
    return actions.ask(
        case, finance, "Stämmer beloppet?", shown=[turn.pk], by=linnea, form_key=uuid4(), now=timezone.now()
    )
