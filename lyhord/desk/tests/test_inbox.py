from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from lyhord.conftest import MakeUser
from lyhord.desk import actions, queries
from lyhord.desk.models import Conversation, Status
from lyhord.desk.queries.inbox import Where, statement
from lyhord.desk.queries.views import VIEWS
from lyhord.desk.tests.conftest import World, make_account
from lyhord.intake import search
from lyhord.intake.models import Attachment, Post, Reaction
from lyhord.lib.errors import LyhordError
from lyhord.staff.models import Brand, Team, User

pytestmark = pytest.mark.django_db


def many(world: World, n: int, **fields: Any) -> list[Conversation]:
    """Plain rows, a minute apart, the last the newest."""
    customer = world.person("Aino").customer
    start = Conversation.objects.count()
    usual = {"brand": world.account.brand, "account": world.account, "customer": customer}
    return Conversation.objects.bulk_create(
        Conversation(
            **(
                usual
                | {
                    "number": 10_000 + start + k,
                    "opened_at": world.now,
                    "last_at": world.now + timedelta(minutes=k),
                }
                | fields
            )
        )
        for k in range(n)
    )


def names(user: User, view: str = "open", **given: Any) -> list[str]:
    return [row.customer for row in queries.inbox(user, view, **given).rows]


def test_pages_follow_each_other_without_gap_or_double(world: World, linnea: User) -> None:
    rows = many(world, 25)
    same = many(world, 10, last_at=world.now)  # ties are broken by id
    seen: list[int] = []
    after = None
    while True:
        page = queries.inbox(linnea, "open", after=after, limit=7)
        seen += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert len(seen) == 35 and set(seen) == {row.pk for row in [*rows, *same]}
    assert seen[:3] == [rows[24].pk, rows[23].pk, rows[22].pk]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "MjAyNi0xMS0yMA", "'; DROP TABLE desk_turn; --", "å"])
def test_a_cursor_that_was_never_given_is_refused(linnea: User, world: World, cursor: str) -> None:
    with pytest.raises(LyhordError):
        queries.inbox(linnea, "open", after=cursor)


def test_a_view_that_is_not_there_is_refused(linnea: User) -> None:
    with pytest.raises(queries.NoSuchView):
        queries.inbox(linnea, "everything")


def test_each_view_shows_its_own(world: World, linnea: User, petri: User) -> None:
    people = {
        name: world.says(name, thread=name) for name in ("Mine", "His", "Free", "Asleep", "Answered", "Done")
    }
    actions.take(people["Mine"], by=linnea, now=world.now)
    actions.take(people["His"], by=petri, now=world.now)
    actions.snooze(people["Asleep"], world.now + timedelta(hours=1), by=petri, now=world.now)
    world.answer(people["Answered"], petri)
    actions.close(people["Done"], by=petri, now=world.now)
    world.says("Bot", thread="Bot", told={"kind": "spam", "needs_answer": False})
    world.says("Fan", thread="Fan", told={"kind": "praise", "needs_answer": False})
    world.says("Critic", thread="Critic", told={"kind": "corporate"})
    shown = {view: sorted(names(linnea, view)) for view in VIEWS}
    assert shown == {
        "open": ["Critic", "Fan", "Free", "His", "Mine"],
        "mine": ["Mine"],
        "unassigned": ["Critic", "Fan", "Free"],
        "service": ["Free", "His", "Mine"],
        "community": ["Fan"],
        "corporate": ["Critic"],
        "due": [],
        "too_late": [],
        "complaints": [],
        "waiting": ["Answered"],
        "snoozed": ["Asleep"],
        "closed": ["Done"],
        "spam": ["Bot"],
    }
    assert queries.counts(linnea) == {view: len(shown[view]) for view in VIEWS}


def test_the_service_flow_shows_the_oldest_unanswered_first(world: World, linnea: User) -> None:
    for name in ("First", "Second", "Third"):
        world.says(name, thread=name)
        world.later(minutes=1)
    world.says("First", "Hallå?", thread="First")
    assert names(linnea, "service") == ["First", "Second", "Third"]
    assert names(linnea, "open") == ["First", "Third", "Second"]
    page = queries.inbox(linnea, "service", limit=2)
    assert names(linnea, "service", after=page.next) == ["Third"]


