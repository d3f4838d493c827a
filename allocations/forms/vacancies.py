"""Forms for vacancies: the day on which a dwelling is available, the reserving body that may propose applicants, and
the letting terms."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.pages.acting import row_or_404
from access.pages.fields import DayField
from allocations.forms.review import IncomeField
from allocations.models import Contingent, OrientationReason, OutsideFlow
from buildings.models import Financing, Zone
from buildings.vocabulary import EQUIPMENT
from formats.money import plain


def available_on_error(day: date, free_from: date) -> ValidationError | None:
    if day >= free_from:
        return None
    words = gettext("Ce logement n’est pas libre avant le %(day)s.") % {"day": f"{free_from:%d/%m/%Y}"}
    return ValidationError(words, code="early")


class DeclareForm(forms.Form):
    available_on = DayField(
        label=_("Disponible le"), help_text=_("Le jour où un nouveau locataire peut entrer, travaux compris.")
    )

    def __init__(self, data: Any, *, free_from: date) -> None:
        super().__init__(data, initial={"available_on": free_from})
        self.free_from = free_from

    def clean_available_on(self) -> date:
        day: date = self.cleaned_data["available_on"]
        if error := available_on_error(day, self.free_from):
            raise error
        return day


class OrientForm(forms.Form):
    """Form for the contingent (share of a reserving body) for which a vacancy is reserved, and for the reason."""

    contingent = forms.ChoiceField(label=_("Réservataire"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("Raison"), choices=OrientationReason.choices, widget=forms.RadioSelect)

    def __init__(self, data: Any, *, contingents: Sequence[Contingent], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.contingents = contingents
        choices = [(str(row.pk), f"{row.holder} ({row.get_kind_display()})") for row in contingents]
        cast(forms.ChoiceField, self.fields["contingent"]).choices = choices

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"contingent": row_or_404(self.contingents, data["contingent"]), "reason": data["reason"]}


class OutsideForm(forms.Form):
    outside_flow = forms.ChoiceField(label=_("Raison"), choices=OutsideFlow.choices, widget=forms.RadioSelect)


class EurosField(IncomeField):
    """Form field for an amount in euros, which may be zero. The initial and cleaned values are in cents."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return plain(value) if value else "0"


class TermsForm(forms.Form):
    financing = forms.ChoiceField(label=_("Financement"), choices=Financing.choices, widget=forms.RadioSelect)
    zone = forms.ChoiceField(label=_("Zone de plafonds"), choices=Zone.choices, widget=forms.RadioSelect)
    rent_cents = EurosField(label=_("Loyer mensuel hors charges, en euros"))
    charges_cents = EurosField(label=_("Provision pour charges, en euros"), help_text=_("0 s’il n’y en a pas."))
    qpv = forms.BooleanField(label=_("En quartier prioritaire de la politique de la ville (QPV)"), required=False)
    qpv_on = DayField(
        label=_("D’après la liste des quartiers du"), help_text=_("Le jour de la liste officielle que vous avez lue.")
    )
    equipment = forms.MultipleChoiceField(
        label=_("Équipements"),
        choices=lambda: EQUIPMENT.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    first_letting = forms.BooleanField(label=_("Première mise en location"), required=False)
