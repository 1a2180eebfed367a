"""First start, log-in, second factor, forgotten passwords: what a stranger meets."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from pytest_django import Settings

from lyhord.conftest import PASSWORD, ClientOf, MakeUser
from lyhord.staff import actions, limits, steps
from lyhord.staff.models import AccessLink, AuditEvent, Brand, LogIn, ResetWish, Team, User
from lyhord.staff.tests.doing import GOOD, code_for, log_in
from lyhord.web.models import Change

FORM = {
    "language": "sv",
    "organisation": "Norrtåg",
    "name": "Astrid Chef",
    "email": "astrid@example.com",
    "password": GOOD,
}


# First start ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/inbox/", "/login/", "/settings/people/", "/account/forgot/", "/"])
def test_every_page_leads_to_the_set_up_until_somebody_is_there(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/setup/")


@pytest.mark.django_db
def test_the_set_up_makes_the_administrator_and_goes_on_to_the_first_account(settings: Settings) -> None:
    settings.LYHORD_MFA = "optional"
    browser = Client()
    assert browser.get("/setup/").status_code == 200
    answer = browser.post("/setup/", FORM)
    assert answer.headers["Location"] == "/settings/channels/new/?first=1"
    assert browser.get("/profile/").status_code == 200
    assert [brand.name for brand in Brand.objects.all()] == ["Norrtåg"]
    assert User.objects.get().is_administrator


@pytest.mark.django_db
def test_where_a_second_factor_is_required_it_comes_before_the_first_account() -> None:
    browser = Client()
    browser.post("/setup/", FORM)
    answer = browser.get("/settings/people/")
    assert answer.headers["Location"] == "/account/second-factor/begin/"
    page = browser.get("/account/second-factor/begin/")
    assert page.status_code == 200, "the password was given a moment ago and is not asked for again"
    assert b'<img src="data:image/svg+xml;base64,' in page.content
    assert b"style=" not in page.content
    found = re.search(r"<code>(\w+)</code>", page.content.decode())
    assert found is not None
    browser.post("/account/second-factor/begin/", {"code": code_for(found.group(1))})
    assert b'href="/settings/channels/new/?first=1"' in browser.get("/account/recovery-codes/").content
    assert browser.get("/settings/people/").status_code == 200


@pytest.mark.django_db
def test_a_weak_password_is_told_and_makes_nobody() -> None:
    answer = Client().post("/setup/", FORM | {"password": "password1234"})
    assert answer.status_code == 422
    assert b"field-error" in answer.content or b"notice" in answer.content
    assert not User.objects.exists()


def test_the_set_up_is_gone_once_somebody_is_there(administrator: User, client_of: ClientOf) -> None:
    for browser in (Client(), client_of(administrator)):
        assert browser.get("/setup/").status_code == 404
        assert browser.post("/setup/", FORM).status_code == 404
    assert User.objects.count() == 1


# Log-in ---------------------------------------------------------------------------------------------------------


def test_a_person_logs_in_and_out(make_user: MakeUser) -> None:
    user, browser = make_user(), Client(headers={"user-agent": "Testbrowser 1"})
    assert log_in(browser, user.email.upper()).headers["Location"] == "/inbox/"
    assert browser.get("/inbox/").json() == {"user": user.email}
    assert [row.browser for row in LogIn.objects.filter(user=user)] == ["Testbrowser 1"]
    browser.post("/logout/")
    assert browser.get("/inbox/").json() == {"user": ""}
    assert AuditEvent.objects.filter(verb="log_in", actor=user).count() == 1


def test_a_changed_password_logs_out_everywhere(make_user: MakeUser) -> None:
    user, here, there = make_user(), Client(), Client()
    for browser in (here, there):
        log_in(browser, user.email)
    form = {"oldpassword": PASSWORD, "password1": GOOD, "password2": GOOD}
    assert here.post("/account/password/", form | {"oldpassword": "wrong"}).status_code == 200
    assert (
        here.post("/account/password/", form | {"password1": "short", "password2": "short"}).status_code
        == 200
    )
    assert there.get("/inbox/").json() == {"user": user.email}
    assert here.post("/account/password/", form).status_code == 302
    assert [browser.get("/inbox/").json()["user"] for browser in (here, there)] == ["", ""]
    assert AuditEvent.objects.filter(verb="person.new_password").count() == 1
    assert Change.objects.filter(topic="rights", object_id=user.pk).exists()
    assert log_in(Client(), user.email).status_code == 200
    assert log_in(Client(), user.email, GOOD).status_code == 302


@pytest.mark.django_db
def test_the_set_up_speaks_the_language_that_is_chosen() -> None:
    page = Client().get("/setup/?language=fi").content.decode()
    assert '<html lang="fi"' in page
    assert Client().get("/setup/?language=xx").status_code == 200


def test_known_and_unknown_addresses_get_the_same_answer(make_user: MakeUser) -> None:
    user = make_user()
    pages = [
        without_tokens(log_in(Client(), email, "wrong password").content, email)
        for email in (user.email, "nobody@example.com")
    ]
    assert pages[0] == pages[1]
    assert AuditEvent.objects.filter(verb="log_in.failed").count() == 2


def without_tokens(page: bytes, email: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.decode()).replace(email, "EMAIL")


@pytest.mark.parametrize("kind", ["unusable", "inactive"])
def test_who_has_no_access_is_answered_as_a_stranger(kind: str, make_user: MakeUser) -> None:
    user = make_user()
    if kind == "unusable":
        user.set_unusable_password()
    user.is_active = kind != "inactive"
    user.save()
    answer = log_in(Client(), user.email, "wrong password")
    stranger = log_in(Client(), "nobody@example.com", "wrong password")
    assert answer.status_code == stranger.status_code == 200
    assert without_tokens(answer.content, user.email) == without_tokens(
        stranger.content, "nobody@example.com"
    )


@pytest.mark.parametrize("kind", ["known", "unknown", "without password", "without access"])
def test_each_refused_log_in_costs_one_hash_so_that_time_tells_nothing(
    kind: str, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(is_active=kind != "without access")
    if kind == "without password":
        user.set_unusable_password()
        user.save()
    hashed = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(1)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    log_in(Client(), "nobody@example.com" if kind == "unknown" else user.email, "wrong password")
    assert len(hashed) == 1


def test_guessing_is_stopped_by_account_from_any_network(make_user: MakeUser) -> None:
    user = make_user()
    for number in range(limits.LOG_IN_ACCOUNT.size):
        log_in(Client(), user.email, "wrong", REMOTE_ADDR=f"192.0.{number}.1")
    answer = log_in(Client(), user.email, PASSWORD, REMOTE_ADDR="198.51.100.1")
    assert answer.status_code == 200
    assert b"Too many attempts" in answer.content
    assert AuditEvent.objects.filter(verb="log_in.failed").count() == limits.LOG_IN_ACCOUNT.size
    assert log_in(Client(), make_user().email, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_guessing_is_stopped_by_network_over_many_accounts(make_user: MakeUser) -> None:
    user = make_user()
    for number in range(limits.LOG_IN_NETWORK.size):
        log_in(Client(), f"guess{number}@example.com", "wrong", REMOTE_ADDR=f"192.0.2.{number + 1}")
    assert b"Too many attempts" in log_in(Client(), user.email, REMOTE_ADDR="192.0.2.250").content
    assert log_in(Client(), user.email, REMOTE_ADDR="192.0.3.250").status_code == 302


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "CF-Connecting-IP", "Forwarded", "X-Real-IP", "True-Client-IP"]
)
def test_a_forged_header_does_not_change_the_network(header: str, make_user: MakeUser) -> None:
    user = make_user()
    for number in range(limits.LOG_IN_NETWORK.size):
        browser = Client(headers={header: f"203.0.{number}.9"})
        log_in(browser, f"guess{number}@example.com", "wrong")
    assert b"Too many attempts" in log_in(Client(headers={header: "203.0.113.77"}), user.email).content


def test_logging_in_with_an_own_account_between_guesses_frees_nothing(make_user: MakeUser) -> None:
    attacker, victim = make_user(), make_user()
    for _ in range(limits.LOG_IN_ACCOUNT.size):
        assert log_in(Client(), attacker.email).status_code == 302
        log_in(Client(), victim.email, "wrong")
    assert b"Too many attempts" in log_in(Client(), victim.email).content


def test_the_admin_has_no_log_in_of_its_own(administrator: User) -> None:
    answer = Client().post("/admin/login/", {"username": administrator.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/login/"


@pytest.mark.usefixtures("administrator")
def test_nobody_signs_up() -> None:
    for path in ("/signup/", "/account/signup/", "/account/email/", "/account/password/reset/"):
        assert Client().get(path).status_code == 404


# Forgotten passwords --------------------------------------------------------------------------------------------


def test_without_mail_the_page_sends_to_an_administrator(make_user: MakeUser) -> None:
    answer = Client().post("/account/forgot/", {"email": make_user().email})
    assert b"Ask an administrator" in answer.content
    assert not ResetWish.objects.exists()


def test_the_forgotten_page_answers_alike_and_a_step_mails_only_who_is_here(
    make_user: MakeUser, settings: Settings
) -> None:
    settings.LYHORD_SMTP_URL = "smtp://localhost"
    user = make_user(language="sv")
    pages = []
    for email in (user.email, "nobody@example.com"):
        answer = Client().post("/account/forgot/", {"email": email})
        pages.append(without_tokens(answer.content, email))
    assert pages[0] == pages[1]
    assert ResetWish.objects.count() == 2
    assert mail.outbox == [], "the page itself sends nothing, so that its time tells nothing"
    moment = ResetWish.objects.latest("pk").asked_at
    for _account, wish in steps.due_reset_mails(moment):
        steps.send_reset_mail(wish, moment)
    assert [message.to for message in mail.outbox] == [[user.email]]
    assert "http://localhost:8000/welcome/" in str(mail.outbox[0].body)
    assert not ResetWish.objects.exists()
    assert AccessLink.objects.get().kind == AccessLink.RESET


def test_asking_again_and_again_sends_three_mails_an_hour(make_user: MakeUser, settings: Settings) -> None:
    settings.LYHORD_SMTP_URL = "smtp://localhost"
    user = make_user()
    for number in range(6):
        Client().post("/account/forgot/", {"email": user.email}, REMOTE_ADDR=f"192.0.{number}.1")
    assert ResetWish.objects.count() == limits.RESET_ACCOUNT.size


def test_a_mail_server_that_is_down_is_tried_again_and_then_given_up(
    make_user: MakeUser, settings: Settings, now: datetime
) -> None:
    settings.LYHORD_SMTP_URL = "smtp://localhost:1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    actions.wish_for_reset(make_user().email, now=now)
    tries = 0
    for minute in range(20):
        moment = now + timedelta(minutes=2 * minute)
        for _account, wish in steps.due_reset_mails(moment):
            tries += 1
            steps.send_reset_mail(wish, moment)
    assert tries == 5
    assert not ResetWish.objects.exists()


def test_an_invitation_goes_by_mail_in_the_receivers_language(
    administrator: User, client_of: ClientOf, team: Team, settings: Settings
) -> None:
    form = {"email": "new@example.com", "name": "Nils", "team": team.pk, "role": "agent", "language": "sv"}
    page = client_of(administrator).post("/settings/people/invite/", form)
    assert b"http://localhost:8000/welcome/" in page.content, "no mail: the page shows the link"
    settings.LYHORD_SMTP_URL = "smtp://localhost"
    page = client_of(administrator).post("/settings/people/invite/", form | {"email": "other@example.com"})
    assert b"/welcome/" not in page.content
    assert [message.to for message in mail.outbox] == [["other@example.com"]]


def test_an_invitation_opens_once_and_logs_in(administrator: User, client_of: ClientOf, team: Team) -> None:
    form = {"email": "new@example.com", "name": "Nils", "team": team.pk, "role": "agent", "language": "en"}
    page = client_of(administrator).post("/settings/people/invite/", form).content.decode()
    found = re.search(r"http://localhost:8000(/welcome/[\w-]+/)", page)
    assert found is not None
    browser = Client()
    assert browser.get(found.group(1)).status_code == 200
    assert browser.post(found.group(1), {"name": "Nils Ny", "password": "short"}).status_code == 422
    assert (
        browser.post(found.group(1), {"name": "Nils Ny", "password": GOOD}).headers["Location"] == "/inbox/"
    )
    assert browser.get("/inbox/").headers["Location"] == "/account/second-factor/begin/"
    assert Client().get(found.group(1)).status_code == 404


def test_guessed_links_are_refused_alike(make_user: MakeUser) -> None:
    make_user()
    statuses = [
        Client().get(f"/welcome/guess{number}/").status_code for number in range(limits.LINK_NETWORK.size + 1)
    ]
    assert statuses == [404] * limits.LINK_NETWORK.size + [429]
