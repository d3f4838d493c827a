"""Form for the reason to end somebody's sessions or to reset their sign-in methods."""

from django import forms
from django.utils.translation import gettext_lazy as _

from access.grants.reasons import ResetReason


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(label=_("Motif"), choices=ResetReason.choices)
