"""Working days in metropolitan France: Monday to Friday, except the public holidays of the labour code (L3133-1)."""

from datetime import date, timedelta

from dateutil.easter import easter

# (month, day) of the public holidays with a fixed date, in the order of the year.
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
# Number of days after Easter Sunday, for Easter Monday, Ascension Day and Whit Monday.
_AFTER_EASTER = (1, 39, 50)
_SATURDAY = 5


def public_holidays(year: int) -> set[date]:
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in _AFTER_EASTER}
    return moving | {date(year, month, day) for month, day in _FIXED}


def is_working(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


def working_days_after(day: date, days: int) -> date:
    while days:
        day += timedelta(days=1)
        days -= is_working(day)
    return day
