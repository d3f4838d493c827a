"""Dates typed by people: a date in an implausible year is refused with a message."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from access.pages.fields import DayField


@pytest.mark.parametrize("typed", ["23/11/2026", "23.11.26", " 23/11/26 ", "2026-11-23"])
def test_a_typed_day_is_understood(typed):
    assert DayField().clean(typed) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("demain", "Écrivez la date sous la forme jour/mois"),
        ("23/11/20266", "Écrivez la date sous la forme jour/mois"),
        ("31/02/2026", "Ce jour n’existe pas"),
        ("31/02", "Ce jour n’existe pas"),
        ("29/13/26", "Ce jour n’existe pas"),
        ("31/12/9999", "Cette année est trop éloignée"),
        ("1/1/0001", "Cette année est trop éloignée"),
        ("9999-12-31", "Cette année est trop éloignée"),
    ],
)
def test_an_invalid_day_is_refused_with_a_reason(monkeypatch, typed, message):
    monkeypatch.setattr("access.pages.fields.today", lambda: date(2026, 11, 23))
    with pytest.raises(ValidationError, match=message):
        DayField().clean(typed)
