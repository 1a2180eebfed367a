"""Keys to the API, how often they may be used, and requests that happen once."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from lyhord.conftest import ClientOf, MakeUser
from lyhord.lib import crypto
from lyhord.staff import actions, limits, mandates, steps
from lyhord.staff.actions import keys
from lyhord.staff.api_auth import AT_WORK, Pace
from lyhord.staff.models import ApiKey, AuditEvent, Brand, Kept, User
from lyhord.staff.tests import api_work


@pytest.fixture
def owner(make_user: MakeUser) -> User:
    return make_user(role="lead")


def make(owner: User, *scopes: str, **given: Any) -> tuple[ApiKey, Client]:
    """A key and a program that holds it."""
    values = {"name": "report", "scopes": scopes or ("read", "write"), "expires_at": None} | given
    key, plain = actions.make_api_key(by=owner, now=timezone.now(), **values)
    return key, Client(headers={"Authorization": f"Bearer {plain}"}, raise_request_exception=False)


# Keys -----------------------------------------------------------------------------------------------------------


def test_a_key_has_256_bits_and_only_its_digest_is_kept(owner: User, now: datetime) -> None:
    key, plain = actions.make_api_key(by=owner, name="x", scopes=["read"], expires_at=None, now=now)
    assert plain.startswith("lyh_")
    assert len(plain) >= 4 + 43
    assert key.digest == crypto.digest(plain)
    assert plain not in str(list(ApiKey.objects.values()))
    assert plain.startswith(key.prefix)
    assert len(plain) - len(key.prefix) > 38


def test_a_key_acts_as_its_owner(owner: User) -> None:
    _key, program = make(owner)
    assert program.get("/api/v1/task").json() == {"email": owner.email}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer lyh_",
        "Bearer lyh_wrong",
        "Bearer x",
        "Basic bHloXzpsb2w=",
        "lyh_wrong",
        "Bearer lyh_\x7f",
    ],
)
@pytest.mark.django_db
def test_no_or_a_wrong_key_is_no_key(header: str, make_user: MakeUser) -> None:
    make_user()
    answer = Client(headers={"Authorization": header}).get("/api/v1/task")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_logged_in"


def test_a_session_is_no_key(owner: User) -> None:
    browser = Client()
    browser.force_login(owner)
    assert browser.post("/api/v1/task/make").status_code == 401
    assert Brand.objects.count() == 1


@pytest.mark.parametrize("how", ["revoked", "expired", "inactive"])
def test_a_dead_key_is_no_key(how: str, owner: User, administrator: User) -> None:
    key, program = make(owner)
    assert program.get("/api/v1/task").status_code == 200
    if how == "revoked":
        actions.revoke_api_key(key, by=owner, now=timezone.now())
    elif how == "expired":
        ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())
    else:
        User.objects.filter(pk=owner.pk).update(is_active=False)
    assert program.get("/api/v1/task").status_code == 401


@pytest.mark.parametrize(
    ("scopes", "statuses"),
    [(("read",), [200, 403, 403]), (("write",), [403, 201, 403]), (("read", "write"), [200, 201, 403])],
)
def test_a_key_does_what_its_scopes_say(scopes: tuple[str, ...], statuses: list[int], owner: User) -> None:
    _key, program = make(owner, *scopes)
    got = [
        program.get("/api/v1/task").status_code,
        program.post("/api/v1/task/make").status_code,
        program.post("/api/v1/task/settings").status_code,
    ]
    assert got == statuses


def test_the_scope_admin_is_for_administrators(owner: User, administrator: User) -> None:
    with pytest.raises(mandates.NotYours):
        make(owner, "admin")
    _key, program = make(administrator, "admin")
    assert program.post("/api/v1/task/settings").status_code == 200


@pytest.mark.parametrize("role", ["agent", "senior", "moderator", "expert", "listener"])
def test_who_lacks_the_mandate_makes_no_key(role: str, make_user: MakeUser) -> None:
    with pytest.raises(mandates.NotYours):
        make(make_user(role=role))


def test_nonsense_keys_are_refused(owner: User) -> None:
    nonsense: list[dict[str, Any]] = [
        {"scopes": ["all"]}, {"scopes": []}, {"expires_at": timezone.now() - timedelta(days=1)}
    ]  # fmt: skip
    for given in nonsense:
        with pytest.raises(keys.BadKey):
            make(owner, **given)
    assert not ApiKey.objects.exists()


def test_nobody_revokes_the_key_of_another(owner: User, make_user: MakeUser, administrator: User) -> None:
    key, program = make(owner)
    with pytest.raises(mandates.NotYours):
        actions.revoke_api_key(key, by=make_user(role="lead"), now=timezone.now())
    assert program.get("/api/v1/task").status_code == 200
    actions.revoke_api_key(key, by=administrator, now=timezone.now())
    assert program.get("/api/v1/task").status_code == 401


def test_the_last_use_is_noted_once_a_minute(owner: User) -> None:
    key, program = make(owner)
    program.get("/api/v1/task")
    first = ApiKey.objects.get(pk=key.pk).last_used_at
    assert first is not None
    program.get("/api/v1/task")
    assert ApiKey.objects.get(pk=key.pk).last_used_at == first
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=first - timedelta(minutes=2))
    program.get("/api/v1/task")
    assert ApiKey.objects.get(pk=key.pk).last_used_at != first - timedelta(minutes=2)


# Pace -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def slow(settings: Settings) -> None:
    """30 calls at once, then one in ten seconds."""
    settings.LYHORD_API_BURST, settings.LYHORD_API_PER_SECOND = 30, 0.1


@pytest.mark.django_db
def test_a_key_has_a_burst_and_then_a_steady_pace_over_all_processes(slow: None, now: datetime) -> None:
    """Each process takes some calls ahead; together they never make more than the bucket holds."""
    at = [100.0]
    one, two = Pace(lambda: at[0]), Pace(lambda: at[0])
    allowed = [pace.take(1, now).is_allowed for _ in range(40) for pace in (one, two)]
    assert allowed.count(True) == 30
    refused = one.take(1, now)
    assert (refused.is_allowed, refused.left) == (False, 0)
    assert 0 < refused.wait <= 10
    assert one.take(2, now).is_allowed, "another key has its own"
    at[0] += 10
    later = now + timedelta(seconds=10)
    assert [pace.take(1, later).is_allowed for pace in (one, two, one)] == [True, False, False]
    at[0] += 9000
    later += timedelta(hours=3)
    rested = [one.take(1, later).is_allowed for _ in range(40)]
    assert rested.count(True) == 30, "resting long gives no more than a whole bucket"


@pytest.mark.django_db
def test_most_calls_cost_no_write(slow: None, now: datetime, django_assert_max_num_queries: Any) -> None:
    pace = Pace(lambda: 100.0)
    with django_assert_max_num_queries(10):
        assert [pace.take(1, now).is_allowed for _ in range(30)] == [True] * 30


def test_each_answer_tells_how_many_calls_are_left(slow: None, owner: User) -> None:
    _key, program = make(owner)
    left = []
    for _ in range(30):
        answer = program.get("/api/v1/task")
        assert (answer.status_code, answer.headers["RateLimit-Limit"]) == (200, "30")
        left.append(int(answer.headers["RateLimit-Remaining"]))
    assert left == sorted(left, reverse=True)
    assert (left[0], left[-1]) == (29, 0)
    answer = program.get("/api/v1/task")
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many")
    assert 1 <= int(answer.headers["Retry-After"]) <= 10
    assert answer.headers["RateLimit-Remaining"] == "0"
    assert 0 < int(answer.headers["RateLimit-Reset"]) <= 300


def test_wrong_keys_are_counted_by_network_and_lock_nobody_out(owner: User) -> None:
    _key, program = make(owner)

    def wrong(address: str) -> Any:
        return Client().get(
            "/api/v1/task", headers={"Authorization": "Bearer lyh_guess"}, REMOTE_ADDR=address
        )

    statuses = [wrong(f"192.0.2.{number + 1}").status_code for number in range(limits.API_WRONG_KEY.size + 1)]
    assert statuses == [401] * limits.API_WRONG_KEY.size + [429]
    refused = wrong("192.0.2.200")
    assert refused.json()["error"]["code"] == "too_many"
    assert int(refused.headers["Retry-After"]) >= 1
    assert wrong("198.51.100.1").status_code == 401
    assert program.get("/api/v1/task", REMOTE_ADDR="192.0.2.1").status_code == 200
    assert Client().get("/api/v1/task", REMOTE_ADDR="192.0.2.1").status_code == 401, (
        "without a key nothing is guessed"
    )


# A new key for an old one ---------------------------------------------------------------------------------------


def test_a_renewed_key_and_the_one_before_work_side_by_side_for_a_while(owner: User) -> None:
    key, program = make(owner, "read")
    fresh, plain = actions.rotate_api_key(key, by=owner, overlap=timedelta(hours=1), now=timezone.now())
    other = Client(headers={"Authorization": f"Bearer {plain}"})
    assert [one.get("/api/v1/task").status_code for one in (program, other)] == [200, 200]
    assert (fresh.name, fresh.scopes, fresh.expires_at) == (key.name, ["read"], None)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())
    assert [one.get("/api/v1/task").status_code for one in (program, other)] == [401, 200]
    assert AuditEvent.objects.filter(verb="api_key.rotated").count() == 1


def test_renewing_gives_the_same_life_again_and_never_lengthens_the_old_one(owner: User) -> None:
    begun = timezone.now()
    ends = begun + timedelta(days=10)
    key, _program = make(owner, "read", expires_at=ends)
    fresh, _plain = actions.rotate_api_key(
        key, by=owner, overlap=timedelta(days=20), now=begun + timedelta(days=9)
    )
    assert ApiKey.objects.get(pk=key.pk).expires_at == ends
    assert fresh.expires_at is not None
    assert abs(fresh.expires_at - (begun + timedelta(days=19))) < timedelta(minutes=1)


@pytest.mark.parametrize("how", ["another's", "revoked", "expired", "too long", "negative"])
def test_what_cannot_be_renewed_is_not(how: str, owner: User, make_user: MakeUser) -> None:
    key, _program = make(owner)
    by = make_user(role="lead") if how == "another's" else owner
    if how == "revoked":
        actions.revoke_api_key(key, by=owner, now=timezone.now())
    if how == "expired":
        key.expires_at = timezone.now()
    overlap = {"too long": timedelta(days=31), "negative": timedelta(hours=-1)}.get(how, timedelta(hours=1))
    with pytest.raises(keys.BadKey):
        actions.rotate_api_key(key, by=by, overlap=overlap, now=timezone.now())
    assert ApiKey.objects.count() == 1


def test_a_key_is_renewed_in_the_profile_by_its_owner_alone(
    owner: User, make_user: MakeUser, client_of: ClientOf
) -> None:
    key, program = make(owner)
    address = f"/profile/api-keys/{key.pk}/rotate/"
    assert client_of(make_user(role="lead")).post(address).status_code == 404
    page = client_of(owner).post(address)
    assert (page.status_code, b"lyh_" in page.content) == (200, True)
    assert program.get("/api/v1/task").status_code == 200
    assert b"ends soon" in client_of(owner).get("/profile/").content


# Once only: the nine cases --------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def usual_rules() -> Iterator[None]:
    yield
    api_work.rules["refuse"] = False


def twice(program: Client, path: str, key: str = "") -> tuple[Any, Any]:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return tuple(program.post(f"/api/v1/task/{path}", headers=headers) for _ in range(2))  # type: ignore[return-value]


def brands_made() -> int:
    return Brand.objects.filter(name__startswith="Brand ").count()


def test_1_success_happens_once_and_is_told_twice(owner: User) -> None:
    first, second = twice(make(owner)[1], "make")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert (first.headers.get("Idempotency-Replayed"), second.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert brands_made() == 1


@pytest.mark.parametrize("path", ["refuse-early", "refuse-in-work", "refuse-after"])
def test_2_to_4_a_refusal_is_kept_and_leaves_nothing_behind(path: str, owner: User) -> None:
    first, second = twice(make(owner)[1], path)
    assert (first.status_code, second.status_code) == (409, 409)
    assert first.content == second.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert brands_made() == 0


def test_5_the_same_key_for_another_request_is_refused(owner: User) -> None:
    _key, program = make(owner)
    headers = {"Idempotency-Key": "one key"}
    assert program.post("/api/v1/task/make", headers=headers).status_code == 201
    for path, body in (("/api/v1/task/other", ""), ("/api/v1/task/make", "x"), ("/api/v1/task/make?a=1", "")):
        answer = program.post(path, body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "key_reused")
    assert brands_made() == 1


def test_6_rules_that_changed_between_the_tries_change_no_outcome(owner: User) -> None:
    _key, program = make(owner)
    headers = {"Idempotency-Key": "one key"}
    first = program.post("/api/v1/task/make", headers=headers)
    api_work.rules["refuse"] = True
    second = program.post("/api/v1/task/make", headers=headers)
    assert second.content == first.content
    assert program.post("/api/v1/task/make", headers={"Idempotency-Key": "other"}).status_code == 409


@pytest.mark.parametrize("path", ["fail-before", "fail-after", "blow-up"])
def test_7_and_8_a_failure_of_ours_leaves_nothing_and_may_be_tried_again(path: str, owner: User) -> None:
    first, second = twice(make(owner)[1], path)
    assert (first.status_code, second.status_code) == (500, 500)
    assert second.headers.get("Idempotency-Replayed") is None
    assert brands_made() == 0
    assert not Kept.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_9_repeats_at_the_same_time_do_the_work_once(make_user: MakeUser) -> None:
    _key, program = make(make_user(role="lead"))
    statuses = []

    def call() -> None:
        try:
            answer = program.post("/api/v1/task/make", headers={"Idempotency-Key": "one key"})
            statuses.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert brands_made() == 1
    assert set(statuses) <= {201, 409}
    assert statuses.count(201) >= 1


def test_a_repeat_while_the_first_is_at_work_is_told_so(owner: User) -> None:
    _key, program = make(owner)
    headers = {"Idempotency-Key": "one key"}
    program.post("/api/v1/task/make", headers=headers)
    Kept.objects.update(status=None)  # as it stands while the first is at work
    answer = program.post("/api/v1/task/make", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "at_work")
    Kept.objects.update(at=timezone.now() - AT_WORK)  # the first was killed, and its work rolled back
    assert program.post("/api/v1/task/make", headers=headers).status_code == 201
    assert brands_made() == 2


def test_the_same_key_of_two_people_is_two_keys(owner: User, make_user: MakeUser) -> None:
    for person in (owner, make_user(role="lead")):
        make(person)[1].post("/api/v1/task/make", headers={"Idempotency-Key": "one key"})
    assert brands_made() == 2


def test_a_wrong_key_or_too_long_a_wish_keeps_nothing(owner: User) -> None:
    headers = {"Idempotency-Key": "one key"}
    assert (
        Client(headers={"Authorization": "Bearer lyh_no"})
        .post("/api/v1/task/make", headers=headers)
        .status_code
        == 401
    )
    assert make(owner)[1].post("/api/v1/task/make", headers={"Idempotency-Key": "k" * 101}).status_code == 422
    assert not Kept.objects.exists()
    assert brands_made() == 0


def test_a_kept_outcome_lies_encrypted(owner: User) -> None:
    first, second = twice(make(owner)[1], "make")
    assert first.content.decode() not in Kept.objects.get().body
    assert second.content == first.content


def test_outcomes_are_kept_for_a_day(owner: User) -> None:
    make(owner)[1].post("/api/v1/task/make", headers={"Idempotency-Key": "one key"})
    now = timezone.now()
    steps.forget_old(now + timedelta(hours=23))
    assert Kept.objects.count() == 1
    steps.forget_old(now + timedelta(hours=25))
    assert not Kept.objects.exists()


def test_making_and_revoking_are_told_to_the_audit_without_the_key(owner: User) -> None:
    key, _program = make(owner)
    actions.revoke_api_key(key, by=owner, now=timezone.now())
    actions.revoke_api_key(key, by=owner, now=timezone.now())
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
        "api_key.made",
        "api_key.revoked",
    ]