def test_the_service_flow_is_the_sum_of_the_queues_of_its_accounts(world: World, linnea: User) -> None:
    other = make_account(world.account.brand, world.now, name="Annan")
    for n in range(3):
        world.says(f"A{n}", thread=f"a{n}")
    for n in range(2):
        world.says(f"B{n}", thread=f"b{n}", account=other)
    sums = [
        len(names(linnea, "service", filters=queries.Filters(account=account.pk)))
        for account in (world.account, other)
    ]
    assert sums == [3, 2]
    assert queries.counts(linnea)["service"] == sum(sums)


def test_another_brand_shows_nothing_at_all(world: World, make_user: MakeUser) -> None:
    conversation = world.says("Aino")
    stranger = make_user(team=Team.objects.create(brand=Brand.objects.create(name="Annat"), name="Lag"))
    assert names(stranger) == [] and queries.row(stranger, conversation.pk) is None
    assert queries.conversation(stranger, conversation.pk) is None
    assert queries.counts(stranger) == dict.fromkeys(VIEWS, 0)
    assert queries.card(stranger, conversation.customer_id).earlier == []


def test_filters_narrow_a_view(world: World, linnea: User) -> None:
    aino = world.says("Aino", told={"language": "fi", "kind": "complaint"})
    world.says("Maja", thread="m", told={"language": "da"})
    actions.tag(aino, "Försenat", by=linnea, now=world.now)
    actions.take(aino, by=linnea, now=world.now)
    narrow = queries.Filters
    for filters in (
        narrow(lang="fi"), narrow(kind="complaint"), narrow(tag="Försenat"), narrow(customer=aino.customer_id),
        narrow(assignee=linnea.pk), narrow(q="#" + str(aino.number)),
    ):  # fmt: skip
        assert names(linnea, filters=filters) == ["Aino"], filters
    assert names(linnea, filters=narrow(assignee=0)) == ["Maja"]
    assert names(linnea, filters=narrow(lang="fi", kind="praise")) == []


def test_words_narrow_the_view_that_is_shown(world: World, linnea: User) -> None:
    conversation = world.says("Aino", "Min väska blev kvar på tåget")
    post = Post.objects.get()
    entry: dict[str, Any] = {"post": post.pk, "account": post.account_id, "text": post.text, "lang": "sv"}
    search.index([search.Entry(**{name: entry[name] for name in search.Entry._fields})])
    actions.close(conversation, by=linnea, now=world.now)
    for q in ("väskan", "aino", f"#{conversation.number}"):
        assert names(linnea, "closed", filters=queries.Filters(q=q)) == ["Aino"]
        assert names(linnea, filters=queries.Filters(q=q)) == []
    assert names(linnea, filters=queries.Filters(q="väska", status="closed")) == ["Aino"]
    assert names(linnea, "closed", filters=queries.Filters(q="cykel")) == []


