"""What the steward proposes about a contested sentence, with the wording when one is let pass; what the DPO advises."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.models.contest import WEIGHED
from tenants.vocabulary import CONTEST_ADVICE, CONTEST_OUTCOMES


class ProposalForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Proposition"),
        choices=lambda: [(code, CONTEST_OUTCOMES.label(code)) for code in WEIGHED],
        widget=forms.RadioSelect,
    )
    wording = forms.CharField(
        label=_("Formulation à admettre"),
        max_length=80,
        required=False,
        help_text=_("Seulement les mots à laisser passer désormais : un nom de rue, d’immeuble, d’entreprise."),
    )


class AdviceForm(forms.Form):
    advice = forms.ChoiceField(label=_("Avis"), choices=lambda: CONTEST_ADVICE.choices, widget=forms.RadioSelect)
