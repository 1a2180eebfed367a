from django import forms
from django.utils.translation import gettext_lazy as _


class Settle(forms.Form):
    """What a person saw on the network."""

    outcome = forms.ChoiceField(choices=[("stands", ""), ("does_not_stand", ""), ("send_again", "")])
    link = forms.URLField(required=False, max_length=1000, assume_scheme="https")


class Stop(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Your colleagues read it above their inbox.")
    )
