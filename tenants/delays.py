"""Until when an answer is due to who exercises a right (GDPR, art. 12(3)), counted as Regulation 1182/71 counts:
the day of the demand is not in the month, which ends on the same date or on the last of a shorter month; and what would
end on a day of rest ends on the next working day."""

from datetime import date, timedelta

from formats.working_days import working_days_after
from tenants.facts import months_after

MONTH, EXTENDED = 1, 3


def due_on(asked_on: date, months: int = MONTH) -> date:
    return working_days_after(months_after(asked_on, months) - timedelta(days=1), 1)


def extended_until(asked_on: date) -> date:
    """Two months more, from the day of the demand and not from that of the first delay's end."""
    return due_on(asked_on, EXTENDED)
