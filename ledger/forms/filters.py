"""Filters of the lists of accounts. The form is sent by GET, so that a link or an export keeps the filters.

The values are a building's code, amounts, months and a state. None of them names a person.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext
from access.models import Place
from access.pages.fields import PlaceField, label_of
from access.scope import within
from ledger.forms.entries import MoneyField
from ledger.queries import TITLES

OLDEST = 120  # maximum age of a debt that a filter may name, in months


class AccountFilter(forms.Form):
    """The filters of a list of accounts. `states` are the states that the list distinguishes; it may have none.

    With `suggesting`, the field for a building suggests the buildings that the person may see.
    """

    batiment = PlaceField(label=_("Bâtiment"), required=False)
    solde = forms.ChoiceField(label=_("Comptes"), required=False)
    minimum = MoneyField(label=_("Somme d’au moins, en euros"), required=False)
    maximum = MoneyField(label=_("Somme d’au plus, en euros"), required=False)
    mois = forms.IntegerField(
        label=_("Dette d’au moins, en mois"),
        required=False,
        min_value=1,
        max_value=OLDEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "3"}),
    )

    def __init__(self, data: Any, access: AccessContext, *, states: tuple[str, ...] = (), suggesting: bool) -> None:
        super().__init__(data, auto_id="filtre_%s")
        if states:
            self.fields["solde"].choices = [(state, TITLES[state]) for state in states]  # type: ignore[attr-defined]
        else:
            del self.fields["solde"]
        # The same answer for a building that the person may not see and for a name that no building has.
        places = Place.objects.buildings().filter(within("pk", access.person, access.compartment))
        field: Any = self.fields["batiment"]
        field.places = places
        if suggesting:
            listed = places.select_related("parent").order_by("parent__name", "name", "code")
            field.widget.suggestions = [(place.code, label_of(place)) for place in listed]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        at_least, at_most = values.get("minimum"), values.get("maximum")
        if at_least and at_most and at_least > at_most:
            self.add_error("maximum", ValidationError(_("La somme la plus élevée doit être la seconde."), "reversed"))
        if values.get("mois") and values.get("solde") == "avoir":
            self.add_error("mois", ValidationError(_("Un compte en avance n’a pas de dette."), "no_debt"))
        return values
