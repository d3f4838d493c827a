"""Form for preparing a candidate's sheet: the data that the commission reads and the application does not contain."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allocations.committee.sheet_facts import Costs
from allocations.forms.vacancies import EurosField
from allocations.models import Sheet


class SheetForm(forms.Form):
    resources_cents = EurosField(
        label=_("Ressources mensuelles du foyer, en euros"),
        required=False,
        help_text=_("Sans elles, le taux d’effort n’est pas calculé, et ne peut pas motiver un refus."),
    )
    aid_cents = EurosField(
        label=_("Aide au logement estimée, en euros par mois"),
        required=False,
        help_text=_("0 si le foyer n’y a pas droit."),
    )
    owner_suited = forms.BooleanField(label=_("Propriétaire d’un logement adapté, vu sur pièce"), required=False)

    def __init__(self, data: Any, *, sheet: Sheet | None) -> None:
        initial = {name: getattr(sheet, name) for name in self.base_fields} if sheet else {}
        super().__init__(data, initial=initial)

    def clean_resources_cents(self) -> int | None:
        cents: int | None = self.cleaned_data["resources_cents"]
        if cents == 0:
            raise ValidationError(gettext("Sans ressources, laissez ce champ vide."), code="zero")
        return cents

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "aid_cents" not in data or "resources_cents" not in data:
            return data
        if data["resources_cents"] is not None and data["aid_cents"] is None:
            self.add_error("aid_cents", ValidationError(gettext("Estimez l’aide, ou écrivez 0."), code="required"))
        if data["resources_cents"] is None and data["aid_cents"] is not None:
            missing = ValidationError(gettext("Indiquez aussi les ressources du foyer."), code="required")
            self.add_error("resources_cents", missing)
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        costs = Costs(data["resources_cents"], data["aid_cents"])
        return {"costs": costs, "owner_suited": data["owner_suited"]}
