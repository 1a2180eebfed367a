"""What people write down of calls and of places that no program reads."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lyhord.lib import sniff

LONGEST = 10_000
MOST_BYTES = 5 * 1024 * 1024


class Seen(forms.Form):
    link = forms.URLField(label=_("Link to it"), max_length=1000, assume_scheme="https")
    author = forms.CharField(label=_("Who wrote it"), max_length=100)
    author_link = forms.URLField(
        label=_("Link to the author's profile"), max_length=300, required=False, assume_scheme="https"
    )
    at = forms.DateTimeField(
        label=_("When it was written"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    text = forms.CharField(
        label=_("What it says"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    picture = forms.FileField(label=_("Picture of it"), required=False)
    is_private = forms.BooleanField(label=_("Only we can read it there"), required=False)
    is_own = forms.BooleanField(label=_("It is our own answer"), required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def clean_picture(self) -> bytes | None:
        found = self.cleaned_data["picture"]
        if found is None:
            return None
        if found.size > MOST_BYTES:
            raise forms.ValidationError(_("The picture is larger than five megabytes."))
        content: bytes = found.read()
        if not sniff.sniffed(content).startswith("image/"):
            raise forms.ValidationError(_("This is no picture that we know."))
        return content

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors and not told.get("text", "").strip() and not told.get("picture"):
            self.add_error("text", _("Write what it says, or add a picture of it."))
        return told


class Call(forms.Form):
    number = forms.CharField(label=_("The customer's number"), max_length=40)
    name = forms.CharField(label=_("The customer's name"), max_length=100, required=False)
    direction = forms.ChoiceField(
        label=_("Who called"), choices=(("in", _("The customer called")), ("out", _("We called")))
    )
    at = forms.DateTimeField(
        label=_("When"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    duration = forms.RegexField(
        r"^\d{1,4}(:[0-5]\d){1,2}$",
        label=_("How long, such as 4:10"),
        max_length=10,
        required=False,
    )
    answered_by = forms.CharField(label=_("Who answered"), max_length=100, required=False)
    outcome = forms.CharField(label=_("How it ended"), max_length=100, required=False)
    text = forms.CharField(
        label=_("What was said"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)


class Log(forms.Form):
    log = forms.FileField(label=_("The log as a CSV file"))

    def clean_log(self) -> bytes:
        found = self.cleaned_data["log"]
        if found.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than five megabytes. Bring it in in parts."))
        content: bytes = found.read()
        return content


class Posted(forms.Form):
    link = forms.URLField(
        label=_("Link to where it stands"), max_length=1000, required=False, assume_scheme="https"
    )


class Looked(forms.Form):
    outcome = forms.ChoiceField(choices=(("stands", ""), ("gone", "")))
    form_key = forms.UUIDField()
