"""The team's values over a judgement: plain values, no database."""

import pytest

from lyhord.triage import impropriety
from lyhord.triage.judge import Judgement, judge
from lyhord.triage.reasons import Reason
from lyhord.triage.tuning.laying import AS_SHIPPED, WEIGHTS, Laid, Tuned, lay, weighed

UNHAPPY = "Ert tåg var inställt igen och ingen svarar. Förbannat dålig service, jag är så arg!"
THANKS = "Tack för hjälpen, ni är bäst!"


def laid(
    told: Judgement, tuned: Tuned = AS_SHIPPED, *, followers: int | None = None, urgency: float = 0.0
) -> Laid:
    scores = impropriety.scores(UNHAPPY, told)
    return lay(told, tuned, urgency=urgency, scores=scores, followers=followers)


def test_as_shipped_nothing_changes_but_the_order_of_sums() -> None:
    told = judge(UNHAPPY)
    done = laid(told)
    assert (done.needs_answer, done.is_urgent, done.is_abusive, done.priority) == (
        told.kind.needs_answer,
        told.urgency.label == "high",
        told.abuse.abusive,
        told.priority,
    )
    assert sum(reason.points for reason in done.reasons) == done.priority
    assert laid(told) == done


@pytest.mark.parametrize(
    ("followers", "is_heard"), [(None, False), (999, False), (1000, False), (1001, True)]
)
def test_an_unhappy_author_above_the_threshold_is_raised_and_flagged(
    followers: int | None, is_heard: bool
) -> None:
    told = judge(UNHAPPY)
    assert told.sentiment.label < 0
    done = laid(told, followers=followers)
    assert ("influence" in done.flags) == is_heard
    assert done.priority == told.priority + (WEIGHTS["influence"] if is_heard else 0)
    assert [one.part for one in done.reasons].count("influence") == is_heard


def test_a_happy_author_with_many_followers_is_no_alarm() -> None:
    told = judge(THANKS)
    assert laid(told, followers=50_000).flags == () and laid(told, followers=50_000).priority == told.priority


def test_the_threshold_of_influence_is_a_parameter() -> None:
    told = judge(UNHAPPY)
    assert laid(told, Tuned(influence_from=50), followers=51).flags == ("influence",)
    assert laid(told, Tuned(influence_from=50), followers=50).flags == ()


def test_a_threshold_turns_labels_and_the_sum_follows() -> None:
    told = judge(UNHAPPY)
    assert told.urgency.label == "normal"
    urgent = laid(told, Tuned(thresholds={"urgent": 0.3}), urgency=0.4)
    assert urgent.is_urgent and "urgency" in {one.part for one in urgent.reasons}
    assert urgent.priority == sum(one.points for one in urgent.reasons) > told.priority
    silent = laid(told, Tuned(thresholds={"answer": 1.0}))
    assert silent.needs_answer == (told.kind.answer_score >= 1.0)
    assert laid(told, Tuned(thresholds={"urgent": 0.5}), urgency=0.4).is_urgent is False


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Fuck this shit, what the hell", "profanity"),
        ("I will kill you, I know where you live", "threats"),
        ("You bunch of idiots, lazy pigs", "hate"),
        ("My card is 4111 1111 1111 1111, charge it", "personal"),
        ("Win bitcoin now!!! free spins casino http://x.example", "spam"),
        ("haha lol what a match yesterday", "off_topic"),
    ],
)
def test_each_line_flags_what_crosses_it_and_hides_nothing(text: str, line: str) -> None:
    told = judge(text)
    scores = impropriety.scores(text, told)
    assert 0 < scores[line] <= 1
    on = lay(told, Tuned(lines={line: scores[line]}), urgency=0, scores=scores, followers=None)
    off = lay(told, Tuned(lines={}), urgency=0, scores=scores, followers=None)
    above = lay(
        told, Tuned(lines={line: min(scores[line] + 0.01, 1.01)}), urgency=0, scores=scores, followers=None
    )
    assert (on.flags, off.flags, above.flags) == ((line,), (), ())
    assert on.priority == off.priority and on.needs_answer == off.needs_answer


def test_a_polite_post_crosses_no_line() -> None:
    text = "Hej! Kan ni säga när nästa tåg går till Umeå?"
    assert (
        lay(
            judge(text), AS_SHIPPED, urgency=0, scores=impropriety.scores(text, judge(text)), followers=None
        ).flags
        == ()
    )


def test_edited_weights_count_and_never_make_more_than_a_hundred() -> None:
    parts = [
        Reason("kind", 0, "a"),
        Reason("urgency", 0, "b"),
        Reason("negative", 0, "c"),
        Reason("topic", 0, "d"),
    ]
    given = {**WEIGHTS, "complaint": 70, "urgent": 25, "negative": 20}
    done = weighed(parts, "complaint", given)
    assert [one.points for one in done] == [70, 25, 5, 0]
    assert [one.points for one in weighed(parts, "chatter", given)] == [0, 25, 20, 0]
