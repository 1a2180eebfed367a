"""The pages of this room: who sees which, what they hold, and that each change is told to the audit log."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from lyhord.conftest import ClientOf, MakeUser
from lyhord.staff import actions, audit
from lyhord.staff.models import ApiKey, AuditEvent, Brand, LogIn, Mandate, Membership, Team, User

ROLES = ("nobody", "agent", "lead", "team administrator", "administrator")
LOGIN, OK, NO, GONE = 302, 200, 403, 404
# address of the page, then the answer to each of ROLES
PAGES = {
    "/settings/": (LOGIN, OK, OK, OK, OK),
    "/settings/people/": (LOGIN, NO, NO, OK, OK),
    "/settings/people/invite/": (LOGIN, NO, NO, OK, OK),
    "/settings/people/{user}/": (LOGIN, NO, NO, OK, OK),
    "/settings/people/{stranger}/": (LOGIN, NO, NO, GONE, OK),
    "/settings/people/999999/": (LOGIN, NO, NO, GONE, GONE),
    "/settings/teams/": (LOGIN, NO, NO, OK, OK),
    "/settings/mandates/": (LOGIN, NO, NO, NO, OK),
    "/settings/mandates/agent/hide/": (LOGIN, NO, NO, NO, OK),
    "/settings/audit/": (LOGIN, NO, OK, OK, OK),
    "/profile/": (LOGIN, OK, OK, OK, OK),
    "/account/password/": (LOGIN, OK, OK, OK, OK),
}
# (address, form, answers to each of ROLES, verb of the one audit event); 302 is also what a done change answers
CHANGES: list[tuple[str, dict[str, Any], tuple[int, ...], str]] = [
    ("/duty/", {"on": "1"}, (LOGIN, 302, 302, 302, 302), "person.on_duty"),
    (
        "/settings/people/invite/",
        {"email": "new@example.com", "name": "New", "team": "{team}", "role": "agent", "language": "sv"},
        (LOGIN, NO, NO, OK, OK),
        "person.invited",
    ),
    (
        "/settings/people/{user}/teams/",
        {"role": ["{team}:senior"]},
        (LOGIN, NO, NO, 302, 302),
        "person.memberships",
    ),
    ("/settings/people/{stranger}/teams/", {"role": []}, (LOGIN, NO, NO, GONE, 302), "person.memberships"),
    (
        "/settings/people/{user}/administrator/",
        {"is_administrator": "on"},
        (LOGIN, NO, NO, NO, 302),
        "person.administrator",
    ),
    ("/settings/people/{user}/deactivate/", {}, (LOGIN, NO, NO, 302, 302), "person.deactivated"),
    ("/settings/people/{user}/reactivate/", {}, (LOGIN, NO, NO, 302, 302), "person.reactivated"),
    ("/settings/people/{user}/reset-link/", {}, (LOGIN, NO, NO, OK, OK), "person.reset_link"),
    ("/settings/people/{user}/second-factor/", {}, (LOGIN, NO, NO, 302, 302), "person.second_factor_reset"),
    ("/settings/people/{stranger}/deactivate/", {}, (LOGIN, NO, NO, GONE, 302), "person.deactivated"),
    (
        "/settings/teams/brand/",
        {"new-name": "Östtåg", "new-channel_model": "mixed"},
        (LOGIN, NO, NO, NO, 302),
        "brand.made",
    ),
    (
        "/settings/teams/brand/{brand}/",
        {"b{brand}-name": "Norrtåg AB", "b{brand}-channel_model": "mixed"},
        (LOGIN, NO, NO, 302, 302),
        "brand.changed",
    ),
    ("/settings/teams/brand/{brand}/team/", {"name": "Kväll"}, (LOGIN, NO, NO, 302, 302), "team.made"),
    ("/settings/teams/{team}/", {"name": "Kväll"}, (LOGIN, NO, NO, 302, 302), "team.renamed"),
    ("/settings/teams/{other_team}/", {"name": "Kväll"}, (LOGIN, GONE, GONE, GONE, 302), "team.renamed"),
    (
        "/settings/mandates/agent/hide/",
        {"choice": "yes", "most": "99,50"},
        (LOGIN, NO, NO, NO, 302),
        "mandate.set",
    ),
    ("/profile/keys/", {"has_keys": "on"}, (LOGIN, 302, 302, 302, 302), "person.profile"),
    ("/profile/api-keys/", {"name": "report", "scopes": ["read"]}, (LOGIN, NO, OK, OK, OK), "api_key.made"),
]


@pytest.fixture
def places(make_user: MakeUser, brand: Brand, team: Team) -> dict[str, int]:
    other = Team.objects.create(brand=Brand.objects.create(name="Sydtåg"), name="Resenärer")
    user, stranger = make_user(role="agent", name="Ulla"), make_user(team=other, name="Sven")
    return {
        "brand": brand.pk, "team": team.pk, "other_team": other.pk, "user": user.pk, "stranger": stranger.pk,
    }  # fmt: skip


@pytest.fixture
def browsers(make_user: MakeUser, administrator: User, client_of: ClientOf) -> dict[str, Client]:
    people = {
        "agent": make_user(role="agent"),
        "lead": make_user(role="lead"),
        "team administrator": make_user(role="administrator"),
        "administrator": administrator,
    }
    return {"nobody": Client()} | {role: client_of(user) for role, user in people.items()}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_for_whom_the_table_says(
    path: str, browsers: dict[str, Client], places: dict[str, int]
) -> None:
    got = tuple(browsers[role].get(path.format(**places)).status_code for role in ROLES)
    assert got == PAGES[path]
    assert set(AuditEvent.objects.values_list("verb", flat=True)) == (
        {"access.denied"} if NO in got else set()
    )


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("number", range(len(CHANGES)), ids=[path for path, *_ in CHANGES])
def test_a_change_is_done_for_whom_the_table_says_and_leaves_one_event(
    number: int, role: str, browsers: dict[str, Client], places: dict[str, int]
) -> None:
    path, form, answers, verb = CHANGES[number]
    answer = browsers[role].post(path.format(**places), filled(form, places))
    assert answer.status_code == answers[ROLES.index(role)]
    is_log_in = answer.status_code == 302 and answer.headers["Location"].startswith("/login/")
    is_done = answer.status_code in {200, 302} and not is_log_in
    assert is_log_in is (role == "nobody")
    told = [verb] if is_done else ["access.denied"] if answer.status_code == NO else []
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == told
    changed = AuditEvent.objects.exclude(verb="access.denied")
    assert browsers[role].get(path.format(**places)).status_code in {200, 302, 403, 404, 405}
    assert changed.count() == int(is_done), "reading changes nothing"


def filled(form: dict[str, Any], places: dict[str, int]) -> dict[str, Any]:
    def fill(value: Any) -> Any:
        return [fill(one) for one in value] if isinstance(value, list) else value.format(**places)

    return {name.format(**places): fill(value) for name, value in form.items()}


def test_every_address_of_the_room_stands_in_a_table() -> None:
    told = {re.sub(r"\{\w+\}|\d+", "N", path) for path in [*PAGES, *(path for path, *_ in CHANGES)]}
    told |= {
        "/setup/", "/welcome/TOKEN/", "/account/forgot/",  # test_entrance
        "/login/provider/", "/login/provider/back/", "/profile/provider/", "/profile/provider/end/",  # test_oidc
        "/profile/sessions/others/", "/profile/api-keys/N/rotate/",  # test_sessions, test_api_auth
        "/profile/sessions/end/", "/profile/sessions/N/end/", "/profile/api-keys/N/revoke/",  # below and test_people
    }  # fmt: skip
    routes = set()
    for resolver in get_resolver("lyhord.staff.tests.urls").url_patterns:
        if getattr(resolver, "namespace", "") == "staff":
            routes = {f"/{route.pattern}" for route in resolver.url_patterns}  # type: ignore[union-attr]
    assert routes
    for route in routes:
        plain = re.sub(r"<int:\w+>", "N", route).replace("<str:token>", "TOKEN")
        pattern = re.sub(r"<slug:\w+>", r"[\\w-]+", plain)
        assert any(re.fullmatch(pattern, path) for path in told), route


@pytest.mark.parametrize("path", [path for path, answers in PAGES.items() if answers[-1] == OK])
@pytest.mark.parametrize("language", ["en", "sv", "fi", "nb", "da"])
def test_a_page_keeps_the_strict_policy_in_every_language(
    path: str, language: str, administrator: User, client_of: ClientOf, places: dict[str, int]
) -> None:
    User.objects.filter(pk=administrator.pk).update(language=language)
    page = client_of(User.objects.get(pk=administrator.pk)).get(path.format(**places)).content.decode()
    assert f'lang="{language}"' in page
    assert not re.search(r"\sstyle=|\son\w+=|<script>|javascript:", page)
    assert page.count("<h1") == 1


def test_names_are_shown_as_text(administrator: User, client_of: ClientOf, make_user: MakeUser) -> None:
    evil = "<img src=x onerror=alert(1)>"
    user = make_user(name=evil, signature=evil)
    Team.objects.update(name=evil)
    Brand.objects.update(name=evil)
    browser = client_of(administrator)
    for path in (
        "/settings/people/",
        f"/settings/people/{user.pk}/",
        "/settings/teams/",
        "/settings/mandates/",
        "/settings/audit/",
    ):
        page = browser.get(path).content.decode()
        assert "<img src=x" not in page
    assert "<img src=x" not in client_of(user).get("/profile/").content.decode()


def test_a_brand_keeps_its_name_when_the_new_one_is_taken(
    administrator: User, client_of: ClientOf, places: dict[str, int]
) -> None:
    pk = places["brand"]
    form = {f"b{pk}-name": "SYDTÅG", f"b{pk}-channel_model": "mixed"}
    answer = client_of(administrator).post(f"/settings/teams/brand/{pk}/", form)
    assert answer.status_code == 422
    assert "There is a brand of this name already" in answer.content.decode()
    assert Brand.objects.get(pk=pk).name == "Norrtåg"


def test_the_duty_switch_swaps_itself_and_clicking_twice_changes_nothing(
    make_user: MakeUser, client_of: ClientOf
) -> None:
    user = make_user()
    browser = client_of(user)
    for _ in range(2):
        fragment = browser.post("/duty/", {"on": "1"}, headers={"HX-Request": "true"})
        assert fragment.status_code == 200
        assert b'aria-checked="true"' in fragment.content
        assert b"<html" not in fragment.content
    user.refresh_from_db()
    since = user.on_duty_since
    assert since is not None
    assert AuditEvent.objects.filter(verb="person.on_duty").count() == 1
    browser.post("/duty/", {"on": "0"})
    user.refresh_from_db()
    assert (user.is_on_duty, user.on_duty_since) == (False, None)
    assert browser.get("/duty/").status_code == 405


def test_the_duty_switch_leads_back_to_our_own_pages_only(make_user: MakeUser, client_of: ClientOf) -> None:
    browser = client_of(make_user())
    back = [
        browser.post("/duty/", {"on": "1"}, headers={"Referer": page}).headers["Location"]
        for page in (
            "http://testserver/inbox/",
            "https://evil.example/",
            "//evil.example",
            "javascript:alert(1)",
        )
    ]
    assert back == ["http://testserver/inbox/", "/profile/", "/profile/", "/profile/"]


def test_an_api_key_is_shown_once(make_user: MakeUser, client_of: ClientOf) -> None:
    user = make_user(role="lead")
    browser = client_of(user)
    page = browser.post("/profile/api-keys/", {"name": "report", "scopes": ["read"]}).content.decode()
    plain = re.search(r"lyh_[\w-]{43}", page)
    assert plain is not None
    profile = browser.get("/profile/").content.decode()
    assert plain.group() not in profile
    assert "report" in profile
    key = ApiKey.objects.get()
    assert client_of(make_user(role="lead")).post(f"/profile/api-keys/{key.pk}/revoke/").status_code == 404
    assert browser.post(f"/profile/api-keys/{key.pk}/revoke/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_session_of_somebody_else_cannot_be_ended(
    make_user: MakeUser, client_of: ClientOf, now: Any
) -> None:
    other = make_user()
    row = LogIn.objects.create(user=other, session="x", began_at=now)
    assert client_of(make_user()).post(f"/profile/sessions/{row.pk}/end/").status_code == 404
    assert LogIn.objects.filter(pk=row.pk).exists()


def test_a_mandate_is_set_for_one_team_and_taken_back(
    administrator: User, client_of: ClientOf, places: dict[str, int]
) -> None:
    browser, path = client_of(administrator), f"/settings/mandates/agent/reply/?team={places['team']}"
    browser.post(path, {"choice": "yes", "most": "99,50"})
    row = Mandate.objects.get()
    assert (row.role, row.verb, row.team_id, row.is_allowed, str(row.most)) == (
        "agent",
        "reply",
        places["team"],
        True,
        "99.50",
    )
    browser.post(path, {"choice": "yes", "most": "many"})
    row.refresh_from_db()
    assert str(row.most) == "99.50"
    browser.post(path, {"choice": "usual"})
    assert not Mandate.objects.exists()
    assert browser.get("/settings/mandates/agent/fly/").status_code == 404


def test_the_audit_page_tells_what_was_done_and_pages_by_key(
    administrator: User, client_of: ClientOf, now: Any
) -> None:
    for number in range(60):
        audit.record(
            "team.made" if number % 2 else "brand.made",
            administrator,
            by=administrator,
            now=now,
            number=number,
        )
    audit.seal()
    browser = client_of(administrator)
    page = browser.get("/settings/audit/").content.decode()
    assert "Whole up to number 60" in page
    assert "number: 59" in page
    assert "number: 9<" not in page
    older = re.search(r'href="(\?before=\d+)"', page)
    assert older is not None
    second = browser.get(f"/settings/audit/{older.group(1)}").content.decode()
    assert "number: 9<" in second
    assert "number: 59" not in second
    only = browser.get("/settings/audit/?verb=team.made").content.decode()
    assert "number: 59" in only
    assert "number: 58" not in only


def test_a_lead_reads_the_log_of_her_brand_only(
    make_user: MakeUser, client_of: ClientOf, brand: Brand, administrator: User, now: Any
) -> None:
    other = Brand.objects.create(name="Sydtåg")
    for one in (brand, other):
        audit.record("brand.changed", one, by=administrator, now=now, name=f"name of {one.pk}")
    page = client_of(make_user(role="lead")).get("/settings/audit/").content.decode()
    assert f"name of {brand.pk}" in page
    assert f"name of {other.pk}" not in page


def test_the_last_administrator_is_told_why_she_stays(administrator: User, client_of: ClientOf) -> None:
    page = client_of(administrator).post(f"/settings/people/{administrator.pk}/deactivate/", follow=True)
    assert "last administrator" in page.content.decode()


def test_people_see_only_who_shares_a_brand(
    make_user: MakeUser, administrator: User, places: dict[str, int], now: Any
) -> None:
    from lyhord.staff import queries

    person = make_user(role="agent")
    seen = set(queries.users_visible_to(person).values_list("pk", flat=True))
    assert places["user"] in seen
    assert person.pk in seen
    assert places["stranger"] not in seen
    assert set(queries.users_visible_to(administrator).values_list("pk", flat=True)) >= {
        places["user"],
        places["stranger"],
    }
    assert [user.pk for user in queries.colleagues([places["brand"]])] == sorted(
        seen - {administrator.pk}, key=lambda pk: User.objects.get(pk=pk).name
    )
    actions.go_on_duty(person, now=now)
    assert [user.pk for user in queries.on_duty([places["brand"]])] == [person.pk]
    assert not queries.on_duty(team_ids=[places["other_team"]])
    Membership.objects.filter(user=person).delete()
    assert set(queries.users_visible_to(person)) == {person}


@pytest.mark.parametrize(
    "asked",
    [
        "person=0",
        "person=x",
        "before=z",
        "before=99999999999999999999",
        "object=x:y",
        "object=:",
        "object=x:99999999999999999999",
        "verb=%F0%9F%9A%82",
    ],
)
def test_the_audit_page_takes_any_question(asked: str, administrator: User, client_of: ClientOf) -> None:
    assert client_of(administrator).get(f"/settings/audit/?{asked}").status_code == 200
