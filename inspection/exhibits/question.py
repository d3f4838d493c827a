"""Forms with the inputs of an exhibit, such as an account reference, an employee, a day or words to count."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext
from access.models import Person
from access.pages.fields import DayField, PersonField
from access.reach import today
from oversight.forms.audit_log import AccountAsked
from oversight.forms.words import WordsForm

FORMATS = ("csv", "json", "pdf")


class Question(forms.Form):
    """Base class of the exhibits' input forms.

    `format` is the file format of the button that was pressed. If no format is given, the exhibit is shown as a page.
    """

    format = forms.ChoiceField(choices=[(name, name) for name in FORMATS], required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, access: AccessContext, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access = access

    @property
    def asks(self) -> bool:
        """Whether the exhibit needs inputs. An exhibit that needs none is shown without a form to fill in."""
        return bool(self.visible_fields())

    def inputs(self) -> list[tuple[str, str]]:
        """Return (label, value) pairs of the given inputs, which the exhibit (inspector's document) repeats."""
        pairs = ((str(field.label), _words(self.cleaned_data.get(field.name))) for field in self.visible_fields())
        return [(label, words) for label, words in pairs if words]


def _words(value: Any) -> str:
    if isinstance(value, Person):
        return value.name
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "")


class OnADay(Question):
    day = DayField(label=_("Jour"), required=False, help_text=_("Laissez vide pour aujourd’hui."))

    def clean_day(self) -> date:
        return self.cleaned_data["day"] or today()


class AccountAlone(AccountAsked, Question):
    """Form that names a household by the reference of its account."""


class AccountOnADay(AccountAsked, OnADay):
    field_order = ("reference", "day")


class ColleagueOnADay(OnADay):
    person = PersonField(label=_("Agent"), help_text=_("Son adresse professionnelle ou son nom."))
    field_order = ("person", "day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PersonField, self.fields["person"]).offer(self.access.rows(Person))


class Words(WordsForm, Question):
    """Form for words to count in all free texts.

    The exhibit's file repeats the words for the inspector, but Loge stores no readable copy of them.
    """
