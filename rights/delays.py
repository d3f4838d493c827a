"""Deadlines for answering a person who exercises a right (GDPR, article 12(3)), computed as in Regulation 1182/71.

The month does not include the day of the request. It ends on the same day of the next month, or on that month's last
day if it is shorter. A deadline on a weekend or public holiday moves to the next working day.
"""

from datetime import date, timedelta

from formats.months import months_after
from formats.working_days import working_days_after

MONTH, EXTENDED = 1, 3


def due_on(asked_on: date, months: int = MONTH) -> date:
    return working_days_after(months_after(asked_on, months) - timedelta(days=1), 1)


def extended_until(asked_on: date) -> date:
    """Return the extended deadline: three months after the day of the request, the first month included."""
    return due_on(asked_on, EXTENDED)
