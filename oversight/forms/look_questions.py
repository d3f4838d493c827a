"""Forms of view questions, which ask why an employee opened certain data: the employee's explanation, the manager's
answer, the verdict. Each form offers only fixed choices.
"""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.vocabulary import LOOK_ANSWERS, LOOK_EXPLANATIONS, LOOK_VERDICTS


class ExplanationForm(forms.Form):
    explanation = forms.ChoiceField(
        label=_("Explication de cette consultation"), choices=LOOK_EXPLANATIONS.choices, widget=forms.RadioSelect
    )


class LookAnswerForm(forms.Form):
    answer = forms.ChoiceField(label=_("Votre réponse"), choices=LOOK_ANSWERS.choices, widget=forms.RadioSelect)


class LookVerdictForm(forms.Form):
    verdict = forms.ChoiceField(
        label=pgettext_lazy("examen", "Avis"), choices=LOOK_VERDICTS.choices, widget=forms.RadioSelect
    )
