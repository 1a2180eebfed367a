from django import forms
from django.utils.translation import gettext_lazy as _

from lyhord.privacy.models import Kind


class NoteWish(forms.Form):
    kind = forms.ChoiceField(label=_("What the person wants"), choices=Kind)
    came_on = forms.DateField(label=_("When it came"), widget=forms.DateInput(attrs={"type": "date"}))


class Erase(forms.Form):
    number = forms.IntegerField(
        label=_("The customer's number, to confirm"), help_text=_("It cannot be undone.")
    )


class Days(forms.Form):
    days = forms.IntegerField(required=False, min_value=1, max_value=36_500)


class Extend(forms.Form):
    why = forms.CharField(label=_("Why it takes longer"), max_length=300)
