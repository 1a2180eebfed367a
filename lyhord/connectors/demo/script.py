"""The customers of the demo: two days of the past, then a new post every few seconds, and an ear for our answers.

Deterministic: the same seed tells the same story. What has been told is read from the network's own file, so the
script may be stopped, started and called by several at once.
"""

import functools
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from lyhord.connectors.demo import reactions, rhythm, story
from lyhord.connectors.demo.network import Network
from lyhord.connectors.demo.network import at as network_at
from lyhord.connectors.demo.story import PAGE, Line, Scene, Told

US = {"id": PAGE, "handle": PAGE, "name": story.COMPANY}
PAST_POSTS = 72
PAST = timedelta(days=2)
GAP = (6.0, 15.0)  # seconds between two posts
OPEN_SCENES = 3  # that go on beside each other


def fill(folder: str | Path, now: datetime, seed: int) -> int:
    """Write the past two days, once. Gives how many events were written."""
    network = network_at(folder)
    network.refresh()
    if network.state.script:
        return 0
    events = sorted(past(now, seed), key=lambda event: event["at"])
    for event in events:
        network.happen(event)
    with network.writing() as file:
        network.append(file, {"script": {"seed": seed, "round": 0, "slot": 0, "at": now.isoformat()}})
    return len(events)


def go_on(folder: str | Path, now: datetime, seed: int, *, speed: float = 1.0) -> int:
    """Write what is due by now; call it every second. Gives how many events were written.

    After a pause the story goes on where it stopped; what would have come meanwhile is not made up for.
    """
    network = network_at(folder)
    network.refresh()
    if not network.state.script:
        return fill(folder, now, seed)
    written = 0
    for event in reactions.due(network, now, seed):
        written += bool(network.happen(event))
    return written + due_line(network, now, seed, speed)


# The past -----------------------------------------------------------------------------------------------------


def past(now: datetime, seed: int) -> Iterator[Told]:
    chosen = past_scenes(seed)
    dice = story.dice(seed, "past")
    begin = rhythm.moments(now - PAST, now - timedelta(minutes=20), len(chosen), dice)
    for scene, at in zip(chosen, begin, strict=True):
        latest = now - timedelta(seconds=dice.uniform(30, 600))
        for number, line in enumerate(scene.lines):
            yield event_of(scene, number, line, 0, seed, min(at, latest))
            at += timedelta(minutes=dice.uniform(2, 35))
            latest += timedelta(seconds=0.1)  # order is kept where the scene has no more time


def past_scenes(seed: int) -> list[Scene]:
    """The first scenes that together hold the posts of two days."""
    chosen: list[Scene] = []
    for scene in shuffled(seed, 0):
        if sum(len(each.lines) for each in chosen) >= PAST_POSTS:
            break
        chosen.append(scene)
    return chosen


def shuffled(seed: int, turn: int) -> list[Scene]:
    found = list(story.scenes())
    story.dice(seed, f"order:{turn}").shuffle(found)
    return found


# Live ---------------------------------------------------------------------------------------------------------


@functools.cache
def plan(seed: int, turn: int) -> list[tuple[Scene, int]]:
    """Scene and line for each slot of one telling; a few scenes go on beside each other. Our answers are left to us."""
    waiting = shuffled(seed, turn)
    if turn == 0:
        waiting = waiting[len(past_scenes(seed)) :]
    dice, slots = story.dice(seed, f"plan:{turn}"), list[tuple[Scene, int]]()
    running: list[tuple[Scene, list[int]]] = []
    while waiting or running:
        if waiting and (len(running) < OPEN_SCENES or dice.random() < 0.2):
            scene = waiting.pop(0)
            running.append((scene, [at for at, line in enumerate(scene.lines) if is_theirs(at, line)]))
        scene, left = dice.choice(running)
        if left:
            slots.append((scene, left.pop(0)))
        else:
            running.remove((scene, left))
    return slots


def is_theirs(number: int, line: Line) -> bool:
    return line.role != "us" or number == 0  # the first line of a page scene is our own post


def due_line(network: Network, now: datetime, seed: int, speed: float) -> int:
    state = network.state.script
    turn, slot = state["round"], state["slot"]
    last = datetime.fromisoformat(state["at"])
    if now < last + timedelta(seconds=story.dice(seed, f"gap:{turn}:{slot}").uniform(*GAP) / speed):
        return 0
    slots = plan(seed, turn)
    if slot >= len(slots):
        turn, slot = turn + 1, 0
        slots = plan(seed, turn)
    scene, number = slots[slot]
    written = network.happen(event_of(scene, number, scene.lines[number], turn, seed, now))
    with network.writing() as file:
        network.append(file, {"script": {"round": turn, "slot": slot + 1, "at": now.isoformat()}})
    return int(bool(written))


# One line as an event -----------------------------------------------------------------------------------------


def event_of(scene: Scene, number: int, line: Line, turn: int, seed: int, at: datetime) -> Told:
    cast = scene.cast(f"{seed}:{turn}")
    author = US if line.role == "us" else cast[line.role]
    told: Told = {
        "kind": "created",
        "account": PAGE,
        "item": item_of(scene, turn, number),
        "author": author,
        "at": at.isoformat(),
        "is_own": line.role == "us",
        "visibility": "private" if scene.kind == "dm" else "public",
        "story": {"turn": turn, "scene": scene.number, "role": line.role},
    }
    if line.what == "like":
        return told | {
            "kind": "reaction",
            "item": latest(scene, turn, number, line.role, others=True),
            "text": "♥",
        }
    if line.what in {"edit", "delete"}:
        item = latest(scene, turn, number, line.role)
        return told | {
            "kind": "edited" if line.what == "edit" else "deleted",
            "item": item,
            "text": line.text,
        }
    return told | {"text": line.text, "lang": scene.lang} | place(scene, turn, number, cast)


def place(scene: Scene, turn: int, number: int, cast: Mapping[str, Told]) -> Told:
    root = item_of(scene, turn, 0)
    if scene.kind == "dm":
        return {"thread": f"dm:{cast[scene.roles[0]]['id']}"}
    return {
        "thread": root,
        "parent": root if number else None,
        "link": f"https://nordbanan.example/posts/{item_of(scene, turn, number)}",
        "mentions": [US] if scene.kind == "wall" else [],
    }


def item_of(scene: Scene, turn: int, number: int) -> str:
    return f"s{turn}-{scene.number}-{number}"


def latest(scene: Scene, turn: int, before: int, role: str, *, others: bool = False) -> str:
    """The item that `role` wrote last before that line; with `others`, that somebody else wrote."""
    found = 0
    for number, line in enumerate(scene.lines[:before]):
        if line.what == "say" and is_theirs(number, line) and (line.role != role) == others:
            found = number
    return item_of(scene, turn, found)
