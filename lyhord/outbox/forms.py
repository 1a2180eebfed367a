from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lyhord.staff import mandates
from lyhord.staff.models import Brand, User


class Settle(forms.Form):
    """What a person saw on the network."""

    outcome = forms.ChoiceField(choices=[("stands", ""), ("does_not_stand", ""), ("send_again", "")])
    link = forms.URLField(required=False, max_length=1000, assume_scheme="https")


class Stop(forms.Form):
    brand = forms.TypedChoiceField(label=_("What stops"), coerce=int, empty_value=None, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Your colleagues read it above their inbox.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["brand"]
        assert isinstance(field, forms.ChoiceField)
        where = None if user.is_administrator else mandates.brands_where(user, "hold")
        brands = Brand.objects.order_by("name") if where is None else Brand.objects.filter(pk__in=where)
        field.choices = [(brand.pk, brand.name) for brand in brands]
        if user.is_administrator:
            field.choices = [("", _("The whole installation")), *field.choices]
        else:
            field.required = True
            field.initial = next((brand.pk for brand in brands), None)
