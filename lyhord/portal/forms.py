"""What a visitor may write."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 5000


class Ask(forms.Form):
    subject = forms.CharField(label=_("Your question in one line"), max_length=200)
    text = forms.CharField(
        label=_("More details"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Do not write your personal identity number or card numbers. We ask if we need them."),
    )
    name = forms.CharField(label=_("Your name"), max_length=100, required=False)
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("So that we can tell you when there is an answer. It stands on your ticket's page."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    # A trap for machines: hidden from people by its class, and nobody fills it in.
    website = forms.CharField(required=False)


class FollowUp(forms.Form):
    text = forms.CharField(
        label=_("Write more"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)
