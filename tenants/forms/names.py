"""The form that corrects a tenant's name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField
from tenants.forms.leases import NameForm
from tenants.names import CivilStatusChange, Document, Name, Reason

_PROOF: dict[str, Any] = {
    "effective_on": _("Donnez la date d’effet du changement d’état civil."),
    "document": _("Indiquez quel document a été présenté."),
}


class NameCorrectionForm(NameForm):
    reason = forms.ChoiceField(label=_("Motif"), choices=Reason.choices, widget=forms.RadioSelect)
    effective_on = DayField(
        label=_("Date d’effet"),
        required=False,
        help_text=_("Pour un changement d’état civil : premier jour du nouveau nom."),
    )
    document = forms.ChoiceField(
        label=_("Document présenté"),
        choices=[("", _("aucun")), *Document.choices],
        required=False,
        help_text=_("Pour un changement d’état civil. N’en gardez pas de copie."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_slip = data.get("reason") == Reason.SLIP
        for field, missing in _PROOF.items() if "reason" in data else ():
            if is_slip and data.get(field):
                sentence = gettext("Une erreur de saisie n’a ni date d’effet ni document : vérifiez le motif.")
                self.add_error(field, ValidationError(sentence))
            elif not is_slip and not data.get(field) and field not in self.errors:
                self.add_error(field, ValidationError(missing))
        return data

    def name(self) -> Name:
        return Name(**{field: self.cleaned_data[field] for field in ("title", "last_name", "first_name")})

    def change(self) -> CivilStatusChange | None:
        data = self.cleaned_data
        if data["reason"] == Reason.SLIP:
            return None
        return CivilStatusChange(data["effective_on"], data["document"])
