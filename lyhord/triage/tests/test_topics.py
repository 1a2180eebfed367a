"""The operator's own topics: kept in order, with examples that stand under one topic only."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from lyhord.channels.models import Account
from lyhord.intake.models import PostChange
from lyhord.lib.persons import Person
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, User
from lyhord.triage import actions as correcting
from lyhord.triage import personal_data, steps
from lyhord.triage.learned import taxonomy
from lyhord.triage.models import Assessment, Correction, Topic, TopicExample
from lyhord.triage.tests.world import write
from lyhord.triage.topics import actions, examples, starter, stock, upload

pytestmark = pytest.mark.django_db


def rows(topic: Topic, *texts: str) -> list[examples.Row]:
    return [examples.Row(n, text, topic) for n, text in enumerate(texts, 1)]


@pytest.fixture
def seats(lead: User, now: datetime) -> Topic:
    return actions.create("Platser", "", by=lead, now=now)


@pytest.fixture
def tickets(lead: User, now: datetime) -> Topic:
    return actions.create("Biljetter", "Köp och byte", by=lead, now=now)


# Topics -----------------------------------------------------------------------------------------------------------


def test_a_name_is_taken_while_its_topic_is_in_use_whatever_its_case(lead: User, now: datetime) -> None:
    first = actions.create("  Ärenden  på \n tåg ", "", by=lead, now=now)
    assert first.name == "Ärenden på tåg"
    with pytest.raises(actions.NameTaken, match="ärenden på tåg"):
        actions.create("ärenden på tåg", "", by=lead, now=now)
    other = actions.create("Other", "", by=lead, now=now)
    with pytest.raises(actions.NameTaken):
        actions.change(other, "ÄRENDEN PÅ TÅG", "", by=lead, now=now)
    actions.retire(first, by=lead, now=now)
    actions.change(other, "Ärenden på tåg", "", by=lead, now=now)
    with pytest.raises(actions.NameTaken):
        actions.bring_back(first, by=lead, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Topic.objects.create(name="TICKETS", by=lead, at=now)
        Topic.objects.create(name="tickets", by=lead, at=now)


@pytest.mark.parametrize(("name", "description"), [("", ""), (" \n", ""), ("x" * 61, ""), ("x", "y" * 301)])
def test_a_topic_needs_a_name_of_some_length(lead: User, now: datetime, name: str, description: str) -> None:
    with pytest.raises(actions.BadTopic):
        actions.create(name, description, by=lead, now=now)
    assert not Topic.objects.exists()


def test_an_agent_keeps_no_topics(agent: User, seats: Topic, now: datetime) -> None:
    tried: list[Any] = [
        lambda: actions.create("x", by=agent, now=now),
        lambda: actions.change(seats, "x", "", by=agent, now=now),
        lambda: actions.put(seats, 0, by=agent, now=now),
        lambda: actions.move(seats, 1, by=agent, now=now),
        lambda: actions.retire(seats, by=agent, now=now),
        lambda: actions.bring_back(seats, by=agent, now=now),
        lambda: actions.begin(by=agent, now=now),
        lambda: actions.teach(by=agent, now=now),
        lambda: actions.set_least(0.4, by=agent, now=now),
        lambda: actions.take_file(b"a,b", seats, by=agent, now=now),
        lambda: examples.add(rows(seats, "Var sitter jag?"), "written", by=agent, now=now),
    ]
    for one in tried:
        with pytest.raises(NotYours):
            one()
    assert Topic.objects.count() == 1 and not TopicExample.objects.exists()


def test_the_order_is_made_anew_and_noted_once(lead: User, now: datetime) -> None:
    made = [actions.create(name, by=lead, now=now) for name in ("a", "b", "c")]
    actions.move(made[0], 1, by=lead, now=now)
    assert list(stock.in_use().values_list("name", flat=True)) == ["b", "a", "c"]
    actions.put(made[2], 0, by=lead, now=now)
    assert list(stock.in_use().values_list("name", flat=True)) == ["c", "b", "a"]
    actions.move(made[2], -1, by=lead, now=now)
    actions.put(made[0], 99, by=lead, now=now)
    assert AuditEvent.objects.filter(verb="triage.topic_moved").count() == 2
    actions.retire(made[1], by=lead, now=now)
    actions.move(made[1], 1, by=lead, now=now)
    assert list(stock.in_use().values_list("name", flat=True)) == ["c", "a"]


def test_the_same_verb_twice_is_once(lead: User, seats: Topic, now: datetime) -> None:
    actions.change(seats, "Plats", "x", by=lead, now=now)
    actions.change(seats, "Plats", "x", by=lead, now=now)
    actions.retire(seats, by=lead, now=now)
    actions.retire(seats, by=lead, now=now + timedelta(days=1))
    assert Topic.objects.get().retired_at == now
    actions.bring_back(seats, by=lead, now=now)
    actions.bring_back(seats, by=lead, now=now)
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "triage.topic_made",
        "triage.topic_changed",
        "triage.topic_retired",
        "triage.topic_brought_back",
    ]


def test_there_is_an_end_to_topics(lead: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST", 1)
    first = actions.create("a", by=lead, now=now)
    with pytest.raises(actions.TooMany, match="1 topics"):
        actions.create("b", by=lead, now=now)
    actions.retire(first, by=lead, now=now)
    actions.create("b", by=lead, now=now)
    with pytest.raises(actions.TooMany):
        actions.bring_back(first, by=lead, now=now)


def test_beginning_makes_the_shipped_topics_in_her_language(lead: User, now: datetime) -> None:
    actions.create("billing", by=lead, now=now)
    with translation.override("en"):
        made = actions.begin(by=lead, now=now)
    assert len(made) == len(starter.TOPICS) - 1 == 16
    assert {"Delivery", "Recruitment", "Economy", "Purchasing", "Business development"} <= {
        row.name for row in made
    }
    assert all(row.description for row in made) and not TopicExample.objects.exists()
    with translation.override("en"):
        assert actions.begin(by=lead, now=now) == []
    with translation.override("sv"):
        assert str(starter.TOPICS[0][0]) == "Leverans"


# Examples ---------------------------------------------------------------------------------------------------------


def test_examples_are_taken_doubled_and_refused_with_a_reason(
    lead: User, seats: Topic, tickets: Topic, now: datetime
) -> None:
    examples.add(rows(tickets, "Kan jag byta biljett?"), "written", by=lead, now=now)
    report = examples.add(
        rows(seats, "Var sitter jag i vagn 3?", "VAR  sitter jag i\tvagn 3?", "kan jag byta BILJETT?", "?!", "x" * 2001),
        "written", by=lead, now=now,
    )  # fmt: skip
    assert (report.taken, [one.line for one in report.doubled]) == (1, [2])
    assert [one.line for one in report.refused] == [3, 4, 5]
    assert "Biljetter" in report.refused[0].why and "2001" in report.refused[2].why
    (kept,) = TopicExample.objects.filter(topic=seats)
    assert (kept.text, kept.lang, kept.source, kept.post) == (
        "Var sitter jag i vagn 3?",
        "sv",
        "written",
        None,
    )


def test_the_same_words_are_one_example_however_they_are_written() -> None:
    assert examples.key_of("Var är  mitt\u00a0PAKET?") == examples.key_of("var är mitt paket?")
    assert examples.key_of("ﬁnns") == examples.key_of("finns")
    assert examples.key_of("var är mitt paket") != examples.key_of("var är mitt paket?")


def test_the_database_keeps_a_text_once_a_topic(lead: User, seats: Topic, now: datetime) -> None:
    examples.add(rows(seats, "Var sitter jag?"), "written", by=lead, now=now)
    one = TopicExample.objects.get()
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)


def test_there_is_an_end_to_examples(
    lead: User, seats: Topic, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stock.MOST == taxonomy.MOST_TEXTS
    monkeypatch.setattr(examples, "MOST", 2)
    report = examples.add(rows(seats, "ett", "två", "tre"), "written", by=lead, now=now)
    assert report.taken == 2 and "2 examples already" in report.refused[0].why


def test_a_retired_topic_takes_none_and_comes_back_with_what_stands_nowhere_else(
    lead: User, seats: Topic, tickets: Topic, now: datetime
) -> None:
    examples.add(rows(seats, "Var sitter jag?", "Fel plats"), "written", by=lead, now=now)
    retired = actions.retire(seats, by=lead, now=now)
    with pytest.raises(examples.TopicRetired):
        examples.add(rows(retired, "Ny plats"), "written", by=lead, now=now)
    assert examples.add(rows(tickets, "fel PLATS"), "written", by=lead, now=now).taken == 1
    actions.bring_back(seats, by=lead, now=now)
    assert list(seats.examples.values_list("text", flat=True)) == ["Var sitter jag?"]


def test_an_example_is_removed_once(lead: User, agent: User, seats: Topic, now: datetime) -> None:
    examples.add(rows(seats, "Var sitter jag?"), "written", by=lead, now=now)
    row = TopicExample.objects.get()
    with pytest.raises(NotYours):
        examples.remove(row, by=agent, now=now)
    for _time in range(2):
        examples.remove(row, by=lead, now=now)
    assert not TopicExample.objects.exists()
    assert AuditEvent.objects.filter(verb="triage.example_removed").count() == 1


# Files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"text,topic\nFel plats,Platser\n", [(2, "Fel plats", "Platser")]),
        (b"Topic\tText\nPlatser\tFel, plats\n", [(2, "Fel, plats", "Platser")]),
        (b'text;topic\r\n"Fel; plats";Platser\r\n\r\n', [(2, "Fel; plats", "Platser")]),
        ("\ufefftext,topic\nÅtta,Å".encode(), [(2, "Åtta", "Å")]),
        ("text\ttopic\nÅtta\tÅ".encode("utf-16"), [(2, "Åtta", "Å")]),
        (b"Fel plats,Platser", [(1, "Fel plats", "Platser")]),
        (b"text\nFel plats", [(2, "Fel plats", "")]),
        (b'text,topic\n"two\nlines",A\nb,B', [(3, "two\nlines", "A"), (4, "b", "B")]),
    ],
)
def test_files_are_read_as_sheets_write_them(content: bytes, lines: list[tuple[int, str, str]]) -> None:
    assert upload.read(content) == [upload.Line(*line) for line in lines]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"x" * 1_000_001, "1000 kB; at most 1000"),
        ("text,topic\nÅtta,Å".encode("latin-1"), "UTF-8"),
        (b"PK\x03\x04\x00\x00", "text file"),
        (b'text,topic\n"open,A\n', "Line"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content: bytes, told: str) -> None:
    with pytest.raises(upload.BadFile, match=told):
        upload.read(content)


def test_a_file_says_what_was_taken_and_what_not(
    lead: User, seats: Topic, tickets: Topic, now: datetime
) -> None:
    content = "text,topic\nFel plats,platser\nByta biljett,Biljetter\nFel plats,Platser\nWifi?,Nät\nOch?,\n".encode()
    report = actions.take_file(content, None, by=lead, now=now)
    assert (report.taken, len(report.doubled), report.topics) == (2, 1, [])
    assert [(one.line, one.text) for one in report.refused] == [(5, "Wifi?"), (6, "Och?")]
    assert "Nät" in report.refused[0].why
    again = actions.take_file(content, seats, make_topics=True, by=lead, now=now)
    assert (again.taken, len(again.doubled), again.topics) == (2, 3, ["Nät"])
    assert {row.name: row.examples.count() for row in Topic.objects.all()} == {
        "Platser": 2,
        "Biljetter": 1,
        "Nät": 1,
    }
    assert set(TopicExample.objects.values_list("source", flat=True)) == {"upload"}


# Posts ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def post(account: Account, now: datetime) -> Any:
    made = write(account, now, "Jag vill byta min biljett till fredag, går det?", title="Biljett")
    steps.assess(now)
    return made


def own(post: Any) -> int | None:
    return Assessment.objects.get(post=post).own_topic_id


def test_a_correction_makes_an_example_and_moves_with_the_next_word(
    post: Any, agent: User, seats: Topic, tickets: Topic, now: datetime
) -> None:
    correcting.correct(post, "own_topic", str(seats.pk), by=agent, now=now)
    first = TopicExample.objects.get()
    assert (first.topic, first.post, first.by, first.source, first.lang) == (seats, post, agent, "post", "sv")
    assert first.text.startswith("Biljett\n\nJag vill") and own(post) == seats.pk
    correcting.correct(post, "own_topic", str(tickets.pk), by=agent, now=now)
    assert TopicExample.objects.get().topic == tickets and own(post) == tickets.pk
    last = Correction.objects.latest("pk").pk
    correcting.take_back(last, by=agent, now=now)
    correcting.take_back(last, by=agent, now=now)
    assert TopicExample.objects.get().topic == seats and own(post) == seats.pk
    correcting.take_back(Correction.objects.earliest("pk").pk, by=agent, now=now)
    assert not TopicExample.objects.exists() and own(post) is None


def test_that_a_topic_is_right_is_learned_once(post: Any, agent: User, tickets: Topic, now: datetime) -> None:
    Assessment.objects.update(own_topic=tickets, own_topic_confidence=0.6)
    for _time in range(2):
        told = correcting.correct(post, "own_topic", str(tickets.pk), by=agent, now=now)
        assert (told.own_topic_id, told.own_topic_confidence) == (tickets.pk, 1.0)
    assert Correction.objects.count() == TopicExample.objects.count() == 1
    correcting.take_back(Correction.objects.get().pk, by=agent, now=now)
    assert own(post) == tickets.pk and not TopicExample.objects.exists()


def test_none_of_ours_is_a_word_and_no_example(post: Any, agent: User, tickets: Topic, now: datetime) -> None:
    Assessment.objects.update(own_topic=tickets, own_topic_confidence=0.6)
    told = correcting.correct(post, "own_topic", "none", by=agent, now=now)
    assert (told.own_topic_id, told.own_topic_confidence) == (None, 0.0)
    assert not TopicExample.objects.exists()
    PostChange.objects.create(post=post, what="judge", at=now)
    steps.reassess(now)
    assert own(post) is None


@pytest.mark.parametrize("label", ["", "0", "-1", "x", "9" * 20, "²", "none "])
def test_a_topic_that_is_not_there_is_no_label(post: Any, agent: User, now: datetime, label: str) -> None:
    with pytest.raises(correcting.NoSuchLabel):
        correcting.correct(post, "own_topic", label, by=agent, now=now)
    assert not Correction.objects.exists()


def test_a_retired_topic_is_no_label_and_what_was_said_before_stays(
    post: Any, agent: User, lead: User, seats: Topic, now: datetime
) -> None:
    correcting.correct(post, "own_topic", str(seats.pk), by=agent, now=now)
    actions.retire(seats, by=lead, now=now)
    PostChange.objects.create(post=post, what="judge", at=now)
    steps.reassess(now)
    assert own(post) == seats.pk
    with pytest.raises(correcting.NoSuchLabel):
        correcting.correct(post, "own_topic", str(seats.pk), by=agent, now=now)


def test_words_that_are_another_topics_example_are_sorted_and_teach_nothing(
    post: Any, agent: User, lead: User, seats: Topic, tickets: Topic, now: datetime
) -> None:
    text = "Biljett Jag vill byta min biljett till fredag, går det?"
    examples.add(rows(tickets, text), "written", by=lead, now=now)
    correcting.correct(post, "own_topic", str(seats.pk), by=agent, now=now)
    assert own(post) == seats.pk and TopicExample.objects.get().topic == tickets


def test_an_erased_person_and_a_deleted_post_take_their_examples_along(
    post: Any, account: Account, agent: User, lead: User, seats: Topic, now: datetime
) -> None:
    other = write(account, now, "Var är min plats?", author="other")
    steps.assess(now)
    for one in (post, other):
        correcting.correct(one, "own_topic", str(seats.pk), by=agent, now=now)
    examples.add(rows(seats, "Fel plats"), "written", by=lead, now=now)
    person = Person(native_ids=(("demo", "other"),))
    assert [one["topic__name"] for one in personal_data.export(person)["topic_examples"]] == ["Platser"]
    personal_data.erase(person, now)
    assert not TopicExample.objects.filter(post=other).exists() and TopicExample.objects.count() == 2
    PostChange.objects.create(post=post, what="deleted", at=now)
    steps.reassess(now)
    assert list(TopicExample.objects.values_list("text", flat=True)) == ["Fel plats"]
