"""What the lines of the network's file amount to."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

Line = dict[str, Any]


class State:
    """Taken line by line, always in the order of the file."""

    def __init__(self) -> None:
        self.posts: dict[str, Line] = {}  # by item
        self.done: dict[str, Line] = {}  # what we did, by key
        self.failures: defaultdict[str, list[Line]] = defaultdict(list)  # by place; the first is next
        self.blocked: set[str] = set()
        self.last_word: dict[str, str] = {}  # person -> time of the last private word
        self.answered_in_private: set[str] = set()  # public posts whose one private answer is spent
        self.script: Line = {}  # what the script wrote last about itself
        self.reacted: set[str] = set()  # keys of our answers that their readers have reacted to
        self.follow_ups: defaultdict[tuple[int, int, str], int] = defaultdict(int)  # by turn, scene and role
        self.is_told = True  # whether we hear what happens
        self.is_deaf = False  # connecting again does not help
        self.count = 0

    def take(self, line: Line) -> None:
        self.count += 1
        for name, value in line.items():
            reader = getattr(self, f"take_{name}", None)
            if reader is not None:
                reader(value)

    def take_event(self, event: Line) -> None:
        if event.get("reacts_to"):
            self.reacted.add(event["reacts_to"])
        if event.get("is_follow_up"):
            told = event["story"]
            self.follow_ups[(told["turn"], told["scene"], told["role"])] += 1
        reader = getattr(self, f"on_{event.get('kind', 'created')}", None)
        if reader is not None:
            reader(event)

    def take_done(self, done: Line) -> None:
        self.done[done["key"]] = done
        if done["verb"] == "reply" and done.get("is_private_reply"):
            self.answered_in_private.add(done["item"])
        if done["verb"] == "block":
            self.blocked.add(done["person"])
        if done["verb"] == "unblock":
            self.blocked.discard(done["person"])

    def take_fail(self, what: Line) -> None:
        self.failures[what["on"]].append(what)

    def take_used(self, on: str) -> None:
        if self.failures[on]:
            self.failures[on].pop(0)

    def take_script(self, script: Line) -> None:
        self.script = {**self.script, **script}

    def take_subscribed(self, is_told: bool) -> None:
        self.is_told = is_told

    def take_for_good(self, is_deaf: bool) -> None:
        self.is_deaf = is_deaf

    # Events

    def on_created(self, event: Line) -> None:
        item = event.get("item")
        if isinstance(item, str) and item not in self.posts:
            self.posts[item] = dict(event)
            if event.get("visibility") == "private" and not event.get("is_own"):
                self.last_word[person_of(event)] = event.get("at") or ""

    def on_edited(self, event: Line) -> None:
        self.change(event, text=event.get("text", ""), edit=event)

    def on_deleted(self, event: Line) -> None:
        self.change(event, text="", media=[], deleted=True)

    def on_hidden(self, event: Line) -> None:
        self.change(event, hidden=True)

    def on_shown(self, event: Line) -> None:
        self.change(event, hidden=False)

    def on_reaction(self, event: Line) -> None:
        post = self.posts.get(event.get("item") or "")
        if post is not None:
            post["reactions"] = {**post.get("reactions", {}), person_of(event): event.get("text", "")}

    def change(self, event: Line, **news: Any) -> None:
        post = self.posts.get(event.get("item") or "")
        if post is not None:
            post.update(news)


def person_of(event: Mapping[str, Any]) -> str:
    return str((event.get("author") or {}).get("id", ""))
