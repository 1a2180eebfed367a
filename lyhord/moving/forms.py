from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lyhord.moving import readers
from lyhord.moving.models import Guidance


class File(forms.Form):
    """A file of another system, and what its columns are called."""

    system = forms.ChoiceField(label=_("Where it comes from"))
    brand = forms.ChoiceField(label=_("Brand"))
    file = forms.FileField(
        label=_("File"), help_text=_("JSON, JSON lines, CSV, or a zip of them; 20 MB at most.")
    )
    columns = forms.CharField(
        label=_("Columns"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Of a CSV, where ours differ: one a line, such as text=Message body."),
    )

    def __init__(self, *args: Any, brands: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["brand"].choices = brands  # type: ignore[attr-defined]
        if len(brands) == 1:
            self.fields["brand"].widget = forms.HiddenInput()
            self.fields["brand"].initial = brands[0][0]
        self.fields["system"].choices = [  # type: ignore[attr-defined]
            (one.name, _(one.label) if one.name == "guidance" else one.label)
            for one in readers.SYSTEMS.values()
        ]

    def clean_columns(self) -> dict[str, str]:
        found = {}
        for line in self.cleaned_data["columns"].splitlines():
            ours, sign, theirs = line.partition("=")
            if line.strip() and (not sign or not theirs.strip()):
                raise forms.ValidationError(_("Write each as our name, =, and the name in your file."))
            if line.strip():
                found[ours.strip().lower()] = theirs.strip()
        return found


class Adapt(forms.Form):
    """One item of guidance while somebody adapts it. Times in minutes."""

    name = forms.CharField(label=_("Name"), max_length=100)
    lang = forms.CharField(label=_("Language"), max_length=12, required=False)
    folder = forms.CharField(label=_("Folder"), max_length=60, required=False)
    text = forms.CharField(
        label=_("Text"), max_length=100_000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    first = forms.IntegerField(
        label=_("Minutes to the first answer"), required=False, min_value=1, max_value=500_000
    )
    resolution = forms.IntegerField(
        label=_("Minutes to the resolution"), required=False, min_value=1, max_value=500_000
    )

    def __init__(self, data: Any = None, *, row: Guidance) -> None:
        told: dict[str, Any] = {"name": row.name, "lang": row.lang, "folder": row.folder, "text": row.text}
        told |= {name: (row.values.get(name) or 0) // 60 or None for name in ("first", "resolution")}
        super().__init__(data, initial=told, prefix=f"g{row.pk}")
        is_target = row.kind == Guidance.Kind.TARGET
        for name in ("lang", "folder", "text") if is_target else ("first", "resolution"):
            del self.fields[name]
