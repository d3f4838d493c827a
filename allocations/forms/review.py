"""Forms for the review of an application: documents requested and seen, and income assessed with its proof."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField
from allocations.models import Basis, IncomeProof
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from formats.money import parse_euros


class IncomeField(forms.Field):
    """Form field for a reference tax income in euros, which may be zero. The cleaned value is in cents."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": "24"})

    def to_python(self, value: Any) -> int | None:
        text = value.strip() if isinstance(value, str) else ""
        if not text:
            return None
        return 0 if text.removesuffix("€").strip() == "0" else parse_euros(text)


class IncomeForm(forms.Form):
    signing_year = forms.TypedChoiceField(
        label=_("Année de signature du bail"),
        coerce=int,
        help_text=_("Les années de revenus se comptent à partir d’elle."),
    )
    basis = forms.ChoiceField(label=_("Revenus de"), choices=Basis.choices, widget=forms.RadioSelect)
    rfr_cents = IncomeField(
        label=_("Revenu fiscal de référence du foyer, en euros"),
        help_text=_(
            "La somme des avis d’imposition des personnes qui vivront dans le logement. Pour les douze derniers mois, "
            "leur revenu net imposable : l’abattement est déduit à l’enregistrement."
        ),
    )
    proof = forms.ChoiceField(label=_("Pièce qui le prouve"), choices=IncomeProof.choices, widget=forms.RadioSelect)
    share_only = forms.BooleanField(
        label=_("Compter la part du demandeur seulement"),
        required=False,
        help_text=_("Séparation ou situation semblable, justifiée par une pièce. Le motif n’est pas enregistré."),
    )

    def __init__(self, data: Any, *, day: date) -> None:
        initial = {"signing_year": day.year, "basis": Basis.N2, "proof": IncomeProof.TAX_NOTICE}
        super().__init__(data, initial=initial)
        years = [(year, str(year)) for year in (day.year, day.year + 1)]
        cast(forms.ChoiceField, self.fields["signing_year"]).choices = years


class AskForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=_("Pièces à demander"), choices=lambda: SUPPORTING_DOCUMENTS.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, valid: set[str]) -> None:
        """Create the form that requests documents. `valid` has the codes of documents that were seen and are still
        valid, which cannot be requested again."""
        super().__init__(data)
        kinds = [pair for pair in SUPPORTING_DOCUMENTS.choices if pair[0] not in valid]
        cast(forms.MultipleChoiceField, self.fields["kinds"]).choices = kinds


class SeeForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Pièce"), choices=lambda: [("", gettext("choisir")), *SUPPORTING_DOCUMENTS.choices]
    )
    valid_until = DayField(
        label=_("Valable jusqu’au"), required=False, help_text=_("Si la pièce porte une date de fin.")
    )
