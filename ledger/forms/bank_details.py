"""The form that replaces the stored bank details of a tenant: the IBAN and the account holder."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from formats.iban import compact, validate_iban


class BankForm(forms.Form):
    """Form for new bank details, which replace the old ones. It is never prefilled, so it discloses no stored IBAN."""

    iban = forms.CharField(
        label=_("IBAN"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Avec ou sans espaces. Ses chiffres de contrôle sont vérifiés."),
    )
    holder = forms.CharField(
        label=pgettext_lazy("compte bancaire", "Titulaire"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_iban(self) -> str:
        validate_iban(self.cleaned_data["iban"])
        return compact(self.cleaned_data["iban"])
