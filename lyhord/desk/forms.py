"""What people type at the desk."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lyhord.desk.queries import VIEWS, Filters

NO_TEXT = _("Write something first.")
NO_PLACE = _("Choose where the customer goes.")


class Reply(forms.Form):
    strand = forms.IntegerField(required=False)
    kind = forms.ChoiceField(choices=[("public", ""), ("private", ""), ("note", "")])
    text = forms.CharField(max_length=100_000, error_messages={"required": NO_TEXT})
    seen = forms.IntegerField(required=False)
    form_key = forms.UUIDField()
    close = forms.BooleanField(required=False)
    guests = forms.CharField(max_length=200, required=False)  # of a note: ids with commas between
    answers = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)  # of a note: a turn


class Assign(forms.Form):
    to = forms.IntegerField(required=False)


class Refer(forms.Form):
    """`to` is a kind and a key ("account:5"), or "address" with a name and an address."""

    to = forms.RegexField(
        r"^(?:address|(?:account|person|team):[0-9]{1,18})$",
        error_messages={"required": NO_PLACE, "invalid": NO_PLACE},
    )
    name = forms.CharField(max_length=100, required=False)
    address = forms.CharField(max_length=500, required=False)
    why = forms.CharField(max_length=1000, required=False)
    form_key = forms.UUIDField()


class Grant(forms.Form):
    remedy = forms.IntegerField()
    amount = forms.CharField(max_length=20, required=False)
    why = forms.CharField(max_length=1000, required=False)
    form_key = forms.UUIDField()


class Propose(forms.Form):
    strand = forms.IntegerField()
    text = forms.CharField(max_length=100_000, error_messages={"required": NO_TEXT})
    seen = forms.IntegerField(required=False)
    form_key = forms.UUIDField()
    rebuts = forms.BooleanField(required=False)
    fact = forms.CharField(max_length=5_000, required=False)


class Tag(forms.Form):
    name = forms.CharField(max_length=60)


class Subject(forms.Form):
    subject = forms.CharField(max_length=200, required=False)


class Priority(forms.Form):
    priority = forms.IntegerField(min_value=0, max_value=100, required=False)


class Snooze(forms.Form):
    """Until later today, tomorrow, next week, or a moment of one's own."""

    until = forms.ChoiceField(choices=[("later", ""), ("tomorrow", ""), ("week", ""), ("own", "")])
    at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])

    def moment(self, now: datetime) -> datetime:
        """In the person's zone: three hours from now; eight o'clock tomorrow; eight o'clock next Monday."""
        local = timezone.localtime(now)
        choice = self.cleaned_data["until"]
        if choice == "own" and self.cleaned_data["at"]:
            own: datetime = self.cleaned_data["at"]
            return own
        if choice == "later":
            return now + timedelta(hours=3)
        days = 1 if choice == "tomorrow" else 7 - local.weekday()
        day = local.date() + timedelta(days=days)
        return datetime.combine(day, time(8), tzinfo=timezone.get_current_timezone())


class Moderate(forms.Form):
    verb = forms.ChoiceField(
        choices=[
            (verb, "")
            for verb in ("hide", "unhide", "delete", "like", "unlike", "block", "unblock", "report")
        ]
    )
    post = forms.IntegerField()
    form_key = forms.UUIDField()
    reason = forms.CharField(max_length=500, required=False)


class Draft(forms.Form):
    kind = forms.ChoiceField(choices=[("public", ""), ("private", ""), ("note", "")])
    text = forms.CharField(max_length=100_000, required=False, strip=False)
    strand = forms.IntegerField(required=False)


class Correct(forms.Form):
    head = forms.ChoiceField(
        choices=[(head, "") for head in ("kind", "topic", "own_topic", "sentiment", "urgency", "language")]
    )
    label = forms.CharField(max_length=24)


def whole(text: str) -> int | None:
    """A number that stands in an address; None where it is none, or larger than any id."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def wholes(text: str, most: int) -> list[int]:
    """Numbers with commas between; what is none is left out."""
    found = (whole(part) for part in text.split(","))
    return [number for number in found if number is not None][:most]


def view_of(told: Any) -> str:
    return told.get("view") if told.get("view") in VIEWS else "open"


def filters_of(told: Any) -> Filters:
    """The filters of a query string; what is not understood is left out."""
    account = told.get("account", "")
    return Filters(
        q=told.get("q", "").replace("\0", "").strip()[:300],
        account=whole(account),
        tag=told.get("tag", "")[:60],
        lang=told.get("lang", "")[:12],
        kind=told.get("kind", "")[:12],
        use=told.get("use", "")[:9],
        purpose=told.get("purpose", "")[:16],
        viewpoint={"1": True, "0": False}.get(told.get("viewpoint", "")),
        own_topic=whole(told.get("own_topic", "")),
        field=whole(told.get("field", "")),
        value=told.get("value", "")[:300],
    )
