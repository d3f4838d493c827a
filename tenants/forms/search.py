"""The form that searches residents."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tenants.search import too_short


class ResidentSearch(forms.Form):
    q = forms.CharField(label=_("Chercher un occupant"), max_length=120, required=False, strip=True)

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"]
        if too_short(words):
            raise ValidationError(
                _("Écrivez au moins deux lettres du nom, ou le numéro de la porte."), code="too_short"
            )
        return words
