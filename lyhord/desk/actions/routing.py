"""Giving a conversation to whom it belongs, by rules, skills and free slots; explained in a turn of its own."""

from dataclasses import dataclass
from typing import Any

from lyhord.desk.actions import labelling, notifications
from lyhord.desk.actions.changing import Change
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.matching import Choice, Verdict, Wanted, choose
from lyhord.desk.models import Conversation, Routing, RoutingPolicy, Skill, Status
from lyhord.desk.queries import leads
from lyhord.desk.queries.hands import Hands, language_of
from lyhord.staff.models import Team
from lyhord.triage.models import Topic

FALLBACK = "fallback"


@dataclass(frozen=True)
class Plan:
    """What shall become of one conversation."""

    verdict: Verdict
    choice: Choice
    wanted: Wanted
    team: int = 0  # whose queue it stands in; 0: as it was
    values: tuple[tuple[str, Any], ...] = ()  # of the turn: what explains the choice
    needs_owner: bool = False
    is_queued: bool = False  # looked at again when somebody has room


def wanted_of(row: Conversation, hands: Hands, own_topic: int, then: dict[str, Any], former: int) -> Wanted:
    """What it asks of who takes it: only what somebody of the brand is known for."""
    known = hands.demanded(row.brand_id)
    skills = [f"own:{own_topic}"] * bool(own_topic) + [f"{Skill.Kind.TOPIC}:{row.topic}"] * bool(row.topic)
    return Wanted(
        language=language_of(row.lang) if known.has_languages else "",
        skill=next((skill for skill in skills if known.somebody_has(skill)), ""),
        team=then.get("team", 0),
        person=then.get("person", 0),
        former=former,
    )


def explained(row: Conversation, plan_: Choice, wanted: Wanted) -> dict[str, Any]:
    """Why this person: as codes, put into words where they are shown."""
    hand = plan_.hand
    if hand is None:
        return {"why": plan_.why, **({"language": wanted.language} if wanted.language else {})}
    told: dict[str, Any] = {"why": plan_.why, "held": hand.held + 1, "slots": hand.slots}
    if wanted.language and wanted.language in hand.languages:
        told["language"] = wanted.language
    if wanted.skill in hand.skills:
        told |= {"skill": wanted.skill, "level": hand.skills[wanted.skill]}
    return told


def routing(step: Change, *, plan: Plan, hands: Hands, rules: dict[int, tuple[int, str]]) -> None:
    """Do what the plan says to a locked conversation. `rules`: id -> (its place, its name)."""
    row, then, told = step.conversation, plan.verdict.then, dict(plan.values)
    told |= tagged(step, then.get("tags", ()))
    if then.get("priority") is not None and row.priority_set is None:
        row.priority_set = told["priority"] = then["priority"]
    team = Team.objects.filter(pk=plan.team, brand=row.brand_id).first() if plan.team else None
    if team is not None:
        row.team, told["team"] = team, team.name
    if plan.choice.hand is not None:
        row.assignee_id = plan.choice.hand.id
        told |= {"to": row.assignee_id, "name": plan.choice.hand.name}
    if plan.needs_owner or (plan.team and team is None and plan.choice.hand is None):
        told["needs_owner"] = True
    taken = [rules[pk] for pk in plan.verdict.rules if pk in rules]
    if taken:
        told["rules"] = [{"place": place, "name": name} for place, name in taken]
    if then.get("alert"):
        told["alert"] = True
    if {"name", "team", "needs_owner", "tags", "priority", "alert"} & told.keys():
        step.tell("routed", **told)
    if told.get("needs_owner") or told.get("alert"):
        kind = "without_owner" if told.get("needs_owner") else "other"
        notifications.tell_all(leads.leads_of(row.account), kind, row, step.now)


