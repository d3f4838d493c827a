"""Telephone numbers, typed as they are printed in France."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

PHONE = RegexValidator(r"^\+[1-9][0-9]{7,14}$", _("Un numéro s’écrit en chiffres, indicatif compris : +33639981234."))
_PHONE_SIGNS = re.compile(r"[0-9+().\s/-]*")


def typed_phone(text: str) -> str:
    """ "06 39 98 12 34" -> "+33639981234". Other countries keep the code they were typed with."""
    signs = re.sub(r"\s|[./-]", "", text.replace("(0)", "")).strip("()")
    if signs.startswith("00"):
        return f"+{signs[2:]}"
    return f"+33{signs[1:]}" if re.fullmatch(r"0[1-9]\d{8}", signs) else signs


def written_phone(number: str) -> str:
    """ "+33639981234" -> "06 39 98 12 34", as somebody would type it. Other countries' stay as they are kept."""
    digits = re.sub(r"^\+33", "0", number)
    return " ".join(re.findall("..", digits)) if re.fullmatch(r"0\d{9}", digits) else number


class PhoneField(forms.CharField):
    """A telephone number, stored with its country code."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Ce numéro n’est pas complet : dix chiffres, ou l’indicatif du pays.")}

    def prepare_value(self, value: Any) -> Any:
        return written_phone(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        number = typed_phone(text) if _PHONE_SIGNS.fullmatch(text) else ""
        if not re.fullmatch(PHONE.regex, number):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number
