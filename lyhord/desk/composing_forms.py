"""What people type into the forms of saved replies, macros, schedules and endpoints."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lyhord.desk.actions import Given, GivenMacro, NotPossible, Wording
from lyhord.desk.actions.assist import GivenEndpoint
from lyhord.desk.actions.scheduling import moment
from lyhord.desk.forms import NO_TEXT, whole
from lyhord.desk.models import AssistEndpoint, SavedReply
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, Team, User


class Schedule(forms.Form):
    """A reply, and when it leaves: this evening, tomorrow, next Monday, or a moment of one's own."""

    strand = forms.IntegerField()
    kind = forms.ChoiceField(choices=[("public", ""), ("private", "")])
    text = forms.CharField(max_length=100_000, error_messages={"required": NO_TEXT})
    seen = forms.IntegerField(required=False)
    form_key = forms.UUIDField()
    close = forms.BooleanField(required=False)


class Template(forms.Form):
    """An approved template; its values come as `value`, once for each place."""

    strand = forms.IntegerField()
    seen = forms.IntegerField(required=False)
    form_key = forms.UUIDField()
    name = forms.CharField(max_length=512)
    language = forms.CharField(max_length=20)


class Moment(forms.Form):
    until = forms.ChoiceField(
        choices=[("hour", ""), ("evening", ""), ("tomorrow", ""), ("week", ""), ("own", "")]
    )
    at = forms.CharField(required=False, max_length=30)

    def moment(self, now: datetime) -> datetime:
        """In the person's zone, exact over both changes of the clock. Raises NotPossible."""
        local = timezone.localtime(now)
        choice = self.cleaned_data["until"]
        if choice == "hour":
            return now + timedelta(hours=1)
        if choice == "own":
            return own_moment(self.cleaned_data["at"])
        days = {"evening": 0, "tomorrow": 1, "week": 7 - local.weekday()}[choice]
        hour = time(18) if choice == "evening" else time(9)
        return moment(datetime.combine(local.date() + timedelta(days=days), hour), zone())


def own_moment(text: str) -> datetime:
    try:
        return moment(datetime.strptime(text, "%Y-%m-%dT%H:%M"), zone())  # noqa: DTZ007 - `moment` gives it its zone
    except (ValueError, OverflowError) as problem:  # the first and the last day have none beside them
        raise NotPossible(_("Give a day and a time.")) from problem


def zone() -> str:
    return timezone.get_current_timezone_name()


# Saved replies and macros --------------------------------------------------------------------------------------------


def brand_of(by: User, told: QueryDict) -> Brand:
    found = staff.brands_visible_to(by).filter(pk=whole(told.get("brand", "")) or 0).first()
    if found is None:
        raise NotPossible(_("Choose a brand."))
    return found


def reach_of(by: User, told: QueryDict) -> tuple[Team | None, bool]:
    """For whom it is: everybody of the brand, one team, or oneself."""
    reach = told.get("reach", "brand")
    if not reach.startswith("team:"):
        return None, reach == "own"
    team = staff.teams_visible_to(by).filter(pk=whole(reach.removeprefix("team:")) or 0).first()
    if team is None:
        raise NotPossible(_("Choose for whom it is."))
    return team, False


def saved_reply(by: User, told: QueryDict) -> Given:
    team, is_own = reach_of(by, told)
    texts = zip(told.getlist("lang"), told.getlist("connector"), told.getlist("text"), strict=False)
    wordings = [Wording(lang, text, connector) for lang, connector, text in texts]
    return Given(told.get("name", ""), brand_of(by, told), wordings, told.get("folder", ""), team, is_own)


def macro(by: User, told: QueryDict, replies: Iterable[SavedReply]) -> GivenMacro:
    team, is_own = reach_of(by, told)
    reply = whole(told.get("reply", ""))
    chosen = next((row for row in replies if row.pk == reply), None)
    if reply and chosen is None:
        raise NotPossible(_("Choose a saved reply that you can see."))
    steps = [
        step(what, value)
        for what, value in zip(told.getlist("step"), told.getlist("value"), strict=False)
        if what
    ]
    return GivenMacro(
        name=told.get("name", ""), brand=brand_of(by, told), steps=steps, team=team, is_own=is_own, reply=chosen,
        on_tag=told.get("on_tag", ""), is_on="is_on" in told,
    )  # fmt: skip


def step(what: str, value: str) -> dict[str, Any]:
    """ "assign:me" is a verb with its value; of "tag" the value stands in the field beside it."""
    verb, colon, fixed = what.partition(":")
    if verb == "ask":  # whom, and beside it what
        return {"verb": verb, "value": f"{fixed}:{value}"}
    return {"verb": verb, "value": fixed if colon else value}


# Endpoints -----------------------------------------------------------------------------------------------------------


class Endpoint(forms.Form):
    name = forms.CharField(max_length=60, label=gettext_lazy("Name"))
    protocol = forms.ChoiceField(choices=AssistEndpoint.Protocol.choices)
    url = forms.CharField(max_length=300)
    model = forms.CharField(max_length=100, required=False)
    key = forms.CharField(max_length=500, required=False)
    forget_key = forms.BooleanField(required=False)
    is_on = forms.BooleanField(required=False)
    per_day = forms.IntegerField(min_value=1, max_value=100_000)
    seconds = forms.IntegerField(min_value=2, max_value=30)
    brands = forms.ModelMultipleChoiceField(Brand.objects.all(), required=False)

    def given(self) -> GivenEndpoint:
        told = self.cleaned_data
        key = "" if told["forget_key"] else told["key"] or None
        same = {
            name: told[name] for name in ("name", "protocol", "url", "model", "is_on", "per_day", "seconds")
        }
        return GivenEndpoint(**same, key=key, brands=list(told["brands"]))
