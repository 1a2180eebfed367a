"""The other side: a small network of fiction that lives in one file, appended to and never rewritten.

Tests and the script write there as customers (`happen`), read what stands there (`posts`) and what we did (`answers`),
and make it fail (`fail`). Processes may share it: a lock on the file keeps lines whole and decisions single.
"""

import fcntl
import functools
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

from lyhord.channels.contract import File
from lyhord.connectors.demo.state import Line, State

FILE = "demo-network.jsonl"
FILES = "demo-network-files"
Failure = Literal["429", "lost_answer", "refuse", "revoked", "hang"]
Place = Literal["send", "poll", "fetch", "connect"]
MOST_BYTES = 1_000_000  # that one look brings


def at(folder: str | Path) -> "Network":
    """The network in `folder`, read once in this process and then only what is new."""
    return known(str(Path(folder).resolve()))


@functools.lru_cache(maxsize=16)
def known(folder: str) -> "Network":
    return Network(folder)


class Network:
    """The network as it stands in `folder`."""

    def __init__(self, folder: str | Path) -> None:
        self.path = Path(folder) / FILE
        self.state = State()
        self.read_to = 0
        self.lock = threading.RLock()

    # As a customer, or as the network itself

    def happen(self, event: Mapping[str, Any]) -> Line:
        """Something happens there; `event` as parser.py reads it. Gives it as it was written, with its `id`.

        What a blocked person writes does not reach us: it is not written, and the answer is empty.
        """
        with self.writing() as file:
            if (event.get("author") or {}).get("id") in self.state.blocked:
                return {}
            return self.append_event(file, event)

    def fail(
        self,
        next: Failure,  # noqa: A002 - reads as what it does: fail(next="429")
        times: int = 1,
        *,
        on: Place = "send",
        retry_after: float = 30,
        seconds: float = 30,
    ) -> None:
        """Let the coming `times` calls fail. `seconds` is how long a hanging one hangs."""
        with self.writing() as file:
            what = {"next": next, "on": on, "retry_after": retry_after, "seconds": seconds}
            self.append(file, *({"fail": what} for _time in range(times)))

    def forget_us(self, *, for_good: bool = False) -> None:
        """Silently stop telling us what happens. Connecting again helps, unless it is `for_good`."""
        with self.writing() as file:
            self.append(file, {"subscribed": False, "for_good": for_good})

    def subscribe(self) -> None:
        """We connect: from now on we are told again. Who is told already is not noted anew."""
        self.refresh()
        if self.state.is_told or self.state.is_deaf:
            return
        with self.writing() as file:
            self.append(file, {"subscribed": True})

    # Looking at it

    def posts(self) -> list[Line]:
        """Every post as it stands now, in the order of their coming; deleted ones have `deleted`, hidden ones `hidden`."""
        with self.lock:
            self.refresh()
            return [dict(post) for post in self.state.posts.values()]

    def answers(self) -> list[Line]:
        """All that we did there, in order, each with the key that it came with."""
        with self.lock:
            self.refresh()
            return [dict(done) for done in self.state.done.values()]

    def look(self, cursor: str, account: str, *, is_asked: bool = False) -> tuple[list[Line], str]:
        """Events of `account` after `cursor`, which is a place in the file, and the cursor to go on from.

        With `is_asked` also those that it kept to itself when they happened.
        """
        start = int(cursor) if cursor.isdigit() else 0
        if self.path.exists() and self.path.stat().st_size < start:
            start = 0  # another file took its place
        events, at = [], start
        for line, end in self.lines(start):
            at = end
            told = line.get("event")
            if isinstance(told, dict) and told.get("account", account) == account:
                events += [told] if is_asked or not told.get("untold") else []
            if end - start > MOST_BYTES:
                break
        return events, str(at)

    # For the connector

    def keep(self, file: File) -> Line:
        """A file of a post as the network has it: its bytes lie beside the network's own file, by their digest."""
        digest = hashlib.sha256(file.content).hexdigest()
        place = self.path.parent / FILES
        place.mkdir(exist_ok=True)
        (place / digest).write_bytes(file.content)
        return {"name": file.name, "kind": file.content_type, "alt": file.alt, "digest": digest}

    def take_failure(self, on: Place) -> Line | None:
        """The failure that was asked for next, used up."""
        self.refresh()
        if not self.state.failures[on]:
            return None
        with self.writing() as file:
            if not self.state.failures[on]:
                return None
            failure = self.state.failures[on][0]
            self.append(file, {"used": on})
            return failure

    @contextmanager
    def writing(self) -> Iterator[IO[bytes]]:
        """The file, held against all others, with all that stands there read."""
        with self.lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                self.refresh()
                yield file

    def append(self, file: IO[bytes], *lines: Line) -> None:
        file.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        file.flush()
        self.refresh()

    def append_event(self, file: IO[bytes], event: Mapping[str, Any]) -> Line:
        number = self.state.count + 1
        told = {"id": f"e{number}", **event}
        if told.get("kind") in {"created", None} and "item" not in told:
            told["item"] = f"p{number}"
        if not self.state.is_told:
            told["untold"] = True
        self.append(file, {"event": told})
        return told

    def refresh(self) -> None:
        with self.lock:
            if self.path.exists() and self.path.stat().st_size < self.read_to:  # another file took its place
                self.state, self.read_to = State(), 0
            for line, end in self.lines(self.read_to):
                self.state.take(line)
                self.read_to = end

    def lines(self, start: int) -> Iterator[tuple[Line, int]]:
        """Whole lines from `start` on, each with the place where it ends. A cut or strange one tells nothing."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(start)
            for raw in file:
                if not raw.endswith(b"\n"):
                    return
                start += len(raw)
                try:
                    line = json.loads(raw)
                except ValueError:
                    line = {}
                yield (line if isinstance(line, dict) else {}), start
