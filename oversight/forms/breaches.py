"""Form of a personal data breach: choices, days and numbers, but no free text."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField
from oversight.models.breach import Consequence, Measure, Nature, Touched

_MOST = 10_000_000


class BreachForm(forms.Form):
    number = forms.IntegerField(
        label=_("Numéro"),
        required=False,
        min_value=1,
        max_value=_MOST,
        help_text=_("Laissez vide pour une nouvelle violation."),
    )
    known_on = DayField(label=_("Connue le"))
    nature = forms.ChoiceField(label=_("Nature"), choices=Nature.choices)
    touched = forms.ChoiceField(label=_("Données touchées"), choices=Touched.choices)
    people = forms.IntegerField(label=_("Nombre approximatif de personnes"), min_value=0, max_value=_MOST)
    consequence = forms.ChoiceField(label=_("Conséquence"), choices=Consequence.choices)
    measure = forms.ChoiceField(label=_("Mesure prise"), choices=Measure.choices)
    notified_on = DayField(
        label=_("Notifiée à la CNIL le"), required=False, help_text=_("Au plus tard 72 heures après.")
    )
    told_on = DayField(label=_("Personnes informées le"), required=False)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "number"}
