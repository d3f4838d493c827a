"""Forms for priorities: those that officers record, and sealed grounds (sensitive priorities) that an examiner
decides."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField
from access.reach import today
from allocations.vocabulary import GROUNDS, OPEN_PRIORITIES, PRIORITY_PROOFS, SEALED_GROUNDS


def with_proofs(codes: list[str]) -> list[tuple[str, str]]:
    """Return form choices whose labels include the kind of proof that each priority requires."""
    return [
        (code, f"{GROUNDS.label(code)} ({PRIORITY_PROOFS.label(GROUNDS.terms[code].row['proof'])})") for code in codes
    ]


class ProvedForm(forms.Form):
    """Form for the date of a priority's proof, and the last day on which the priority counts."""

    attested_on = DayField(label=_("Date de la preuve"))
    ends_on = DayField(label=_("Compte jusqu’au"))

    def clean_attested_on(self) -> date:
        day: date = self.cleaned_data["attested_on"]
        if day > today():
            raise ValidationError(_("La date de la preuve est dans le futur."), code="future")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (last := data.get("ends_on")) and last <= today():
            self.add_error("ends_on", ValidationError(_("Le dernier jour doit être après aujourd’hui."), code="past"))
        return data


class PriorityForm(ProvedForm):
    code = forms.ChoiceField(
        label=_("Priorité"), choices=lambda: [("", gettext("choisir")), *with_proofs(OPEN_PRIORITIES)]
    )
    field_order = ("code", "attested_on", "ends_on")


class GroundForm(ProvedForm):
    code = forms.ChoiceField(
        label=_("Motif prouvé"), choices=lambda: with_proofs(SEALED_GROUNDS), widget=forms.RadioSelect
    )
    field_order = ("code", "attested_on", "ends_on")


class ShortenForm(forms.Form):
    ends_on = DayField(label=_("Nouveau dernier jour"))
