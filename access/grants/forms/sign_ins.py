"""Form that asks a manager why to end a person's sessions or to reset the person's sign-in methods."""

from django import forms
from django.utils.translation import gettext_lazy as _

from access.grants.reasons import ResetReason


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(label=_("Motif"), choices=ResetReason.choices)
