"""The form that clears an incoming payment to an account, by its full reference."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REFERENCE_SIGNS = 12


class ReferenceField(forms.CharField):
    """Clean "k7qx 9m2d 4rtb" to "K7QX-9M2D-4RTB". Only full references are accepted, because money is booked on the
    account."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})

    def to_python(self, value: Any) -> str:
        signs = "".join(sign for sign in (super().to_python(value) or "").upper() if sign.isascii() and sign.isalnum())
        if signs and len(signs) != REFERENCE_SIGNS:
            raise ValidationError(
                _("Une référence comporte douze caractères, par exemple K7QX-9M2D-4RTB."), code="reference"
            )
        return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


class ClearForm(forms.Form):
    receipt = forms.UUIDField(widget=forms.HiddenInput)
    reference = ReferenceField(label=_("Référence du compte"), max_length=20)


class UndoForm(forms.Form):
    undo = forms.UUIDField(widget=forms.HiddenInput)
