"""One file brought in: first what each record would become, then, if it is meant, the record itself. Safe to call twice."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from lyhord.customers.models import Identity
from lyhord.desk.models import Tag
from lyhord.lib import work
from lyhord.lib.errors import LyhordError
from lyhord.moving.actions import guidance, histories
from lyhord.moving.actions.foreign import Ledger
from lyhord.moving.records import (
    NAMES,
    Batch,
    Conversation,
    Customer,
    Guide,
    Person,
    Problem,
    Record,
    Team,
    Word,
)
from lyhord.moving.records import Tag as TagRecord
from lyhord.moving.reports import Report
from lyhord.staff import actions as staff
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, User
from lyhord.staff.models import Team as OurTeam

VERB = "move_data"
LOCK = 7_561

log = logging.getLogger(__name__)


def dry_run(batch: Batch, brand: Brand, system: str, *, by: User, now: datetime) -> Report:
    """What the records would become. Writes nothing. Raises mandates.NotYours."""
    bringing = Import(brand, system, by=by, now=now)
    report = Report()
    report.take(batch.problems)
    bringing.expect(batch.records)
    for record in batch.ordered():
        bringing.try_one(record, report)
    return report


def bring_all(
    batch: Batch, brand: Brand, system: str, *, by: User, now: datetime, is_inviting: bool = False
) -> Report:
    """All of it, one record a transaction; what was refused is told. Raises mandates.NotYours."""
    bringing = Import(brand, system, by=by, now=now, is_inviting=is_inviting)
    report = Report()
    report.take(batch.problems)
    bringing.expect(batch.records)
    for record in batch.ordered():
        bringing.bring(record, report)
    audit.record("import.done", brand, by=by, now=now, system=system, come=report.come)
    return report


class Import:
    """Brings records of one system into one brand."""

    def __init__(
        self, brand: Brand, system: str, *, by: User, now: datetime, is_inviting: bool = False
    ) -> None:
        mandates.require(by, VERB, brand)
        self.brand, self.system, self.by, self.now, self.is_inviting = brand, system, by, now, is_inviting
        self.known = Ledger(brand, system)
        self.may_people = mandates.allows(by, "manage_people", brand)
        self.may_teams = mandates.allows(by, "manage_brands", brand)
        self.coming: set[tuple[str, str]] = set()  # of this file: (kind, native)
        self.histories = histories.Histories(brand, system, self.known, by=by, now=now)

    def expect(self, records: Iterable[Record]) -> None:
        """What stands in the file, so that one record may name another."""
        self.coming |= {(NAMES[type(record)], record.native) for record in records}

    # What it would become ------------------------------------------------------------------------------------------

    def try_one(self, record: Record, report: Report) -> None:
        kind = NAMES[type(record)]
        if self.is_there(record):
            report.count(report.there, kind)
            return
        problems = self.problems_of(record)
        report.take(problems)
        if is_refused(record, problems):
            self.coming.discard((kind, record.native))
            return
        report.count(report.come, kind)
        if isinstance(record, Conversation):
            report.count(report.come, "messages", len(self.kept_words(record)))

    def is_there(self, record: Record) -> bool:
        if self.known.get(NAMES[type(record)], record.native) is not None:
            return True
        return self.ours(record) is not None

    def ours(self, record: Record) -> int | None:
        """A row of ours that is the same by what people know it by."""
        if isinstance(record, Team):
            rows: Any = OurTeam.objects.filter(brand=self.brand, name__iexact=record.name)
        elif isinstance(record, Person):
            rows = User.objects.filter(email__iexact=record.email)
        elif isinstance(record, TagRecord):
            rows = Tag.objects.filter(brand=self.brand, name__iexact=record.name)
        else:
            return None
        found: int | None = rows.order_by("pk").values_list("pk", flat=True).first()
        return found

    def problems_of(self, record: Record) -> list[Problem]:
        kind = NAMES[type(record)]
        if isinstance(record, Team) and not self.may_teams:
            return [Problem(kind, record.place, "", "no_mandate")]
        if isinstance(record, Person) and not (self.may_people and self.home() is not None):
            return [Problem(kind, record.place, "", "no_mandate")]
        if isinstance(record, Conversation):
            return self.problems_of_conversation(record)
        return []

    def problems_of_conversation(self, record: Conversation) -> list[Problem]:
        def told(field: str, code: str, *, is_left_out: bool = False, **values: Any) -> Problem:
            return Problem("conversations", record.place, field, code, values, is_left_out)

        customer = self.known.get("customers", record.customer)
        if customer is None and ("customers", record.customer) not in self.coming:
            values = {"what": "customer", "id": record.customer[:80]}
            return [told("customer", "unknown_reference", is_left_out=True, **values)]
        if customer is not None and is_erased(customer):
            return [told("customer", "erased", is_left_out=True)]
        kept = self.kept_words(record)
        if record.words and not kept:
            return [told("customer", "erased", is_left_out=True)]
        gone = Problem("messages", record.place, "author", "erased")
        found = [gone] * (len(record.words) - len(kept))
        if record.assignee and not self.is_known("people", record.assignee):
            found.append(told("assignee", "unknown_person", id=record.assignee[:80]))
        if record.team and not self.is_known("teams", record.team):
            found.append(told("team", "unknown_team", id=record.team[:80]))
        return found

    def kept_words(self, record: Conversation) -> tuple[Word, ...]:
        """Without those of others who were erased here: they would come back by them."""
        others = {word.author for word in record.words if not word.is_ours} - {record.customer}
        known = {author: self.known.get("customers", author) for author in others}
        gone = {author for author, identity in known.items() if identity is not None and is_erased(identity)}
        return tuple(word for word in record.words if word.is_ours or word.author not in gone)

    def is_known(self, kind: str, native: str) -> bool:
        return self.known.get(kind, native) is not None or (kind, native) in self.coming

    def home(self) -> OurTeam | None:
        """The team that newcomers are put into."""
        return OurTeam.objects.filter(brand=self.brand).order_by("pk").first()

    # Bringing it ---------------------------------------------------------------------------------------------------

    def bring(self, record: Record, report: Report) -> None:
        """One record in one transaction; what it was refused for is told, and the next goes on."""
        kind = NAMES[type(record)]
        was = {name: dict(getattr(report, name)) for name in ("come", "there", "cannot", "changed")}
        told, more = len(report.problems), report.more
        try:
            with transaction.atomic():
                work.in_order(LOCK)  # two who bring the same file in the same moment bring it once
                self.known.look(kind, record.native)
                self.bring_one(record, report)
        except (OperationalError, InterfaceError):
            raise  # the database itself is in trouble, not the record
        except Exception as problem:  # whatever one record does, the next ones come
            if not isinstance(problem, LyhordError):
                log.exception("moving.not_kept", extra={"kind": kind})
            self.coming.discard((kind, record.native))
            for name, column in was.items():
                setattr(report, name, column)
            del report.problems[told:]
            report.more = more
            self.known.forget(kind, record.native)
            why = str(problem) if isinstance(problem, LyhordError) else type(problem).__name__
            report.take([Problem(kind, record.place, "", "not_kept", {"why": why[:300]})])

    def bring_one(self, record: Record, report: Report) -> None:
        kind = NAMES[type(record)]
        if self.known.get(kind, record.native) is not None:
            report.count(report.there, kind)
            return
        ours = self.ours(record)
        if ours is not None:
            self.known.keep(kind, record.native, ours, self.now)
            report.count(report.there, kind)
            return
        self.try_one(record, report)
        if is_refused(record, self.problems_of(record)):
            return
        if isinstance(record, Conversation):
            record = replace(record, words=self.kept_words(record))
        makers: dict[type[Any], Callable[[Any], int]] = {
            Team: self.team,
            Person: self.person,
            TagRecord: self.tag,
            Customer: self.histories.customer,
            Conversation: self.histories.conversation,
            Guide: self.guide,
        }
        self.known.keep(kind, record.native, makers[type(record)](record), self.now)

    def team(self, record: Team) -> int:
        return staff.make_team(self.brand, record.name[:100], by=self.by, now=self.now).pk

    def person(self, record: Person) -> int:
        home = self.home()
        assert home is not None
        is_invited = self.is_inviting and record.is_active
        return staff.bring_person(
            record.email, record.name[:100], home, is_invited=is_invited, by=self.by, now=self.now
        ).pk

    def tag(self, record: TagRecord) -> int:
        return Tag.objects.get_or_create(brand=self.brand, name=record.name)[0].pk

    def guide(self, record: Guide) -> int:
        return guidance.keep_guidance(self.brand, self.system, record, by=self.by, now=self.now).pk


def is_refused(record: Record, problems: Iterable[Problem]) -> bool:
    """Whether the record itself cannot come; one word of a conversation may."""
    return any(problem.is_left_out and problem.kind == NAMES[type(record)] for problem in problems)


def is_erased(identity: int) -> bool:
    return not Identity.objects.filter(pk=identity, customer__erased_at=None).exists()
