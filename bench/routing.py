"""Posts a second and core that go through the routing rules: compiled, and asking each rule in its turn.

Rules of every sort (kinds, topics, languages, accounts, words, followers, priority), most of which do not fit, as in a
grown installation; posts of up to 60 words. Both ways must say the same of every post.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable

from bench import measure
from lyhord.desk.matching import Facts, Router, Rule, Verdict, plainly

KINDS = ("question", "complaint", "corporate", "praise", "idea", "chatter")
TOPICS = ("delivery", "billing", "outage", "booking", "product", "account", "staff", "other")
LANGUAGES = ("sv", "fi", "nb", "da", "en")
NETWORKS = ("mastodon", "bluesky", "email", "telegram")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rules", type=int, default=200)
    options.add_argument("--posts", type=int, default=2_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    chance = random.Random(7)
    vocabulary = [made_word(chance) for _ in range(3_000)]
    rules = [rule(place, vocabulary, chance) for place in range(1, given.rules + 1)]
    posts = [post(vocabulary, chance) for _ in range(given.posts)]
    router = Router(rules)
    assert [router.verdict(one) for one in posts] == [plainly(rules, one) for one in posts]
    ways: dict[str, Callable[[], float]] = {
        "compiled": lambda: rate(router.verdict, posts),
        "one by one": lambda: rate(lambda one: plainly(rules, one), posts),
    }
    results = measure.turns(ways, given.rounds)
    taken = sum(bool(router.verdict(one).rules) for one in posts) / len(posts)
    print(f"# {measure.machine()}; {given.rules} rules, {given.posts} posts, {taken:.0%} taken by a rule")
    for name, rates in results.items():
        print(f"{name:<10} {measure.spread(rates)} posts a CPU second")
    medians = {name: statistics.median(rates) for name, rates in results.items()}
    print(f"compiled / one by one {medians['compiled'] / medians['one by one']:.1f}")
    print(f"compiled / what is asked for (1 000 a second) {medians['compiled'] / 1_000:.1f}")


def rate(judge: Callable[[Facts], Verdict], posts: list[Facts]) -> float:
    begun = time.process_time()
    for one in posts:
        judge(one)
    return len(posts) / (time.process_time() - begun)


def made_word(chance: random.Random) -> str:
    return "".join(chance.choice("aeiouäölnrstkmpvdg") for _ in range(chance.randint(3, 11)))


def rule(place: int, vocabulary: list[str], chance: random.Random) -> Rule:
    when: dict[str, object] = {}
    asks: dict[str, Callable[[], object]] = {
        "kinds": lambda: chance.sample(KINDS, 2),
        "topics": lambda: chance.sample(TOPICS, 2),
        "languages": lambda: [chance.choice(LANGUAGES)],
        "networks": lambda: [chance.choice(NETWORKS)],
        "accounts": lambda: [chance.randint(1, 40)],
        "followers_from": lambda: chance.choice([1_001, 10_000]),
        "priority_from": lambda: chance.choice([50, 80]),
        "words": lambda: [
            chance.choice(vocabulary) + chance.choice(["", "*"]),
            two_words(vocabulary, chance),
        ],
    }
    for name in chance.sample(sorted(asks), chance.randint(3, 5)):
        when[name] = asks[name]()
    return Rule(place, when, {"team": chance.randint(1, 9), "tags": ("t",)}, goes_on=chance.random() < 0.2)


def two_words(vocabulary: list[str], chance: random.Random) -> str:
    return " ".join(chance.sample(vocabulary, 2))


def post(vocabulary: list[str], chance: random.Random) -> Facts:
    return Facts(
        kind=chance.choice(KINDS), topic=chance.choice(TOPICS), language=chance.choice(LANGUAGES),
        account=chance.randint(1, 40), network=chance.choice(NETWORKS), followers=int(chance.paretovariate(0.6)),
        priority=chance.randint(0, 100), text=" ".join(chance.choices(vocabulary, k=chance.randint(3, 60))),
    )  # fmt: skip


if __name__ == "__main__":
    main()
