"""The form of a fact. Each field is limited by its type or by a list of values; none takes free text."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField
from casework.models import FactCode, Slot
from casework.vocabulary.facts import FIELDS, lists
from formats.months import months_after
from ledger.forms.entries import MoneyField

FEW = 12  # A field with at most FEW choices is displayed as radio buttons instead of a select element.
TO_START_WITH = timedelta(days=14)


class FactForm(forms.Form):
    """A form with the fields of one fact code. `contacts` maps ids of contacts that may be chosen to their names."""

    def __init__(
        self, data: Any, *, code: FactCode, day: date, contacts: Mapping[UUID, str], initial: Mapping[str, Any]
    ) -> None:
        until = min(day + TO_START_WITH, months_after(day, code.life_months))
        usual = {"date": day, "from_date": day, "until": until, "month": day.replace(day=1), "count": 1, "told_on": day}
        super().__init__(data, initial={**usual, **initial})
        self.names = [slot.name for slot in code.slots]
        for slot in code.slots:
            self.fields[slot.name] = _field(slot, day, contacts)
            self.fields[slot.name].label = FIELDS.label(slot.name)
        if code.ends_by_its_date:
            most = ngettext("%(count)s mois au plus.", "%(count)s mois au plus.", code.life_months)
            self.fields["until"].help_text = most % {"count": code.life_months}
        if code.precaution:
            self.fields["told_on"] = DayField(
                label=gettext("Communiqué au locataire le"),
                help_text=gettext(
                    "Le locataire peut contester cette consigne : enregistrez sa contestation sur cette page."
                ),
            )

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.names}


def _field(slot: Slot, day: date, contacts: Mapping[UUID, str]) -> forms.Field:
    match slot.type:
        case "date":
            return DayField()
        case "month":
            year_around = [months_after(day.replace(day=1), number) for number in range(-12, 13)]
            months = [(month.isoformat(), date_format(month, "F Y")) for month in year_around]
            return forms.TypedChoiceField(coerce=date.fromisoformat, choices=months)
        case "time":
            return forms.TimeField(
                input_formats=["%H:%M", "%Hh%M", "%Hh"],
                widget=forms.TextInput(attrs={"autocomplete": "off", "size": "6"}),
                help_text=_("Par exemple 14:30 ou 14h30."),
            )
        case "euro":
            return MoneyField()
        case "int":
            most = 31 if slot.name == "day" else 999
            typed = forms.NumberInput(attrs={"inputmode": "numeric"})
            return forms.IntegerField(min_value=1, max_value=most, widget=typed)
        case "decimal":
            figures = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
            return forms.DecimalField(min_value=0, max_digits=12, decimal_places=3, localize=True, widget=figures)
        case "contact":
            return forms.TypedChoiceField(coerce=UUID, choices=[(str(pk), name) for pk, name in contacts.items()])
    choices = lists()[slot.name].choices
    if len(choices) <= FEW:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)
    return forms.ChoiceField(choices=[("", gettext("choisir")), *choices])
