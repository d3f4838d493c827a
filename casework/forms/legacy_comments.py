"""Forms for legacy comments: the fact that replaces a comment, or the legal ground for keeping it as a note."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from casework.models import FactCode
from casework.vocabulary import LEGACY_COMMENT_GROUNDS


class GroundForm(forms.Form):
    ground = forms.ChoiceField(
        label=_("Fondement"), choices=lambda: LEGACY_COMMENT_GROUNDS.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["ground"].widget.attrs["data-key"] = "c"


class ChoiceOfFactForm(forms.Form):
    """Form to choose the fact code that replaces a comment.

    The form is sent by GET and changes nothing: the next page shows the fields of the chosen code.
    """

    fait = forms.ChoiceField(label=_("Fait à enregistrer"))

    def __init__(self, codes: Iterable[FactCode]) -> None:
        super().__init__()
        named = sorted(((code.pk, code.title) for code in codes), key=lambda pair: pair[1])
        cast(forms.ChoiceField, self.fields["fait"]).choices = [("", gettext("choisir")), *named]
