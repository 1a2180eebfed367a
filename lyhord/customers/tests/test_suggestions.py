"""Suggestions that two customers are one: found, shown with reasons, decided by people, and never merged by themselves."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from lyhord.customers import actions, noticing, personal_data, queries, rules
from lyhord.customers.models import Customer, Identity, Merge, Suggestion, Trace
from lyhord.intake.models import Post, PostChange
from lyhord.lib.persons import Person
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import Brand, Team, User
from lyhord.web.models import Mark

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]
Says = Callable[..., Post]
Who = Callable[[Post], Identity]
MAIL = "Ni når mig på aino.v@example.com"


def open_pairs() -> list[Suggestion]:
    return list(Suggestion.objects.filter(state=Suggestion.OPEN))


def test_two_who_gave_the_same_address_are_suggested_and_not_merged(says: Says, make_user: MakeUser) -> None:
    says("aino", MAIL, on="demo", name="Aino Virtanen")
    says("a.virtanen", "Mejla mig: aino.v@example.com", on="mastodon", name="A. Virtanen")
    (row,) = queries.suggestions_visible_to(make_user())
    assert [told["code"] for told in row.reasons] == ["mail", "name_initial"]
    assert row.points == 70
    assert "aino.v" not in str(row.reasons)
    assert not Merge.objects.exists() and Customer.objects.filter(merged_into=None).count() == 2


def test_a_mail_identity_meets_the_address_told_in_a_post(says: Says) -> None:
    says("mail:aino.v@example.com", "Var är mitt paket?", on="mail", handle="aino.v@example.com")
    says("aino", MAIL, on="mastodon")
    assert len(open_pairs()) == 1


def test_profiles_that_link_to_each_other_are_suggested(says: Says) -> None:
    says(
        "1",
        "Jag finns på https://b.example/@aino",
        on="demo",
        author_facts={"profile": "https://a.example/aino"},
    )
    assert open_pairs() == []
    says(
        "2",
        "Mitt andra konto: https://www.a.example/aino/",
        on="mastodon",
        author_facts={"profile": "https://b.example/@aino"},
    )
    (row,) = open_pairs()
    assert [told["code"] for told in row.reasons] == ["links_both"]


def test_the_same_link_in_two_posts_is_no_evidence(says: Says) -> None:
    for number, network in enumerate(("demo", "mastodon")):
        says(f"x{number}", "Läs https://news.example/story nu", on=network, name="Åsa Öberg")
    assert open_pairs() == []


def test_a_name_alone_suggests_nobody(says: Says) -> None:
    says("1", "Hej", on="demo", name="Anna Andersson")
    says("2", "Hej", on="mastodon", name="Anna Andersson")
    assert Trace.objects.filter(kind="name").count() == 2
    assert open_pairs() == []


def test_the_same_words_within_the_half_hour_and_the_same_name_are_suggested(
    says: Says, now: datetime
) -> None:
    question = "När får jag tillbaka väskan som jag glömde på tåg 42 till Malmö?"
    says("1", question, on="demo", name="Åsa Öberg")
    says("2", question, on="mastodon", name="Asa Oberg")
    says("3", question, on="x", name="Berit Lind")
    says("4", question, on="mail", name="Åsa Öberg", at=now + timedelta(hours=2))
    (row,) = open_pairs()
    assert {told["code"] for told in row.reasons} == {"moment", "name_letters"}


def test_a_number_that_many_give_is_a_switchboard(says: Says) -> None:
    numbers = iter(range(100))
    for number in itertools.islice(numbers, rules.COMMON):
        says(f"x{number}", f"{number}: Ring 08-123 45 67", on="demo" if number % 2 else "mastodon", name="")
    assert len(open_pairs()) > 10
    for number in itertools.islice(numbers, 2):
        says(f"x{number}", f"{number}: Ring 08-123 45 67", on="x", name="")
    assert open_pairs() == []


def test_brands_are_walls(says: Says, make_user: MakeUser) -> None:
    other = Brand.objects.create(name="Other")
    says("aino", MAIL, on="demo")
    says("aino2", MAIL, on="mastodon", brand=other)
    assert open_pairs() == []
    says("aino3", MAIL, on="x", brand=other)
    stranger = make_user(team=Team.objects.create(brand=other, name="x"))
    assert queries.suggestions_visible_to(stranger).count() == 1
    assert queries.suggestions_visible_to(make_user()).count() == 0


def test_accepting_merges_into_who_is_known_longer_and_can_be_undone(
    says: Says, who: Who, make_user: MakeUser, now: datetime
) -> None:
    by = make_user()
    first, second = says("aino", MAIL), says("aino2", MAIL, on="mastodon")
    (row,) = open_pairs()
    made = actions.accept(row, by, now)
    assert who(first).customer == who(second).customer == made.kept
    assert made.kept.since < made.gone.since
    assert open_pairs() == []
    with pytest.raises(actions.DecidedAlready):
        actions.decline(row, by, now)
    actions.part(made, by, now)
    assert who(first).customer != who(second).customer
    says("aino2", f"Igen: {MAIL}", on="mastodon")
    assert open_pairs() == []


def test_what_was_declined_is_never_suggested_again_whatever_else_speaks_for_it(
    says: Says, make_user: MakeUser, now: datetime
) -> None:
    by = make_user()
    says("aino", MAIL)
    says("aino2", MAIL, on="mastodon")
    (row,) = open_pairs()
    actions.decline(row, by, now)
    actions.decline(row, by, now)
    for author, network in (("aino", "demo"), ("aino2", "mastodon")):
        says(author, "Ring 070-123 45 67 om bokning ABC12X", on=network)
    assert open_pairs() == []
    with pytest.raises(actions.DecidedAlready):
        actions.accept(row, by, now)


def test_a_further_account_of_somebody_who_was_declined_is_not_suggested_either(
    says: Says, who: Who, make_user: MakeUser, now: datetime
) -> None:
    by = make_user()
    first, second = says("aino", MAIL), says("aino2", MAIL, on="mastodon")
    (row,) = open_pairs()
    actions.decline(row, by, now)
    third = says("aino3", "Hej hej", on="x")
    actions.merge(who(second).customer, who(third).customer, by, now)
    says("aino3", MAIL, on="x")
    assert who(first).customer != who(third).customer
    assert open_pairs() == []


def test_two_merged_by_hand_are_not_parted_into_a_new_suggestion(
    says: Says, who: Who, make_user: MakeUser, now: datetime
) -> None:
    by = make_user()
    first, second = says("aino", "Hej"), says("aino2", "Hej", on="mastodon")
    made = actions.merge(who(first).customer, who(second).customer, by, now)
    actions.part(made, by, now)
    says("aino", MAIL)
    says("aino2", MAIL, on="mastodon")
    assert open_pairs() == []


def test_who_may_not_merge_may_not_decide(says: Says, make_user: MakeUser, now: datetime) -> None:
    says("aino", MAIL)
    says("aino2", MAIL, on="mastodon")
    (row,) = open_pairs()
    for verb in (actions.accept, actions.decline):
        with pytest.raises(NotYours):
            verb(row, make_user("listener"), now)
    assert open_pairs() == [row]


def test_a_deleted_post_leaves_no_trace(says: Says, now: datetime) -> None:
    post = says("aino", MAIL)
    assert Trace.objects.filter(kind="mail").exists()
    Post.objects.filter(pk=post.pk).update(text="", deleted_at=now)
    PostChange.objects.create(post=post, what="deleted", at=now)
    noticing.notice(now)
    assert not Trace.objects.filter(kind="mail").exists()


def test_an_edited_post_is_read_anew(says: Says, now: datetime) -> None:
    post = says("aino", MAIL)
    Post.objects.filter(pk=post.pk).update(text="Ni når mig på anna@example.com")
    PostChange.objects.create(post=post, what="edited", at=now)
    noticing.notice(now)
    assert list(Trace.objects.filter(kind="mail").values_list("value", flat=True)) == ["anna@example.com"]
    assert noticing.notice(now) == 0


def test_a_post_that_is_not_tied_yet_is_waited_for(says: Says, now: datetime) -> None:
    post = says("aino", "Hej")
    post.authorship.delete()
    post.wording.delete()
    Mark.objects.filter(name=noticing.MARK).update(value=0)
    later = now + timedelta(minutes=10)
    assert noticing.notice(later) == 0
    actions.tie([post], later)
    assert noticing.notice(later) == 1


def test_machines_and_the_erased_are_left_out(says: Says, who: Who, now: datetime) -> None:
    says("bot", MAIL, author_facts={"is_bot": True})
    says("aino", MAIL, on="mastodon")
    assert open_pairs() == []


def test_another_spelling_of_a_name_finds_her(says: Says, who: Who, make_user: MakeUser) -> None:
    wanted = who(says("1", "Hej", name="Åsa Öberg")).customer
    says("2", "Hej", name="Åsa Ögren")
    by = make_user()
    assert queries.search(by, "Asa Oberg") == queries.search(by, "Öberg Åsa") == [wanted]


def test_a_person_is_told_and_forgotten_with_all_that_was_found(says: Says, who: Who, now: datetime) -> None:
    mine, theirs = who(says("aino", MAIL)), who(says("aino2", MAIL, on="mastodon"))
    person = Person(customer_ids=(mine.customer_id,), identity_ids=(mine.pk,))
    told = personal_data.export(person)
    assert {row["kind"] for row in told["traces"]} == {"mail"}
    assert len(told["suggested_to_be_one"]) == 1
    personal_data.erase(person, now)
    again = personal_data.export(person)
    assert again["traces"] == again["suggested_to_be_one"] == []
    assert Trace.objects.filter(identity=theirs).exists() and not Suggestion.objects.exists()
