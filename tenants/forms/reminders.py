"""The form of an errand, in which a caretaker passes a message on at some doors. It asks for the doors and a last day,
but not for a text, because the message is always the same."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from formats.language import date_number

SPANS = (7, 14, 31)  # days


class ReminderForm(forms.Form):
    last_day = forms.TypedChoiceField(
        label=gettext_lazy("Jusqu’au"), coerce=date.fromisoformat, widget=forms.RadioSelect, choices=()
    )
    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Portes"), coerce=UUID, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, doors: Sequence[tuple[UUID, str]], days: Sequence[tuple[date, str]], **kwargs: Any):
        """`doors` and `days` are the choices of the two fields, with their labels."""
        super().__init__(*args, **kwargs)
        cast(forms.TypedMultipleChoiceField, self.fields["units"]).choices = doors
        cast(forms.TypedChoiceField, self.fields["last_day"]).choices = [
            (day.isoformat(), label) for day, label in days
        ]
        self.fields["last_day"].initial = (days[1][0] if len(days) > 1 else days[0][0]).isoformat()


def days_from(day: date) -> list[tuple[date, str]]:
    """Return the choices for the last day of an errand: in one week, in two weeks or in 31 days."""
    ends = [day + timedelta(days=span) for span in SPANS]
    return [(end, f"{date_format(end, 'l')} {date_number(end.day)} {date_format(end, 'F')}") for end in ends]
