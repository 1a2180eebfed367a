"""Lines of the list are remembered: what they show must be what stands in the database, for the person who asks."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.conftest import ClientOf, MakeUser
from lyhord.customers.models import Customer, Identity
from lyhord.desk import actions, queries
from lyhord.desk.models import Conversation
from lyhord.desk.tests.conftest import World, make_account
from lyhord.desk.views import lines
from lyhord.staff import actions as staff
from lyhord.staff.models import Brand, Mandate, Team, User

pytestmark = pytest.mark.django_db
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def world(account: Any) -> World:
    return World(account, timezone.now())


@pytest.fixture
def web(linnea: User, client_of: ClientOf) -> Client:
    return client_of(linnea)


def list_of(web: Client, query: str = "") -> str:
    page = web.get(f"/inbox/?{query}")
    assert page.status_code == 200
    found = re.search(r'<ul class="rows" id="rows".*?</ul>', page.content.decode(), re.DOTALL)
    assert found
    return found[0]


def change_customer(row: Conversation, **fields: Any) -> None:
    Customer.objects.filter(pk=row.customer_id).update(**fields)


CHANGES: dict[str, Any] = {
    "Ny rubrik": lambda row: Conversation.objects.filter(pk=row.pk).update(subject="Ny rubrik"),
    "Nya ord": lambda row: Conversation.objects.filter(pk=row.pk).update(snippet="Nya ord"),
    "Aino Nytt-Namn": lambda row: change_customer(row, name="Aino Nytt-Namn"),
    'data-version="77"': lambda row: Conversation.objects.filter(pk=row.pk).update(version=77),
    "Urgent": lambda row: Conversation.objects.filter(pk=row.pk).update(is_urgent=True),
    "Complaint": lambda row: Conversation.objects.filter(pk=row.pk).update(kind="complaint"),
    "Private": lambda row: Conversation.objects.filter(pk=row.pk).update(is_public=False),
    'lang="fi"': lambda row: Conversation.objects.filter(pk=row.pk).update(lang="fi"),
    'datetime="2024-02-29T': lambda row: Conversation.objects.filter(pk=row.pk).update(
        last_at=timezone.datetime(2024, 2, 29, 12, tzinfo=timezone.get_fixed_timezone(0))  # type: ignore[attr-defined]
    ),
}


@pytest.mark.parametrize("shown", CHANGES)
def test_a_change_is_seen_at_once_even_where_the_version_stays(web: Client, world: World, shown: str) -> None:
    row = world.says("Aino", "När går tåget?")
    assert shown not in list_of(web) and shown not in list_of(web)
    CHANGES[shown](row)
    assert shown in list_of(web)


def test_a_colleague_who_takes_her_name_anew_has_it_on_every_line(
    web: Client, world: World, linnea: User, petri: User
) -> None:
    actions.take(world.says("Aino"), by=petri, now=world.now)
    assert f"Assigned to {petri.name}" in list_of(web)
    User.objects.filter(pk=petri.pk).update(name="Petri Ny")
    assert "Assigned to Petri Ny" in list_of(web)


def test_what_is_new_is_each_persons_own(
    web: Client, world: World, linnea: User, petri: User, client_of: ClientOf
) -> None:
    row = world.says("Aino")
    assert "is-new" in list_of(web) and "is-new" in list_of(client_of(petri))
    actions.mark_read(row, by=linnea, now=world.now)
    assert "is-new" not in list_of(web)
    assert "is-new" in list_of(client_of(petri))


def test_who_has_no_name_is_called_by_her_handle(web: Client, world: World) -> None:
    row = world.says("Aino")
    change_customer(row, name="")
    Identity.objects.filter(customer=row.customer_id).update(handle="@aino<3")
    assert "@aino&lt;3" in list_of(web)


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onfocus='x"]
)
def test_words_of_strangers_are_text_on_a_remembered_line_too(
    web: Client, world: World, hostile: str
) -> None:
    row = world.says("Aino", hostile)
    change_customer(row, name=hostile)
    Conversation.objects.filter(pk=row.pk).update(subject=f"Re: {hostile}", kind=hostile[:12])
    for _ in range(2):
        shown = list_of(web, query="q=&lang=&kind=&account=&tag=")
        assert "<script" not in shown and "<img" not in shown and "onfocus='" not in shown
        assert "&lt;" in shown or "&#39;" in shown


def test_a_hostile_query_stays_an_attribute(web: Client, world: World) -> None:
    row = world.says("Aino")
    hostile = '"><script>alert(1)</script>'
    answer = web.get("/inbox/rows/", {"ids": str(row.pk), "query": hostile}, **HTMX).content.decode()
    assert f'id="row-{row.pk}"' in answer and "<script" not in answer


def test_one_line_in_every_language_and_zone(web: Client, world: World, linnea: User) -> None:
    row = world.says("Aino")
    Conversation.objects.filter(pk=row.pk).update(
        is_urgent=True, last_at=timezone.now().replace(hour=12, minute=34, second=0)
    )
    seen = set()
    for language, word in [
        ("en", "Urgent"),
        ("sv", "Brådskande"),
        ("fi", "Kiireellinen"),
        ("nb", "Haster"),
        ("da", "Haster"),
    ]:
        User.objects.filter(pk=linnea.pk).update(language=language)
        shown = list_of(web)
        assert word in shown
        seen.add(shown)
    assert len(seen) == 5
    User.objects.filter(pk=linnea.pk).update(language="en", time_zone="Pacific/Kiritimati")
    assert list_of(web) not in seen


def test_another_brand_never_sees_a_line_that_was_drawn_for_this_one(
    web: Client, world: World, make_user: MakeUser, client_of: ClientOf
) -> None:
    world.says("Aino", "Endast för Nordbanan")
    other = Brand.objects.create(name="Annat")
    stranger = client_of(make_user(team=Team.objects.create(brand=other, name="Andra")))
    assert "Endast för Nordbanan" in list_of(web)
    assert "Endast för Nordbanan" not in stranger.get("/inbox/").content.decode()
    assert "Nordbanan" not in stranger.get("/inbox/").content.decode()


def test_rights_count_from_the_next_page_on(
    web: Client, world: World, linnea: User, administrator: User
) -> None:
    """Accounts in the filter, lines, the menu: all of it follows what the database says now."""
    world.says("Aino", "Bara så länge hon får")
    page = web.get("/inbox/").content.decode()
    assert "Bara så länge hon får" in page and world.account.name in page
    assert "/settings/people/" not in page
    Mandate.objects.create(role="agent", verb="manage_people", is_allowed=True)
    assert "/settings/people/" in web.get("/inbox/").content.decode()
    Mandate.objects.all().delete()
    assert "/settings/people/" not in web.get("/inbox/").content.decode()
    staff.set_memberships(linnea, [], by=administrator, now=timezone.now())
    page = web.get("/inbox/").content.decode()
    assert "Bara så länge hon får" not in page and f">{world.account.name}<" not in page


def test_an_account_that_is_given_to_a_team_leaves_the_others(
    web: Client, world: World, linnea: User
) -> None:
    other = make_account(world.account.brand, world.now, name="Andra sidan")
    assert "Andra sidan" in web.get("/inbox/").content.decode()
    other.teams.add(Team.objects.create(brand=world.account.brand, name="Endast vi"))
    assert "Andra sidan" not in web.get("/inbox/").content.decode()


def test_who_is_logged_out_or_closed_gets_no_page_more(web: Client, world: World, linnea: User) -> None:
    assert web.get("/inbox/").status_code == 200
    User.objects.filter(pk=linnea.pk).update(session_round=linnea.session_round + 1)
    assert web.get("/inbox/").status_code == 302


def test_who_is_closed_gets_no_page_more(web: Client, world: World, linnea: User) -> None:
    assert web.get("/inbox/").status_code == 200
    User.objects.filter(pk=linnea.pk).update(is_active=False)
    assert web.get("/inbox/").status_code == 302


def test_a_line_that_was_drawn_is_not_drawn_again(web: Client, world: World) -> None:
    for n in range(5):
        world.says(f"Person {n}", thread=f"t{n}")
    list_of(web)
    before = lines.item.cache_info()
    list_of(web)
    after = lines.item.cache_info()
    assert after.misses == before.misses and after.hits == before.hits + 5


def test_a_page_has_one_token_for_all_its_forms_and_another_the_next_time(web: Client, world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = web.cookies
    pages = [strict.get("/inbox/").content.decode() for _ in range(2)]
    tokens = [
        set(re.findall(r'(?:name="csrfmiddlewaretoken" value|name="csrf-token" content)="(\w{64})"', page))
        for page in pages
    ]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]  # masked anew, so that a compressed page tells nothing of it
    assert strict.post("/duty/", {"on": "1"}).status_code == 403
    assert strict.post("/duty/", {"on": "1", "csrfmiddlewaretoken": tokens[0].pop()}).status_code < 400


def test_some_counts_are_the_same_as_among_all(world: World, linnea: User) -> None:
    for n, (status, is_spam) in enumerate(
        [("open", False), ("closed", False), ("closed", True), ("open", True)]
    ):
        row = world.says(f"Person {n}", thread=f"t{n}")
        if is_spam:
            actions.mark_spam(row, by=linnea, now=world.now)
        elif status == "closed":
            actions.close(row, by=linnea, now=world.now)
    whole = queries.counts(linnea)
    assert (whole["open"], whole["closed"], whole["spam"]) == (1, 1, 2)
    rail = [view for view in whole if view not in queries.DONE]
    assert queries.counts(linnea, views=rail) == {view: whole[view] for view in rail}
    for view in whole:
        assert queries.counts(linnea, views=[view]) == {view: whole[view]}
