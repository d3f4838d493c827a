"""Queries of assignments that several pages share."""

from datetime import date
from typing import Any

from access.grants.grant_terms import SOON


def ending_soon(assignments: Any, day: date) -> Any:
    """Return the assignments that end within 30 days of `day`, ordered by last day."""
    return assignments.ending_within(day, day + SOON).order_by("last_day", "person__name")
