"""Forms that select what an evidence pack contains."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.grants.reasons import LookReason
from access.guard.context import AccessContext
from access.models import Person
from access.pages.fields import DayField
from audit.sealed.evidence_export import Details
from inspection.evidence import DETAILS, Question, may_take_all
from oversight.audit_log.lines import account_named
from oversight.forms.audit_log import spell_reference

REFERENCES = 10
REFERENCE_LENGTH = 14  # REFERENCE_LENGTH: length of an account reference, including hyphens


class Period(forms.Form):
    first = DayField(label=gettext_lazy("Du"), required=False)
    last = DayField(label=gettext_lazy("Au"), required=False)
    details = forms.ChoiceField(
        label=gettext_lazy("Détails joints"), choices=DETAILS.items(), initial=Details.OWN, widget=forms.RadioSelect
    )

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            raise ValidationError(_("Le dernier jour doit être postérieur ou égal au premier."))
        return self.cleaned_data

    def question(self, accounts: dict[str, UUID], person: Person | None = None, reason: str = "") -> Question:
        data = self.cleaned_data
        why = (reason, str(LookReason(reason).label)) if reason else ("", "")
        return Question(accounts, person, data["first"], data["last"], Details(data["details"]), why)


class EvidenceAsked(Period):
    """Form for an evidence pack with the audit events of some accounts, in a period if days are given.

    An inspector may also leave out the accounts, which selects all events of the period.
    """

    references = forms.CharField(
        label=gettext_lazy("Références de comptes"),
        help_text=gettext_lazy("Douze caractères chacune, séparées par des virgules."),
        max_length=200,
        required=False,
    )
    field_order = ("references", "first", "last", "details")

    def __init__(self, *args: Any, access: AccessContext, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole, references = may_take_all(access), self.fields["references"]
        references.required = not whole
        references.error_messages["required"] = _(
            "Donnez une référence : seul l’agent de l’autorité de contrôle peut exporter toutes les "
            "mentions d’une période."
        )
        if whole:
            references.help_text = _(
                "Douze caractères chacune, séparées par des virgules. Sans référence : toutes les mentions "
                "de la période."
            )

    def clean_references(self) -> dict[str, UUID]:
        """Return a dict from the typed account references to account ids.

        The references are normalised to the spelling that Loge prints (K7QX-9M2D-4RTB).
        """
        parts = re.split(r"[,;\n]", self.cleaned_data["references"])
        typed = [spell_reference(part)[:REFERENCE_LENGTH] for part in parts if part.strip()]
        field = self.fields["references"]
        if field.required and not typed:  # A text of commas only contains no reference.
            raise ValidationError(field.error_messages["required"])
        if len(typed) > REFERENCES:
            raise ValidationError(_("Donnez dix références au plus."))
        accounts = {reference: account_named(reference) for reference in typed}
        if missing := [reference for reference, account in accounts.items() if account is None]:
            raise ValidationError(_("Aucun compte n’a la référence %(reference)s."), params={"reference": missing[0]})
        return {reference: account for reference, account in accounts.items() if account}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        named = data.get("references") or "references" in self.errors
        if not named and not (data.get("first") and data.get("last")):
            raise ValidationError(_("Donnez une référence, ou le premier et le dernier jour."))
        return data


class PersonEvidenceAsked(Period):
    reason = forms.ChoiceField(label=gettext_lazy("Motif"), choices=LookReason.choices, widget=forms.RadioSelect)
    field_order = ("reason", "first", "last", "details")
