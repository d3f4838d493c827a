"""Forms for fragile residences (buildings where an additional motive of refusal applies): one enters a residence with
its source, one sets its last day."""

import re
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from access.constraints import sentence_of
from access.models.place import PlaceQuerySet
from access.pages.fields import DayField, PlaceField
from allocations.models.figure import SOURCE_NUMBER


class ResidenceForm(forms.Form):
    building = PlaceField(label=_("Bâtiment"), help_text=_("Son code ou son nom."))
    source_number = forms.CharField(
        label=_("Numéro de la convention intercommunale d’attribution"),
        max_length=24,
        help_text=_("Par exemple 2025-12."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    source_date = DayField(label=_("Date de la convention"))
    first_day = DayField(label=_("Premier jour"), help_text=_("Le jour à partir duquel la convention s’applique."))

    def __init__(self, data: Any, *, buildings: PlaceQuerySet) -> None:
        super().__init__(data)
        cast(PlaceField, self.fields["building"]).offer(buildings)

    def clean_source_number(self) -> str:
        number: str = self.cleaned_data["source_number"].upper()
        if not re.fullmatch(SOURCE_NUMBER, number):
            raise ValidationError(sentence_of("fragile_residence_has_its_source"), code="source")
        return number


class ResidenceEndForm(forms.Form):
    last_day = DayField(label=_("Dernier jour"), help_text=_("Aujourd’hui ou plus tard."))

    def __init__(self, data: Any, *, day: date) -> None:
        super().__init__(data, initial={"last_day": day})
        self.day = day

    def clean_last_day(self) -> date:
        last_day: date = self.cleaned_data["last_day"]
        if last_day < self.day:
            raise ValidationError(sentence_of("fragile_residence_stays_as_named"), code="past")
        return last_day
