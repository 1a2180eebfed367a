"""What people write for: kept on the conversation through all that happens to it, found by filter, and reported (TR-04, TR-06, TR-08)."""

import csv
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from lyhord.conftest import ClientOf, MakeUser
from lyhord.desk import actions, queries, rules
from lyhord.desk.models import Conversation, Draft, Use
from lyhord.desk.queries import Filters
from lyhord.desk.queries import use as reports
from lyhord.desk.steps import changes
from lyhord.desk.tests.conftest import World, make_account
from lyhord.intake.actions import renewing
from lyhord.intake.models import Post, PostChange
from lyhord.staff import actions as staff
from lyhord.staff.models import User
from lyhord.triage.heads.kind import KINDS
from lyhord.triage.heads.learned import WHY_PURPOSE
from lyhord.triage.models import Assessment

pytestmark = pytest.mark.django_db


def told(conversation: Conversation) -> tuple[str, str, str, bool]:
    conversation.refresh_from_db()
    return conversation.use, conversation.purpose, conversation.journey, conversation.is_viewpoint


# The rule ---------------------------------------------------------------------------------------------------------


def test_every_kind_and_purpose_has_a_use() -> None:
    pairs = list(product(["", *KINDS, "unheard of"], ["", *WHY_PURPOSE, "unheard of"]))
    assert {rules.use(*pair) for pair in pairs} == set(Use.values)
    assert all(rules.use("spam", purpose) == "brand" for purpose in WHY_PURPOSE)


@pytest.mark.parametrize(
    ("kind", "purpose", "use"),
    [
        ("question", "", "service"),
        ("complaint", "", "complaint"),
        ("complaint", "influence", "complaint"),
        ("corporate", "", "brand"),
        ("praise", "", "brand"),
        ("chatter", "", "brand"),
        ("question", "influence", "brand"),
        ("complaint", "press", "brand"),
        ("idea", "", "relation"),
        ("question", "sales-lead", "relation"),
        ("question", "recruitment", "relation"),
        ("complaint", "stakeholder", "relation"),
        ("question", "legal-threat", "complaint"),
        ("", "", "service"),
    ],
)
def test_the_use_of(kind: str, purpose: str, use: str) -> None:
    assert rules.use(kind, purpose) == use


# On the conversation ----------------------------------------------------------------------------------------------


def test_it_is_told_by_the_first_word_and_thanks_do_not_change_it(world: World) -> None:
    conversation = world.says("Aino", "Var är tåget?", told={"journey": "during"})
    assert told(conversation) == ("service", "", "during", False)
    world.later(minutes=5)
    world.says("Aino", "Tack!", told={"kind": "praise", "needs_answer": False})
    assert told(conversation) == ("service", "", "during", False)
    world.later(minutes=5)
    world.says("Aino", "Ändå för dåligt", told={"kind": "complaint", "journey": "after"})
    assert told(conversation) == ("complaint", "", "after", False)


def test_a_journalist_stays_one(world: World) -> None:
    conversation = world.says(
        "Aino", "Från tidningen: varför?", told={"kind": "corporate", "purpose": "press"}
    )
    world.later(minutes=5)
    world.says("Aino", "Och när?", told={"kind": "question"})
    assert told(conversation)[:2] == ("brand", "press")


def test_fans_are_no_press(world: World) -> None:
    conversation = world.says("Aino", "Det där var offside", told={"kind": "chatter", "purpose": "press"})
    assert told(conversation)[:2] == ("brand", "")


def test_a_view_is_one_until_she_asks(world: World) -> None:
    view = {"kind": "idea", "is_asking": False}
    conversation = world.says("Aino", "Fler bänkar vore fint", told=view)
    assert told(conversation) == ("relation", "", "", True)
    world.later(minutes=5)
    world.says("Aino", "När går tåget?")
    assert told(conversation)[3] is False


def test_a_correction_moves_it_and_undo_brings_it_back(world: World, linnea: User) -> None:
    conversation = world.says("Aino", "Fler bänkar vore fint", told={"kind": "idea", "is_asking": False})
    post = Post.objects.get()
    actions.correct(conversation, post, "kind", "complaint", by=linnea, now=world.now)
    assert told(conversation) == ("complaint", "", "", False)
    actions.undo(by=linnea, now=world.now)
    assert told(conversation) == ("relation", "", "", True)
    actions.correct(conversation, post, "kind", "praise", by=linnea, now=world.now)
    assert told(conversation)[0] == "brand"  # her only word is praise, so the matter is


