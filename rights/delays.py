"""Deadlines for answering a person who exercises a right (GDPR, article 12(3)), computed as in Regulation 1182/71.

An answer is due within a month. The month ends on the same day of the next month as the day of the request, or on the
last day of a shorter month. A deadline on a weekend or public holiday moves to the next working day.
"""

from datetime import date, timedelta

from formats.months import months_after
from formats.working_days import working_days_after

MONTH, EXTENDED = 1, 3


def due_on(asked_on: date, months: int = MONTH) -> date:
    return working_days_after(months_after(asked_on, months) - timedelta(days=1), 1)


def extended_until(asked_on: date) -> date:
    """Return the deadline after an extension: three months after the day of the request, moved to a working day."""
    return due_on(asked_on, EXTENDED)
