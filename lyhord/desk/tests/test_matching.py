"""Rules over conversations and the choice of a person: order, determinism, and the compiled way against the plain one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.desk import words
from lyhord.desk.matching import Choice, Facts, Hand, Router, Rule, Wanted, choose, plainly

KINDS, TOPICS, PEOPLE = ["question", "complaint", "praise", ""], ["delivery", "billing", "other"], [1, 2, 3]
TERMS = ["refund", "refund*", "late train", "late tra*", "pengar", "å", "", "*", "it's", "Återbetal*"]
WORDS = ["refund", "refunded", "late", "train", "trains", "it's", "pengar", "å", "Återbetalning", "so", "."]

conditions = st.fixed_dictionaries(
    {},
    optional={
        "kinds": st.lists(st.sampled_from(KINDS), max_size=3),
        "topics": st.lists(st.sampled_from(TOPICS), max_size=2),
        "accounts": st.lists(st.sampled_from(PEOPLE), max_size=2),
        "places": st.lists(st.sampled_from(["public", "private"]), max_size=1),
        "sentiments": st.lists(st.sampled_from([-1, 0, 1]), max_size=2),
        "followers_from": st.integers(0, 5),
        "priority_from": st.integers(0, 5),
        "words": st.lists(st.sampled_from(TERMS), max_size=2),
    },
)
consequences = st.fixed_dictionaries(
    {},
    optional={
        "team": st.integers(1, 3),
        "person": st.integers(1, 3),
        "flow": st.sampled_from(["service", "community"]),
        "tags": st.lists(st.sampled_from(["a", "b", "c"]), max_size=2).map(tuple),
        "priority": st.integers(0, 100),
        "needs_owner": st.just(True),
    },
)
rules = st.lists(st.tuples(conditions, consequences, st.booleans()), max_size=12).map(
    lambda rows: [Rule(place, *row) for place, row in enumerate(rows, 1)]
)
facts = st.builds(
    Facts,
    kind=st.sampled_from(KINDS),
    topic=st.sampled_from(TOPICS),
    account=st.sampled_from(PEOPLE),
    place=st.sampled_from(["public", "private"]),
    sentiment=st.sampled_from([-1, 0, 1]),
    followers=st.integers(0, 6),
    priority=st.integers(0, 6),
    text=st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join),
)


@given(rules, facts)
@settings(max_examples=400)
def test_compiled_rules_say_what_asking_each_in_turn_says(rules: list[Rule], facts: Facts) -> None:
    assert Router(rules).verdict(facts) == plainly(rules, facts)


@given(rules, facts)
def test_the_first_that_fits_decides_and_only_those_that_go_on_let_others_speak(
    rules: list[Rule], facts: Facts
) -> None:
    taken = Router(rules).verdict(facts).rules
    by_id = {rule.id: rule for rule in rules}
    assert taken == sorted(taken)
    assert all(by_id[one].goes_on for one in taken[:-1])
    assert Router(rules).verdict(facts) == Router(rules).verdict(facts)


@given(rules, facts)
def test_what_is_said_first_stays_and_one_rule_alone_says_whose_it_is(
    rules: list[Rule], facts: Facts
) -> None:
    verdict = Router(rules).verdict(facts)
    by_id = {rule.id: rule for rule in rules}
    for name, rule in verdict.said_by.items():
        before = [one for one in verdict.rules if one < rule]
        assert not any(name in by_id[one].then for one in before)
    whose = {verdict.said_by[name] for name in ("team", "person", "needs_owner") if name in verdict.said_by}
    assert len(whose) <= 1 or whose == set()


@pytest.mark.parametrize(
    ("term", "text", "fits"),
    [
        ("refund", "I want a REFUND!", True),
        ("refund", "They refunded me", False),
        ("refund*", "They refunded me", True),
        ("late train", "My late train again", True),
        ("late train", "The train was late", False),
        ("återbetal*", "Jag vill ha återbetalning", True),
        ("palautus", "En saa palautusta", False),
        ("", "anything", False),
    ],
)
def test_words_are_whole_words_unless_a_star_says_otherwise(term: str, text: str, fits: bool) -> None:
    rule = Rule(1, {"words": [term]}, {"tags": ("x",)})
    assert bool(Router([rule]).verdict(Facts(text=text)).rules) is fits


def test_many_followers_begin_above_a_thousand() -> None:
    rule = Rule(1, {"followers_from": 1001, "sentiments": [-1]}, {"alert": True})
    said = {n: Router([rule]).verdict(Facts(followers=n, sentiment=-1)).then for n in (999, 1000, 1001)}
    assert said == {999: {}, 1000: {}, 1001: {"alert": True}}
    assert not Router([rule]).verdict(Facts(followers=5000, sentiment=0)).then


def hand(pk: int, held: int = 0, slots: int = 3, ago: int | None = None, **more: object) -> Hand:
    at = datetime(2026, 11, 20, tzinfo=UTC) - timedelta(minutes=ago) if ago is not None else None
    usual: dict[str, object] = {"languages": frozenset({"sv"}), "skills": {}}
    return Hand(id=pk, name=f"P{pk}", held=held, slots=slots, last_given_at=at, **(usual | more))  # type: ignore[arg-type]


def chosen(choice: Choice) -> tuple[int | None, str]:
    return choice.hand.id if choice.hand else None, choice.why


def test_turns_go_round_and_full_hands_are_passed_over() -> None:
    hands = [hand(1, ago=5), hand(2, ago=50), hand(3, held=3, ago=500)]
    assert chosen(choose(hands, Wanted())) == (2, "turn")
    assert chosen(choose([*hands, hand(4)], Wanted())) == (4, "turn")
    assert chosen(choose([hand(3, held=3)], Wanted())) == (None, "slot")
    assert chosen(choose([], Wanted())) == (None, "nobody")


def test_what_is_missing_is_named() -> None:
    finn = hand(1, languages=frozenset({"fi"}), skills={"topic:billing": 2}, teams=frozenset({7}))
    swede = hand(2)
    assert chosen(choose([finn, swede], Wanted(language="fi", skill="topic:billing"))) == (1, "turn")
    assert chosen(choose([finn, swede], Wanted(language="da"))) == (None, "language")
    assert chosen(choose([finn, swede], Wanted(language="sv", skill="topic:billing"))) == (None, "skill")
    assert chosen(choose([finn, swede], Wanted(team=7))) == (1, "turn")
    assert chosen(choose([finn, swede], Wanted(team=8))) == (None, "team")
    assert chosen(choose([finn, swede], Wanted(person=2, language="fi"))) == (2, "asked")
    assert chosen(choose([finn, swede], Wanted(person=9))) == (None, "nobody")


def test_who_had_her_last_matter_comes_first_without_the_skill_but_not_without_room() -> None:
    former, expert = hand(1, ago=1), hand(2, skills={"topic:billing": 1})
    assert chosen(choose([former, expert], Wanted(skill="topic:billing", former=1))) == (1, "former")
    former.held = former.slots
    assert chosen(choose([former, expert], Wanted(skill="topic:billing", former=1))) == (2, "turn")


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.integers(1, 30))
def test_nobody_is_given_more_than_her_slots_and_the_order_of_people_does_not_matter(
    slots: list[int], matters: int
) -> None:
    start = datetime(2026, 11, 20, tzinfo=UTC)
    given: list[int] = []
    hands = [hand(pk, slots=n) for pk, n in enumerate(slots, 1)]
    for minute in range(matters):
        one = choose(hands, Wanted()).hand
        assert one == choose(list(reversed(hands)), Wanted()).hand
        if one is None:
            break
        one.held, one.last_given_at = one.held + 1, start + timedelta(minutes=minute)
        given.append(one.id)
    assert len(given) == min(matters, sum(slots))
    assert all(hand.held <= hand.slots for hand in hands)
    assert set(given[: len(slots)]) == {hand.id for hand in hands} or matters < len(slots)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"name": "Berit", "why": "turn", "language": "fi", "skill": "topic:billing", "held": 3, "slots": 8,
             "rules": [{"place": 4, "name": "Bills"}]},
            "To Berit: speaks Finnish, knows billing, 3 of 8 slots; rule 4 (Bills)",
        ),
        ({"why": "language", "language": "da", "needs_owner": True}, "Needs an owner: nobody on duty speaks Danish"),
        (
            {"name": "Bo", "why": "slot", "fallback": True, "held": 9, "slots": 8},
            "To Bo: the declared fallback, nobody has a free slot, 9 of 8 slots",
        ),
        ({"team": "Night", "why": "rule", "tags": ["money"], "priority": 70}, "To the team Night: tagged money, priority 70"),
        ({"tags": ["money"], "why": "owned", "alert": True}, "Sorted by rule: tagged money, the lead was told"),
    ],
)  # fmt: skip
def test_why_somebody_got_it_is_one_sentence(values: dict[str, Any], told: str) -> None:
    assert words.happened("routed", "", values) == told
