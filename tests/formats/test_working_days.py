"""Public holidays that exist only in a part of France."""

from datetime import date

import pytest

from formats.working_days import is_working, local_holidays

GOOD_FRIDAY = date(2026, 4, 3)


@pytest.mark.parametrize(
    ("postcode", "holidays"),
    [
        ("57000", {GOOD_FRIDAY, date(2026, 12, 26)}),
        ("67000", {GOOD_FRIDAY, date(2026, 12, 26)}),
        ("68100", {GOOD_FRIDAY, date(2026, 12, 26)}),
        ("97110", {date(2026, 5, 27)}),
        ("97200", {date(2026, 5, 22)}),
        ("97300", {date(2026, 6, 10)}),
        ("97400", {date(2026, 12, 20)}),
        ("97600", {date(2026, 4, 27)}),
        ("75019", set()),
        ("20090", set()),
        ("", set()),
    ],
)
def test_holidays_of_a_department_follow_from_the_postcode(postcode, holidays):
    assert local_holidays(postcode, 2026) == holidays


def test_local_holidays_are_working_days_elsewhere():
    assert is_working(GOOD_FRIDAY) and is_working(date(2026, 5, 27))
