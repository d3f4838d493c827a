"""Forms for several access requests or assignments that were ticked in a list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.grants.reasons import EndReason, RefusalReason
from access.pages.fields import DayField


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Décision"),
        choices=[("approve", _("Approuver")), ("refuse", _("Refuser"))],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=_("Motif du refus"),
        choices=[("", _("aucun : les demandes sont approuvées")), *RefusalReason.choices],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("decision") == "refuse" and not values.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Choisissez le motif du refus."))
        if values.get("decision") == "approve" and values.get("reason"):
            self.add_error("reason", _("Une approbation n’a pas de motif de refus : choisissez « aucun »."))
        return values


class ChangeForm(forms.Form):
    change = forms.ChoiceField(
        label=_("Changement"),
        choices=[("extend", _("Prolonger jusqu’au jour indiqué")), ("end", _("Mettre fin le jour indiqué"))],
        widget=forms.RadioSelect,
    )
    day = DayField(
        label=_("Jour"),
        help_text=_("Pour prolonger : le nouveau dernier jour. Pour mettre fin : le premier jour sans accès."),
    )
    reason = forms.ChoiceField(
        label=_("Motif de la fin"),
        choices=[("", _("aucun : les affectations sont prolongées")), *EndReason.choices],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("change") == "end" and not values.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Choisissez le motif de la fin."))
        if values.get("change") == "extend" and values.get("reason"):
            self.add_error("reason", _("Une prolongation n’a pas de motif de fin : choisissez « aucun »."))
        return values
