"""Forms: what we ask of every account, and what its connector asks."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lyhord.channels.contract import Connector, Field
from lyhord.channels.models import Account, Purpose
from lyhord.staff import mandates
from lyhord.staff.models import Brand, Team, User

LANGUAGES = [("", _("Several")), *settings.LANGUAGES]


class Several(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # Django takes no [Team] when it runs
    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            # Django asks SQLite for numbers beyond 64 bits too, which it does not take.
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], "invalid_choice", {"value": "?"}
            ) from None


class Facts(forms.Form):
    """What we ourselves know about an account, whatever the network."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("As your colleagues call it."))
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices, initial=Purpose.SERVICE)
    language = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGES, required=False, help_text=_("What is mostly written there.")
    )
    teams = Several(
        label=_("Teams"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who sees it. None chosen: every team of the brand."),
    )


class NewAccount(Facts):
    brand = forms.ModelChoiceField(label=_("Brand"), queryset=Brand.objects.none(), empty_label=None)
    field_order = ("name", "brand", "teams", "purpose", "language")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brands = brands_of(by)
        choose(self, "brand", brands)
        teams = Team.objects.filter(brand__in=brands).select_related("brand")
        choose(
            self, "teams", teams.order_by("brand__name", "name"), lambda team: f"{team.brand}: {team.name}"
        )


class AccountFacts(Facts):
    """Of an account that is there; its brand stays."""

    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Who answers for the account."),
    )
    field_order = ("name", "owner", "teams", "purpose", "language")

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "name": account.name,
            "purpose": account.purpose,
            "language": account.language,
            "teams": list(account.team_ids),
            "owner": account.owner_id,
        }
        super().__init__(*args, **kwargs)
        choose(self, "teams", Team.objects.filter(brand=account.brand_id).order_by("name"))
        choose(self, "owner", owners_for(account))


def choose(form: forms.Form, name: str, rows: QuerySet[Any], label: Callable[[Any], str] = str) -> None:
    """What the field offers to this person."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
    # Django's stubs know the hook by subclassing alone.
    field.__dict__["label_from_instance"] = label


def brands_of(by: User) -> QuerySet[Brand]:
    """The brands for which the person may connect accounts."""
    brands = Brand.objects.order_by("name")
    return (
        brands if by.is_administrator else brands.filter(pk__in=mandates.brands_where(by, "manage_accounts"))
    )


def owners_for(account: Account) -> QuerySet[User]:
    members = User.objects.filter(is_active=True, memberships__team__brand=account.brand_id)
    chiefs = User.objects.filter(is_active=True, is_administrator=True)
    return User.objects.filter(pk__in=members.values("pk").union(chiefs.values("pk"))).order_by("name")


class Connecting(forms.Form):
    """What a connector asks, made from its list of fields. On renewal a secret left empty stays as it is."""

    prefix = "connector"

    def __init__(self, connector: Connector, data: Any = None, *, account: Account | None = None) -> None:
        known = account.settings if account else {}
        super().__init__(data)
        asked = [*connector.app_fields, *connector.fields] if account is None else list(connector.fields)
        for field in asked:
            self.fields[field.name] = form_field(field, is_renewal=account is not None)
            if field.name in known:
                self.initial[field.name] = known[field.name]


def form_field(field: Field, *, is_renewal: bool) -> forms.Field:
    is_kept = is_renewal and field.is_secret
    usual: dict[str, Any] = {
        "label": translated(field.label),
        "help_text": translated(field.help),
        "required": field.is_required and not is_kept,
        "initial": field.initial or None,
    }
    if is_kept:
        usual["help_text"] = gettext("Leave it empty to keep the one that is there.")
    if field.is_secret or field.kind == "password":
        return forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), **usual)
    if field.kind == "choice":
        choices = [(value, translated(word)) for value, word in field.choices]
        return forms.ChoiceField(choices=choices if field.is_required else [("", "–"), *choices], **usual)
    if field.kind == "switch":
        return forms.BooleanField(**{**usual, "required": False, "initial": bool(field.initial)})
    if field.kind == "url":
        return forms.URLField(assume_scheme="https", **usual)
    plain: dict[str, type[forms.Field]] = {"email": forms.EmailField, "number": forms.IntegerField}
    return plain.get(field.kind, forms.CharField)(**usual)


def translated(text: str) -> str:
    return gettext(text) if text else ""


class Retire(forms.Form):
    name = forms.CharField(label=_("Name of the account"), help_text=_("Type it to confirm."))
    why = forms.CharField(label=_("Reason"), required=False, max_length=300)