def tagged(step: Change, names: Any) -> dict[str, Any]:
    added = []
    for name in names:
        before = step.what
        try:
            labelling.tagging(step, name=name)
        except NotPossible:  # it has as many as it takes
            break
        if step.what != before:
            added.append(name)
            step.what, step.values, step.undo = before, {}, {}
    return {"tags": added} if added else {}


def planned(
    row: Conversation,
    verdict: Verdict,
    hands: Hands,
    policy: RoutingPolicy,
    own_topic: int,
    former: int,
    *,
    has_topics: bool,
) -> Plan:
    """Where a conversation without an owner goes."""
    then = verdict.then
    wanted = wanted_of(row, hands, own_topic, then, former)
    if not is_ownable(row) or row.assignee_id is not None:
        return Plan(verdict, Choice(None, "owned"), wanted)
    if then.get("needs_owner") or (has_nobody_asked(then) and is_nobodys(row, own_topic, has_topics)):
        why = "rule" if then.get("needs_owner") else "topic"
        return Plan(verdict, Choice(None, why), wanted, values=(("why", why),), needs_owner=True)
    if not policy.is_on and not wanted.person:
        return Plan(verdict, Choice(None, "rule"), wanted, team=wanted.team)
    return given(row, verdict, hands, policy, wanted)


def given(row: Conversation, verdict: Verdict, hands: Hands, policy: RoutingPolicy, wanted: Wanted) -> Plan:

    here = hands.of(row.account)
    choice = choose(here, wanted)
    if choice.hand is None:
        return fallen(row, verdict, hands, policy, wanted, choice)
    why = tuple(explained(row, choice, wanted).items())
    return Plan(verdict, choice, wanted, team=wanted.team, values=why)


def fallen(
    row: Conversation, verdict: Verdict, hands: Hands, policy: RoutingPolicy, wanted: Wanted, choice: Choice
) -> Plan:
    """Nobody fits: the declared fallback, else it stands on the list of those that need an owner."""
    why = explained(row, choice, wanted)
    fallback = next((hand for hand in hands.of(row.account) if hand.id == policy.fallback_person_id), None)
    if fallback is not None:
        told = why | {"fallback": True, "held": fallback.held + 1, "slots": fallback.slots}
        return Plan(verdict, Choice(fallback, FALLBACK), wanted, team=wanted.team, values=tuple(told.items()))
    team = wanted.team or policy.fallback_team_id or 0
    told = why | ({"fallback": True} if team and not wanted.team else {})
    return Plan(
        verdict, choice, wanted, team=team, values=tuple(told.items()), needs_owner=not team, is_queued=True
    )


def is_ownable(row: Conversation) -> bool:
    return not row.is_spam and row.status in {Status.OPEN, Status.SNOOZED}


def has_nobody_asked(then: dict[str, Any]) -> bool:
    return not (then.get("team") or then.get("person"))


def is_nobodys(row: Conversation, own_topic: int, has_topics: bool) -> bool:
    """A question of how the company acts whose topic nobody knows (TR-09)."""
    if row.flow != "corporate" or own_topic:
        return False
    return has_topics or row.topic in {"", "other"}


def has_topics() -> bool:
    return Topic.objects.filter(retired_at=None).exists()


def receipt(row: Conversation, plan: Plan, versions: dict[int, int], now: Any) -> Routing:
    rule = (
        plan.verdict.said_by.get("person")
        or plan.verdict.said_by.get("team")
        or next(iter(plan.verdict.rules), None)
    )
    then = plan.verdict.then
    return Routing(
        conversation=row,
        state=Routing.QUEUED if plan.is_queued else Routing.DONE,
        needs_owner=plan.needs_owner,
        why=plan.choice.why[:10],
        rule_id=rule,
        rule_version=versions.get(rule or 0, 0),
        person_id=plan.choice.hand.id if plan.choice.hand else None,
        wanted={name: then[name] for name in ("team", "person") if name in then},
        at=now,
        retry_at=now if plan.is_queued else None,
    )