def test_a_new_judgement_moves_it(world: World) -> None:
    conversation = world.says("Aino", "Var är tåget?")
    Assessment.objects.update(kind="corporate", purpose="influence", journey="after", is_asking=False)
    renewing.judge_again([Post.objects.get().pk], world.now)
    changes.take_changes(world.now)
    assert told(conversation) == ("brand", "influence", "after", True)


def test_of_two_that_become_one_the_newest_words_tell(world: World) -> None:
    kept = world.says("Aino", "Var är tåget?", thread="a")
    world.later(minutes=5)
    world.says("Aino", "Nu klagar jag", thread="b", told={"kind": "complaint", "journey": "during"})
    for post in Post.objects.filter(thread__native="b"):
        post.thread = world.thread("a")
        post.save()
        PostChange.objects.create(post=post, what="joined", at=world.now)
    changes.take_changes(world.now)
    assert told(kept) == ("complaint", "", "during", False)


# Found ------------------------------------------------------------------------------------------------------------


def test_the_inbox_is_narrowed_by_use_purpose_and_view(world: World, linnea: User) -> None:
    world.says("Aino", "Var?", thread="a")
    press = world.says("Erik", "Varför?", thread="b", told={"kind": "corporate", "purpose": "press"})
    view = world.says("Noor", "Fler bänkar", thread="c", told={"kind": "idea", "is_asking": False})

    def found(**narrowing: object) -> list[int]:
        return sorted(row.id for row in queries.inbox(linnea, filters=Filters(**narrowing)).rows)  # type: ignore[arg-type]

    assert found(purpose="press") == [press.pk]
    assert found(use="relation") == [view.pk]
    assert found(viewpoint=True) == [view.pk]
    assert view.pk not in found(viewpoint=False) and len(found(viewpoint=False)) == 2
    assert found(use="complaint") == []


def test_the_page_of_the_inbox_filters_and_shows_badges(
    world: World, make_user: MakeUser, client_of: ClientOf
) -> None:
    world.says("Erik", "Varför?", thread="b", told={"kind": "corporate", "purpose": "press"})
    world.says(
        "Noor",
        "Sluta med plast",
        thread="c",
        told={"kind": "corporate", "purpose": "influence", "is_asking": False},
    )
    client = client_of(make_user("agent"))
    page = client.get("/inbox/").content.decode()
    assert "Press</span>" in page and "Wants a change</span>" in page
    narrowed = client.get("/inbox/?purpose=press&use=brand&viewpoint=0").content.decode()
    assert "Varför?" in narrowed and "Sluta med plast" not in narrowed
    assert "Filtered" in narrowed and "purpose=press" in narrowed
    assert "Varför?" in client.get("/inbox/?viewpoint=x").content.decode()


# Sensitive, two readings, thanks ----------------------------------------------------------------------------------


def test_a_sensitive_matter_is_shown_and_answered_in_private(
    world: World, make_user: MakeUser, client_of: ClientOf
) -> None:
    conversation = world.says("Aino", "Jag har diabetes", told={"sensitive": ["health", "minors"]})
    page = client_of(make_user("agent")).get(f"/inbox/{conversation.pk}/").content.decode()
    assert "Sensitive: health, a child" in page
    assert 'value="private" checked' in page and 'value="public" checked' not in page
    plain = world.says("Erik", "Var?", thread="b")
    page = client_of(make_user("agent", email="b@example.com")).get(f"/inbox/{plain.pk}/").content.decode()
    assert 'value="public" checked' in page and "Sensitive" not in page


def test_where_there_is_no_private_way_the_writer_is_warned(
    world: World, make_user: MakeUser, client_of: ClientOf, network: object
) -> None:
    network.private_way = "none"  # type: ignore[attr-defined]
    conversation = world.says("Aino", "Jag har diabetes", told={"sensitive": ["health"]})
    page = client_of(make_user("agent")).get(f"/inbox/{conversation.pk}/").content.decode()
    assert "This network has no private way" in page and 'value="public" checked' in page


