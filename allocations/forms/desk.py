"""Form that opens an application: the complete application number, the name, and how the identity was checked."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from access.constraints import sentence_of
from allocations.models.application import NUMBER_SHAPE
from formats.folding import folded
from tenants.models.identity_check import Shown


class AtADistance(models.TextChoices):
    """How a person who is not present gave the application number and name: by telephone or in writing."""

    TELEPHONE = "telephone", _("au téléphone")
    LETTER = "letter", _("par courrier ou courriel")


class NumberField(forms.CharField):
    """Form field for a national application number. It ignores spaces, hyphens and letter case."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        number = re.sub(r"[\s-]", "", super().to_python(value) or "").upper()
        if number and not re.fullmatch(NUMBER_SHAPE, number):
            raise ValidationError(sentence_of("application_number_shape"), code="shape")
        return number


class OpenForm(forms.Form):
    number = NumberField(
        label=_("Numéro unique"), help_text=_("Les 18 caractères du numéro, sur l’attestation d’enregistrement.")
    )
    last_name = forms.CharField(
        label=_("Nom du demandeur"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    document = forms.ChoiceField(
        label=_("Identité vérifiée"),
        choices=[*Shown.choices, *AtADistance.choices],
        widget=forms.RadioSelect,
        help_text=_("Seule la nature de la vérification est enregistrée : ni numéro de pièce, ni copie."),
    )

    def clean_last_name(self) -> str:
        words: str = self.cleaned_data["last_name"]
        if len(folded(words)) < 2:
            raise ValidationError(_("Écrivez le nom complet."), code="too_short")
        return words
