"""The form that corrects a birth date."""

from django import forms
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField


class BirthDateForm(forms.Form):
    """Form for a birth date. It is never prefilled: the date is typed from the document that the tenant shows."""

    birth_date = DayField(
        label=_("Date de naissance"), help_text=_("D’après la pièce d’identité présentée. N’en gardez pas de copie.")
    )
