"""Form of a word inspection, which searches users' texts for at most twenty words. The words are not stored."""

import re
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.constraints import sentence_of
from formats.folding import folded
from oversight.word_counts import A_DAY

LONGEST_WORD, SHORTEST_WORD = 40, 2


class WordsForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Recherche de mots"),
        max_length=A_DAY * (LONGEST_WORD + 2),
        help_text=gettext_lazy(
            "Un mot par ligne, ou des mots séparés par des virgules ; vingt par jour au plus. Des mots "
            "entiers, en lettres ; les accents et les majuscules sont ignorés. Les mots ne sont pas "
            "conservés."
        ),
        # Spell checking is off because the browser might send the typed words to a server.
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )

    def clean_words(self) -> list[str]:
        parts = [" ".join(part.split()) for part in re.split(r"[\n,;]", self.cleaned_data["words"])]
        words = list(dict.fromkeys(part for part in parts if part))
        if len(words) > A_DAY:
            raise ValidationError(_("Donnez vingt mots au plus."))
        if any(len(word) > LONGEST_WORD for word in words):
            raise ValidationError(_("Un mot a quarante caractères au plus : écrivez un mot par ligne."))
        if any(len(folded(word)) < SHORTEST_WORD for word in words):
            raise ValidationError(_("Un mot a au moins deux lettres."))
        if not all(normalize("NFC", word).isalpha() and re.fullmatch("[a-z]+", folded(word)) for word in words):
            raise ValidationError(sentence_of("whole_words"))
        return words
