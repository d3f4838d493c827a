"""Forms for reading one candidate's sheet after a discrimination claim."""

from django import forms
from django.utils.translation import gettext_lazy as _

from allocations.actions.claims import UNKNOWN
from allocations.models import ClaimSource


class ClaimForm(forms.Form):
    reference = forms.UUIDField(
        label=_("Référence de la décision"),
        help_text=_("Telle qu’elle est imprimée sur la lettre de décision."),
        error_messages={"invalid": UNKNOWN},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    source = forms.ChoiceField(label=_("Reçue par"), choices=ClaimSource.choices, widget=forms.RadioSelect)


class AgreeForm(forms.Form):
    claim = forms.UUIDField(widget=forms.HiddenInput)
