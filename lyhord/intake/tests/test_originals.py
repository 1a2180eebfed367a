"""The original of a mail: looked at safely, by those who see the post, for as long as it is kept."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.channels.contract import Headers
from lyhord.conftest import MakeUser
from lyhord.intake import originals
from lyhord.intake.models import Envelope, Post
from lyhord.intake.tests import makes
from lyhord.staff import actions as staff
from lyhord.staff.models import Brand, Team

pytestmark = pytest.mark.django_db
EVIL = (
    "<style>body{background:url(https://spy.example/a)}</style><script>alert(1)</script>"
    '<p onclick="alert(2)">Hej <b>där</b></p><img src="https://spy.example/pixel"><img src="cid:1">'
    '<a href="https://evil.example/login">www.bank.example</a><a href="javascript:alert(3)">x</a>'
    '<form action="https://evil.example"><input name="password"></form><iframe src="https://evil.example"></iframe>'
    '<meta http-equiv="refresh" content="0;url=https://evil.example"><base href="https://evil.example">'
    '<div style="position:fixed">vägg</div><object data="x"></object><svg><script>alert(4)</script></svg>'
)


@pytest.fixture
def post(brand: Brand, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Post:
    def original(self: object, raw: bytes, headers: Headers, item: str) -> str | None:
        return EVIL if raw else None

    monkeypatch.setattr(makes.Telling, "original", original, raising=False)
    return makes.make_post(makes.make_account(brand, now), now)


@pytest.fixture
def web(make_user: MakeUser) -> Client:
    client = Client()
    client.force_login(make_user())
    return client


def test_it_is_shown_without_anything_that_acts_or_tells_that_it_was_read(web: Client, post: Post) -> None:
    with makes.telling():
        answer = web.get(f"/post/{post.pk}/original/")
    page = answer.content.decode()
    body = page.partition("<main")[2]
    assert answer.status_code == 200 and "<b>där</b>" in body and "vägg" in body
    for gone in (
        "script",
        "alert",
        "spy.example",
        "<img",
        "<form",
        "<input",
        "iframe",
        "style",
        "http-equiv",
        "<base",
        "svg",
    ):
        assert gone not in body, gone
    assert 'href="https://evil.example/login"' in body and 'rel="noopener noreferrer nofollow ugc"' in body
    policy = answer.headers["Content-Security-Policy"]
    assert policy == originals.POLICY and "sandbox" in policy and "allow-same-origin" not in policy
    assert (
        "allow-scripts" not in policy and "img-src" not in policy and policy.startswith("default-src 'none'")
    )
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "<script" not in page and "<img" not in page


@pytest.mark.parametrize("how", ["blank", "gone", "plain"])
def test_where_there_is_none_the_page_says_so(
    web: Client, post: Post, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "blank":
        Envelope.objects.update(is_blank=True, raw=b"")
    elif how == "gone":
        Post.objects.update(envelope=None)
    else:
        monkeypatch.setattr(makes.Telling, "original", lambda *_: None)
    with makes.telling():
        page = web.get(f"/post/{post.pk}/original/").content.decode()
    assert "There is no original" in page and "där" not in page


def test_a_deleted_post_and_one_of_others_are_not_there(
    web: Client, post: Post, brand: Brand, now: datetime
) -> None:
    address = f"/post/{post.pk}/original/"
    post.account.teams.add(Team.objects.create(brand=brand, name="Ledning"))
    assert web.get(address).status_code == 404
    post.account.teams.clear()
    Post.objects.update(deleted_at=now)
    assert web.get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_api_gives_the_cleaned_markup(make_user: MakeUser, post: Post) -> None:
    by, now = make_user("lead", email="lead@example.com"), timezone.now()
    _key, plain = staff.make_api_key(by=by, name="x", scopes=["read"], expires_at=None, now=now)
    with makes.telling():
        answer = Client(headers={"Authorization": f"Bearer {plain}"}).get(f"/api/v1/posts/{post.pk}/original")
    found = answer.json()["html"]
    assert "<b>där</b>" in found and "script" not in found and "<img" not in found
