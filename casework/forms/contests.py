"""Forms about contested sentences: the data steward's proposal, the data protection officer's opinion, the manager's
answer."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from casework.models import ContestedSentence
from casework.models.contest import WEIGHED
from casework.vocabulary import CONTEST_ADVICE, CONTEST_OUTCOMES


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
        help_text=_("Indiquez seulement les mots à admettre désormais : un nom de rue, d’immeuble ou d’entreprise."),
    )


class AdviceForm(forms.Form):
    advice = forms.ChoiceField(label=_("Avis"), choices=lambda: CONTEST_ADVICE.choices, widget=forms.RadioSelect)


class AnswerForm(forms.Form):
    """The manager's answer to the data steward's proposal.

    The hidden field `proposal` repeats the proposal that the page showed. If the data steward has changed the proposal
    since then, the form is invalid.
    """

    proposal = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, data: Any, contest: ContestedSentence) -> None:
        super().__init__(data)
        self.contest = contest

    def clean(self) -> None:
        if self.cleaned_data.get("proposal") != self.contest.proposed:
            raise ValidationError(_("La proposition a changé depuis l’ouverture de cette page : vérifiez-la."))
