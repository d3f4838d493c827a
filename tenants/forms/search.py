"""The form that searches residents by name."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from formats.folding import folded

SHORTEST = 2


class NameSearch(forms.Form):
    q = forms.CharField(label=_("Nom"), max_length=80, required=False, strip=True)

    def clean_q(self) -> str:
        """Require at least one word of two letters, because a single letter would list nearly everybody."""
        words: str = self.cleaned_data["q"]
        if max((len(word) for word in folded(words).split()), default=0) < SHORTEST:
            raise ValidationError(_("Écrivez au moins deux lettres du nom."), code="too_short")
        return words
