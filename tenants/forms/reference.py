"""A form field for a full account reference, in any spelling."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REFERENCE_SIGNS = 12


class ReferenceField(forms.CharField):
    """A form field for an account reference. It cleans "k7qx 9m2d 4rtb" to "K7QX-9M2D-4RTB".

    An incomplete reference is refused: it could match another account, and money would be booked on the wrong account.
    """

    widget = forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})

    def to_python(self, value: Any) -> str:
        signs = "".join(sign for sign in (super().to_python(value) or "").upper() if sign.isascii() and sign.isalnum())
        if signs and len(signs) != REFERENCE_SIGNS:
            raise ValidationError(
                _("Une référence comporte douze caractères, par exemple K7QX-9M2D-4RTB."), code="reference"
            )
        return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))
