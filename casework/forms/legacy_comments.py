"""Forms for legacy comments: the fact that replaces a comment, or the legal ground for keeping it as a note."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
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


class EraseAllForm(forms.Form):
    """Form that confirms how many comments are erased, so that no comment is erased that the page did not count."""

    count = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any, count: int) -> None:
        super().__init__(data, initial={"count": count})
        self._count = count

    def clean(self) -> None:
        if self.cleaned_data.get("count") != self._count:
            # Display the current number of comments, because the user must confirm this number before they are erased.
            self.data = {"count": str(self._count)}
            raise ValidationError(gettext("Le nombre de lignes a changé. Vérifiez-le, puis effacez."))


class ChoiceOfFactForm(forms.Form):
    """Form to choose the fact code that replaces a comment.

    The form is sent by GET and changes nothing: the next page shows the fields of the chosen code.
    """

    fait = forms.ChoiceField(label=_("Fait à enregistrer"))

    def __init__(self, codes: Iterable[FactCode]) -> None:
        super().__init__()
        named = sorted(((code.pk, code.title) for code in codes), key=lambda pair: pair[1])
        cast(forms.ChoiceField, self.fields["fait"]).choices = [("", gettext("choisir")), *named]
