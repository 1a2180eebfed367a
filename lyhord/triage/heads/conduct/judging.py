"""Trolls by all that this machine has: rules and learned model, or the rules alone where there is no embedding model."""

from lyhord.triage.embeddings.model import Missing
from lyhord.triage.heads.conduct import learned, troll
from lyhord.triage.heads.conduct.thread import Profile, Thread
from lyhord.triage.heads.conduct.troll import Troll
from lyhord.triage.learned import remembered


def judge(seen: Profile, thread: Thread) -> Troll:
    """A score 0..100, of 50 and above for trolls. Raises NotAModel where the file that ships is broken."""
    ruled = troll.judge(seen, thread)
    try:
        return learned.judge(learned.shipped(), ruled, thread, remembered.embed)
    except Missing:
        return learned.scored(ruled)
