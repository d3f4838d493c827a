"""Forms of the front desk: one finds the agency of an account, the other checks the identity of a visitor."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from formats.folding import folded
from tenants.forms.reference import ReferenceField
from tenants.models.identity_check import Shown


class AgencyForm(forms.Form):
    reference = ReferenceField(
        label=_("Référence du compte"), max_length=20, help_text=_("Douze caractères, sur l’avis d’échéance.")
    )


class IdentityForm(forms.Form):
    reference = ReferenceField(
        label=_("Référence du compte"), max_length=20, help_text=_("Douze caractères, sur l’avis d’échéance.")
    )
    last_name = forms.CharField(
        label=_("Nom, comme sur la pièce d’identité"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    document = forms.ChoiceField(
        label=_("Pièce d’identité présentée"),
        choices=Shown.choices,
        widget=forms.RadioSelect,
        help_text=_("Seule la nature de la pièce est enregistrée : ni numéro, ni copie."),
    )

    def clean_last_name(self) -> str:
        words: str = self.cleaned_data["last_name"]
        if len(folded(words)) < 2:
            raise ValidationError(_("Écrivez le nom complet."), code="too_short")
        return words
