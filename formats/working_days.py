"""Working days: Monday to Friday, except the public holidays of the labour code (L3133-1). Public holidays of only a
part of France are returned separately: Alsace-Moselle (L3134-13) and the departments overseas (L3422-2)."""

from datetime import date, timedelta

from dateutil.easter import easter

# (month, day) of the public holidays with a fixed date, in the order of the year.
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
# Number of days after Easter Sunday, for Easter Monday, Ascension Day and Whit Monday.
_AFTER_EASTER = (1, 39, 50)
_SATURDAY = 5
# Maps each overseas department to its public holiday for the abolition of slavery: (month, day).
_ABOLITION = {"971": (5, 27), "972": (5, 22), "973": (6, 10), "974": (12, 20), "976": (4, 27)}
# The departments Moselle, Bas-Rhin and Haut-Rhin, where Good Friday and 26 December are public holidays.
_ALSACE_MOSELLE = ("57", "67", "68")


def public_holidays(year: int) -> set[date]:
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in _AFTER_EASTER}
    return moving | {date(year, month, day) for month, day in _FIXED}


def local_holidays(postcode: str, year: int) -> set[date]:
    """Return the public holidays of a year that exist only in the department of a postcode."""
    if postcode.startswith(_ALSACE_MOSELLE):
        return {easter(year) - timedelta(days=2), date(year, 12, 26)}
    abolition = _ABOLITION.get(postcode[:3])
    return {date(year, *abolition)} if abolition else set()


def is_working(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


def working_days_after(day: date, days: int) -> date:
    while days:
        day += timedelta(days=1)
        days -= is_working(day)
    return day
