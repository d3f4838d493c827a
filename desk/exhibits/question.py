"""What an exhibit is asked: a reference, a colleague, a day, words. Each says in plain words what was asked."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from access.forms.fields import DayField, PersonField
from access.look import Look
from access.models import Person
from access.reach import today
from desk.forms.trace import AccountAsked
from desk.forms.words import WordsForm

FORMATS = ("csv", "json", "pdf")


class Question(forms.Form):
    """`format`: the button that was pressed. Empty: the page."""

    format = forms.ChoiceField(choices=[(one, one) for one in FORMATS], required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, look: Look, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.look = look

    @property
    def asks(self) -> bool:
        """Is there anything to answer, before there is anything to show?"""
        return bool(self.visible_fields())

    def asked(self) -> list[tuple[str, str]]:
        said = ((str(one.label), _words(self.cleaned_data.get(one.name))) for one in self.visible_fields())
        return [(label, words) for label, words in said if words]


def _words(value: Any) -> str:
    if isinstance(value, Person):
        return value.name
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "")


class OnADay(Question):
    day = DayField(label=_("Jour"), required=False, help_text=_("Vide : aujourd’hui."))

    def clean_day(self) -> date:
        return self.cleaned_data["day"] or today()


class AccountAlone(AccountAsked, Question):
    """A household, by its reference."""


class AccountOnADay(AccountAsked, OnADay):
    field_order = ("reference", "day")


class ColleagueOnADay(OnADay):
    person = PersonField(label=_("Agent"), help_text=_("Son adresse professionnelle, ou son nom."))
    field_order = ("person", "day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PersonField, self.fields["person"]).offer(self.look.rows(Person))


class Words(WordsForm, Question):
    """An inspector's own words: they stand in the file that she takes away, and nowhere in Loge."""
