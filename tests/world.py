"""A small world for tests that look at every door: two brands, people of each role, and one of everything of team A."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from lyhord.channels.models import Account, App
from lyhord.customers.models import Authorship, Customer, Identity, Merge, Suggestion, Wish
from lyhord.desk import actions as desk
from lyhord.desk import links, queries, steps
from lyhord.desk.actions import assist, hours
from lyhord.desk.models import (
    ApprovalRule,
    Case,
    CaseMoment,
    CaseType,
    Clock,
    Conversation,
    DeciderShift,
    Field,
    FollowUp,
    HandOver,
    Mention,
    Nightmare,
    OpeningHours,
    ProcessStep,
    Remedy,
    RemedyLevel,
    RoutingRule,
    Strand,
    Target,
    Turn,
    Wall,
)
from lyhord.intake import search
from lyhord.intake.models import Attachment, Envelope, Post, PostVersion, Refusal, Thread, Ticket
from lyhord.moving.models import Guidance, Run
from lyhord.outbox import actions as outbox
from lyhord.outbox.models import Dispatch, State
from lyhord.staff import actions as staff
from lyhord.staff.models import ApiKey, Brand, LogIn, Membership, Team, User
from lyhord.triage.models import Assessment, Topic, TopicExample

PASSWORD = "correct horse battery staple"
ROLES = ("agent", "senior", "lead", "moderator", "expert", "communications", "listener", "administrator")


@dataclass
class World:
    now: datetime
    people: dict[str, User] = field(default_factory=dict)  # agent_a, agent_b, agent_other, chief
    plain_keys: dict[str, str] = field(default_factory=dict)  # person, or person:scope -> the key
    made: int = 0

    # What a test looks at; all of team A.
    brand: Brand = field(init=False)
    team: Team = field(init=False)
    account: Account = field(init=False)
    conversation: Conversation = field(init=False)
    post: Post = field(init=False)
    dispatch: Dispatch = field(init=False)

    def user(self, name: str, role: str = "", team: Team | None = None, **fields: Any) -> User:
        user = User.objects.create_user(
            f"{name}@example.com", PASSWORD, name=name.replace("_", " ").title(), is_demo=True, **fields
        )
        if team is not None:
            Membership.objects.create(user=user, team=team, role=role)
        self.people[name] = user
        return user

    def key(self, name: str, *scopes: str) -> str:
        """A key of this person. Made without asking for her mandate: a lead may have made it before she was moved."""
        called = f"{name}:{','.join(scopes)}"
        if called not in self.plain_keys:
            self.plain_keys[called] = plain_key(self.people[name], scopes, self.now)
        return self.plain_keys[called]

    def headers(self, name: str, *scopes: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key(name, *(scopes or ('read', 'write')))}"}

    def new_account(self, brand: Brand, teams: list[Team], name: str) -> Account:
        app = App.objects.create(connector="demo", name=name, endpoint=uuid4().hex, made_at=self.now)
        account = Account.objects.create(
            app=app, brand=brand, connector="demo", name=name, native=name.lower(), handle=name.lower(), made_at=self.now,
            settings={"page": name.lower()},
        )  # fmt: skip
        account.teams.set(teams)
        return account

    def person(self, brand: Brand, name: str) -> Identity:
        native = name.lower()
        known = Identity.objects.filter(brand=brand, connector="demo", native=native).first()
        if known is not None:
            return known
        customer = Customer.objects.create(brand=brand, name=name, since=self.now)
        return Identity.objects.create(
            customer=customer, brand=brand, connector="demo", native=native, handle=native, name=name,
            first_at=self.now, last_at=self.now,
        )  # fmt: skip

    def said(self, name: str, text: str, account: Account | None = None, **fields: Any) -> Post:
        """A customer writes in public, and the desk files it."""
        self.made += 1
        place = account or self.account
        thread, _new = Thread.objects.get_or_create(
            account=place, native=f"thread of {name}", defaults={"is_public": True, "begun_at": self.now}
        )
        identity = self.person(place.brand, name)
        at = self.now + timedelta(seconds=self.made)
        post = Post.objects.create(
            thread=thread, account=place, native=f"p{self.made}", author=identity.native, handle=identity.handle,
            name=name, text=text, at=at, stored_at=at, text_at=at, is_public=True, **fields,
        )  # fmt: skip
        search.index([search.Entry(post=post.pk, text=text, lang="sv")])
        Authorship.objects.create(post=post, identity=identity)
        Assessment.objects.create(
            post=post, at=at, model="test", language="sv", kind="question", topic="delivery", priority=30
        )
        steps.file_posts(at)
        return post

    def conversation_of(self, post: Post) -> Conversation:
        return Turn.objects.select_related("conversation").get(post=post).conversation

    def reply(self, by: User, text: str = "We are looking into it.") -> Dispatch:
        strand = Strand.objects.select_related("thread__account", "identity").get(
            conversation=self.conversation
        )
        turn = desk.reply(
            strand, text, seen=queries.newest_turn(self.conversation.pk), is_public=True, by=by, form_key=uuid4(),
            now=self.now + timedelta(seconds=self.made), delay=timedelta(hours=1),
        )  # fmt: skip
        assert turn.dispatch is not None
        return turn.dispatch


def plain_key(user: User, scopes: tuple[str, ...], now: datetime) -> str:
    from lyhord.lib import crypto

    plain = f"lyh_{crypto.token()}"
    ApiKey.objects.create(
        user=user,
        name="test",
        prefix=plain[:8],
        digest=crypto.digest(plain),
        scopes=list(scopes),
        made_at=now,
    )
    return plain


def build(now: datetime) -> World:
    """Brand X with teams A and B, brand Y with team C. Everything in it belongs to team A."""
    world = World(now)
    world.brand, other = Brand.objects.create(name="Norrtåg"), Brand.objects.create(name="Södertåg")
    world.team = Team.objects.create(brand=world.brand, name="A")
    team_b, team_c = (
        Team.objects.create(brand=brand, name=name) for brand, name in [(world.brand, "B"), (other, "C")]
    )
    for role in ROLES:
        world.user(f"{role}_a", role, world.team)
    world.user("agent_b", "agent", team_b)
    world.user("agent_other", "agent", team_c)
    world.user("lead_other", "lead", team_c)
    world.user("chief", is_administrator=True)
    world.account = world.new_account(world.brand, [world.team], "Norr")
    world.post = world.said("Anna", "Var är mitt tåg?")
    world.conversation = world.conversation_of(world.post)
    world.dispatch = world.reply(world.people["agent_a"])
    world.conversation.refresh_from_db()
    return world


def clocked(world: World, lead: User) -> tuple[OpeningHours, Target]:
    """Hours, a promise, and a conversation that is too late by it."""
    week: list[list[list[int]]] = [[[540, 1020]]] * 5 + [[], []]
    given = hours.HoursGiven("Office", "Europe/Stockholm", week, is_default=True)
    opened = hours.save_hours(world.brand, given, by=lead, now=world.now)
    target = hours.save_target(world.brand, hours.TargetGiven(first=60), by=lead, now=world.now)
    for which, stage in (("first", 3), ("resolution", 0)):
        Clock.objects.create(
            conversation=world.conversation,
            which=which,
            target=target,
            started_at=world.now,
            stage=stage,
            as_of=world.now,
        )
    return opened, target


def furnish(world: World) -> dict[str, int | str]:
    """One of everything else of team A, and what stands for each parameter of an address."""
    now, agent, lead = world.now, world.people["agent_a"], world.people["lead_a"]
    chief = world.people["chief"]
    PostVersion.objects.create(post=world.post, text="Var är tåget?", at=now)
    attachment = Attachment.objects.create(
        post=world.post, url="https://demo.example/1.png", kind="picture", state=Attachment.KEPT, token="t" * 22,
        path="picture.png", content_type="image/png",
    )  # fmt: skip
    envelope = Envelope.objects.create(
        app=world.account.app, account=world.account, connector="demo", method="POST", raw=b"?", digest="0" * 64,
        received_at=now, state=Envelope.QUARANTINED, problem="Not JSON.",
    )  # fmt: skip
    Refusal.objects.create(envelope=envelope, position=0, kind=Refusal.UNREADABLE, why="Not JSON.", at=now)
    desk.save_draft(world.conversation, "note", "Half a thought", by=lead, now=now)
    desk.tag(world.conversation, "delay", by=agent, now=now)
    view = desk.save_view("Delays", "tag=delay", by=lead, now=now, team=world.team)
    hold = outbox.hold_account(world.account, "Looking into it", lead, now)
    kept, gone = world.person(world.brand, "Anna").customer, world.person(world.brand, "Britt").customer
    merge = Merge.objects.create(kept=kept, gone=gone, identities=[], by=agent, at=now)
    Customer.objects.filter(pk=gone.pk).update(merged_into=kept)
    berit = world.person(world.brand, "Berit")
    suggestion = Suggestion.objects.create(
        brand=world.brand, one=world.person(world.brand, "Anna"), other=berit, points=60, made_at=now,
        reasons=[{"code": "mail", "points": 60, "values": {"value": "a…@example.com"}}],
    )  # fmt: skip
    wish = Wish.objects.create(
        customer=kept, kind="pronoun", value="hen", source="person", state="suggested", made_at=now
    )
    key = ApiKey.objects.create(
        user=agent, name="mine", prefix="lyh_mine", digest="1" * 64, scopes=["read"], made_at=now
    )
    session = LogIn.objects.create(user=agent, session="s" * 32, began_at=now)
    ticket = Ticket.objects.create(
        number=424242, token="k" * 32, account=world.account, thread="ticket", at=now
    )
    topic = Topic.objects.create(name="Seats", by=lead, at=now)
    example = TopicExample.objects.create(
        topic=topic, text=world.post.text, key="0" * 32, lang="sv", source="post", post=world.post, by=agent, at=now
    )  # fmt: skip
    department = desk.make_department(
        world.brand,
        desk.DepartmentGiven(
            "Finance", people=[world.people["expert_a"].pk], addresses=["kassa@example.com"]
        ),
        by=lead,
        now=now,
    )
    asked = desk.ask(world.conversation, department, "Is the sum right?", by=agent, form_key=uuid4(), now=now)
    told = desk.answer_request(asked, "It is.", via="page", name="Kim", form_key=uuid4(), now=now)
    desk.ask_further(asked, "And the tax?", by=agent, form_key=uuid4(), now=now)
    asked.refresh_from_db()
    rule = RoutingRule.objects.create(
        brand=world.brand, name="Seats", then={"needs_owner": True}, tried_version=1, at=now, by=lead
    )
    offer = offered(world)
    Nightmare.objects.create(conversation=world.conversation, reasons={"wait": 30}, at=now)
    opened, target = clocked(world, lead)
    shift = desk.write_shift_note(world.team, "The line is down", by=lead, form_key=uuid4(), now=now)
    desk.tell_purpose(world.brand, "For the customer", {"closed": 90}, by=lead, now=now)
    guest = world.people["agent_b"]
    desk.note(
        world.conversation, f"@{guest.name} what now?", by=agent, form_key=uuid4(), now=now, guests=[guest.pk]
    )
    named = Mention.objects.get(user=guest)
    newcomer, link = staff.invite("new@example.com", "New", [(world.team, "agent")], by=chief, now=now)
    remedy = Remedy.objects.create(brand=world.brand, name="Refund", unit="SEK")
    for role, most in (("agent", 300), ("senior", 500), ("lead", None)):
        RemedyLevel.objects.create(remedy=remedy, role=role, most=most)
    grant = desk.grant(world.conversation, remedy, Decimal(800), by=agent, form_key=uuid4(), now=now)
    # About nothing that stands here, so that nobody's reply waits for it.
    approval_rule = ApprovalRule.objects.create(brand=world.brand, what="purpose", value="press")
    decider_shift = DeciderShift.objects.create(
        brand=world.brand, user=lead, weekday=0, begins=time(8), ends=time(9)
    )
    proposal = desk.propose(
        Strand.objects.select_related("thread__account").get(conversation=world.conversation), "Soon.",
        seen=queries.newest_turn(world.conversation.pk), by=agent, form_key=uuid4(), now=now,
    )  # fmt: skip
    draft = world.conversation.drafts.get()
    wall = Wall.objects.create(
        brand=world.brand, team=world.team, name="Room", digest="w" * 64, made_by=lead, made_at=now
    )
    cased = with_case(world, lead)
    written = composed(world)
    unsure, refused = (another(world.dispatch, state) for state in (State.UNSURE, State.REFUSED))
    closed = world.conversation_of(world.said("Edla", "Tack för hjälpen!"))
    desk.close(closed, by=lead, now=now)
    run = Run.objects.create(brand=world.brand, system="csv", name="old.csv", by=lead, made_at=now)
    guidance = Guidance.objects.create(
        brand=world.brand, kind="reply", name="Late", text="Hej!", lang="sv", source="csv", made_by=lead, made_at=now
    )  # fmt: skip
    return {
        "brand": world.brand.pk, "team": world.team.pk, "account": world.account.pk, "conversation": world.conversation.pk,
        "post": world.post.pk, "thread": world.post.thread_id, "dispatch": world.dispatch.pk, "attachment": attachment.pk, "file": attachment.path,
        "attachment_token": attachment.token, "envelope": envelope.pk, "draft": draft.pk, "view": view.pk, "hold": hold.pk,
        "customer": world.person(world.brand, "Anna").customer.pk, "kept": kept.pk, "merge": merge.pk,
        "strand": Strand.objects.get(conversation=world.conversation).pk, "key": key.pk, "session": session.pk,
        "ticket_token": ticket.token, "person": world.people["expert_a"].pk, "newcomer": newcomer.pk, "agent": agent.pk,
        "welcome": link.rstrip("/").rsplit("/", 1)[1], "identity": world.person(world.brand, "Anna").pk,
        "seen": queries.newest_turn(world.conversation.pk) or 0, "berit": world.person(world.brand, "Berit").customer.pk, "app": world.account.app_id,
        "endpoint": world.account.app.endpoint, "unsure": unsure.pk, "refused": refused.pk, "suggestion": suggestion.pk, "wish": wish.pk,
        "remedy": remedy.pk, "grant": grant.pk, "proposal": proposal.pk, "approval_rule": approval_rule.pk,
        "decider_shift": decider_shift.pk,
        "topic": topic.pk, "example": example.pk, **cased, **written, "routing_rule": rule.pk, "offer": offer.pk, "offered": offer.conversation_id, "department": department.pk, "request": asked.pk,
        "hours": opened.pk, "target": target.pk, "wall": wall.pk,
        "request_answer": told.pk, "shift_note": shift.pk, "mention": named.pk, "request_token": links.secret(asked),
        "closed": closed.pk, "run": run.pk, "guidance": guidance.pk,
    }  # fmt: skip


def with_case(world: World, lead: User) -> dict[str, int | str]:
    """The conversation is a case with a process and a follow-up; somebody of the same brand has another one."""
    now, row, agent = world.now, world.conversation, world.people["agent_a"]
    kind = CaseType.objects.create(brand=world.brand, name="Delay")
    step, _next = (ProcessStep.objects.create(type=kind, position=n, name=f"Step {n}") for n in (1, 2))
    case = Case.objects.create(
        conversation=row,
        type=kind,
        source="person",
        opened_at=now,
        token="c" * 32,
        outcome="solved",
        look_at=now,
    )
    CaseMoment.objects.create(case=case, state="new", at=now)
    field = Field.objects.create(brand=world.brand, name="Order", kind="text")
    followup = FollowUp.objects.create(
        conversation=row, user=agent, text="Call", due_at=now, made_by=agent, made_at=now, key=uuid4()
    )
    other = world.conversation_of(world.said("Doris", "Var är bussen?"))
    second = Turn.objects.get(post=world.said("Anna", "Och en annan sak."))
    return {
        "case": case.pk, "case_type": kind.pk, "step": step.pk, "own_field": field.pk, "followup": followup.pk,
        "case_token": "c" * 32, "other_conversation": other.pk, "other_number": other.number, "second_turn": second.pk,
        "tag": row.tags.get().pk,
    }  # fmt: skip


def composed(world: World) -> dict[str, int]:
    """What helps to write: a saved reply and a macro of team A, a reply that waits, a server that is off."""
    now, lead, agent = world.now, world.people["lead_a"], world.people["agent_a"]
    words = desk.Given("Hello", world.brand, [desk.Wording("sv", "Hej!")], team=world.team)
    reply = desk.save_reply(words, by=lead, now=now)
    steps = [{"verb": "tag", "value": "late"}]
    macro = desk.save_macro(desk.GivenMacro("Late", world.brand, steps, team=world.team), by=lead, now=now)
    strands = Strand.objects.select_related("thread__account__app", "identity")
    scheduled = desk.schedule(
        strands.get(conversation=world.conversation), "Later.", now + timedelta(days=1), zone="UTC", is_public=True, by=agent,
        seen=queries.newest_turn(world.conversation.pk), form_key=uuid4(), now=now,
    )  # fmt: skip
    named = assist.GivenEndpoint("Words", "openai", "http://127.0.0.1:9")  # where nobody listens
    endpoint = assist.save_endpoint(named, by=world.people["chief"], now=now)
    return {"saved_reply": reply.pk, "macro": macro.pk, "scheduled": scheduled.pk, "assist": endpoint.pk}


def another(dispatch: Dispatch, state: State) -> Dispatch:
    """A dispatch like this one, in a lane of its own, at another point of its life."""
    made = Dispatch.objects.get(pk=dispatch.pk)
    made.pk, made.key, made.state, made.lane, made.due_at = None, uuid4(), state, f"d{state}", None
    made.save(force_insert=True)
    return made


def offered(world: World) -> HandOver:
    """A further conversation, which its owner offers to her team."""
    now, owner = world.now, world.people["senior_a"]
    matter = Conversation.objects.create(
        brand=world.brand, account=world.account, customer=world.person(world.brand, "Berit").customer, number=424243,
        assignee=owner, opened_at=now, last_at=now, subject="A seat",
    )  # fmt: skip
    return HandOver.objects.create(
        conversation=matter, giver=owner, to_team=world.team, reason="shift", by=owner, at=now,
        until=now + timedelta(hours=1), key=uuid4(),
    )  # fmt: skip
