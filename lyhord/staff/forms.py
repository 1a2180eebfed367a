"""Forms of this room's pages. What a value may be is decided by the actions; here is how it is asked for."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lyhord.staff.models import Brand, Role, Team, User

PASSWORD_HELP = _("At least 12 characters. A sentence is easy to remember and hard to guess.")
LANGUAGE_NAMES = [("en", "English"), ("sv", "Svenska"), ("fi", "Suomi"), ("nb", "Norsk"), ("da", "Dansk")]
CHANNEL_MODELS = [
    ("integrated", _("Integrated: service and chatter share the accounts")),
    ("separated", _("Separated: service has accounts of its own")),
    ("mixed", _("Mixed: some of each")),
]


def password_field(label: Any, **given: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=1000, **given)


class Setup(forms.Form):
    language = forms.ChoiceField(label=_("Language of the pages"), choices=LANGUAGE_NAMES)
    organisation = forms.CharField(
        label=_("Organisation"), max_length=100, help_text=_("The name that your customers know.")
    )
    name = forms.CharField(
        label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = password_field(_("Password"), help_text=PASSWORD_HELP)


class Welcome(forms.Form):
    """By invitation."""

    name = forms.CharField(
        label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = password_field(_("Password"), help_text=PASSWORD_HELP)


class NewPassword(forms.Form):
    password = password_field(_("New password"), help_text=PASSWORD_HELP)


class Forgot(forms.Form):
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))


class TeamChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django takes no [Team] when it runs
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.brand.name} · {obj.name}"


class Invite(forms.Form):
    email = forms.EmailField(label=_("E-mail"))
    name = forms.CharField(label=_("Name"), max_length=100)
    team = TeamChoice(label=_("Team"), queryset=Team.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.AGENT)
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=LANGUAGE_NAMES)

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["team"]
        assert isinstance(field, TeamChoice)
        field.queryset = teams.select_related("brand").order_by("brand__name", "name")


class BrandForm(forms.ModelForm):  # type: ignore[type-arg]
    channel_model = forms.ChoiceField(label=_("Channel model"), choices=CHANNEL_MODELS)

    class Meta:
        model = Brand
        fields = ["name", "channel_model", "must_sign"]
        labels = {"name": _("Name"), "must_sign": _("Sign replies")}
        help_texts = {"must_sign": _("A reply without a person's name is signed with it.")}

    def validate_unique(self) -> None:
        """The action says it better."""


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)


class Profile(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(
        label=_("Language of the pages"),
        choices=[("", _("As the browser says")), *LANGUAGE_NAMES],
        required=False,
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    theme = forms.ChoiceField(
        label=_("Theme"), choices=[("auto", _("As the machine")), ("light", _("Light")), ("dark", _("Dark"))]
    )
    density = forms.ChoiceField(
        label=_("Density"),
        choices=[("comfortable", _("Comfortable")), ("normal", _("Normal")), ("compact", _("Compact"))],
    )
    undo_seconds = forms.TypedChoiceField(
        label=_("Time to undo a sent reply"),
        coerce=int,
        choices=[(0, _("None")), (5, _("5 seconds")), (10, _("10 seconds")), (30, _("30 seconds"))],
    )

    class Meta:
        model = User
        fields = [
            "name", "signature", "speaks", "language", "time_zone", "theme", "density", "undo_seconds", "sends_with_enter",
        ]  # fmt: skip
        labels = {
            "name": _("Name"),
            "signature": _("Signature"),
            "speaks": _("Languages that you answer in"),
            "sends_with_enter": _("Enter sends a reply"),
        }
        help_texts = {
            "signature": _("Stands under your replies, such as /Linnea. Empty: made from your name."),
            "speaks": _("Codes with spaces between, such as sv fi en."),
            "sends_with_enter": _("Shift and Enter makes a new line then. Otherwise Ctrl and Enter sends."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(
            zone
            for zone in available_timezones()
            if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
        )
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", settings.TIME_ZONE), *((zone, zone.replace("_", " ")) for zone in zones)]


class NewKey(forms.Form):
    name = forms.CharField(label=_("What is the key for?"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[("read", _("read")), ("write", _("write")), ("admin", _("change settings"))],
        widget=forms.CheckboxSelectMultiple,
        initial=["read"],
    )
    expires_on = forms.DateField(
        label=_("Ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: never."),
    )
