"""What people know and how much they take: the table, and one person."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lyhord.desk import actions, words
from lyhord.desk.forms import whole
from lyhord.desk.languages import language_name
from lyhord.desk.models import Capacity, Skill
from lyhord.desk.queries import load
from lyhord.desk.rule_choices import LANGUAGES
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.triage.topics import queries as own_topics
from lyhord.web.views import render

VERB = "route"


def people_of(user: User) -> QuerySet[User]:
    return staff.colleagues(staff.brand_ids(user))


@login_required
@require_GET
def skills(request: StaffRequest) -> HttpResponse:
    """Who knows what; each row leads to the person."""
    people = list(people_of(request.user))
    context = {
        "rows": [(row, skill_names(row.user.pk, held)) for row, held in with_skills(request.user, people)],
        "may": VERB in mandates.verbs_anywhere(request.user),
        "language_name": language_name,
    }
    return render(request, "desk/skills.html", context)


def with_skills(user: User, people: list[User]) -> list[tuple[load.Load, list[Skill]]]:
    held: dict[int, list[Skill]] = {}
    for row in (
        Skill.objects.filter(user__in=people).select_related("topic").order_by("kind", "code", "topic")
    ):
        held.setdefault(row.user_id, []).append(row)
    return [(row, held.get(row.user.pk, [])) for row in load.loads(user) if row.user.is_active]


def skill_names(_pk: int, rows: list[Skill]) -> list[tuple[str, str]]:
    """(what, how well) of topics; languages stand in a column of their own."""
    return [(name_of(row), str(row.get_level_display())) for row in rows if row.kind != Skill.Kind.LANGUAGE]


def name_of(row: Skill) -> str:
    if row.topic is not None:
        return row.topic.name
    return (
        language_name(row.code)
        if row.kind == Skill.Kind.LANGUAGE
        else str(words.TOPICS.get(row.code, row.code))
    )


@login_required
@require_http_methods(["GET", "POST"])
@with_now
def of_person(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, VERB)
    person = get_object_or_404(people_of(request.user), pk=pk)
    offered = choices(person)
    if request.method == "GET":
        capacity = Capacity.objects.filter(pk=pk).first()
        context = {
            "person": person,
            "groups": offered,
            "levels": levels(),
            "slots": capacity.slots if capacity else None,
        }
        return render(request, "desk/skills_person.html", context)
    said(request, lambda: save(request, person, offered, now), _("Saved."))
    return redirect("desk:skills_person", pk)


def levels() -> list[tuple[int, str]]:
    return [(0, "–"), *((value, str(label)) for value, label in Skill.Level.choices)]


Group = tuple[str, str, list[tuple[str, str, int]]]  # kind, its heading, (code, name, level)


def choices(person: User) -> list[Group]:
    has = {row.key: row.level for row in Skill.objects.filter(user=person)}

    def group(kind: str, heading: str, pairs: list[tuple[str, Any]]) -> Group:
        return kind, heading, [(code, str(name), has.get(f"{kind}:{code}", 0)) for code, name in pairs]

    own = [(str(pk), name) for pk, name in own_topics.choices()]
    return [
        group(
            "language", _("Languages"), [(code, language_name(code)) for code in LANGUAGES if code != "nn"]
        ),
        group("topic", _("Topics"), list(words.TOPICS.items())),
        *([group("own", _("Your own topics"), own)] if own else []),
    ]


@transaction.atomic
def save(request: StaffRequest, person: User, offered: list[Group], now: datetime) -> None:
    for kind, _heading, rows in offered:
        for code, _name, level in rows:
            wanted = whole(request.POST.get(f"{kind}:{code}", "")) or 0
            if wanted != level:
                actions.set_skill(person, kind, code, wanted, by=request.user, now=now)
    slots = request.POST.get("slots", "").strip()
    number = whole(slots)
    actions.set_slots(person, (-1 if number is None else number) if slots else None, by=request.user, now=now)
