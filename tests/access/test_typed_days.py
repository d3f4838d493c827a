"""Days as people type them; a year in which nobody rents here is a mistake, and says so."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from access.forms.fields import DayField


@pytest.mark.parametrize("typed", ["23/11/2026", "23.11.26", " 23/11/26 ", "2026-11-23"])
def test_a_day_is_read_as_it_is_typed(typed):
    assert DayField().clean(typed) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("demain", "Une date s’écrit jour/mois"),
        ("23/11/20266", "Une date s’écrit jour/mois"),
        ("31/02/2026", "n’est pas au calendrier"),
        ("31/02", "n’est pas au calendrier"),
        ("29/13/26", "n’est pas au calendrier"),
        ("31/12/9999", "Cette année est trop loin"),
        ("1/1/0001", "Cette année est trop loin"),
        ("9999-12-31", "Cette année est trop loin"),
    ],
)
def test_what_is_no_day_is_refused_in_words(monkeypatch, typed, said):
    monkeypatch.setattr("access.forms.fields.today", lambda: date(2026, 11, 23))
    with pytest.raises(ValidationError, match=said):
        DayField().clean(typed)
