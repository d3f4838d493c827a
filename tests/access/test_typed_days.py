"""Days as people type them; a year in which nobody rents here is a mistake, and says so."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from access.forms.fields import DayField


@pytest.mark.parametrize("typed", ["23/11/2026", "23.11.26", " 23/11/26 ", "2026-11-23"])
def test_a_day_is_read_as_it_is_typed(typed):
    assert DayField().clean(typed) == date(2026, 11, 23)


@pytest.mark.parametrize("typed", ["31/12/9999", "1/1/0001", "9999-12-31", "31/02/2026", "demain", "23/11/20266"])
def test_what_is_no_day_is_refused_in_words(typed):
    with pytest.raises(ValidationError, match="Une date s’écrit jour/mois"):
        DayField().clean(typed)
