"""The words of an inspection: hers, typed or pasted, bounded, and kept by nothing."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buildings.names import folded

MOST_WORDS, LONGEST_WORD, SHORTEST_WORD = 200, 40, 2


class WordsForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Mots cherchés"),
        max_length=MOST_WORDS * LONGEST_WORD,
        help_text=gettext_lazy(
            "Un par ligne, ou séparés par des virgules ; deux cents au plus. Accents et majuscules sont ignorés, et un "
            "mot trouve ceux qui commencent par lui. Ils ne sont gardés nulle part."
        ),
        # A browser's spelling service may send away what is typed.
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )

    def clean_words(self) -> list[str]:
        found = [" ".join(word.split()) for word in re.split(r"[\n,;]", self.cleaned_data["words"])]
        words = list(dict.fromkeys(word for word in found if word))
        if len(words) > MOST_WORDS:
            raise ValidationError(_("Deux cents mots au plus."))
        if any(len(word) > LONGEST_WORD for word in words):
            raise ValidationError(_("Un mot a quarante signes au plus : mettez-en un par ligne."))
        if any(len(folded(word)) < SHORTEST_WORD for word in words):
            raise ValidationError(_("Un mot a deux lettres au moins."))
        return words

    @property
    def said(self) -> Any:
        return self.cleaned_data["words"]
