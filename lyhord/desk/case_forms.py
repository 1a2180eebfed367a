"""What people type about cases, follow-ups, fields and joined conversations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lyhord.desk.models import Field, Outcome

WRONG_TIME = _("Choose a day and a time.")
MOST = 20


class Told(forms.Form):
    """What is said of a case; all of it may be left out."""

    outcome = forms.ChoiceField(choices=[("", ""), *Outcome.choices], required=False)
    cause = forms.CharField(max_length=300, required=False)
    action = forms.CharField(max_length=4000, required=False)
    result = forms.CharField(max_length=4000, required=False)
    compensation = forms.CharField(max_length=300, required=False)
    lesson = forms.CharField(max_length=4000, required=False)


class Closing(Told):
    def fields_given(self) -> dict[int, str]:
        """The brand's own fields stand in the dialog as field-7."""
        found = [
            (name.removeprefix("field-"), str(value))
            for name, value in self.data.items()
            if name.startswith("field-")
        ]
        return {
            int(pk): value[:300]
            for pk, value in found[:MOST]
            if pk.isascii() and pk.isdigit() and len(pk) < 19
        }


class CaseTold(Told):
    type = forms.IntegerField(required=False)
    due_at = forms.DateTimeField(
        required=False, input_formats=["%Y-%m-%dT%H:%M"], error_messages={"invalid": WRONG_TIME}
    )


class MadeCase(forms.Form):
    type = forms.IntegerField(required=False)
    is_complaint = forms.BooleanField(required=False)


class Skip(forms.Form):
    reason = forms.CharField(max_length=300)


class FieldGiven(forms.Form):
    field = forms.IntegerField()
    value = forms.CharField(max_length=300, required=False)


class FollowUpGiven(forms.Form):
    at = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M"], error_messages={"required": WRONG_TIME, "invalid": WRONG_TIME}
    )
    text = forms.CharField(max_length=500, error_messages={"required": _("Say what it is about.")})
    user = forms.IntegerField(required=False)
    form_key = forms.UUIDField()


class Merge(forms.Form):
    number = forms.RegexField(
        r"^\s*#?\d{1,15}\s*$",
        error_messages={
            "required": _("Which one? Give its number."),
            "invalid": _("Which one? Give its number."),
        },
    )
    reason = forms.CharField(max_length=300, required=False)

    def wanted(self) -> int:
        return int(str(self.cleaned_data["number"]).strip().lstrip("#"))


class Split(forms.Form):
    reason = forms.CharField(max_length=300, required=False)
    subject = forms.CharField(max_length=200, required=False)


class TypeGiven(forms.Form):
    brand = forms.IntegerField(required=False)
    name = forms.CharField(max_length=80)
    topic = forms.CharField(max_length=24, required=False)
    tag = forms.CharField(max_length=60, required=False)
    hours = forms.IntegerField(min_value=1, max_value=8760, required=False)
    remedies = forms.CharField(max_length=4000, required=False)


class StepGiven(forms.Form):
    name = forms.CharField(max_length=120)
    role = forms.CharField(max_length=14, required=False)
    hours = forms.IntegerField(min_value=1, max_value=8760, required=False)


class NewField(forms.Form):
    brand = forms.IntegerField(required=False)
    name = forms.CharField(max_length=60)
    kind = forms.ChoiceField(choices=Field.Kind.choices)
    of = forms.ChoiceField(choices=Field.Of.choices)
    choices = forms.CharField(max_length=4000, required=False)
    is_required = forms.BooleanField(required=False)

    def told(self) -> dict[str, Any]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["choices"].splitlines()]
        return {**self.cleaned_data, "choices": [line for line in lines if line]}
