"""On which networks we depend, and whether that grows (CH-43)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from lyhord.channels import shares
from lyhord.channels.models import Account, App, Heard
from lyhord.conftest import ClientOf, MakeUser
from lyhord.staff.models import Brand, User

MakeAccount = Callable[..., Account]


@pytest.fixture
def make_account(brand: Brand, now: datetime) -> MakeAccount:
    def make(connector: str, **fields: object) -> Account:
        app = App.objects.create(
            connector=connector, name="x", endpoint=f"e{App.objects.count()}", made_at=now
        )
        told = {"brand": brand, "name": connector, "native": str(app.pk), **fields}
        return Account.objects.create(app=app, connector=connector, made_at=now, **told)

    return make


def hear(account: Account, now: datetime, *weeks: int) -> None:
    """So many posts in each week, the oldest first."""
    for ago, posts in enumerate(reversed(weeks)):
        at = (now - timedelta(days=7 * ago + 1)).replace(minute=0, second=0, microsecond=0)
        Heard.objects.create(account=account, hour=at, posts=posts)


def test_the_share_of_each_network_and_where_it_goes(
    make_account: MakeAccount, administrator: User, now: datetime
) -> None:
    hear(make_account("mastodon"), now, 90, 80, 60, 50)
    hear(make_account("email"), now, 5, 10, 30, 40)
    hear(make_account("email"), now, 5, 10, 10, 10)
    found = {share.connector: share for share in shares.shares(administrator, now)}
    assert list(found) == ["mastodon", "email"]
    assert (found["mastodon"].posts, found["mastodon"].share) == (280, 0.7)
    assert found["email"].weeks == (0.1, 0.2, 0.4, 0.5)
    assert (found["mastodon"].trend, found["email"].trend) == ("down", "up")


@pytest.mark.parametrize(
    ("posts", "others", "trend"),
    [
        ((10, 10, 10, 10), (10, 10, 10, 10), "steady"),
        ((10, 10, 11, 10), (10, 10, 10, 10), "steady"),
        ((1, 1, 2, 2), (1, 1, 1, 1), ""),
        ((0, 0, 30, 30), (0, 0, 0, 0), ""),  # nothing before: nothing to compare with
        ((0, 0, 30, 30), (30, 30, 30, 30), "up"),
    ],
)
def test_a_trend_is_told_only_where_there_is_enough_to_tell(
    posts: tuple[int, ...], others: tuple[int, ...], trend: str
) -> None:
    assert shares.trend(list(posts), [a + b for a, b in zip(posts, others, strict=True)]) == trend


def test_what_is_older_hers_not_or_rehearsed_does_not_count(
    make_account: MakeAccount, make_user: MakeUser, now: datetime
) -> None:
    lead = make_user("lead")
    seen = make_account("mastodon")
    hear(seen, now, 0, 0, 0, 7)
    Heard.objects.create(account=seen, hour=now - timedelta(days=28, hours=1), posts=1000)
    hear(make_account("telegram", is_rehearsal=True), now, 9, 9, 9, 9)
    hear(make_account("email", brand=Brand.objects.create(name="Other")), now, 9, 9, 9, 9)
    assert [(share.connector, share.posts, share.share) for share in shares.shares(lead, now)] == [
        ("mastodon", 7, 1.0)
    ]
    assert shares.told([]) == []


def test_the_page_tells_it_in_words_and_bars_and_nothing_where_nothing_came(
    make_account: MakeAccount, administrator: User, client_of: ClientOf
) -> None:
    account = make_account("email")
    web = client_of(administrator)
    assert "Where it comes in" not in web.get("/settings/channels/").content.decode()
    hear(account, timezone.now(), 10, 20, 30, 40)
    html = web.get("/settings/channels/").content.decode()
    assert "Where it comes in" in html and "100 %" in html
    assert html.count('class="bar b20"') == 4
    assert "Nearly everything comes through one network." in html
    assert "steady" in html


def test_an_agent_without_the_mandate_is_not_told(
    make_account: MakeAccount, make_user: MakeUser, client_of: ClientOf
) -> None:
    make_account("email")
    assert client_of(make_user("agent")).get("/settings/channels/").status_code == 403
