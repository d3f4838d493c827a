"""Filters of the lists of accounts and of payments. A form is sent by GET, so that links and exports keep the filters.

The values are a building's code, amounts, months and a state. None of them names a person.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext
from access.models import Place
from access.pages.fields import DayField, PlaceField, label_of
from access.pages.lists import ListForm
from buildings.models import Building
from ledger.forms.entries import MoneyField
from ledger.models.saved_filter import LONGEST_NAME, ListState

OLDEST = 120  # OLDEST: the largest number of months that the filter by age of a debt accepts
STATES = {"": _("Tous"), **dict(ListState.choices)}
SHORT_STATES = ("avoir", "arrivees", "departs")  # SHORT_STATES: states that few accounts have


class FilterNameForm(forms.Form):
    name = forms.CharField(
        label=_("Nom du filtre"),
        help_text=_("Par exemple : Bâtiment A, plus de 3 mois. N’y mettez aucun nom de personne."),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AccountFilter(ListForm):
    """The form with the filters of a list of accounts.

    `states`: choices of the filter by state, which is left out if there are none. `is_wide`: the person has too many
    buildings to suggest them as choices. `is_long`: the list is too long to be filtered by a sum alone, because all
    accounts would be read.
    """

    CODES = {"batiment": "building", "minimum": "amount", "maximum": "amount", "mois": "age", "solde": "state"}

    batiment = PlaceField(label=_("Bâtiment"), required=False)
    solde = forms.ChoiceField(label=_("Comptes"), required=False)
    minimum = MoneyField(label=_("Minimum, en euros"), required=False)
    maximum = MoneyField(label=_("Maximum, en euros"), required=False)
    mois = forms.IntegerField(
        label=_("Mois de dette, au moins"),
        required=False,
        min_value=1,
        max_value=OLDEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "3"}),
    )

    def __init__(
        self, data: Any, access: AccessContext, *, states: tuple[str, ...], is_wide: bool, is_long: bool
    ) -> None:
        super().__init__(data)
        self.is_long = is_long
        if states:
            self.fields["solde"].choices = [(state, STATES[state]) for state in states]  # type: ignore[attr-defined]
        else:
            del self.fields["solde"]
        # A building hidden from the person gives the same error as an unknown name, so the error discloses nothing.
        # Row-level security hides buildings but not places, so only places of visible buildings are offered.
        buildings = access.rows(Building).witnessed(None)
        places = Place.objects.buildings().filter(pk__in=buildings.values("pk"))
        field: Any = self.fields["batiment"]
        field.places = places
        if not is_wide:
            listed = places.select_related("parent").order_by("parent__name", "name", "code")
            field.widget.suggestions = [(place.code, label_of(place)) for place in listed]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        at_least, at_most = values.get("minimum"), values.get("maximum")
        check_amounts(self)
        if values.get("mois") and values.get("solde") == "avoir":
            self.add_error("mois", ValidationError(_("Un compte en avance n’a pas de dette."), "no_debt"))
        short = values.get("batiment") or values.get("mois") or values.get("solde") in SHORT_STATES
        if self.is_long and (at_least or at_most) and not short and not self.errors:
            sentence = _("Votre liste est très longue : choisissez aussi un bâtiment, ou des mois de dette.")
            self.add_error("minimum" if at_least else "maximum", ValidationError(sentence, "long"))
        return values


class AmountFilter(ListForm):
    """Filters by an amount: at least, at most."""

    CODES = {"minimum": "amount", "maximum": "amount"}

    minimum = MoneyField(label=_("Minimum, en euros"), required=False)
    maximum = MoneyField(label=_("Maximum, en euros"), required=False)

    def clean(self) -> dict[str, Any]:
        check_amounts(self)
        return self.cleaned_data


class BookFilter(AmountFilter):
    """The filters of an accountant's list of accounts."""

    CODES = {**AmountFilter.CODES, "solde": "state", "etat": "status"}

    solde = forms.ChoiceField(
        label=_("Solde"),
        required=False,
        choices=[("", _("Tous")), ("du", _("en débit")), ("avoir", _("en crédit")), ("nul", _("à zéro"))],
    )
    etat = forms.ChoiceField(
        label=_("Comptes"),
        required=False,
        choices=[("", _("Tous")), ("ouverts", _("ouverts")), ("soldes", _("soldés"))],
    )
    field_order = ("solde", "etat", "minimum", "maximum")


class ReceiptFilter(AmountFilter):
    """The filters of the list of payments in suspense. Places are those of the payments that the person may assign."""

    CODES = {**AmountFilter.CODES, "lieu": "place", "du": "days", "au": "days"}

    lieu = PlaceField(label=_("Agence"), required=False)
    du = DayField(label=_("Reçu depuis le"), required=False)
    au = DayField(label=_("Reçu jusqu’au"), required=False)
    field_order = ("lieu", "minimum", "maximum", "du", "au")

    def __init__(self, data: Any, places: Any) -> None:
        super().__init__(data)
        self.offer_places("lieu", places)

    def clean(self) -> dict[str, Any]:
        self.check_days("du", "au")
        return super().clean()


def check_amounts(form: forms.Form) -> None:
    """Add an error if the field `maximum` of a form is less than the field `minimum`."""
    at_least, at_most = form.cleaned_data.get("minimum"), form.cleaned_data.get("maximum")
    if at_least and at_most and at_least > at_most:
        form.add_error("maximum", ValidationError(_("Le maximum doit être au moins égal au minimum."), "reversed"))
