"""The training inbox: twelve made-up posts, and what is right to do with each. Plain values; nothing of it is a conversation.

The rules stand here, the words beside them, one file a language. A post is done when each of its `wants` was met by one
of the actions that meet it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

LANGUAGES = ("en", "sv", "fi", "nb", "da")
# As the inbox names its commands, so that each has the key that this person has for it there.
ACTIONS = ("reply", "note", "take", "assign", "tag", "snooze", "close", "spam", "hide")
WRITTEN = ("reply", "note")  # those that need a few words of one's own

Verdict = Literal["right", "fits", "better"]


@dataclass(frozen=True)
class Post:
    """One made-up post. `fits`: what does no harm there, and does not finish it."""

    name: str
    author: str
    wants: tuple[frozenset[str], ...]
    fits: frozenset[str] = frozenset()
    is_public: bool = True
    lang: str = ""  # "": the reader's own

    @property
    def right(self) -> frozenset[str]:
        return frozenset().union(*self.wants)


@dataclass(frozen=True)
class Told:
    """What she did, why it was right or what would be better, and what is left."""

    action: str
    verdict: Verdict
    why: str
    left: tuple[frozenset[str], ...]

    @property
    def is_done(self) -> bool:
        return not self.left


def post(name: str, author: str, wants: str, fits: str = "", **more: Any) -> Post:
    """`wants` with spaces between; "a|b": either of them."""
    groups = tuple(frozenset(one.split("|")) for one in wants.split())
    return Post(name, author, groups, frozenset(fits.split()), **more)


POSTS = (
    post("question", "Maja", "reply", "take tag"),
    post("complaint", "Jonas", "take reply", "note tag"),
    post("press", "Signe, Radio Granvik", "assign", "note tag", is_public=False),
    post("praise", "Elin", "reply close", "take tag"),
    post("idea", "Mikael", "reply tag", "take note"),
    post("chatter", "Tove", "close", "tag"),
    post("spam", "Win Now 777", "spam", "hide"),
    post("troll", "truthhammer99", "close", "note"),
    post("private", "Aino", "hide reply", "take note"),
    post("urgent", "Pernille", "reply note", "take tag assign"),
    post("foreign", "Agnieszka", "assign|reply", "take tag note", lang="pl"),
    post("two", "Henrik", "reply snooze", "take tag note"),
)
NAMES = tuple(one.name for one in POSTS)


@lru_cache(maxsize=len(LANGUAGES))
def words(language: str) -> Mapping[str, Any]:
    """All that is said in a language: `posts` by name (text, hint, told by action), `usual` by action, and `fits`.

    A language that is not there: English.
    """
    code = language.split("-")[0].lower()
    path = Path(__file__).with_name(f"{code if code in LANGUAGES else 'en'}.json")
    told: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def left_of(one: Post, actions: Sequence[str]) -> tuple[frozenset[str], ...]:
    """What is still to be done after these, in their order. To close counts only when nothing else is left."""
    left = one.wants
    for action in actions:
        if action == "close" and any("close" not in group for group in left):
            continue
        left = tuple(group for group in left if action not in group)
    return left


def judge(one: Post, action: str, before: Sequence[str] = (), language: str = "en") -> Told:
    """What `action` is worth on this post, after those `before`. Raises KeyError for an action that is not one of ours."""
    said = words(language)
    usual: str = said["usual"][action]
    own: str = said["posts"][one.name]["told"].get(action, "")
    left = left_of(one, [*(step for step in before if step != action), action])
    if action == "close" and left:
        return Told(action, "better", usual if action in one.right else own or usual, left)
    if action in one.right:
        return Told(action, "right", own or usual, left)
    # What was seen to may be closed: nobody is left without an answer any more.
    if action in one.fits or action == "close":
        return Told(action, "fits", (own if action in one.fits else "") or said["fits"], left)
    return Told(action, "better", own or usual, left)


def is_done(one: Post, actions: Sequence[str]) -> bool:
    return not left_of(one, actions)


def done_of(done: Mapping[str, Sequence[str]]) -> int:
    """How many of the posts are done."""
    return sum(is_done(one, done.get(one.name, ())) for one in POSTS)


def next_after(name: str, done: Mapping[str, Sequence[str]]) -> Post | None:
    """The next post that is not done, from this one on and round; None: all are."""
    at = NAMES.index(name) + 1 if name in NAMES else 0
    left = [one for one in (*POSTS[at:], *POSTS[:at]) if not is_done(one, done.get(one.name, ()))]
    return next((one for one in left if one.name != name), None)