@pytest.mark.parametrize(
    ("fields", "is_shown"),
    [
        ({"kind": "question", "kind_second": "corporate", "kind_second_confidence": 0.25}, True),
        ({"kind": "corporate", "kind_second": "complaint", "kind_second_confidence": 0.4}, True),
        ({"kind": "question", "kind_second": "corporate", "kind_second_confidence": 0.24}, False),
        ({"kind": "question", "kind_second": "complaint", "kind_second_confidence": 0.4}, False),
        ({"kind": "corporate", "kind_second": "praise", "kind_second_confidence": 0.4}, False),
    ],
)
def test_both_readings_are_seen(
    world: World, linnea: User, fields: dict[str, object], is_shown: bool
) -> None:
    conversation = world.says("Aino", "Står på perrongen. Varför stängde ni väntsalen?", told=fields)
    detail = queries.conversation(linnea, conversation.pk)
    assert detail is not None
    assert (detail.second is not None) is is_shown


def test_one_click_takes_the_other_reading_and_then_there_is_one(
    world: World, client_of: ClientOf, linnea: User
) -> None:
    fields = {
        "kind": "question",
        "kind_second": "corporate",
        "kind_second_confidence": 0.4,
        "kind_confidence": 0.5,
    }
    conversation = world.says("Aino", "Varför stängde ni väntsalen?", told=fields)
    client = client_of(linnea)
    assert "Could also be: Corporate" in client.get(f"/inbox/{conversation.pk}/").content.decode()
    post = Post.objects.get()
    answer = client.post(
        f"/conversation/{conversation.pk}/post/{post.pk}/correct/", {"head": "kind", "label": "corporate"}
    )
    assert answer.status_code == 200 and "Could also be" not in answer.content.decode()
    assert told(conversation)[0] == "brand"


def test_thanks_for_a_view_are_a_draft_in_her_language(
    world: World, client_of: ClientOf, linnea: User
) -> None:
    conversation = world.says("Aino", "Fler bänkar vore fint", told={"kind": "idea", "is_asking": False})
    client = client_of(linnea)
    assert "Thank and pass on" in client.get(f"/inbox/{conversation.pk}/").content.decode()
    for _twice in range(2):
        answer = client.post(f"/conversation/{conversation.pk}/thank/")
        assert answer.status_code == 200 and "desk:draft" in answer["HX-Trigger"]
    draft = Draft.objects.get()
    assert (draft.kind, draft.user) == ("public", linnea)
    assert draft.text.count(actions.thanking.words(conversation)) == 1
    assert not conversation.turns.filter(dispatch__isnull=False).exists()  # nothing is sent by itself
    asked = world.says("Erik", "Var?", thread="b")
    assert "Thank and pass on" not in client.get(f"/inbox/{asked.pk}/").content.decode()


def test_thanks_come_behind_what_she_wrote(world: World, linnea: User) -> None:
    conversation = world.says("Aino", "Fler bänkar", told={"kind": "idea"})
    actions.save_draft(conversation, "public", "Hej Aino!", by=linnea, now=world.now)
    assert actions.thank(conversation, by=linnea, now=world.now).text.startswith("Hej Aino!\n\n")


# The report -------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(world: World, linnea: User) -> World:
    """Two problems answered after 10 and 20 minutes, one not; a complaint before buying, closed and opened again; old and spam."""
    first = world.says("Aino", "Var?", thread="a", told={"journey": "during"})
    second = world.says("Erik", "När?", thread="b")
    world.says("Noor", "Hur?", thread="c", told={"sentiment": -1})
    sour = world.says(
        "Siri", "Uselt", thread="d", told={"kind": "complaint", "journey": "before", "sentiment": -1}
    )
    world.says("Bot", "Köp!", thread="e", told={"kind": "spam"})
    Conversation.objects.filter(pk=first.pk).update(first_answer_at=world.now + timedelta(minutes=10))
    Conversation.objects.filter(pk=second.pk).update(first_answer_at=world.now + timedelta(minutes=20))
    # A complaint would want an answer before it is closed.
    Conversation.objects.filter(pk=sour.pk).update(kind="question", use="service")
    actions.close(sour, by=linnea, now=world.now)
    actions.reopen(sour, by=linnea, now=world.now)
    actions.close(sour, by=linnea, now=world.now)
    Conversation.objects.filter(pk=sour.pk).update(kind="complaint", use="complaint")
    old = world.says("Old", "Var?", thread="f")
    Conversation.objects.filter(pk=old.pk).update(opened_at=world.now - timedelta(days=29))
    return world


