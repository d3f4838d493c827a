"""The form of a note: a sentence, a fact code, why a fact with this code is not enough, and the last day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.pages.fields import CountedTextarea, DayField
from casework.models import AccountNote, FactCode
from casework.vocabulary import NOTE_EXCEPTIONS
from formats.months import months_after
from privacy.screened import LONGEST

# NOT_CHOSEN: reasons that only notes made from contested sentences or old comments have, so users cannot choose them.
NOT_CHOSEN = {"contested", "inherited"}


class NoteForm(forms.Form):
    code = forms.ChoiceField(label=_("Fait concerné"))
    reason = forms.ChoiceField(label=_("Pourquoi le fait ne suffit pas"))
    text = forms.CharField(
        label=_("Phrase"),
        help_text=format_lazy(_("Le locataire peut lire cette phrase. {most} caractères au plus."), most=LONGEST),
        max_length=LONGEST,
        widget=CountedTextarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "true"}),
    )
    ends_on = DayField(label=_("S’efface le"), help_text=_("Dans douze mois au plus tard. Cette date est obligatoire."))

    def __init__(
        self,
        data: Any,
        *,
        codes: Sequence[tuple[str, list[FactCode]]],
        day: date,
        reading: str,
        old: AccountNote | None = None,
    ) -> None:
        """Make the form. `codes` are groups of fact codes, each with its label.

        `reading` is the URL that screens the sentence while it is typed. `old` is the note that the new note replaces,
        or None.
        """
        initial = {"code": old.code_id, "reason": "correction", "text": old.text} if old else {}
        super().__init__(data, initial={"ends_on": months_after(day, 12), **initial})
        groups = [(label, [(code.pk, code.title) for code in group]) for label, group in codes if group]
        self.codes = {code.pk: code for _label, group in codes for code in group}
        choose = ("", gettext("choisir"))
        reasons = [pair for pair in NOTE_EXCEPTIONS.choices if pair[0] not in NOT_CHOSEN]
        cast(forms.ChoiceField, self.fields["code"]).choices = [choose, *groups]
        cast(forms.ChoiceField, self.fields["reason"]).choices = [choose, *reasons]
        # htmx sends the sentence to the screening one second after the last keystroke.
        attributes = {
            "hx-post": reading,
            "hx-trigger": "input changed delay:1s",
            "hx-target": "#lecture",
            "hx-sync": "this:replace",
        }
        self.fields["text"].widget.attrs |= {**attributes, "data-quiet": ""}

    def clean_code(self) -> FactCode:
        return self.codes[self.cleaned_data["code"]]
