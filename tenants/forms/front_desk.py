"""Forms of the front desk: one finds the agency of an account, the others check the identity of a visitor."""

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


class VisitorForm(forms.Form):
    """The fields of every identity check at the front desk: the visitor's name, and the kind of document shown."""

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


class IdentityForm(VisitorForm):
    reference = ReferenceField(
        label=_("Référence du compte"), max_length=20, help_text=_("Douze caractères, sur l’avis d’échéance.")
    )

    field_order = ["reference", "last_name", "document"]


class DoorForm(VisitorForm):
    """Form for the identity check of a visitor who does not know the account reference."""

    address = forms.CharField(
        label=_("Adresse ou bâtiment"),
        max_length=120,
        help_text=_("Numéro et rue, ou nom du bâtiment."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    door = forms.CharField(
        label=_("Porte"),
        max_length=30,
        required=False,
        help_text=_("Avec l’escalier s’il y en a plusieurs, par exemple B 12. Laissez vide pour une maison."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    field_order = ["last_name", "address", "door", "document"]

    def clean_address(self) -> str:
        words: str = self.cleaned_data["address"]
        if len(folded(words)) < 2:
            raise ValidationError(_("Écrivez l’adresse complète, ou le nom du bâtiment."), code="too_short")
        return words
