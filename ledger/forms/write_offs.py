"""The form that refuses a write-off, with a reason from a list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ledger.vocabulary import WRITE_OFF_REFUSALS


class RefusalForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Motif du refus"), choices=lambda: WRITE_OFF_REFUSALS.choices, widget=forms.RadioSelect
    )
