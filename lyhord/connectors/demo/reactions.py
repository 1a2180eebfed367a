"""What customers of the demo say and do when we have answered them."""

import random
from datetime import datetime, timedelta

from lyhord.connectors.demo import story
from lyhord.connectors.demo.network import Network
from lyhord.connectors.demo.story import PAGE, Told

AFTER = (8.0, 25.0)  # seconds until a person reacts to our answer


def due(network: Network, now: datetime, seed: int) -> list[Told]:
    found: list[Told] = []
    for answer in network.answers():
        post = network.state.posts.get(answer.get("item") or "")
        if answer["verb"] != "reply" or post is None or answer["key"] in network.state.reacted:
            continue
        dice = story.dice(seed, f"reaction:{answer['key']}")
        if now >= datetime.fromisoformat(answer["at"]) + timedelta(seconds=dice.uniform(*AFTER)):
            found += reactions(network, answer, post, now, dice)
    return found


def reactions(network: Network, answer: Told, post: Told, now: datetime, dice: random.Random) -> list[Told]:
    """What the person says to it: her next line of the scene, else thanks, a heart, or nothing."""
    told = post.get("story")
    if post.get("is_own") or not told:
        return []
    mark = {
        "account": PAGE,
        "author": post["author"],
        "at": now.isoformat(),
        "reacts_to": answer["key"],
        "story": told,
    }
    seen = [mark | {"kind": "read", "item": answer["native"]}] if answer["visibility"] == "private" else []
    scene = story.scenes()[told["scene"]]
    said = network.state.follow_ups[(told["turn"], told["scene"], told["role"])]
    lines = scene.then.get(told["role"], [])
    if said < len(lines):
        return [*seen, follow_up(mark, answer, lines[said], scene.lang)]
    if said == 0 and not lines and dice.random() < 0.5:
        return [*seen, follow_up(mark, answer, dice.choice(story.THANKS[scene.lang]), scene.lang)]
    return [*seen, mark | {"kind": "reaction", "item": answer["native"], "text": "♥"}]


def follow_up(mark: Told, answer: Told, text: str, lang: str) -> Told:
    return mark | {
        "kind": "created",
        "item": f"f-{answer['native']}",
        "thread": answer["thread"],
        "parent": answer["native"],
        "text": text,
        "lang": lang,
        "visibility": answer["visibility"],
        "is_follow_up": True,
    }
