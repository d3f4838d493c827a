"""What people type with their fingers: days as "23/11", telephone numbers as they are printed in France."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from access.reach import today
from tenants.models.tenant import PHONE

_DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})(?:[/. -](\d{4}|\d{2}))?")
_PHONE_SIGNS = re.compile(r"[0-9+().\s/-]*")


def nearest(day: int, month: int, around: date) -> date:
    """The date of that day and month that is closest to `around`."""
    dates = []
    for year in (around.year - 1, around.year, around.year + 1):
        try:
            dates.append(date(year, month, day))
        except ValueError:
            continue
    if not dates:
        raise ValueError
    return min(dates, key=lambda found: abs(found - around))


def typed_day(text: str, around: date) -> date:
    """ "23/11", "23.11.26" or "23/11/2026". Raises ValueError."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return date.fromisoformat(text.strip())
    day, month, year = match.groups()
    if year is None:
        return nearest(int(day), int(month), around)
    return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))


def typed_phone(text: str) -> str:
    """ "06 39 98 12 34" -> "+33639981234". Other countries keep the code they were typed with."""
    signs = re.sub(r"\s|[./-]", "", text.replace("(0)", "")).strip("()")
    if signs.startswith("00"):
        return f"+{signs[2:]}"
    return f"+33{signs[1:]}" if re.fullmatch(r"0[1-9]\d{8}", signs) else signs


class DayField(forms.Field):
    """A day, typed. Without a year it is the nearest one."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "10"})
    default_error_messages = {"invalid": _("Une date s’écrit jour/mois, ou jour/mois/année : 23/11 ou 23/11/2026.")}

    def to_python(self, value: Any) -> date | None:
        if not value or isinstance(value, date):
            return value or None
        try:
            return typed_day(value, today())
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


class PhoneField(forms.CharField):
    """A telephone number, stored with its country code."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Ce numéro n’est pas complet : dix chiffres, ou l’indicatif du pays.")}

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        number = typed_phone(text) if _PHONE_SIGNS.fullmatch(text) else ""
        if not re.fullmatch(PHONE.regex, number):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number
