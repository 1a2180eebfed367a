"""The architecture as code: what the worker walks, in order.

Words flow one way: network -> envelope -> post -> author -> assessment -> conversation -> dispatch -> network.
Steps on the database run one after the other in one thread, in batches. Calls to networks run in a pool, one at a time
for an account, so that a network that hangs holds up nobody else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import lyhord.channels.steps
import lyhord.customers.noticing
import lyhord.customers.steps
import lyhord.desk.steps
import lyhord.intake.sources
import lyhord.intake.steps
import lyhord.moving.steps
import lyhord.outbox.steps
import lyhord.portal.steps
import lyhord.privacy.steps
import lyhord.staff.steps
import lyhord.triage.deepening
import lyhord.triage.learning.steps
import lyhord.triage.steps
import lyhord.triage.topics.steps
import lyhord.web.changes

SOON = timedelta(0)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Step:
    """`run(now)` gives how many rows it moved; 0 means that nothing was due. `every`: not oftener than so."""

    run: Callable[[datetime], int]
    every: timedelta = SOON

    @property
    def name(self) -> str:
        return f"{self.run.__module__.removeprefix('lyhord.')}.{self.run.__name__}"


@dataclass(frozen=True)
class Calls:
    """Calls to networks. `due(now)` gives (account id, row id); `run(row id, now)` is one call.

    `share` of the slots is the most that is under way once one of these began; the rest is kept for what stands before.
    """

    due: Callable[[datetime], Iterable[tuple[int, int]]]
    run: Callable[[int, datetime], object]
    share: float = 1.0
    can_wait: bool = False  # does not begin while the line does not keep up

    @property
    def name(self) -> str:
        return f"{self.run.__module__.removeprefix('lyhord.')}.{self.run.__name__}"


STEPS = (
    Step(lyhord.intake.steps.read_envelopes),
    Step(lyhord.customers.steps.tie_authors),
    Step(lyhord.triage.steps.assess),
    Step(lyhord.triage.steps.reassess),
    Step(lyhord.outbox.steps.take_echoes),
    Step(lyhord.outbox.steps.take_reports),
    Step(lyhord.portal.steps.hand_over),
    Step(lyhord.desk.steps.file_posts),
    Step(lyhord.desk.steps.take_changes),
    Step(lyhord.desk.steps.take_dispatches),
    Step(lyhord.desk.steps.follow_merges),
    Step(lyhord.desk.steps.route),
    Step(lyhord.desk.steps.end_hand_overs, timedelta(seconds=5)),
    Step(lyhord.desk.steps.hand_back, timedelta(seconds=15)),
    Step(lyhord.desk.steps.flag_nightmares, MINUTE),
    Step(lyhord.desk.steps.tell_influence, timedelta(seconds=5)),
    Step(lyhord.desk.steps.keep_days, 5 * MINUTE),
    Step(lyhord.desk.steps.open_cases, timedelta(seconds=2)),
    Step(lyhord.desk.steps.follow_cases, timedelta(seconds=1)),
    Step(lyhord.desk.steps.remind, timedelta(seconds=10)),
    Step(lyhord.desk.steps.start_clocks),
    Step(lyhord.desk.steps.follow_clocks),
    Step(lyhord.desk.steps.tick_clocks, timedelta(seconds=1)),
    Step(lyhord.desk.steps.sweep_clocks),
    Step(lyhord.desk.steps.mend_clocks, 10 * MINUTE),
    Step(lyhord.customers.noticing.notice, timedelta(seconds=1)),
    Step(lyhord.triage.deepening.deepen),
    Step(lyhord.desk.steps.end_waits, timedelta(seconds=5)),
    Step(lyhord.desk.steps.wake, timedelta(seconds=5)),
    Step(lyhord.desk.steps.send_scheduled, timedelta(seconds=1)),
    Step(lyhord.desk.steps.run_tag_macros, timedelta(seconds=2)),
    Step(lyhord.desk.steps.forget_previews, 60 * MINUTE),
    Step(lyhord.desk.steps.remind_departments, timedelta(seconds=10)),
    Step(lyhord.desk.steps.pass_approvals_on, timedelta(seconds=10)),
    Step(lyhord.desk.steps.forget_notices, 5 * MINUTE),
    Step(lyhord.desk.steps.index_words, timedelta(seconds=2)),
    Step(lyhord.desk.steps.forget_presence, timedelta(seconds=10)),
    Step(lyhord.desk.steps.forget_undo, 5 * MINUTE),
    Step(lyhord.outbox.steps.lift_ended, timedelta(seconds=5)),
    Step(lyhord.intake.steps.ensure_sources, timedelta(seconds=2)),
    Step(lyhord.intake.steps.mend_times, timedelta(seconds=10)),
    Step(lyhord.intake.steps.remove_files, MINUTE),
    Step(lyhord.outbox.steps.remove_files, MINUTE),
    Step(lyhord.intake.sources.count_heard, timedelta(seconds=10)),
    Step(lyhord.intake.sources.count_unknown, timedelta(seconds=10)),
    Step(lyhord.channels.steps.watch, MINUTE),
    Step(lyhord.intake.sources.fill_gaps, timedelta(seconds=20)),
    Step(lyhord.channels.steps.forget_heard, 60 * MINUTE),
    Step(lyhord.customers.noticing.forget_old, 5 * MINUTE),
    Step(lyhord.privacy.steps.retain, MINUTE),
    Step(lyhord.moving.steps.carry_out),
    Step(lyhord.moving.steps.forget_files, 60 * MINUTE),
    Step(lyhord.triage.learning.steps.learn, MINUTE),
    Step(lyhord.triage.topics.steps.learn, MINUTE),
    Step(lyhord.staff.steps.seal_audit, timedelta(seconds=2)),
    Step(lyhord.staff.steps.forget_old, 5 * MINUTE),
    Step(lyhord.web.changes.forget_old, 5 * MINUTE),
)


# In order of worth, as docs/operations.md tells under "When there is too much".
CALLS = (
    Calls(lyhord.outbox.steps.due_dispatches, lyhord.outbox.steps.send),
    Calls(lyhord.outbox.steps.unsure_dispatches, lyhord.outbox.steps.settle_unsure),
    Calls(lyhord.staff.steps.due_reset_mails, lyhord.staff.steps.send_reset_mail, share=0.75),
    Calls(lyhord.portal.steps.due_mails, lyhord.portal.steps.send_mail, share=0.75),
    Calls(lyhord.desk.steps.due_notices, lyhord.desk.steps.mail_notices, share=0.75),
    Calls(lyhord.desk.steps.due_request_mails, lyhord.desk.steps.send_request_mail, share=0.75),
    Calls(lyhord.channels.steps.due_alarms, lyhord.channels.steps.tell, share=0.75),
    Calls(lyhord.intake.sources.due_sources, lyhord.intake.sources.poll, share=0.75),
    Calls(lyhord.intake.sources.due_ancestors, lyhord.intake.sources.fetch_ancestors, share=0.5),
    Calls(lyhord.channels.steps.due_checks, lyhord.channels.steps.check, share=0.5),
    Calls(lyhord.intake.sources.due_looks, lyhord.intake.sources.look, share=0.25, can_wait=True),
    Calls(
        lyhord.intake.sources.due_attachments,
        lyhord.intake.sources.fetch_attachment,
        share=0.25,
        can_wait=True,
    ),
)

# Streams are held under a lease, each in a thread of its own: `due(now)`, `run(row id, stop, worker's name)`.
STREAMS = (lyhord.intake.sources.due_streams, lyhord.intake.sources.stream)
RELEASE = (
    lyhord.intake.sources.release
)  # (worker's name, now): its streams are free at once when it ends well