def test_the_report_counts_by_purpose_and_stage(written: World, linnea: User) -> None:
    report = reports.used_for(linnea, days=28, now=written.now)
    service, complaint, brand, relation = report.uses
    assert (service.conversations, service.answered, service.closed, service.reopened) == (3, 2, 0, 0)
    assert service.minutes == pytest.approx(15, abs=0.01)
    assert service.share_negative == pytest.approx(1 / 3)
    assert (complaint.conversations, complaint.answered, complaint.minutes) == (1, 0, None)
    assert (complaint.closed, complaint.reopened, complaint.negative) == (1, 1, 1)
    assert (brand.conversations, relation.conversations, brand.share_negative) == (0, 0, 0.0)
    assert {line.name: line.conversations for line in report.journeys} == {
        "before": 1,
        "during": 1,
        "after": 0,
        "": 2,
    }
    assert (report.all.conversations, report.all.answered, report.all.closed) == (4, 2, 1)
    assert reports.used_for(linnea, days=90, now=written.now).all.conversations == 5


def test_the_report_is_narrowed_and_leaves_rehearsals_out(written: World, linnea: User) -> None:
    brand = written.account.brand
    rehearsal = make_account(brand, written.now, name="Rehearsal", is_rehearsal=True)
    written.says("Ove", "Var?", thread="g", account=rehearsal)

    def count(**narrowing: object) -> int:
        return reports.used_for(linnea, days=28, now=written.now, **narrowing).all.conversations  # type: ignore[arg-type]

    assert count() == count(brand=brand.pk) == count(connector="network") == 4
    assert count(brand=brand.pk + 1) == count(connector="mastodon") == 0


def test_the_report_is_one_statement_over_the_index(
    written: World, linnea: User, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        reports.lines([written.account.pk], written.now - timedelta(days=28), written.now)
    adapt = connection.ops.adapt_datetimefield_value
    sql = reports.SQL.format(minutes=reports.MINUTES[connection.vendor], accounts="%s")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                f"EXPLAIN QUERY PLAN {sql}",
                [written.account.pk, adapt(written.now - timedelta(days=28)), adapt(written.now)],
            )
            plan = " ".join(str(row[3]) for row in cursor.fetchall())
        assert "conversation_began" in plan and "turn_reopened" in plan


def test_all_who_work_here_may_look_and_the_tabs_lead_there(
    written: World, make_user: MakeUser, client_of: ClientOf
) -> None:
    for role in ("agent", "listener", "expert", "lead", "administrator"):
        page = client_of(make_user(role)).get("/settings/triage/use/?days=90")
        assert page.status_code == 200
        assert page.content.decode().count("<h1>") == 1
    assert Client().get("/settings/triage/use/").status_code == 302
    overview = client_of(make_user("agent", email="o@example.com")).get("/settings/triage/").content.decode()
    assert 'href="/settings/triage/use/"' in overview


def test_an_empty_time_says_what_to_do(make_user: MakeUser, client_of: ClientOf) -> None:
    page = (
        client_of(make_user("agent"))
        .get("/settings/triage/use/?days=7&brand=x&network=nowhere")
        .content.decode()
    )
    assert "No conversation began in this time" in page
    assert "<table" not in page


def test_the_table_is_downloaded(written: World, client_of: ClientOf, linnea: User) -> None:
    answer = client_of(linnea).get("/settings/triage/use/table.csv?days=90")
    rows = list(csv.reader(answer.content.decode().splitlines()))
    assert answer["Content-Type"].startswith("text/csv")
    assert rows[0][:3] == ["Part", "Name", "Conversations"]
    assert len(rows) == 1 + 4 + 4 + 1
    assert rows[-1][0] == "All"


def test_the_api_tells_the_same(written: World, make_user: MakeUser) -> None:
    by = make_user("lead", email="lead@example.com")
    now = timezone.now()
    _key, plain = staff.make_api_key(by=by, name="x", scopes=["read"], expires_at=None, now=now)
    api = Client(headers={"Authorization": f"Bearer {plain}"})
    Conversation.objects.update(opened_at=now - timedelta(hours=1), first_answer_at=None)
    report = api.get("/api/v1/triage/use?days=7").json()
    assert report["days"] == 7
    assert {line["name"]: line["conversations"] for line in report["uses"]}["service"] == 4
    assert report["all"]["minutes"] is None
    assert api.get("/api/v1/triage/use?days=8").status_code == 422
    listed = api.get("/api/v1/conversations?use=complaint").json()
    assert [row["use"] for row in listed["items"]] == []  # that one is closed
    assert len(api.get("/api/v1/conversations?viewpoint=false").json()["items"]) == 4
