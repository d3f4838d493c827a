"""Forms for emergency accesses: the choice of one household or building, and the reviewer's verdict."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext
from buildings.models import Address, Unit
from formats.folding import folded
from tenants.forms.reference import ReferenceField
from tenants.models.emergency import EMPTIES, ClosingReason, EmergencyReason, Verdict

_NUMBER = re.compile(r"\s*(\d+\s*(?:bis|ter|quater|[a-dA-D](?=[\s,]))?)[\s,]+(.+)")


class EmergencyForm(forms.Form):
    """Form that asks for the account's reference, or for the exact address and door. A part of the reference or address
    is not accepted."""

    reference = ReferenceField(label=_("Référence du compte"), max_length=20, required=False)
    address = forms.CharField(
        label=_("Ou l’adresse exacte"),
        max_length=140,
        required=False,
        help_text=_("Numéro et voie, par exemple 11, rue Eugène Mercier."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    staircase = forms.CharField(label=_("Escalier"), max_length=8, required=False)
    door = forms.CharField(
        label=_("Porte"), max_length=16, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    reason = forms.ChoiceField(
        label=_("Nature de l’urgence"), choices=EmergencyReason.choices, widget=forms.RadioSelect
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("reference") and not (data.get("address") and data.get("door")):
            raise ValidationError(_("Donnez la référence, ou l’adresse et la porte."), code="no_household")
        return data

    @property
    def at(self) -> tuple[str, str]:
        """The number and the street of the address, normalised for comparison."""
        match = _NUMBER.fullmatch(self.cleaned_data["address"])
        number, street = match.groups() if match else ("", self.cleaned_data["address"])
        return " ".join(number.split()), folded(street)

    def unit(self, access: AccessContext) -> UUID:
        """Return the only dwelling at this address and door. Raises ValidationError if there is none or several. The
        error may distinguish the two cases, because dwellings are not secret; only their residents are."""
        number, street = self.at
        near = access.rows(Address).filter(number__iexact=number, search_key__startswith=folded(f"{number} {street}"))
        at = [address.building_id for address in near if folded(address.street) == street]
        units = access.rows(Unit).dwellings().filter(building__in=at, door__iexact=self.cleaned_data["door"].strip())
        if staircase := self.cleaned_data["staircase"].strip():
            units = units.filter(staircase__iexact=staircase)
        matches: list[Unit] = list(units[:2])
        if len(matches) != 1:
            several = gettext("Plusieurs portes ont ce nom : indiquez l’escalier ou la référence.")
            none = gettext("Aucune porte n’a ce nom à cette adresse.")
            raise ValidationError(several if matches else none, code="no_door")
        return matches[0].pk


class ClosingForm(forms.Form):
    """The reasons to close a household's card, which was opened in an emergency, before its end. The page shows each
    reason as a submit button."""

    close = forms.ChoiceField(choices=ClosingReason.choices)


class EvacuationForm(forms.Form):
    """The reasons for an evacuation. The page shows each one as a submit button."""

    reason = forms.ChoiceField(label=_("Nature de l’urgence"), choices=[(why.value, why.label) for why in EMPTIES])


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(
        label=pgettext_lazy("examen", "Avis"), choices=Verdict.choices, widget=forms.RadioSelect
    )
