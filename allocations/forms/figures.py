"""Form that enters a legal figure: its value, its source, and the first day on which it applies."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.constraints import sentence_of
from access.pages.fields import DayField
from allocations.models import SourceKind
from allocations.models.figure import SOURCE_NUMBER
from allocations.vocabulary import LEGAL_FIGURES


class FigureForm(forms.Form):
    code = forms.ChoiceField(label=_("Chiffre"), choices=lambda: [("", gettext("choisir")), *LEGAL_FIGURES.choices])
    value = forms.IntegerField(
        label=_("Valeur"),
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "8", "maxlength": "9"}),
    )
    source_kind = forms.ChoiceField(label=_("Source"), choices=SourceKind.choices, widget=forms.RadioSelect)
    source_number = forms.CharField(
        label=_("Numéro de l’article ou du texte"),
        max_length=24,
        help_text=_("Par exemple R441-2-7 ou 2025-1234."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    source_date = DayField(label=_("Date du texte, ou de sa version"))
    first_day = DayField(label=_("Premier jour"), help_text=_("La valeur précédente s’applique jusqu’à la veille."))

    def clean_source_number(self) -> str:
        number: str = self.cleaned_data["source_number"].upper()
        if not re.fullmatch(SOURCE_NUMBER, number):
            raise ValidationError(sentence_of("legal_figure_has_its_source"), code="source")
        return number