def test_a_page_is_one_statement_however_many_rows_it_has(
    world: World, linnea: User, django_assert_num_queries: Any
) -> None:
    for n in range(12):
        actions.tag(world.says(f"P{n}", thread=f"t{n}"), "x", by=linnea, now=world.now)
    with django_assert_num_queries(2):  # her accounts, and the page
        rows = queries.inbox(linnea, "open").rows
    assert len(rows) == 12 and all(row.tags == ("x",) for row in rows)


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_reads_through_all_conversations(world: World, linnea: User, view: str) -> None:
    many(world, 300)
    other = make_account(world.account.brand, world.now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows that reading all would be cheaper
        sql, values = statement(linnea, VIEWS[view], [world.account.pk, other.pk], Where([], []), None, 51)
        cursor.execute(
            ("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + sql, values
        )
        plan = "\n".join(str(line[-1]) for line in cursor.fetchall())
    assert "SCAN c" not in plan and "Seq Scan on desk_conversation" not in plan, plan
    assert "conversation_" in plan, plan


def test_the_counts_come_from_the_tallies_alone(
    world: World, linnea: User, django_assert_num_queries: Any
) -> None:
    world.says("Aino")
    with django_assert_num_queries(2):  # her accounts, and the sums
        assert queries.counts(linnea)["open"] == 1


# One conversation -------------------------------------------------------------------------------------------------


def test_turns_are_one_statement_and_tell_everything(
    world: World, linnea: User, django_assert_num_queries: Any
) -> None:
    conversation = world.says("Aino", "Kolla bilden")
    post = Post.objects.get()
    Attachment.objects.create(
        post=post, url="https://x/1", kind="picture", name="tåg.jpg", state="kept", token="abc"
    )
    Reaction.objects.create(post=post, author="x", sign="👍", at=world.now)
    Reaction.objects.create(post=post, author="y", sign="👍", at=world.now)
    world.answer(conversation, linnea)
    actions.tag(conversation, "bild", by=linnea, now=world.now)
    with django_assert_num_queries(1):
        first, reply, event = queries.turns(conversation.pk)
    assert (first.kind, first.text, first.author, first.is_ours) == ("post", "Kolla bilden", "Aino", False)
    assert [(file["name"], file["token"]) for file in first.attachments] == [("tåg.jpg", "abc")]
    assert first.reactions == [{"sign": "👍", "n": 2}]
    assert (reply.kind, reply.text, reply.by, reply.state) == (
        "reply",
        "Klockan tolv. /Linnea",
        "Linnea Nord",
        "queued",
    )
    assert (event.kind, event.what, event.values["name"]) == ("event", "tagged", "bild")
    assert [turn.id for turn in queries.turns(conversation.pk, after=first.id)] == [reply.id, event.id]
    assert [turn.id for turn in queries.turns(conversation.pk, most=1)] == [event.id]


def test_a_deleted_word_is_a_tombstone(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    Post.objects.update(text="", deleted_at=world.now)
    turn = queries.turns(conversation.pk)[0]
    assert (turn.is_deleted, turn.text, turn.kind) == (True, "", "post")


def test_the_surroundings_of_a_public_thread_are_what_others_said(world: World) -> None:
    conversation = world.says("Aino", thread="page")
    world.says("Maja", "Jag med!", thread="page")
    world.says("Erik", "Någon annanstans", thread="other")
    assert [post.name for post in queries.context(conversation.pk)] == ["Maja"]


def test_the_detail_names_the_strand_that_waits(world: World, linnea: User) -> None:
    conversation = world.says("Aino", thread="page")
    detail = queries.conversation(linnea, conversation.pk)
    assert detail is not None
    assert [strand.is_public for strand in detail.strands] == [True]
    assert detail.answer_strand == detail.strands[0].id and detail.strands[0].can_reply
    assert detail.newest_turn == queries.newest_turn(conversation.pk)


def test_the_card_shows_earlier_matters_and_what_we_last_said(world: World, linnea: User) -> None:
    first = world.says("Aino")
    world.answer(first, linnea, "Pengarna kommer i maj.", close=True)
    world.later(days=30)
    second = world.says("Aino", "Nu är det juni")
    card = queries.card(linnea, second.customer_id, without=second.pk)
    assert card.name == "Aino" and [row.id for row in card.earlier] == [first.pk]
    assert card.last_answer is not None and card.last_answer.text.startswith("Pengarna kommer i maj.")
    assert [identity.handle for identity in card.identities] == ["aino@net"]


@pytest.mark.parametrize(
    ("text", "is_same"),
    [("Klockan tolv.", True), (" klockan   TOLV.", True), ("Klockan ett.", False), ("", False)],
)
def test_the_same_words_to_the_same_person_are_flagged(
    world: World, linnea: User, text: str, is_same: bool
) -> None:
    conversation = world.says("Aino")
    other = world.says("Maja", thread="m")
    world.answer(conversation, linnea)
    assert (queries.same_reply_before(conversation.customer_id, text) is not None) is is_same
    assert queries.same_reply_before(other.customer_id, text) is None


def test_next_is_who_has_waited_longest(world: World, linnea: User) -> None:
    ids = []
    for name in ("A", "B", "C"):
        ids.append(world.says(name, thread=name).pk)
        world.later(minutes=1)
    assert queries.waits_next(linnea) == ids[0]
    assert [queries.waits_next(linnea, pk) for pk in ids] == [ids[1], ids[2], ids[0]]
    assert queries.neighbours(linnea, "open", ids[1]) == (ids[2], ids[0])


def test_times_come_back_with_their_zone(world: World, linnea: User) -> None:
    world.says("Aino")
    row = queries.inbox(linnea).rows[0]
    assert row.last_at == world.now and isinstance(row.waiting_since, datetime)
    assert row.waiting_since.tzinfo is not None and row.status == Status.OPEN
